"""What the database holds of comments: about one thing, one level of answers, gone for good once taken back."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from comments.models import MOST_SAID, SUBJECTS, Comment, Mention
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import EVERYONE, Cast
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory
from tests.sql import delete, execute, insert_like, refused_by, update

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 11, 24, 9, tzinfo=UTC)


def copy(comment: Comment, **columns: object) -> None:
    insert_like(comment, entry=uuid4(), **columns)


def test_a_comment_is_about_exactly_one_thing():
    comment = CommentFactory()
    for columns in ({"idea_id": None}, {"prototype_id": PrototypeFactory().pk}, {"canvas_id": CanvasFactory().pk}):
        with refused_by("comment_about_one"):
            copy(comment, **columns)


def test_each_thing_that_takes_comments_has_its_column():
    assert set(SUBJECTS) == {field.name for field in Comment._meta.fields} & {"idea", "prototype", "canvas"}


@pytest.mark.parametrize("text", ["", "x" * (MOST_SAID + 1)])
def test_it_says_something_and_not_too_much(text: str):
    with refused_by("comment_says_something" if not text else "comment_length"):
        update(CommentFactory(), text=text)


def test_what_is_taken_back_says_nothing():
    with refused_by("comment_says_something"):
        update(CommentFactory(), taken_back_at=LATER)


@pytest.mark.parametrize(
    "columns", [{"edited_at": "2026-11-22T09:00Z"}, {"taken_back_at": "2026-11-22T09:00Z", "text": ""}]
)
def test_nothing_happens_to_it_before_it_was_written(columns: dict[str, str]):
    with refused_by("comment_in_order"):
        update(CommentFactory(), **columns)


def test_the_same_form_gives_one_comment():
    comment = CommentFactory()
    with refused_by("comment_entry_once"):
        insert_like(comment)


def test_published_facts_take_none():
    comment, known = CommentFactory(), IdeaFactory(retrospective=True, state="")
    with refused_by("comment_on_running_work"):
        copy(comment, idea_id=known.pk)
    prototype = PrototypeFactory(retrospective=True)
    with refused_by("comment_on_running_work"):
        copy(comment, idea_id=None, prototype_id=prototype.pk)
    with refused_by("comment_on_running_work"):
        copy(comment, idea_id=None, canvas_id=CanvasFactory(cohort__retrospective=True).pk)


def test_an_answer_is_one_level_deep():
    opener = CommentFactory()
    answer = CommentFactory(thread=opener)
    with refused_by("comment_answers_one_level"):
        copy(opener, thread_id=answer.pk)


def test_an_answer_is_about_the_same_thing():
    opener = CommentFactory()
    with refused_by("comment_answers_one_level"):
        copy(opener, thread_id=opener.pk, idea_id=IdeaFactory().pk)
    with refused_by("comment_answers_one_level"):
        copy(opener, thread_id=opener.pk, idea_id=None, prototype_id=PrototypeFactory(idea=opener.idea).pk)


def test_a_comment_stays_where_it_was_written():
    comment = CommentFactory()
    other = CommentFactory(idea=comment.idea)
    for columns in ({"idea_id": IdeaFactory().pk}, {"thread_id": other.pk}, {"written_at": LATER}):
        with refused_by("comment_fixed"):
            update(comment, **columns)


def test_once_taken_back_it_is_taken_back_for_good():
    comment = CommentFactory(text="", taken_back_at=LATER)
    for columns in ({"taken_back_at": None, "text": "Again"}, {"edited_at": LATER}):
        with refused_by("comment_stays"):
            update(comment, **columns)


def test_a_comment_is_never_deleted():
    with refused_by("comment_stays"):
        delete(CommentFactory())


def test_the_lab_alone_takes_back_what_others_wrote_and_says_why(cast: Cast):
    comment = CommentFactory()
    gone = {"text": "", "taken_back_at": LATER}
    for by, reason in ((cast["S"].pk, " "), (None, "Insultes")):
        with refused_by("comment_taken_back_why"):
            update(comment, **gone, taken_back_by_id=by, taken_back_reason=reason)
    with refused_by("comment_taken_back_why"):
        update(comment, taken_back_by_id=cast["S"].pk, taken_back_reason="Insultes")
    with refused_by("comment_taken_back_by_lab"):
        update(comment, **gone, taken_back_by_id=cast["P"].pk, taken_back_reason="Insultes")
    update(comment, **gone, taken_back_by_id=cast["S"].pk, taken_back_reason="Insultes")
    update(comment, taken_back_by_id=UserFactory().pk)
    with refused_by("comment_stays"):
        update(comment, taken_back_reason="Autre chose")


def test_an_erased_person_is_replaced_in_what_was_taken_back_too():
    comment, nobody = CommentFactory(text="", taken_back_at=LATER), UserFactory()
    update(comment, written_by_id=nobody.pk)
    comment.refresh_from_db()
    assert comment.written_by == nobody


def test_the_history_never_has_the_text():
    comment = CommentFactory(text="A word I regret")
    update(comment, text="Another", edited_at=LATER)
    assert execute("SELECT count(*) FROM comments_commentevent e WHERE e::text LIKE %s", "%regret%") == [(0,)]


class TestMentions:
    @pytest.fixture
    def idea(self, cast: Cast) -> Idea:
        return IdeaFactory(cohort=cast.cohort)

    def test_a_person_is_mentioned_once(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, names=[cast["P"]])
        with refused_by("mention_once"):
            insert_like(comment.mentions.get())

    @pytest.mark.parametrize("shared", [False, True])
    @pytest.mark.parametrize("on", ["idea", "prototype", "canvas"])
    def test_exactly_those_who_may_read_it_can_be_mentioned(self, cast: Cast, shared: bool, on: str):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=shared)
        made = {
            "idea": lambda: idea,
            "prototype": lambda: PrototypeFactory(idea=idea),
            "canvas": lambda: CanvasFactory(cohort=cast.cohort, shared_with_edition=shared),
        }
        comment = CommentFactory(on=made[on]())
        mentioned = set()
        for letter in EVERYONE:
            try:
                with refused_by("mention_of_a_reader"):
                    Mention.objects.create(comment=comment, person=cast[letter])
            except pytest.fail.Exception:
                mentioned.add(letter)
        reading = {letter for letter in EVERYONE if Idea.objects.visible_to(cast[letter]).filter(pk=idea.pk).exists()}
        assert (mentioned, "N" in reading) == (reading, shared)
