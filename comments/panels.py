"""The comments below the pages of ideas, prototypes and canvases."""

from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest

from accounts.models import User
from accounts.roles import Roles
from comments.conversation import conversation_about, latest_comments_of
from web.pages.panels import Panel


def comments_of_idea(user: User) -> dict[str, ArraySubquery]:
    """Return the column `latest_comments` for a query of ideas: the latest comments on each that the person may
    read.
    """
    return {"latest_comments": latest_comments_of("idea", user)}


def comments_panel(request: HttpRequest, subject: Any, roles: Roles) -> dict[str, Any] | None:
    """Return the template context of the comments below a page, {"conversation": …}; None for published facts.

    `subject` is the page's idea, prototype or canvas, `roles` are the reader's in its cohort.
    """
    conversation = conversation_about(request, subject, roles)
    return {"conversation": conversation} if conversation else None


PANEL: Final = Panel("comments/panel.html", comments_panel)
IDEA_PANEL: Final = Panel("comments/panel.html", comments_panel, columns=comments_of_idea)
