"""Lessons noted in the demonstration's Transfo, and the later format version that answers some of them."""

import tomllib
from datetime import timedelta

from accounts.models import User
from cohorts.models import Cohort
from cohorts.people.enums import MembershipRole
from labplatform.demo.dates import FIRST_COHORT, Dates, moment
from labplatform.demo.stories import CONTENT, StoryData
from programmes.actions import (
    PhaseSpan,
    accept_lesson,
    add_lesson,
    answer_lesson,
    publish_format,
    refuse_lesson,
    revise_format,
    set_phases,
)
from programmes.models import Edition, Format, Lesson, Method

PUBLISHED_BEFORE = timedelta(days=21)  # before today
PHASES = (
    PhaseSpan("preparation", 0, 1),
    PhaseSpan("immersion", 1, 3),
    PhaseSpan("test_case", 3, 7),
    PhaseSpan("priority_challenges", 7, 16),
    PhaseSpan("handover", 16, 18),
)


def add_lessons(*, edition: Edition, cohort: Cohort, dates: Dates, by: User) -> None:
    """Note the lessons of `content/lessons.toml` as members of `cohort`, then accept or refuse them as the lab (`by`).

    The next version of the edition's format is published for that: it answers some of them.
    """
    version = _later_version(edition, dates, by)
    for lesson_data in tomllib.loads((CONTENT / "lessons.toml").read_text(encoding="utf-8"))["lessons"]:
        writer = User.objects.filter(memberships__cohort=cohort, memberships__role=MembershipRole(lesson_data["by"]))
        lesson = add_lesson(
            edition=edition,
            phase=lesson_data["phase"],
            text=lesson_data["text"],
            method=Method.objects.filter(name=lesson_data.get("method")).first(),
            today=dates.on(FIRST_COHORT, lesson_data["day"]),
            by=writer.order_by("memberships__pk")[0],
        )
        _accept_or_refuse(lesson, lesson_data, version, by)


def _later_version(edition: Edition, dates: Dates, by: User) -> Format:
    """Create the next version of the edition's format and publish it three weeks before today, as `by`; return it."""
    draft = revise_format(
        format=edition.format,
        label="Dix-huit mois, dix sessions (démonstration)",
        months=18,
        sessions=10,
        day_allowance=30,
        by=by,
    )
    set_phases(format=draft, phases=PHASES, by=by)
    return publish_format(format=draft, at=moment(dates.today - PUBLISHED_BEFORE), by=by)


def _accept_or_refuse(lesson: Lesson, lesson_data: StoryData, version: Format, by: User) -> None:
    """Refuse the lesson, or accept it and say which format `version` answers it, or leave it open, as its story says.

    `by` is the member of lab staff who does so.
    """
    if "refused" in lesson_data:
        refuse_lesson(lesson=lesson, reason=lesson_data["refused"], by=by)
    elif "answer" in lesson_data:
        accept_lesson(lesson=lesson, by=by)
        answer_lesson(
            lesson=lesson, answered_by=version, answer=lesson_data["answer"], about=lesson_data["about"], by=by
        )
