"""Check redirect targets that come from outside: only this module decides whether they are pages of this site."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse

MAX_PATH_CHARACTERS: Final = 2000  # characters; browsers and proxies take longer addresses, none of our pages has one
PATH: Final = re.compile(r"/(?!/)[!-\[\]-~]*")  # printable ASCII without spaces and backslashes, no second slash


def own_path(text: str, otherwise: str = "", *, by_get: bool = True) -> str:
    """Return `text` when it is the path of a page of this site that opens by GET, else `otherwise`.

    A path starts at the root and may carry a query and a fragment. URLs with a host are refused, ours included. With
    `by_get` False, a path that accepts forms (POST) only is returned too.
    """
    if len(text) > MAX_PATH_CHARACTERS or not PATH.fullmatch(text):
        return otherwise
    try:
        path = unquote(urlsplit(text).path, errors="strict")
        view = resolve(path).func
    except (ValueError, Resolver404):  # invalid UTF-8, brackets that enclose no host, or a path without a page
        return otherwise
    return text if path.isprintable() and (not by_get or opens_by_get(view)) else otherwise


def next_path(request: HttpRequest) -> str:
    """Return the path of the page to open next, which a form or a URL gives in `next`; "" if it is no page of this
    site.
    """
    return own_path(request.POST.get("next") or request.GET.get("next", ""))


def referring_path(request: HttpRequest) -> str:
    """Return the path of the page of this site from which the request came, by the header Referer.

    That of the home page if the browser names none, or one of another site.
    """
    scheme, _separator, address = request.headers.get("Referer", "").partition("://")
    host, slash, path = address.partition("/")
    from_here = scheme in {"http", "https"} and host == request.get_host()
    return own_path(f"{slash}{path}" if from_here else "", reverse("home"))


def opens_by_get(view: Callable[..., Any]) -> bool:
    """Return whether a view accepts GET requests.

    A class says so by its methods, a function by Django's `require_http_methods` around it; without that it does.
    """
    if view_class := getattr(view, "view_class", None):
        return "get" in view_class.http_method_names and hasattr(view_class, "get")
    allowed = [inspect.getclosurevars(layer).nonlocals.get("request_method_list") for layer in _layers(view)]
    return all("GET" in methods for methods in allowed if methods)


def _layers(view: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield a view function, then each function that its decorators wrap, from the outside in."""
    layer: Any = view
    while inspect.isfunction(layer):
        yield layer
        layer = getattr(layer, "__wrapped__", None)
