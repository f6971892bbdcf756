"""Comparison of two versions of a format: what changed between them, with the lessons behind each change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from accounts.models import User
from notifications.reminders.schedule import parse_offset
from programmes.enums import Audience, EmailType, FormatPart, PhaseKind, ReminderScheduleKind
from programmes.formats.differences import ChangeKind, differences
from programmes.formats.outline import NUMBERS
from programmes.models import Format, Lesson, ReminderStep
from programmes.wording import offset_in_words

# offset, audience, email_type, alone, until, and the lab's own texts
StepValues = tuple[str, str, str, bool, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FormatDifference:
    """One difference between two format versions, such as “Test case: months 0–6 → months 0–4”.

    `what` names the phase or reminder schedule, and is empty for a number. `before` and `after` are its values as
    shown; None where a version has none.
    """

    what: StrOrPromise
    kind: ChangeKind
    before: str | int | None
    after: str | int | None


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One part of the format that differs (a number, the phases or the e-mails), with the lessons about it.

    `lines` are its differences.
    """

    about: FormatPart
    lines: tuple[FormatDifference, ...]
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class FormatComparison:
    """The comparison of an earlier format version (`before`) with a later one (`after`).

    `elsewhere` are answered lessons about parts that do not differ, `unanswered` accepted lessons without an answer.
    """

    before: Format
    after: Format
    rows: tuple[ComparisonRow, ...]
    elsewhere: tuple[Lesson, ...]
    unanswered: tuple[Lesson, ...]


def compare(before: Format, after: Format, lessons: Sequence[Lesson], user: User) -> FormatComparison:
    """Return the comparison of two format versions of a programme for the user; `before` is the earlier one.

    `lessons` are accepted lessons that explain the changes; a draft's answers are shown to lab staff only. Makes no
    query when the versions' phases and reminder steps are prefetched.
    """
    answered = [lesson for lesson in lessons if lesson.answer_for(user)]
    lines_by_part = {about: tuple(lines) for about, lines in _differences_by_part(before, after).items() if lines}
    rows = (ComparisonRow(about, lines, _lessons_about(answered, about)) for about, lines in lines_by_part.items())
    elsewhere = (lesson for lesson in answered if lesson.about not in lines_by_part)
    unanswered = (lesson for lesson in lessons if not lesson.answer_for(user))
    return FormatComparison(before, after, tuple(rows), tuple(elsewhere), tuple(unanswered))


def _lessons_about(lessons: Iterable[Lesson], about: FormatPart) -> tuple[Lesson, ...]:
    """Return the lessons whose answer names this part of the format, such as its phases."""
    return tuple(lesson for lesson in lessons if lesson.about == about)


def _differences_by_part(before: Format, after: Format) -> dict[FormatPart, list[FormatDifference]]:
    """Return the differences between two format versions by part of the format; the list is empty where they are equal.

    Every part has a list: each number, the required disciplines, the phases and the e-mails.
    """
    by_number = {FormatPart(name): _number_differences(before, after, name) for name in NUMBERS}
    return by_number | {
        FormatPart.REQUIRED_DISCIPLINES: _list_differences(before.required_disciplines, after.required_disciplines),
        FormatPart.CRITERIA: _list_differences(before.criteria, after.criteria),
        FormatPart.PHASES: _phase_differences(before, after),
        FormatPart.EMAILS: _email_differences(before, after),
    }


def _number_differences(before: Format, after: Format, name: str) -> list[FormatDifference]:
    """Return the difference in one number of two format versions, in a list; empty when it is equal.

    `name` is the field of the number, such as "months".
    """
    changes = differences({name: getattr(before, name)}, {name: getattr(after, name)})
    return [FormatDifference("", change.kind, change.before, change.after) for change in changes]


def _list_differences(before: Sequence[str], after: Sequence[str]) -> list[FormatDifference]:
    """Return the difference between the disciplines or criteria of two format versions, in a list; empty when equal."""
    lists = [", ".join(names) or None for names in (before, after)]
    return [FormatDifference("", "changed", *lists)] if lists[0] != lists[1] else []


