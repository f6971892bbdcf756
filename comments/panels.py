"""The comments below the pages of ideas, prototypes and canvases."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from comments.conversation import said_about, talk_about
from prototypes.permissions import Letters
from prototypes.registries import Columns, Page, PagePart


def said(page: Page, user: User) -> Columns:
    """What was said is read along with an idea, whose page has much to read."""
    return {"said": said_about(page, user)}


def below(request: HttpRequest, subject: Any, holds: Letters) -> dict[str, Any]:
    return {"talk": talk_about(request, subject, holds)}


PAGE_PART = PagePart(
    "comments/panel.html",
    pages={"idea": "below", "prototype": "below", "canvas": "below"},
    context=below,
    columns=said,
)
