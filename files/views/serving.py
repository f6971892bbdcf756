"""The files themselves: each time only to those who may see them, and so that a browser runs nothing of them."""

import logging
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from files.enums import Size
from files.models import Attachment
from files.storage import path_of
from files.views.finding import shown_at

logger = logging.getLogger(__name__)

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    # Kept by the person's own browser, which asks each time: what is withdrawn is gone at once.
    "Cache-Control": "private, no-cache",
}


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A picture in full, to look at; a document, to be saved."""
    return _served(request, shown_at(request, pk), Size.FULL)


@require_safe
def thumbnail(request: HttpRequest, pk: int, size: str) -> HttpResponseBase:
    """A picture in one of its smaller sizes."""
    row = shown_at(request, pk)
    if not row.is_image:
        raise Http404
    return _served(request, row, size)


def _served(request: HttpRequest, row: Attachment, size: str) -> HttpResponseBase:
    """The bytes under our own headers; 304 where the browser has them, and the person may still see them."""
    etag = quote_etag(f"{row.sha256[:32]}-{size}")
    answer = get_conditional_response(request, etag=etag) or _opened(row, size)
    for name, value in {**HEADERS, "ETag": etag}.items():
        answer[name] = value
    return answer


def _opened(row: Attachment, size: str) -> FileResponse:
    try:
        content = path_of(row.stored, size).open("rb")
    except FileNotFoundError as error:
        logger.exception("The file of attachment %d is missing", row.pk)
        raise Http404 from error
    return FileResponse(content, as_attachment=not row.is_image, filename=row.name, content_type=row.served_type(size))
