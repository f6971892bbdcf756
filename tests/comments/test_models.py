"""The constraints and triggers of comments: one subject, one level of answers, no text once withdrawn."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from comments.models import MAX_CHARACTERS, SUBJECT_SQL, Comment, Mention
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
    insert_like(comment, idempotency_key=uuid4(), **columns)


def test_a_comment_has_exactly_one_subject():
    comment = CommentFactory()
    for columns in ({"idea_id": None}, {"prototype_id": PrototypeFactory().pk}, {"canvas_id": CanvasFactory().pk}):
        with refused_by("comment_about_one"):
            copy(comment, **columns)


def test_each_kind_of_subject_has_a_column():
    assert set(SUBJECT_SQL) == {field.name for field in Comment._meta.fields} & {"idea", "prototype", "canvas"}


@pytest.mark.parametrize("text", ["", "x" * (MAX_CHARACTERS + 1)])
def test_the_text_has_a_minimum_and_a_maximum_length(text: str):
    with refused_by("comment_says_something" if not text else "comment_length"):
        update(CommentFactory(), text=text)


def test_a_withdrawn_comment_has_no_text():
    with refused_by("comment_says_something"):
        update(CommentFactory(), withdrawn_at=LATER)


@pytest.mark.parametrize(
    "columns", [{"edited_at": "2026-11-22T09:00Z"}, {"withdrawn_at": "2026-11-22T09:00Z", "text": ""}]
)
def test_no_date_is_before_the_comment_was_written(columns: dict[str, str]):
    with refused_by("comment_in_order"):
        update(CommentFactory(), **columns)


def test_the_idempotency_key_is_unique():
    comment = CommentFactory()
    with refused_by("comment_idempotency_key_unique"):
        insert_like(comment)


def test_published_facts_cannot_be_commented_on():
    comment, known = CommentFactory(), IdeaFactory(retrospective=True, state="")
    with refused_by("comment_on_running_work"):
        copy(comment, idea_id=known.pk)
    prototype = PrototypeFactory(retrospective=True)
    with refused_by("comment_on_running_work"):
        copy(comment, idea_id=None, prototype_id=prototype.pk)
    with refused_by("comment_on_running_work"):
        copy(comment, idea_id=None, canvas_id=CanvasFactory(cohort__retrospective=True).pk)


def test_a_reply_is_one_level_deep():
    opener = CommentFactory()
    answer = CommentFactory(thread=opener)
    with refused_by("comment_answers_one_level"):
        copy(opener, thread_id=answer.pk)


def test_a_reply_has_the_same_subject():
    opener = CommentFactory()
    with refused_by("comment_answers_one_level"):
        copy(opener, thread_id=opener.pk, idea_id=IdeaFactory().pk)
    with refused_by("comment_answers_one_level"):
        copy(opener, thread_id=opener.pk, idea_id=None, prototype_id=PrototypeFactory(idea=opener.idea).pk)


def test_a_comment_cannot_be_moved():
    comment = CommentFactory()
    other = CommentFactory(idea=comment.idea)
    for columns in ({"idea_id": IdeaFactory().pk}, {"thread_id": other.pk}, {"written_at": LATER}):
        with refused_by("comment_fixed"):
            update(comment, **columns)


def test_a_withdrawn_comment_cannot_be_changed():
    comment = CommentFactory(text="", withdrawn_at=LATER)
    for columns in ({"withdrawn_at": None, "text": "Again"}, {"edited_at": LATER}):
        with refused_by("comment_stays"):
            update(comment, **columns)


def test_a_comment_is_never_deleted():
    with refused_by("comment_stays"):
        delete(CommentFactory())


def test_only_the_lab_withdraws_comments_of_others_with_a_reason(cast: Cast):
    comment = CommentFactory()
    gone = {"text": "", "withdrawn_at": LATER}
    for by, reason in ((cast["S"].pk, " "), (None, "Insultes")):
        with refused_by("comment_withdrawal_reason_given"):
            update(comment, **gone, withdrawn_by_id=by, withdrawal_reason=reason)
    with refused_by("comment_withdrawal_reason_given"):
        update(comment, withdrawn_by_id=cast["S"].pk, withdrawal_reason="Insultes")
    with refused_by("comment_withdrawn_by_lab"):
        update(comment, **gone, withdrawn_by_id=cast["P"].pk, withdrawal_reason="Insultes")
    update(comment, **gone, withdrawn_by_id=cast["S"].pk, withdrawal_reason="Insultes")
    update(comment, withdrawn_by_id=UserFactory().pk)
    with refused_by("comment_stays"):
        update(comment, withdrawal_reason="Autre chose")


def test_people_can_be_erased_from_withdrawn_comments():
    comment, nobody = CommentFactory(text="", withdrawn_at=LATER), UserFactory()
    update(comment, written_by_id=nobody.pk)
    comment.refresh_from_db()
    assert comment.written_by == nobody


def test_the_history_does_not_store_the_text():
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
    def test_only_people_who_may_read_the_comment_can_be_mentioned(self, cast: Cast, shared: bool, on: str):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=shared)
        made = {
            "idea": lambda: idea,
            "prototype": lambda: PrototypeFactory(idea=idea),
            "canvas": lambda: CanvasFactory(cohort=cast.cohort, shared_with_edition=shared),
        }
        comment = CommentFactory(on=made[on]())
        mentioned = set()
        for role in EVERYONE:
            try:
                with refused_by("mention_of_a_reader"):
                    Mention.objects.create(comment=comment, person=cast[role])
            except pytest.fail.Exception:
                mentioned.add(role)
        reading = {role for role in EVERYONE if Idea.objects.visible_to(cast[role]).filter(pk=idea.pk).exists()}
        assert (mentioned, "N" in reading) == (reading, shared)
