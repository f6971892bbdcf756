"""What the pages of cohorts, challenges, ideas, prototypes and canvases show of the work from the apps above."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model
from django.http import HttpRequest

from accounts.models import User
from accounts.roles import Roles
from web.registries import Registry

Page = Literal["cohort", "challenge", "idea", "prototype", "canvas"]
Columns = dict[str, ArraySubquery]


def no_columns(_page: str, _user: User) -> Columns:
    """Return {}: no columns, the default for page parts that read nothing along with the subject of the page."""
    return {}


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part of a page that a higher app brings.

    `pages` names the pages by what they show, and where the part stands on each: "aside" or "below". The page includes
    `template`, with what `context` returns for request, subject and the roles of the reader. `columns` returns
    subqueries that the page of a cohort, a challenge or an idea reads along with its subject.
    """

    template: str
    pages: Mapping[Page, Literal["aside", "below"]]
    context: Callable[[HttpRequest, Any, Roles], dict[str, Any]]
    columns: Callable[[Page, User], Columns] = no_columns


page_parts: Final[Registry[PagePart]] = Registry("parts of the pages of work")


def columns_for(page: Page, user: User) -> Columns:
    """Return the subqueries that the parts of this kind of page read along with its subject, by name of the column."""
    parts = [part for part in page_parts if page in part.pages]
    return {name: column for part in parts for name, column in part.columns(page, user).items()}


def parts_of(page: Page, request: HttpRequest, subject: Model, roles: Roles) -> dict[str, Any]:
    """Return the template context of all parts of a page, with their templates in the lists `parts_aside` and
    `parts_below`.

    `page` is the kind of page, `subject` what it shows, such as an idea; `roles` are those of the reader.
    """
    context: dict[str, Any] = {"parts_aside": [], "parts_below": []}
    for part in page_parts:
        if position := part.pages.get(page):
            context[f"parts_{position}"].append(part.template)
            context |= part.context(request, subject, roles)
    return context
