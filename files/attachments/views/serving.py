"""The files themselves: each time only to those who may see them, and so that a browser runs nothing of them."""

import logging
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from files.attachments.views.finding import shown_at
from files.enums import Size
from files.models import Attachment
from files.storage import address_of, path_of
from web.exports.downloads import HARMLESS, HARMLESS_PICTURE, kept_file

logger = logging.getLogger(__name__)

# Kept by the person's own browser, which asks each time: what is withdrawn is gone at once.
CACHED: Final = {"Cache-Control": "private, no-cache"}


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
    for name, value in {**(HARMLESS_PICTURE if row.is_image else HARMLESS), **CACHED, "ETag": etag}.items():
        answer[name] = value
    return answer


def _opened(row: Attachment, size: str) -> HttpResponseBase:
    try:
        return content_of(row.stored, size, name=row.name, content_type=row.served_type(size), saved=not row.is_image)
    except FileNotFoundError as error:
        logger.exception("The file of attachment %d is missing", row.pk)
        raise Http404 from error


def content_of(stored: str, size: str, *, name: str, content_type: str, saved: bool = True) -> HttpResponseBase:
    """The bytes of a kept file, or, with FILES_ACCEL, where the proxy that asked finds them."""
    found_at = settings.FILES_ACCEL + address_of(stored, size) if settings.FILES_ACCEL else ""
    return kept_file(path_of(stored, size), name=name, content_type=content_type, found_at=found_at, saved=saved)
