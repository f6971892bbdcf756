"""The figures of a test as a bar: the observed value against the threshold, and the same in words."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from prototypes.models import Trial
from web.text import formats
from web.text.language import active_language

HEADROOM = Decimal("1.25")  # the larger of the two figures takes four fifths of the bar


@dataclass(frozen=True, slots=True)
class Meter:
    """`value` and `threshold` in percent of the width of the bar."""

    value: float
    threshold: float
    label: str
    met: bool


def figure(value: Decimal | None, unit: str) -> str:
    """Return a number with its unit in the reader’s language, without needless decimals: “80 %”, “12 min”, “3,5”; ""
    for None.
    """
    if value is None:
        return ""
    locale = active_language()
    return formats.measured(value, unit.strip(), locale)


def observed_text(trial: Trial) -> str:
    """Return what a test observed: “9 of 12” where people were counted, else the value with its unit; "" without a
    value.
    """
    if trial.successes is not None and trial.participants:
        return _("%(some)s of %(all)s") % {"some": trial.successes, "all": trial.participants}
    return figure(trial.observed_value, trial.unit)


def criterion(trial: Trial) -> str:
    """Return the success criterion of a test: comparator and threshold, such as “at least 80 %”."""
    return f"{trial.get_comparator_display()} {figure(trial.threshold, trial.unit)}"


def meter(trial: Trial) -> Meter | None:
    """Return the bar that shows a test's observed value against its threshold; None when one of them is missing.

    A percentage fills a bar of 100; for other units the larger figure fills four fifths. Negative figures stay at the
    left end.
    """
    if trial.observed_value is None or trial.threshold is None:
        return None
    label = meter_label(figure(trial.observed_value, trial.unit), criterion(trial))
    value, threshold = widths(trial.observed_value, trial.threshold, is_share=trial.is_share)
    return Meter(value, threshold, label, trial.meets(trial.observed_value))


def meter_label(observed: str, threshold: str) -> str:
    """Return what a bar shows, in words: “observed: 55 %; threshold: at least 75 %”."""
    return _("observed: %(observed)s; threshold: %(threshold)s") % {"observed": observed, "threshold": threshold}


def widths(observed: Decimal, threshold: Decimal, *, is_share: bool) -> tuple[float, float]:
    """Return observed value and threshold in percent of the width of their bar; `is_share` if they are percentages."""
    full_scale = Decimal(100) if is_share else max(observed, threshold) * HEADROOM
    return _share(observed, full_scale), _share(threshold, full_scale)


def _share(part: Decimal, full_scale: Decimal) -> float:
    """Return the part in percent of the full scale, from 0 to 100, to one decimal; 0 if the scale is 0 or negative."""
    return (
        float(min(max(100 * part / full_scale, Decimal(0)), Decimal(100)).quantize(Decimal("0.1")))
        if full_scale > 0
        else 0.0
    )
