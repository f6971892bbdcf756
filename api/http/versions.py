"""Versions of what the API returns: `ETag` on reading, `If-Match` on changing."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils.http import parse_etags, quote_etag
from ninja import Schema
from ninja.renderers import JSONRenderer

from api.http.problems import PreconditionFailed
from web.forms.row_changes import lock_row

M = TypeVar("M", bound=Model)


def etag_of(content: bytes) -> str:
    """Return the ETag of the body of a response."""
    return quote_etag(hashlib.sha256(content).hexdigest()[:32])


@contextmanager
def locked_if_current(request: HttpRequest, schema: type[Schema], row: M, read: Callable[[], Any]) -> Iterator[M]:
    """Lock a row until the end of the block, within a transaction, and yield it as it is now.

    Raises PreconditionFailed when If-Match names another version than the one that `read` returns for `schema` now.
    Without the header nothing is checked.
    """
    with transaction.atomic():
        locked = lock_row(row)
        if "If-Match" in request.headers and not _is_current(request, schema, read()):
            raise PreconditionFailed
        yield locked


def _is_current(request: HttpRequest, schema: type[Schema], row: Any) -> bool:
    """Return whether If-Match names the version of the row; it names none without quotation marks."""
    versions = parse_etags(request.headers["If-Match"])
    content = JSONRenderer().render(request, schema.model_validate(row).model_dump(), response_status=200)
    return "*" in versions or etag_of(content.encode()) in versions
