"""Serve files: only to people who may see them, with headers that keep a browser from running anything in them."""

import logging
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from files.attachments.views.lookups import get_viewable_file_or_404
from files.enums import StoredSize
from files.models import Attachment
from files.storage import open_stored, proxy_address
from web.exports.downloads import SAFE_HEADERS, SAFE_PICTURE_HEADERS, file_response

logger = logging.getLogger(__name__)

# The person's browser caches the file and checks each time, so that a withdrawn file disappears at once.
CACHE_HEADERS: Final = {"Cache-Control": "private, no-cache"}


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the picture `pk` in its full size, or download the document.

    Raises Http404 if it is withdrawn, if the person may not see its object, or without consent for their audience.
    """
    return attachment_response(request, get_viewable_file_or_404(request, pk), StoredSize.FULL)


@require_safe
def thumbnail(request: HttpRequest, pk: int, size: str) -> HttpResponseBase:
    """Show a picture in a smaller size (“small” or “large”).

    Raises Http404 for a document, and for a picture that the person cannot look at.
    """
    row = get_viewable_file_or_404(request, pk)
    if not row.is_image:
        raise Http404
    return attachment_response(request, row, size)


def attachment_response(request: HttpRequest, row: Attachment, size: str) -> HttpResponseBase:
    """Return the response with one size of a file (“full”, “large”, “small”) and headers that let nothing in it run.

    Returns 304 if the browser has that version cached; raises Http404 where the file is missing on the disk.
    """
    etag = quote_etag(f"{row.sha256[:32]}-{size}")
    answer = get_conditional_response(request, etag=etag) or _open_file(row, size)
    for name, value in {
        **(SAFE_PICTURE_HEADERS if row.is_image else SAFE_HEADERS),
        **CACHE_HEADERS,
        "ETag": etag,
    }.items():
        answer[name] = value
    return answer


def _open_file(row: Attachment, size: str) -> HttpResponseBase:
    """Return the response with the content of a file in one size (“full”, “large”, “small”).

    Raises Http404, and logs it, where the file is missing on the disk.
    """
    try:
        return stored_file_response(
            row.stored, size, name=row.name, content_type=row.served_type(size), saved=not row.is_image
        )
    except FileNotFoundError as error:
        logger.exception("The file of attachment %d is missing", row.pk)
        raise Http404 from error


def stored_file_response(
    stored: str, size: str, *, name: str, content_type: str, saved: bool = True
) -> HttpResponseBase:
    """Return the response that serves a stored file or, with the setting FILES_ACCEL, the header by which the proxy
    serves it.

    `stored` is its random name, `name` the one for the reader; with `saved`, the browser downloads it. Raises
    FileNotFoundError when it is missing; in a bucket, the proxy answers 404.
    """
    source = (
        settings.FILES_ACCEL + proxy_address(stored, size, content_type)
        if settings.FILES_ACCEL
        else open_stored(stored, size)
    )
    return file_response(source, name=name, content_type=content_type, as_attachment=saved)
