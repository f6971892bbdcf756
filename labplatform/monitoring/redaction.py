"""What may leave the platform about itself: routes and numbers. Names, addresses, tokens and typed words stay here."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.urls import Resolver404, resolve

# Each begins where its word does: tried from every letter of a long one, it would take a minute.
ADDRESS: Final = re.compile(r"(?<![^\s<>\"'(),:;=@])[^\s<>\"'(),:;=@]+@[^\s<>\"'(),:;=@]+\.[^\s<>\"'(),:;=@]+")
# PostgreSQL quotes the row it refuses: “Key (email)=(…)”, “Failing row contains (…)”.
QUOTED_ROW: Final = re.compile(r"\b(DETAIL|CONTEXT|QUERY|STATEMENT): .*$", re.MULTILINE)
# A calendar's address, an invitation's, a link to sign in by: whoever reads the path is in. One in fifteen hundred
# that are drawn has no figure, none is of small letters only; the words of our own addresses are.
SECRET_PATH: Final = re.compile(r"(?<=/)(?=[^/\s\"'?]*[A-Z\d])[\w~-]{16,}(?=[/.\s\"'?]|$)")
QUERY: Final = re.compile(r"(?<=[\w/])\?[^\s\"']+")
OF_A_REQUEST: Final = ("method",)
HIDDEN: Final = "…"


def text(said: str) -> str:
    """The same without addresses, secrets in paths, what stands after a `?`, and rows the database quotes."""
    said = QUOTED_ROW.sub(rf"\1: {HIDDEN}", said)
    said = ADDRESS.sub(HIDDEN, said)
    return QUERY.sub(f"?{HIDDEN}", SECRET_PATH.sub(HIDDEN, said))


def everything(value: Any) -> Any:
    """Every text in it, at whatever depth; of a thing that is neither text nor number, its kind."""
    if value is None or isinstance(value, int | float | date):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {key: everything(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [everything(inner) for inner in value]
    return text(repr(value)) if isinstance(value, BaseException) else f"<{type(value).__name__}>"


def route_of(path: str) -> str:
    """The pattern an address matches, as in `ideas/<int:pk>/`, so that nothing of it is kept."""
    try:
        return str(resolve(path).route)
    except Resolver404:
        return "(none)"


def event(found: dict[str, Any], _hint: Any = None) -> dict[str, Any]:
    """What Sentry is told: of the request its method and route, of the person the number, every text gone through."""
    request, user = found.pop("request", None), found.pop("user", None)
    told: dict[str, Any] = everything(found)
    if request:
        kept = {name: request[name] for name in OF_A_REQUEST if name in request}
        told["request"] = kept | {"url": route_of(_path(str(request.get("url", ""))))}
    if user and user.get("id"):
        told["user"] = {"id": user["id"]}
    return told


def breadcrumb(found: dict[str, Any], _hint: Any = None) -> dict[str, Any]:
    told: dict[str, Any] = everything(found)
    return told


def _path(address: str) -> str:
    """Of `https://host/path?query`, the path."""
    return "/" + address.partition("://")[2].partition("/")[2].partition("?")[0]
