"""The files themselves: each time only to those who may see them, and so that a browser runs nothing of them."""

import logging
from typing import Final

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from files.enums import Size
from files.models import Attachment
from files.storage import address_of, path_of
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


def _opened(row: Attachment, size: str) -> HttpResponseBase:
    try:
        return content_of(
            row.stored, size, name=row.name, content_type=row.served_type(size), as_attachment=not row.is_image
        )
    except FileNotFoundError as error:
        logger.exception("The file of attachment %d is missing", row.pk)
        raise Http404 from error


def content_of(stored: str, size: str, *, name: str, content_type: str, as_attachment: bool) -> HttpResponseBase:
    """The bytes of a kept file, or, with FILES_ACCEL, where the proxy that asked finds them.

    What the browser is told is said here in both cases. Raises FileNotFoundError.
    """
    path = path_of(stored, size)
    if not settings.FILES_ACCEL:
        return FileResponse(path.open("rb"), as_attachment=as_attachment, filename=name, content_type=content_type)
    path.stat()
    answer = HttpResponse(content_type=content_type)
    if disposition := content_disposition_header(as_attachment=as_attachment, filename=name):
        answer["Content-Disposition"] = disposition
    answer["X-Accel-Redirect"] = settings.FILES_ACCEL + address_of(stored, size)
    return answer
