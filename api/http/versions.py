"""Versions of what the API returns: `ETag` on reading, `If-Match` on changing."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest
from django.utils.http import parse_etags, quote_etag
from ninja import Schema
from ninja.renderers import JSONRenderer

from api.http.problems import PreconditionFailed


def etag_of(content: bytes) -> str:
    """Return the ETag of the body of a response."""
    return quote_etag(hashlib.sha256(content).hexdigest()[:32])


def check_if_match(request: HttpRequest, schema: type[Schema], row: Any) -> None:
    """Raise PreconditionFailed when If-Match names another version than the one that is returned for `row` now.

    Without the header nothing is checked. Call it with the row locked, so that nobody changes it in between.
    """
    if "If-Match" not in request.headers:
        return
    versions = parse_etags(request.headers["If-Match"])  # none for a version without its quotation marks
    if "*" in versions:
        return
    values = schema.model_validate(row).model_dump()
    content = JSONRenderer().render(request, values, response_status=200)
    if etag_of(content.encode()) not in versions:
        raise PreconditionFailed
