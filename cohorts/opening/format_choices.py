"""Format versions as the page that opens an edition offers them: their numbers in a line, their phases drawn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.formats.month_line import MonthLine, Span, month_line
from programmes.models import Format, FormatPhase


@dataclass(frozen=True, slots=True)
class FormatChoice:
    """A published version; `phases` says in words what `line` draws."""

    format: Format
    chosen: bool
    facts: str
    phases: str
    line: MonthLine


def format_choices(formats: Iterable[Format], chosen: str) -> list[FormatChoice]:
    """One choice per version, in the order given; `chosen` is the key of the one ticked."""
    return [_choice(version, str(version.pk) == chosen) for version in formats]


def _choice(version: Format, chosen: bool) -> FormatChoice:
    phases = list(version.phases.all())
    spans = [Span(phase.start_month, phase.end_month, phase.get_kind_display().capitalize()) for phase in phases]
    return FormatChoice(
        version,
        chosen,
        facts=" · ".join(_facts(version)),
        phases=", ".join(_phase(phase) for phase in phases),
        line=month_line(spans, version.months),
    )


def _facts(version: Format) -> Iterator[str]:
    yield ngettext("%d month", "%d months", version.months) % version.months
    if version.onsite_weeks:
        yield ngettext("%d on-site week", "%d separate on-site weeks", version.onsite_weeks) % version.onsite_weeks
    if (others := version.sessions - version.onsite_weeks) > 0:
        yield ngettext("%d session", "%d sessions", others) % others
    yield ngettext("%d seat", "%d seats", version.seats) % version.seats
    if months := version.exchange_interval_months:
        yield ngettext("Intertransfo every month", "Intertransfo every %d months", months).replace("%d", str(months))


def _phase(phase: FormatPhase) -> str:
    return _("%(phase)s from month %(start)d to month %(end)d") % {
        "phase": phase.get_kind_display(),
        "start": phase.start_month,
        "end": phase.end_month,
    }
