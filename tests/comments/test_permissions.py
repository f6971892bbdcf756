"""Who may comment, and who may change or take back a comment."""

from datetime import UTC, datetime

from accounts.models import User
from comments import permissions as may
from comments.models import Comment
from prototypes.models import Idea
from tests.prototypes.test_permissions import allowed

OWNER, OTHER = User(pk=1), User(pk=2)


def test_everyone_of_the_cohort_comments():
    assert allowed(may.may_comment) == "SCDPMR"


def test_only_its_writer_changes_a_comment_and_only_while_it_stands():
    comment = Comment(written_by=OWNER)
    assert [bool(may.own_comment(user, comment)) for user in (OWNER, OTHER)] == [True, False]
    comment.taken_back_at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    reasons = [str(may.own_comment(user, comment).reason) for user in (OWNER, OTHER)]
    assert reasons == [
        "This comment was withdrawn. It can no longer be changed.",
        "Only the person who wrote a comment can change it.",
    ]


def test_a_comment_is_taken_back_by_its_writer_wherever_they_are_and_by_the_lab():
    comment = Comment(written_by=OWNER)
    assert allowed(lambda letters: may.may_take_back(letters, OTHER, comment)) == "S"
    assert may.may_take_back(frozenset(), OWNER, comment)


def test_published_facts_take_no_comments():
    assert [bool(may.open_to_comments(Idea(retrospective=known))) for known in (True, False)] == [False, True]
