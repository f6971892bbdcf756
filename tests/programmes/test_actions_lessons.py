"""Actions on lessons: added, edited, decided, answered."""

import pytest

from programmes import actions
from programmes.models import Edition, Format, Lesson
from tests.factories.cast import TODAY, Cast
from tests.factories.programmes import FormatFactory, LessonFactory
from web.errors import DomainError
from web.forms.edit_conflicts import EditConflict, fingerprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(cast: Cast) -> Format:
    return FormatFactory(programme=cast.edition.programme, published_at=None)


def add_lesson(cast: Cast, text: str = " Too long. ") -> Lesson:
    return actions.add_lesson(edition=cast.edition, phase="test_case", text=text, today=TODAY, by=cast["M"])


def current(lesson: Lesson) -> tuple[object, ...]:
    lesson.refresh_from_db()
    return lesson.state, lesson.reason, lesson.answered_by, lesson.answer, lesson.about


def test_a_lesson_records_author_and_day(cast: Cast):
    lesson = add_lesson(cast)
    assert (lesson.text, lesson.noted_by, lesson.noted_on, lesson.state) == ("Too long.", cast["M"], TODAY, "proposed")


@pytest.mark.parametrize(("text", "field"), [("Too long.", "text"), ("  ", "text")])
def test_repeated_or_empty_text_is_refused_next_to_the_text(cast: Cast, text: str, field: str):
    add_lesson(cast)
    with pytest.raises(DomainError) as refused:
        add_lesson(cast, text)
    assert (refused.value.field, Lesson.objects.count()) == (field, 1)


def test_a_lesson_can_be_edited_until_the_lab_decides(cast: Cast):
    lesson = actions.edit_lesson(lesson=add_lesson(cast), phase="handover", text="Too short.", by=cast["M"])
    assert (lesson.phase, lesson.text) == ("handover", "Too short.")
    actions.accept_lesson(lesson=lesson, by=cast["S"])
    with pytest.raises(DomainError, match="The lab has already decided on this lesson: it can no"):
        actions.edit_lesson(lesson=lesson, phase="handover", text="Other.", by=cast["M"])


def test_the_second_of_two_tabs_gets_an_edit_conflict(cast: Cast):
    lesson = add_lesson(cast)
    version_token = fingerprint(*lesson.form_values().values())
    actions.edit_lesson(lesson=lesson, phase="handover", text="First.", version_token=version_token, by=cast["M"])
    with pytest.raises(EditConflict) as refused:
        actions.edit_lesson(lesson=lesson, phase="handover", text="Second.", version_token=version_token, by=cast["M"])
    assert refused.value.current == {"phase": "handover", "text": "First.", "method": None}


def test_the_first_decision_is_kept(cast: Cast):
    lesson = add_lesson(cast)
    for reason in ("Funders ask for it.", "Another."):
        actions.refuse_lesson(lesson=lesson, reason=reason, by=cast["S"])
    with pytest.raises(DomainError, match="The lab has already decided on this lesson: it is refused"):
        actions.accept_lesson(lesson=lesson, by=cast["S"])
    assert current(lesson) == ("refused", "Funders ask for it.", None, "", "")


def test_a_refusal_needs_a_reason(cast: Cast):
    with pytest.raises(DomainError) as refused:
        actions.refuse_lesson(lesson=add_lesson(cast), reason=" ", by=cast["S"])
    assert refused.value.field == "reason"


def test_an_answer_can_be_given_and_withdrawn(cast: Cast, later: Format):
    lesson = actions.accept_lesson(lesson=add_lesson(cast), by=cast["S"])
    actions.answer_lesson(lesson=lesson, answered_by=later, answer=" Shorter. ", about="phases", by=cast["S"])
    assert current(lesson) == ("accepted", "", later, "Shorter.", "phases")
    assert Edition.objects.get(pk=cast.edition.pk).format_id == cast.edition.format_id
    actions.withdraw_answer(lesson=lesson, by=cast["S"])
    assert current(lesson) == ("accepted", "", None, "", "")
    assert lesson.events.latest("pgh_id").pgh_context.metadata["action"] == "withdraw_answer"


def test_publishing_the_answer_changes_neither_lesson_nor_version(cast: Cast):
    published = FormatFactory(programme=cast.edition.programme)
    lesson = LessonFactory(edition=cast.edition, state="accepted")
    actions.answer_lesson(lesson=lesson, answered_by=published, answer="Shorter.", by=cast["S"])
    assert [event.pgh_label for event in published.events.order_by("pgh_id")] == ["insert", "update"]  # its birth


@pytest.mark.parametrize("state", ["proposed", "refused"])
def test_only_accepted_lessons_can_be_answered(cast: Cast, later: Format, state: str):
    lesson = LessonFactory(edition=cast.edition, state=state)
    with pytest.raises(DomainError, match="Accept the lesson first"):
        actions.answer_lesson(lesson=lesson, answered_by=later, answer="Shorter.", by=cast["S"])


def test_the_pinned_version_cannot_answer_a_lesson(cast: Cast):
    lesson = LessonFactory(edition=cast.edition, state="accepted")
    with pytest.raises(DomainError, match="Choose a version that is later than the edition’s") as refused:
        actions.answer_lesson(lesson=lesson, answered_by=cast.edition.format, answer="As it was.", by=cast["S"])
    assert refused.value.field == "answered_by"
