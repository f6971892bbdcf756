"""Pictures and documents of an object, and their content.

A token needs two scopes: that of files, and that of the area of the object.
"""

from datetime import date, datetime
from typing import Any, Final

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from api.enums import Area, Permission
from api.http.authentication import TokenAuth, check_scope
from api.http.lists import Page, PageQuery, read_unfiltered_page
from api.http.requests import ApiRequest
from api.v1.schemas import with_example
from files.attachments.views.lookups import get_owner_or_404, get_viewable_file_or_404
from files.attachments.views.serving import attachment_response
from files.enums import StoredSize
from files.models import Attachment
from web.dates.clock import day_in
from web.site_addresses import absolute_url

router = Router(auth=TokenAuth(Area.FILES), tags=[Area.FILES.value])
BINARY = {"type": "string", "format": "binary"}
# By kind of object with files, the area whose scope a token needs too.
AREAS: Final = {
    "session": Area.COHORTS,
    "idea": Area.IDEAS,
    "prototype": Area.IDEAS,
    "trial": Area.IDEAS,
    "note": Area.NOTES,
    "agreement": Area.COSTS,
    "application": Area.CALLS,
}


class FileOut(Schema):
    """A picture or a document. `consent` says for whom the people on it agreed to be seen, `consent_until` how long."""

    model_config = with_example(
        {
            "id": 88,
            "kind": "image",
            "name": "paper-counter.jpg",
            "content_type": "image/jpeg",
            "size": 184320,
            "alt_text": "A counter made of cardboard, with a sign.",
            "consent": "nobody",
            "consent_until": None,
            "uploaded_at": "2026-09-14T15:04:00Z",
            "content": "https://lab.example/api/v1/files/88/content/",
        }
    )

    id: int
    kind: str
    name: str
    content_type: str
    size: int
    alt_text: str
    consent: str
    consent_until: date | None
    uploaded_at: datetime
    content: str

    @staticmethod
    def resolve_content(row: Any) -> str:
        """Return the address from which the file is downloaded with the token."""
        return absolute_url(reverse("api_v1:file_content", args=[row.pk]))


@router.get(
    "/files/{slug:about}/{int:object_id}/",
    response=Page[FileOut],
    url_name="files",
    summary=_("List the files of an object"),
)
def list_files(request: ApiRequest, query: Query[PageQuery], about: str, object_id: int) -> Any:
    """Return a part of the files of an object.

    `about` is `session`, `idea`, `prototype`, `trial` (a test), `note`, `agreement` or `application`.
    The token also needs the scope of its area: `cohorts:read` for a session, `ideas:read` for an idea, a prototype or a
    test, `notes:read` for a note, `costs:read` for an agreement, `calls:read` for an application.
    """
    _check_area(request, about)
    owner = get_owner_or_404(request, about, object_id)
    return read_unfiltered_page(request, Attachment.objects.viewable_by(owner, day_in(owner.zone, now())), query)


@router.get(
    "/files/{int:pk}/content/",
    response=None,
    url_name="file_content",
    summary=_("Download a file"),
    openapi_extra={"responses": {200: {"description": "OK", "content": {"*/*": {"schema": BINARY}}}}},
)
def read_content(request: ApiRequest, pk: int) -> HttpResponseBase:
    """Return the picture in its full size, or the document. The token also needs the scope of its object, as above."""
    row = get_viewable_file_or_404(request, pk)
    _check_area(request, row.about)
    return attachment_response(request, row, StoredSize.FULL)


def _check_area(request: ApiRequest, about: str) -> None:
    """Raise Refused when the token lacks the scope of the area of this kind of object, Http404 for an unknown kind."""
    if about not in AREAS or request.api_token is None:
        raise Http404
    check_scope(request.api_token, AREAS[about], Permission.READ)