def _phase_differences(before: Format, after: Format) -> list[FormatDifference]:
    """Return one difference per phase whose months differ, or that only one of the two format versions has.

    They are in the order in which a programme has its phases; the list is empty when all phases are equal.
    """
    changes = differences(_phase_months(before), _phase_months(after))
    changes.sort(key=lambda change: PhaseKind.values.index(change.key))
    return [
        FormatDifference(
            PhaseKind(change.key).label, change.kind, _months_text(change.before), _months_text(change.after)
        )
        for change in changes
    ]


def _phase_months(version: Format) -> dict[str, tuple[int, int]]:
    """Return the start and end month of each phase of a format version as a pair, by kind of phase."""
    return {phase.kind: (phase.start_month, phase.end_month) for phase in version.phases.all()}


def _months_text(span: tuple[int, int] | None) -> str | None:
    """Return the start and end month of a phase in words, such as “months 0–6”; None for a phase that the version
    lacks.
    """
    return span and _("months %(start)d–%(end)d") % {"start": span[0], "end": span[1]}


def _email_differences(before: Format, after: Format) -> list[FormatDifference]:
    """Return the differences between the e-mails that two format versions send as reminders, one for each step that
    differs.

    A reminder schedule that only one version has is one difference.
    """
    steps_by_kind = [(kind, _steps_by_slug(before, kind), _steps_by_slug(after, kind)) for kind in ReminderScheduleKind]
    return [line for kind, old, new in steps_by_kind for line in _schedule_differences(kind, old, new)]


def _steps_by_slug(version: Format, kind: ReminderScheduleKind) -> dict[str, StepValues]:
    """Return the reminder steps of a format version for one kind of event, by slug, in order of position.

    Each is a tuple (offset, audience, email_type, alone, until, texts).
    """
    steps = sorted(version.reminder_steps.all(), key=lambda step: step.position)
    return {
        step.slug: (step.offset, step.audience, step.email_type, step.alone, step.until, _texts(step))
        for step in steps
        if step.kind == kind
    }


def _texts(step: ReminderStep) -> tuple[str, ...]:
    """Return the lab's own wording of a step, () where all texts are the usual ones."""
    return tuple(getattr(step, name) for name in ReminderStep.TEXTS) if step.is_reworded else ()


def _schedule_differences(
    kind: ReminderScheduleKind, before: dict[str, StepValues], after: dict[str, StepValues]
) -> list[FormatDifference]:
    """Return the differences between the reminder schedules that two format versions have for one kind of event.

    Both map the slugs of steps to tuples (offset, audience, email_type, alone, until, texts). A schedule that is empty
    on one side only is one difference.
    """
    if bool(before) != bool(after):
        return [FormatDifference(kind.label, "added" if after else "removed", _count_text(before), _count_text(after))]
    changes = differences(before, after)
    return [
        FormatDifference(kind.label, change.kind, _step_text(change.before), _after_text(change.before, change.after))
        for change in changes
    ]


def _after_text(before: StepValues | None, after: StepValues | None) -> str | None:
    """Return the later version's step in words; it says so when both versions have different wordings of their own."""
    text = _step_text(after)
    has_new_words = bool(before and after and before[-1] and after[-1] and before[-1] != after[-1])
    return f"{text} ({_('worded differently')})" if has_new_words else text


def _count_text(steps: dict[str, StepValues]) -> str | None:
    """Return how many e-mails a reminder schedule has, in words; None when it has none. The argument holds its steps by
    slug.
    """
    text = ngettext("%(n)d e-mail", "%(n)d e-mails", len(steps)) % {"n": len(steps)}
    return text if steps else None


def _step_text(step: StepValues | None) -> str | None:
    """Return a reminder step in words: when it is sent, what and to whom; None for a step that the version lacks.

    The step is a tuple (offset, audience, email_type, alone, until, texts). An unknown slug, from an import, is shown
    unchanged.
    """
    if step is None:
        return None
    offset, audience, email_type, alone, until, texts = step
    text = _("%(when)s: %(email)s (to: %(audience)s)") % {
        "when": offset_in_words(parse_offset(offset)),
        "email": dict(EmailType.choices).get(email_type, email_type),
        "audience": dict(Audience.choices).get(audience, audience),
    }
    text += f", {_('always a separate e-mail')}" if alone else ""
    text += f", {_('in the lab’s own words')}" if texts else ""
    return text + (f", {_('useful until')} {offset_in_words(parse_offset(until))}" if until else "")
