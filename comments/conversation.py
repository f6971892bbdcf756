"""What is said about a subject, as its page shows it: the latest comments, and the form to add one."""

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
from comments.forms import CommentForm
from comments.models import Comment, CommentQuerySet
from comments.permissions import may_comment, open_to_comments
from prototypes.permissions import Letters
from web.database.nested_rows import columns, nested, revived
from web.decisions import Decision
from web.text.markdown import named_in
from web.text.names import shown_name

SHOWN: Final = 20


@dataclass(frozen=True)
class Line:
    """A comment as the reader sees it; `also` are people it is meant for and does not name.

    `for_lab`: somebody else's that the reader may take back.
    """

    comment: Comment
    own: bool
    also: Sequence[str]
    for_lab: bool


@dataclass(frozen=True)
class Talk:
    """What is said about a subject: lines, and the form where the reader may say something too.

    `answers` is the conversation it is limited to, `new` the comment that was written just now.
    """

    subject: Any
    lines: Sequence[Line]
    may: Decision
    form: forms.Form | None
    earlier: bool = False
    answers: Comment | None = None
    new: int = 0

    @property
    def all_href(self) -> str:
        return reverse(f"comments:{self.subject._meta.model_name}_comments", args=[self.subject.pk])

    @property
    def write_href(self) -> str:
        """Where the form is sent."""
        if self.answers:
            return reverse("comments:answer", args=[self.answers.pk])
        return reverse(f"comments:comment_on_{self.subject._meta.model_name}", args=[self.subject.pk])


def talk_about(
    request: HttpRequest, subject: Any, holds: Letters, *, form: forms.Form | None = None, new: int = 0
) -> Talk | None:
    """What stands below a subject's page; None for published facts, which nobody comments on.

    In one statement, or in none where the subject was read with a column `said` (`said_about`).
    """
    if not open_to_comments(subject):
        return None
    may = may_comment(holds)
    said = vars(subject).pop("said", None)  # once: a comment may be written meanwhile
    rows = (
        _latest(Comment.objects.visible_to(person(request)).about(subject))
        if said is None
        else [_told(row) for row in said]
    )
    shown = form or (CommentForm(people=None) if may else None)
    return Talk(subject, lines_of(rows[:SHOWN], person(request)), may, shown, earlier=len(rows) > SHOWN, new=new)


def said_about(column: str, user: User) -> ArraySubquery:
    """The latest comments on each row of a statement that the person may read; `column` is what they call the row."""
    rows = latest_first(Comment.objects.visible_to(user).filter(**{column: OuterRef("pk")}))[: SHOWN + 1]
    return nested(rows, *columns(Comment), "names", by="written_by__full_name")


def _latest(rows: CommentQuerySet) -> list[Comment]:
    return list(latest_first(rows)[: SHOWN + 1])


def _told(row: Mapping[str, Any]) -> Comment:
    """A comment as `said_about` reads it, as one of `with_names`."""
    comment = revived(Comment, row)
    comment.written_by = User(pk=row["written_by_id"], full_name=shown_name(row["by"]))
    vars(comment)["names"] = [shown_name(name) for name in row["names"]]
    return comment


def latest_first(rows: CommentQuerySet) -> CommentQuerySet:
    return rows.with_names().as_talk().reverse()


def lines_of(rows: Sequence[Comment], user: User) -> list[Line]:
    """In the order they are read: the latest last."""
    return [_line(row, user) for row in reversed(rows)]


def _line(row: Comment, user: User) -> Line:
    names = vars(row)["names"]
    stands, own = not row.taken_back_at, row.written_by_id == user.pk
    said = named_in(row.text, names)
    also = [name for name in names if name not in said]
    return Line(row, stands and own, also, for_lab=stands and not own and user.is_lab_staff)
