"""Comments on ideas, prototypes and canvases."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.lists import Page, PageQuery, read_unfiltered_page
from api.v1.references import PersonReference
from api.v1.schemas import with_example
from comments.models import Comment
from comments.views import SUBJECT_LOOKUPS

router = Router(auth=TokenAuth(Area.IDEAS), tags=[Area.IDEAS.value])


class CommentOut(Schema):
    """A comment, or a reply to the one in `thread`. A withdrawn comment has no text."""

    model_config = with_example(
        {
            "id": 71,
            "thread": None,
            "text": "The sign is too high for wheelchairs.",
            "written_by": {"id": 12, "name": "Anne Martin"},
            "written_at": "2026-09-15T08:20:00Z",
            "edited_at": None,
            "withdrawn_at": None,
        }
    )

    id: int
    thread: int | None = Field(alias="thread_id")
    text: str
    written_by: PersonReference
    written_at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None


@router.get(
    "/comments/{slug:about}/{int:object_id}/",
    response=Page[CommentOut],
    url_name="comments",
    summary=_("List the comments on an object"),
)
def list_comments(request: HttpRequest, query: Query[PageQuery], about: str, object_id: int) -> Any:
    """Return a part of the comments on an object; `about` is `idea`, `prototype` or `canvas`."""
    if about not in SUBJECT_LOOKUPS:
        raise Http404
    subject = SUBJECT_LOOKUPS[about](request, object_id)
    rows = Comment.objects.visible_to(person(request)).about(subject).select_related("written_by")
    return read_unfiltered_page(request, rows, query)
