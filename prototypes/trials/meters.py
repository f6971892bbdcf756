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
    """Return the bar that shows a test's observed value against its threshold; None when one of them is missing."""
    if trial.observed_value is None or trial.threshold is None:
        return None
    return draw_meter(
        trial.observed_value,
        trial.threshold,
        texts=(figure(trial.observed_value, trial.unit), criterion(trial)),
        is_share=trial.is_share,
        met=trial.meets(trial.observed_value),
    )


def draw_meter(observed: Decimal, threshold: Decimal, *, texts: tuple[str, str], is_share: bool, met: bool) -> Meter:
    """Return the bar of an observed value and its threshold; `texts` are both as the label writes them.

    With `is_share` both are percentages, and 100 fills the bar; otherwise the larger of them fills four fifths.
    Negative figures stay at the left end.
    """
    full_scale = Decimal(100) if is_share else max(observed, threshold) * HEADROOM
    label = _("observed: %(observed)s; threshold: %(threshold)s") % {"observed": texts[0], "threshold": texts[1]}
    return Meter(_share(observed, full_scale), _share(threshold, full_scale), label, met)


def _share(part: Decimal, full_scale: Decimal) -> float:
    """Return the part in percent of the full scale, from 0 to 100, to one decimal; 0 if the scale is 0 or negative."""
    return (
        float(min(max(100 * part / full_scale, Decimal(0)), Decimal(100)).quantize(Decimal("0.1")))
        if full_scale > 0
        else 0.0
    )
