"""Panels: parts of a page that a higher app brings to a lower app's page."""

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
    """A template and what it needs for one object; a context of None shows nothing."""

    template: str
    context: Callable[..., dict[str, Any] | None]


def rendered(panels: Iterable[Panel], request: HttpRequest, *subject: object) -> list[SafeString]:
    """The panels that have something to show, in their order."""
    contexts = ((panel.template, panel.context(request, *subject)) for panel in panels)
    return [
        render_to_string(template, context, request=request) for template, context in contexts if context is not None
    ]
