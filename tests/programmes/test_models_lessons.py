"""Constraints of lessons, tested with raw SQL."""

from datetime import date
from typing import Any

import pytest

from programmes.enums import FormatPart, LessonState
from programmes.models import Edition, Format, Lesson
from tests.factories.accounts import UserFactory
from tests.factories.programmes import EditionFactory, FormatFactory, LessonFactory
from tests.sql import insert_like, refused_by, update

pytestmark = pytest.mark.django_db
STATES = LessonState.values
ALLOWED = {("proposed", "accepted"), ("proposed", "refused")}
ANSWER = {"answer": "Two months less", "about": "phases"}


@pytest.fixture
def edition(db: None) -> Edition:
    return EditionFactory(format=FormatFactory(version=2))


@pytest.fixture
def later(edition: Edition) -> Format:
    return FormatFactory(programme=edition.programme, version=3)


def judged(state: str) -> dict[str, str]:
    return {"state": state, "reason": "It stays" if state == "refused" else ""}


class TestState:
    @pytest.mark.parametrize("before", STATES)
    def test_the_lab_decides_once(self, before: str):
        lesson = LessonFactory(state=before)
        for after in set(STATES) - {before}:
            if (before, after) in ALLOWED:
                update(LessonFactory(state=before), **judged(after))
            else:
                with refused_by("lesson_fixed" if "refused" in (before, after) else "lesson_state"):
                    update(lesson, **judged(after))

    @pytest.mark.parametrize("state", ["accepted", "refused"])
    def test_a_lesson_is_created_as_proposed(self, state: str):
        with refused_by("lesson_state"):
            insert_like(LessonFactory(), text="Another", **judged(state))

    @pytest.mark.parametrize("change", [{"state": "refused", "reason": " \n"}, {"reason": "For nothing"}], ids=str)
    def test_only_a_refusal_has_a_reason(self, change: dict[str, str]):
        with refused_by("lesson_refused_reason"):
            update(LessonFactory(), **change)


class TestTexts:
    @pytest.mark.parametrize("text", ["", " \n "])
    def test_the_text_is_required(self, text: str):
        with refused_by("lesson_text_required"):
            update(LessonFactory(), text=text)

    @pytest.mark.parametrize(
        ("column", "rule"),
        [("text", "lesson_length"), ("reason", "lesson_reason_length"), ("answer", "lesson_answer_length")],
    )
    def test_texts_have_a_maximum_length(self, column: str, rule: str, edition: Edition, later: Format):
        lesson = (
            LessonFactory(edition=edition, answered_by=later) if column == "answer" else LessonFactory(edition=edition)
        )
        also = {"state": "refused"} if column == "reason" else {}
        with refused_by(rule):
            update(lesson, **{column: "x" * 10_001}, **also)

    def test_a_person_adds_the_same_lesson_once_per_phase(self):
        lesson = LessonFactory()
        with refused_by("lesson_once"):
            insert_like(lesson, noted_on=date(2026, 11, 3))
        insert_like(lesson, phase="handover")
        insert_like(lesson, noted_by_id=UserFactory().pk)
        assert Lesson.objects.count() == 3

    def test_the_date_is_plausible(self):
        with refused_by("lesson_plausible_date"):
            insert_like(LessonFactory(), text="Another", noted_on=date(1026, 11, 2))

    @pytest.mark.parametrize("state", ["accepted", "refused"])
    @pytest.mark.parametrize("change", [{"text": "Other"}, {"phase": "handover"}], ids=str)
    def test_the_text_is_fixed_after_the_decision(self, state: str, change: dict[str, str]):
        with refused_by("lesson_fixed"):
            update(LessonFactory(state=state), **change)

    def test_the_reason_of_a_refusal_cannot_change(self):
        with refused_by("lesson_fixed"):
            update(LessonFactory(state="refused"), reason="Another one")

    @pytest.mark.parametrize("state", STATES)
    def test_edition_and_date_cannot_change(self, state: str, edition: Edition):
        lesson = LessonFactory(state=state)
        for change in ({"edition_id": edition.pk}, {"noted_on": date(2026, 11, 3)}):
            with refused_by("lesson_fixed"):
                update(lesson, **change)


class TestAnswer:
    @pytest.mark.parametrize("state", ["proposed", "refused"])
    def test_only_an_accepted_lesson_can_be_answered(self, state: str, edition: Edition, later: Format):
        with refused_by("lesson_answered_accepted"):
            update(LessonFactory(edition=edition, state=state), answered_by_id=later.pk, **ANSWER)

    @pytest.mark.parametrize("version", [1, 2])
    def test_the_answer_is_a_later_version_than_the_pinned_one(self, version: int, edition: Edition):
        lesson = LessonFactory(edition=edition, state="accepted")
        given = edition.format if version == 2 else FormatFactory(programme=edition.programme, version=version)
        with refused_by("lesson_version_later"):
            update(lesson, answered_by_id=given.pk, **ANSWER)

    def test_the_answer_is_a_version_of_the_same_programme(self, edition: Edition):
        with refused_by("lesson_version_of_programme"):
            update(
                LessonFactory(edition=edition, state="accepted"), answered_by_id=FormatFactory(version=9).pk, **ANSWER
            )

    @pytest.mark.parametrize("change", [{"answer": " "}, {"answered_by_id": None}], ids=str)
    def test_an_answer_has_both_text_and_version(self, change: dict[str, Any], edition: Edition, later: Format):
        lesson = LessonFactory(edition=edition, answered_by=later)
        with refused_by("lesson_answer_text_required"):
            update(lesson, **change)
        update(lesson, answered_by_id=None, answer="")

    @pytest.mark.parametrize("published", [True, False])
    def test_the_running_edition_keeps_its_version(self, published: bool, edition: Edition):
        later = FormatFactory(programme=edition.programme, version=3, **{} if published else {"published_at": None})
        LessonFactory(edition=edition, answered_by=later)
        pinned = edition.format_id
        with refused_by("edition_format_pinned"):
            update(edition, format_id=later.pk)
        edition.refresh_from_db()
        assert (edition.state, edition.format_id) == ("running", pinned)


def test_parts_of_a_format_have_the_names_of_the_format_page():
    names = {field.name: str(field.verbose_name) for field in Format._meta.fields}
    assert {name: label for name, label in FormatPart.choices if name in names} == {
        name: names[name] for name in FormatPart.values[:-3]
    }


@pytest.mark.parametrize(("state", "tone"), [("proposed", "waiting"), ("accepted", "open"), ("refused", "stopped")])
def test_a_state_has_its_tone(state: str, tone: str):
    assert Lesson(state=state).tone == tone
