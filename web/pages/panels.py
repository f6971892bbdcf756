"""Panels: parts that an app adds to a page of an app below it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

Position = Literal["aside", "below"]


def _no_columns(_user: Any) -> dict[str, ArraySubquery]:
    """Return {}: the default of a panel that reads nothing together with the subject of its page."""
    return {}


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page: a template, the function that returns its context, and where it stands on the page.

    The function gets the request and the objects that the page is about; it returns None when there is nothing to show.
    `position` is "aside", in the narrow column of a page that has one, or "below", after the page's own content.
    `columns` gets the reader and returns subqueries, by name, that the page reads together with its subject
    (`columns_of`).
    """

    template: str
    context: Callable[..., dict[str, Any] | None]
    position: Position = "below"
    columns: Callable[[Any], dict[str, ArraySubquery]] = _no_columns


def columns_of(panels: Iterable[Panel], user: Any) -> dict[str, ArraySubquery]:
    """Return the subqueries with which the panels' page annotates the query of its subject, by name of the column."""
    return {name: column for panel in panels for name, column in panel.columns(user).items()}


def render_panels(
    panels: Iterable[Panel], request: HttpRequest, *subject: object, position: Position = "below"
) -> list[SafeString]:
    """Return the HTML of each panel at this position, in their order, for a page about the objects `subject`.

    Panels that have nothing to show the person who makes the request are left out.
    """
    contexts = ((panel.template, panel.context(request, *subject)) for panel in panels if panel.position == position)
    return [
        render_to_string(template, context, request=request) for template, context in contexts if context is not None
    ]
