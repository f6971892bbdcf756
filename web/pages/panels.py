"""Panels: parts that an app adds to a page of an app below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page: a template, and the function that returns its context.

    The function gets the request and the objects that the page is about; it returns None when there is nothing to show.
    """

    template: str
    context: Callable[..., dict[str, Any] | None]


def render_panels(panels: Iterable[Panel], request: HttpRequest, *subject: object) -> list[SafeString]:
    """Return the HTML of each panel, in their order, for a page about the objects `subject`.

    Panels that have nothing to show the person who makes the request are left out.
    """
    contexts = ((panel.template, panel.context(request, *subject)) for panel in panels)
    return [
        render_to_string(template, context, request=request) for template, context in contexts if context is not None
    ]
