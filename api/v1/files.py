"""Pictures and documents of an object, and their content."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.lists import Page, PageQuery, read_rows
from api.v1.schemas import with_example
from files.attachments.views.lookups import get_owner_or_404
from files.attachments.views.serving import file
from files.models import Attachment
from web.dates.clock import day_in
from web.site_addresses import absolute_url

router = Router(auth=TokenAuth(Area.FILES), tags=[Area.FILES.value])
BINARY = {"type": "string", "format": "binary"}


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
def list_files(request: HttpRequest, query: Query[PageQuery], about: str, object_id: int) -> Any:
    """Return a part of the files of an object.

    `about` is `session`, `idea`, `prototype`, `trial` (a test), `note`, `agreement` or `application`.
    """
    owner = get_owner_or_404(request, about, object_id)
    return read_rows(request, Attachment.objects.viewable_by(owner, day_in(owner.zone, now())), query)


@router.get(
    "/files/{int:pk}/content/",
    response=None,
    url_name="file_content",
    summary=_("Download a file"),
    openapi_extra={"responses": {200: {"description": "OK", "content": {"*/*": {"schema": BINARY}}}}},
)
def read_content(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Return the picture in its full size, or the document."""
    return file(request, pk)
