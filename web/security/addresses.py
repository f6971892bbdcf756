"""Refuse addresses with a null character, which PostgreSQL stores in no text."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def refuse_null_characters(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware that answers 400 to a null character in the parameters of an address.

    In forms Django's fields refuse it; in a path no route has an object of that name.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        """Return the response to the request; raise BadRequest if its query string has a null character."""
        if b"\0" in unquote_to_bytes(request.META.get("QUERY_STRING", "")):
            raise BadRequest("The query string has a null character")
        return get_response(request)

    return middleware
