"""Who may comment, and who may change or withdraw a comment."""

from datetime import UTC, datetime

from accounts.models import User
from comments import permissions
from comments.models import Comment
from prototypes.models import Idea
from tests.prototypes.test_permissions import allowed

OWNER, OTHER = User(pk=1), User(pk=2)


def test_everyone_in_the_cohort_may_comment():
    assert allowed(permissions.can_add_comment) == "SCDPMR"


def test_only_the_writer_changes_a_comment_until_it_is_withdrawn():
    comment = Comment(written_by=OWNER)
    assert [bool(permissions.can_change_comment(user, comment)) for user in (OWNER, OTHER)] == [True, False]
    comment.withdrawn_at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    reasons = [str(permissions.can_change_comment(user, comment).reason) for user in (OWNER, OTHER)]
    assert reasons == [
        "This comment was withdrawn. It can no longer be changed.",
        "Only the person who wrote a comment can change it.",
    ]


def test_the_writer_and_the_lab_may_withdraw_a_comment():
    comment = Comment(written_by=OWNER)
    assert allowed(lambda roles: permissions.can_withdraw_comment(roles, OTHER, comment)) == "S"
    assert permissions.can_withdraw_comment(frozenset(), OWNER, comment)


def test_published_facts_take_no_comments():
    assert [bool(permissions.accepts_comments(Idea(retrospective=known))) for known in (True, False)] == [False, True]
