"""What the Transfo of the demonstration has taught, and the later format version that answers some of it."""

import tomllib
from datetime import timedelta

from accounts.models import User
from cohorts.models import Cohort
from cohorts.people.enums import Role
from labplatform.demo.dates import FIRST, Dates, moment
from labplatform.demo.stories import CONTENT, Told
from programmes.actions import (
    PhaseMonths,
    accept_lesson,
    answer_lesson,
    note_lesson,
    publish_format,
    refuse_lesson,
    revise_format,
    set_phases,
)
from programmes.models import Edition, Format, Lesson

PUBLISHED = timedelta(days=21)  # before today
PHASES = (
    PhaseMonths("preparation", 0, 1),
    PhaseMonths("immersion", 1, 3),
    PhaseMonths("test_case", 3, 7),
    PhaseMonths("priority_challenges", 7, 16),
    PhaseMonths("handover", 16, 18),
)


def learn(*, edition: Edition, cohort: Cohort, dates: Dates, by: User) -> None:
    """The lessons of `content/lessons.toml`, noted in the first cohort and judged by the lab."""
    version = _later_version(edition, dates, by)
    for told in tomllib.loads((CONTENT / "lessons.toml").read_text(encoding="utf-8"))["lessons"]:
        writer = User.objects.filter(memberships__cohort=cohort, memberships__role=Role(told["by"]))
        lesson = note_lesson(
            edition=edition,
            phase=told["phase"],
            text=told["text"],
            today=dates.on(FIRST, told["day"]),
            by=writer.order_by("memberships__pk")[0],
        )
        _judge(lesson, told, version, by)


def _later_version(edition: Edition, dates: Dates, by: User) -> Format:
    draft = revise_format(
        format=edition.format,
        label="Dix-huit mois, dix sessions (démonstration)",
        months=18,
        sessions=10,
        day_allowance=30,
        by=by,
    )
    set_phases(format=draft, phases=PHASES, by=by)
    return publish_format(format=draft, at=moment(dates.today - PUBLISHED), by=by)


def _judge(lesson: Lesson, told: Told, version: Format, by: User) -> None:
    if "refused" in told:
        refuse_lesson(lesson=lesson, reason=told["refused"], by=by)
    elif "answer" in told:
        accept_lesson(lesson=lesson, by=by)
        answer_lesson(lesson=lesson, answered_by=version, answer=told["answer"], about=told["about"], by=by)
