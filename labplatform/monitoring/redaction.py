"""Redaction of logs and error reports: routes and numbers stay; names, addresses, tokens and typed text go."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

# Anchored at the start of a word: matching from every character of a long word would take a minute.
ADDRESS: Final = re.compile(r"(?<![^\s<>\"'(),:;=@])[^\s<>\"'(),:;=@]+@[^\s<>\"'(),:;=@]+\.[^\s<>\"'(),:;=@]+")
# PostgreSQL quotes the row it refuses: “Key (e-mail)=(…)”, “Failing row contains (…)”.
QUOTED_ROW: Final = re.compile(r"\b(DETAIL|CONTEXT|QUERY|STATEMENT): .*$", re.MULTILINE)
# Secret tokens in paths: calendar feeds, invitations, sign-in links. About one in 1,500 random tokens has no digit,
# none is all lower case, as the words of our own paths are.
SECRET_PATH: Final = re.compile(r"(?<=/)(?=[^/\s\"'?]*[A-Z\d])[\w~-]{16,}(?=[/.\s\"'?]|$)")
QUERY: Final = re.compile(r"(?<=[\w/])\?[^\s\"']+")
REQUEST_FIELDS: Final = ("method",)
HIDDEN: Final = "…"


def redact_text(value: str) -> str:
    """Return the text with an ellipsis for e-mail addresses, secret paths, query strings, and rows that PostgreSQL
    quotes.
    """
    value = QUOTED_ROW.sub(rf"\1: {HIDDEN}", value)
    value = ADDRESS.sub(HIDDEN, value)
    return QUERY.sub(f"?{HIDDEN}", SECRET_PATH.sub(HIDDEN, value))


def redact(value: Any) -> Any:
    """Return the value with every text in it redacted, at any depth of mappings, lists and tuples.

    Numbers, dates and None stay; an exception becomes its redacted text, any other object the name of its type.
    """
    if value is None or isinstance(value, int | float | date):
        return value
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return {key: redact(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redact(inner) for inner in value]
    return redact_text(repr(value)) if isinstance(value, BaseException) else f"<{type(value).__name__}>"


def route_of(path: str) -> str:
    """Return the URL pattern that a path matches, such as `ideas/<int:pk>/`, without its values; "(none)" if none
    matches.
    """
    from django.urls import Resolver404, resolve  # noqa: PLC0415 - loads models, which beat has no use for

    try:
        return str(resolve(path).route)
    except Resolver404:
        return "(none)"


def redact_event(data: dict[str, Any], _hint: Any = None) -> dict[str, Any]:
    """Return an event for Sentry without personal data: texts redacted, of the request only method and URL pattern.

    Of the person only the key stays. `_hint` is not used.
    """
    request, user = data.pop("request", None), data.pop("user", None)
    redacted: dict[str, Any] = redact(data)
    if request:
        request_facts = {name: request[name] for name in REQUEST_FIELDS if name in request}
        redacted["request"] = request_facts | {"url": route_of(_path(str(request.get("url", ""))))}
    if user and user.get("id"):
        redacted["user"] = {"id": user["id"]}
    return redacted


def redact_breadcrumb(data: dict[str, Any], _hint: Any = None) -> dict[str, Any]:
    """Return a breadcrumb for Sentry (something that happened before an error) with redacted texts.

    `_hint` is not used.
    """
    redacted: dict[str, Any] = redact(data)
    return redacted


def _path(address: str) -> str:
    """Return the path in a URL such as `https://host/path?query`, without host and query: “/path”."""
    return "/" + address.partition("://")[2].partition("/")[2].partition("?")[0]
