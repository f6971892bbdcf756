"""The comments below the pages of ideas, prototypes and canvases."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from accounts.roles import Roles
from comments.conversation import conversation_about, latest_comments_of
from prototypes.registries import Columns, Page, PagePart


def comment_columns(page: Page, user: User) -> Columns:
    """Return the column `latest_comments`, which reads the latest comments in the statement that reads the page's row.

    `page` is the kind of page (`idea`, `prototype` or `canvas`), `user` the reader.
    """
    return {"latest_comments": latest_comments_of(page, user)}


def comments_panel(request: HttpRequest, subject: Any, roles: Roles) -> dict[str, Any]:
    """Return the template context of the comments below a page: `conversation`, which is None for published facts.

    `subject` is the page's idea, prototype or canvas, `roles` are the reader's in its cohort.
    """
    return {"conversation": conversation_about(request, subject, roles)}


PAGE_PART = PagePart(
    "comments/panel.html",
    pages={"idea": "below", "prototype": "below", "canvas": "below"},
    context=comments_panel,
    columns=comment_columns,
)
