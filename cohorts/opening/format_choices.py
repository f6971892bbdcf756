"""Format versions as choices on the page that opens an edition: their numbers as text, their phases as a drawing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.formats.month_line import MonthLine, Span, month_line
from programmes.models import Format, FormatPhase


@dataclass(frozen=True, slots=True)
class FormatChoice:
    """A published format version as a choice: its numbers as text (`facts`), its phases in words and as a drawing
    (`line`).
    """

    format: Format
    chosen: bool
    facts: str
    phases: str
    line: MonthLine


def format_choices(formats: Iterable[Format], chosen: str) -> list[FormatChoice]:
    """Return each format version as a choice, with its numbers and phases as text and a drawing, in the order given.

    `chosen` is the id of the selected version, as text.
    """
    return [_format_choice(version, str(version.pk) == chosen) for version in formats]


def _format_choice(version: Format, chosen: bool) -> FormatChoice:
    """Return one format version as a choice, with its numbers and phases as text and as a drawing; `chosen` if
    selected.
    """
    phases = list(version.phases.all())
    spans = [Span(phase.start_month, phase.end_month, phase.get_kind_display().capitalize()) for phase in phases]
    return FormatChoice(
        version,
        chosen,
        facts=" · ".join(_number_texts(version)),
        phases=", ".join(_phase_text(phase) for phase in phases),
        line=month_line(spans, version.months),
    )


def _number_texts(version: Format) -> Iterator[str]:
    """Yield the numbers of a format version as short texts such as “18 months”: months, weeks, sessions, seats,
    exchanges.

    On-site weeks, other sessions and exchanges are left out when there are none.
    """
    yield ngettext("%d month", "%d months", version.months) % version.months
    if version.onsite_weeks:
        yield ngettext("%d on-site week", "%d separate on-site weeks", version.onsite_weeks) % version.onsite_weeks
    if (others := version.sessions - version.onsite_weeks) > 0:
        yield ngettext("%d session", "%d sessions", others) % others
    yield ngettext("%d seat", "%d seats", version.seats) % version.seats
    if months := version.exchange_interval_months:
        yield ngettext("Intertransfo every month", "Intertransfo every %d months", months).replace("%d", str(months))


def _phase_text(phase: FormatPhase) -> str:
    """Return a phase of a format in words, with its first and last month: “immersion from month 0 to month 6”."""
    return _("%(phase)s from month %(start)d to month %(end)d") % {
        "phase": phase.get_kind_display(),
        "start": phase.start_month,
        "end": phase.end_month,
    }
