"""The latest comments on a subject as its page shows them, and the form to add one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.requests import person
from accounts.roles import Roles
from comments.forms import CommentForm
from comments.models import Comment, CommentQuerySet
from comments.permissions import accepts_comments, can_add_comment
from web.database.nested_rows import column_names, nested, row_from_nested
from web.decisions import Decision
from web.text.markdown import mentioned_names
from web.text.names import display_name

COMMENTS_PER_PAGE: Final = 20


@dataclass(frozen=True)
class CommentLine:
    """A comment as the reader sees it; `also_for` are people it mentions without naming them in the text.

    `can_lab_withdraw`: it is someone else's, and the reader may withdraw it for the lab.
    """

    comment: Comment
    is_own: bool
    also_for: Sequence[str]
    can_lab_withdraw: bool


@dataclass(frozen=True)
class Conversation:
    """The comments on a subject, and the form when the reader may comment.

    `replies_to` is the comment whose thread the page is about, `new` the key of the comment that was just written.
    `has_earlier` is True when there are older comments than those in `lines`.
    """

    subject: Any
    lines: Sequence[CommentLine]
    can_comment: Decision
    form: forms.Form | None
    has_earlier: bool = False
    replies_to: Comment | None = None
    new: int = 0

    @property
    def all_href(self) -> str:
        """Return the URL of the page with all comments on the subject, 20 on each page."""
        return reverse(f"comments:{self.subject._meta.model_name}_comments", args=[self.subject.pk])

    @property
    def write_href(self) -> str:
        """Return the URL that the comment form is sent to.

        On the page of a thread the person replies in it; on other pages they comment on the subject.
        """
        if self.replies_to:
            return reverse("comments:reply", args=[self.replies_to.pk])
        return reverse(f"comments:comment_on_{self.subject._meta.model_name}", args=[self.subject.pk])


def conversation_about(
    request: HttpRequest, subject: Any, roles: Roles, *, form: forms.Form | None = None, new: int = 0
) -> Conversation | None:
    """Return the latest comments and the form below a subject's page.

    None for published facts, which have no comments. `roles` are the reader's in the subject's cohort, `form` replaces
    the empty form, `new` is the key of the comment just written (0: none). Runs one statement, or none when the subject
    was read with the column `latest_comments` (`latest_comments_of`).
    """
    if not accepts_comments(subject):
        return None
    can_comment = can_add_comment(roles)
    nested_rows = vars(subject).pop("latest_comments", None)  # used once: later, there may be new comments
    rows = (
        _read_latest(Comment.objects.visible_to(person(request)).about(subject))
        if nested_rows is None
        else [_from_nested(row) for row in nested_rows]
    )
    form = form or (CommentForm(people=None) if can_comment else None)
    lines, has_earlier = comment_lines(rows[:COMMENTS_PER_PAGE], person(request)), len(rows) > COMMENTS_PER_PAGE
    return Conversation(subject, lines, can_comment, form, has_earlier=has_earlier, new=new)


def latest_comments_of(column: str, user: User) -> ArraySubquery:
    """Return a subquery for the 21 latest comments on each row of a query that the user may read, as nested JSON.

    `column` is the field of a comment that refers to the row: `idea`, `prototype` or `canvas`. A page shows 20: the
    last one tells whether there are earlier ones.
    """
    rows = ordered_latest_first(Comment.objects.visible_to(user).filter(**{column: OuterRef("pk")}))[
        : COMMENTS_PER_PAGE + 1
    ]
    return nested(rows, *column_names(Comment), "names", by="written_by__full_name")


def _read_latest(rows: CommentQuerySet) -> list[Comment]:
    """Return the 21 latest of these comments, the latest thread first.

    A page shows 20, the last one tells of earlier ones.
    """
    return list(ordered_latest_first(rows)[: COMMENTS_PER_PAGE + 1])


def _from_nested(row: Mapping[str, Any]) -> Comment:
    """Return the comment in a nested row of `latest_comments_of`, as an object with its writer.

    Its `names` are those of the people it mentions.
    """
    comment = row_from_nested(Comment, row)
    comment.written_by = User(pk=row["written_by_id"], full_name=display_name(row["by"]))
    vars(comment)["names"] = [display_name(name) for name in row["names"]]
    return comment


def ordered_latest_first(rows: CommentQuerySet) -> CommentQuerySet:
    """Return the comments by thread, the thread with the latest comment first, and in a thread the latest reply first.

    Each comment also gets its writer and, as `names`, the people it mentions.
    """
    return rows.with_mentioned_names().by_conversation().reverse()


def comment_lines(rows: Sequence[Comment], user: User) -> list[CommentLine]:
    """Turn comments, given latest first, into lines for the page, with the latest comment last.

    `user` is the reader: a line has whether the comment is theirs and whether they may withdraw it for the lab.
    """
    return [_line(row, user) for row in reversed(rows)]


def _line(row: Comment, user: User) -> CommentLine:
    """Return the line of one comment for the page; `user` is the reader.

    It has whether the reader may change the comment, whether they may withdraw it for the lab, and whom it mentions
    without naming them in the text.
    """
    names = vars(row)["names"]
    can_withdraw, own = not row.withdrawn_at, row.written_by_id == user.pk
    in_text = mentioned_names(row.text, names)
    also_for = [name for name in names if name not in in_text]
    can_lab_withdraw = can_withdraw and not own and user.is_lab_staff and not user.is_lab_reader
    return CommentLine(row, can_withdraw and own, also_for, can_lab_withdraw=can_lab_withdraw)
