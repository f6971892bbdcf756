"""What the page of a format version shows: its numbers, its phases on a line, its ladders as tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django_stubs_ext import StrOrPromise

from programmes.enums import Audience, LadderKind, Letter
from programmes.formats.month_line import MonthLine, Span, month_line
from programmes.models import Format, FormatPhase, LadderStep
from programmes.wording import offset_in_words

NUMBERS = (
    "months",
    "onsite_weeks",
    "sessions",
    "days_per_session",
    "seats",
    "day_allowance",
    "first_prototype_months",
    "exchange_interval_months",
    "exchange_days",
)


def numbers(version: Format) -> list[tuple[StrOrPromise, int | None]]:
    """Each number with its name; None where the version has none."""
    names = {field.name: field.verbose_name for field in Format._meta.fields}
    return [(names[name], getattr(version, name)) for name in NUMBERS]


def line(version: Format, phases: Sequence[FormatPhase]) -> MonthLine:
    spans = [Span(phase.start_month, phase.end_month, phase.get_kind_display().capitalize()) for phase in phases]
    return month_line(spans, version.months)


@dataclass(frozen=True, slots=True)
class LadderRow:
    """“26 weeks before · the lab · choose host and dates”."""

    when: str
    audience: StrOrPromise
    letter: StrOrPromise
    alone: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    kind: LadderKind
    rows: tuple[LadderRow, ...]


def ladders(steps: Sequence[LadderStep]) -> list[Ladder]:
    """One table per kind of event, empty ones too; `steps` come in the order of kind and position."""
    by_kind = {kind: tuple(map(_row, rows)) for kind, rows in groupby(steps, key=lambda step: step.kind)}
    return [Ladder(kind, by_kind.get(kind.value, ())) for kind in LadderKind]


def ladder(kind: str, steps: Iterable[LadderStep]) -> Ladder:
    return Ladder(LadderKind(kind), tuple(map(_row, steps)))


def _row(step: LadderStep) -> LadderRow:
    """Slugs an import brought from elsewhere are shown as they are."""
    audience = dict(Audience.choices).get(step.audience, step.audience)
    letter = dict(Letter.choices).get(step.letter, step.letter)
    return LadderRow(offset_in_words(step.step.offset), audience, letter, step.alone)
