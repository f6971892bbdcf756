"""Data for the page of a format version: its numbers, its phases on a line of months, its reminder schedules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django_stubs_ext import StrOrPromise

from programmes.enums import Audience, ReminderScheduleKind
from programmes.formats.month_line import MonthLine, Span, month_line
from programmes.formats.reminder_schedules import email_label
from programmes.models import Format, FormatPhase, ReminderStep
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
    """Return the label and value of each number of a format version (months, sessions, seats…), for its page.

    The value is None where it is not set.
    """
    names = {field.name: field.verbose_name for field in Format._meta.fields}
    return [(names[name], getattr(version, name)) for name in NUMBERS]


def phase_line(version: Format, phases: Sequence[FormatPhase]) -> MonthLine:
    """Return the drawing of a format version's phases on a line of its months; `phases` are all its phases."""
    spans = [Span(phase.start_month, phase.end_month, phase.get_kind_display().capitalize()) for phase in phases]
    return month_line(spans, version.months)


@dataclass(frozen=True, slots=True)
class ReminderScheduleRow:
    """One reminder step in words: “26 weeks before · the lab · choose host and dates”.

    `alone` says whether its e-mail is always separate, `is_reworded` whether it is in the lab's own words.
    """

    slug: str
    when: str
    audience: StrOrPromise
    email_type: StrOrPromise
    alone: bool
    is_reworded: bool


@dataclass(frozen=True, slots=True)
class ReminderScheduleTable:
    """The reminder steps for one kind of event, as a table for a page."""

    kind: ReminderScheduleKind
    rows: tuple[ReminderScheduleRow, ...]


def reminder_schedules(steps: Sequence[ReminderStep]) -> list[ReminderScheduleTable]:
    """Return one table of reminder e-mails per kind of event, empty for kinds without steps.

    `steps` are those of one format version, ordered by kind and position.
    """
    by_kind = {kind: tuple(map(schedule_row, rows)) for kind, rows in groupby(steps, key=lambda step: step.kind)}
    return [ReminderScheduleTable(kind, by_kind.get(kind.value, ())) for kind in ReminderScheduleKind]


def reminder_schedule(kind: str, steps: Iterable[ReminderStep]) -> ReminderScheduleTable:
    """Return the table of reminder e-mails for one kind of event, such as "exchange"; `steps` are its reminder steps in
    order.
    """
    return ReminderScheduleTable(ReminderScheduleKind(kind), tuple(map(schedule_row, steps)))


def schedule_row(step: ReminderStep) -> ReminderScheduleRow:
    """Return a reminder step in words, as a row of the table; an unknown slug, from an import, is shown unchanged."""
    audience = dict(Audience.choices).get(step.audience, step.audience)
    when = offset_in_words(step.step.offset)
    return ReminderScheduleRow(step.slug, when, audience, email_label(step.email_type), step.alone, step.is_reworded)
