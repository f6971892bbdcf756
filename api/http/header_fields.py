"""The header fields of requests and responses, as the OpenAPI document names them."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

TEXT: Final = {"type": "string"}


def _parameter(name: str, description: StrOrPromise, **schema: str) -> dict[str, Any]:
    """Return a header field of requests, which is a text unless the schema says more."""
    return {"in": "header", "name": name, "required": False, "description": description, "schema": TEXT | schema}


REQUEST_HEADERS: Final = {
    "Accept-Language": _parameter(
        "Accept-Language", _("Language of sentences, fr or en, unless the person chose one for their account.")
    ),
    "If-None-Match": _parameter("If-None-Match", _("ETag of what you have: the answer is 304 if it has not changed.")),
    "If-Match": _parameter("If-Match", _("ETag of what you read: the answer is 412 if someone changed it since.")),
    "Idempotency-Key": _parameter(
        "Idempotency-Key",
        _(
            "A UUID of yours. If you send the same request with the same key again within a day, it changes nothing and"
            " gets the same answer."
        ),
        format="uuid",
    ),
}
RESPONSE_HEADERS: Final = {
    name: {"description": description, "schema": TEXT}
    for name, description in {
        "ETag": _("Version of the object, for If-Match and If-None-Match."),
        "Location": _("Address of the new object."),
        "Content-Location": _("Path at which to read what was changed."),
        "Idempotency-Replayed": _("“true” where an earlier request with this key made the change."),
        "RateLimit-Policy": _("Limit of the token: q requests in w seconds."),
        "RateLimit": _("What is left: r requests for the next t seconds."),
        "Retry-After": _("Seconds to wait."),
    }.items()
}


def request_headers(*, is_change: bool, takes_version: bool) -> list[dict[str, str]]:
    """Return references to the header fields that an operation takes; a change of an object takes its version."""
    names = ["Accept-Language", *(["Idempotency-Key"] if is_change else ["If-None-Match"])]
    names += ["If-Match"] if takes_version else []
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def response_headers(status: int, *, is_change: bool) -> dict[str, dict[str, str]]:
    """Return references to the header fields of a response with this status, to a change or to a request that reads."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in _names(status, is_change)}


def _names(status: int, is_change: bool) -> Iterator[str]:
    """Yield the names of these header fields; a response to an unknown token has none."""
    if status in {200, 201, 202, 304}:
        yield "ETag"
    if status in {200, 201, 202} and is_change:
        yield from ("Content-Location", "Idempotency-Replayed")
    if status in {201, 202}:
        yield "Location"
    if status != 401:
        yield from ("RateLimit-Policy", "RateLimit")
    if status == 429:
        yield "Retry-After"
