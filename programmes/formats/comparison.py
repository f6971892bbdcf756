"""Two format versions side by side, in words: what changed, and beside each change the lessons behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from accounts.models import User
from notifications.reminders.schedule import parse_offset
from programmes.enums import About, Audience, LadderKind, Letter, PhaseKind
from programmes.formats.differences import Kind, differences
from programmes.formats.outline import NUMBERS
from programmes.models import Format, Lesson
from programmes.wording import offset_in_words

Rung = tuple[str, str, str, bool, str]  # offset, audience, letter, alone, until


@dataclass(frozen=True, slots=True)
class Line:
    """“Test case: months 0–6 → months 0–4”; `what` is empty where the row says it."""

    what: StrOrPromise
    kind: Kind
    before: str | int | None
    after: str | int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A number, the phases or the letters, with what changed of them and why."""

    about: About
    lines: tuple[Line, ...]
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`elsewhere` are answered lessons about nothing that differs, `unanswered` those accepted and still waiting."""

    before: Format
    after: Format
    rows: tuple[Row, ...]
    elsewhere: tuple[Lesson, ...]
    unanswered: tuple[Lesson, ...]


def compare(before: Format, after: Format, lessons: Sequence[Lesson], user: User) -> Comparison:
    """`before` is the earlier one; phases and ladder steps of both, and `lessons`, are read already."""
    answered = [lesson for lesson in lessons if lesson.answer_for(user)]
    changed = {about: tuple(lines) for about, lines in _changed(before, after).items() if lines}
    rows = (Row(about, lines, _about(answered, about)) for about, lines in changed.items())
    elsewhere = (lesson for lesson in answered if lesson.about not in changed)
    unanswered = (lesson for lesson in lessons if not lesson.answer_for(user))
    return Comparison(before, after, tuple(rows), tuple(elsewhere), tuple(unanswered))


def _about(lessons: Iterable[Lesson], about: About) -> tuple[Lesson, ...]:
    return tuple(lesson for lesson in lessons if lesson.about == about)


def _changed(before: Format, after: Format) -> dict[About, list[Line]]:
    found = {About(name): _number(before, after, name) for name in NUMBERS}
    return found | {
        About.REQUIRED_DISCIPLINES: _disciplines(before, after),
        About.PHASES: _phases(before, after),
        About.LETTERS: _letters(before, after),
    }


def _number(before: Format, after: Format, name: str) -> list[Line]:
    changes = differences({name: getattr(before, name)}, {name: getattr(after, name)})
    return [Line("", change.kind, change.before, change.after) for change in changes]


def _disciplines(before: Format, after: Format) -> list[Line]:
    lists = [", ".join(version.required_disciplines) or None for version in (before, after)]
    return [Line("", "changed", *lists)] if lists[0] != lists[1] else []


def _phases(before: Format, after: Format) -> list[Line]:
    changes = differences(_months(before), _months(after))
    changes.sort(key=lambda change: PhaseKind.values.index(change.key))
    return [
        Line(PhaseKind(change.key).label, change.kind, _in_months(change.before), _in_months(change.after))
        for change in changes
    ]


def _months(version: Format) -> dict[str, tuple[int, int]]:
    return {phase.kind: (phase.start_month, phase.end_month) for phase in version.phases.all()}


def _in_months(span: tuple[int, int] | None) -> str | None:
    return span and _("months %(start)d–%(end)d") % {"start": span[0], "end": span[1]}


def _letters(before: Format, after: Format) -> list[Line]:
    """Step by step; a ladder that is new as a whole, or gone, is one line."""
    found = [(kind, _rungs(before, kind), _rungs(after, kind)) for kind in LadderKind]
    return [line for kind, old, new in found for line in _ladder(kind, old, new)]


def _rungs(version: Format, kind: LadderKind) -> dict[str, Rung]:
    steps = sorted(version.ladder_steps.all(), key=lambda step: step.position)
    return {
        step.slug: (step.offset, step.audience, step.letter, step.alone, step.until)
        for step in steps
        if step.kind == kind
    }


def _ladder(kind: LadderKind, before: dict[str, Rung], after: dict[str, Rung]) -> list[Line]:
    if bool(before) != bool(after):
        return [Line(kind.label, "added" if after else "removed", _how_many(before), _how_many(after))]
    changes = differences(before, after)
    return [Line(kind.label, change.kind, _in_words(change.before), _in_words(change.after)) for change in changes]


def _how_many(rungs: dict[str, Rung]) -> str | None:
    said = ngettext("%(n)d e-mail", "%(n)d e-mails", len(rungs)) % {"n": len(rungs)}
    return said if rungs else None


def _in_words(rung: Rung | None) -> str | None:
    """Slugs an import brought from elsewhere are shown as they are."""
    if rung is None:
        return None
    offset, audience, letter, alone, until = rung
    said = _("%(when)s: %(letter)s (to: %(audience)s)") % {
        "when": offset_in_words(parse_offset(offset)),
        "letter": dict(Letter.choices).get(letter, letter),
        "audience": dict(Audience.choices).get(audience, audience),
    }
    said += f", {_('always a separate e-mail')}" if alone else ""
    return said + (f", {_('useful until')} {offset_in_words(parse_offset(until))}" if until else "")
