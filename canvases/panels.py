"""The canvases of a cohort, a challenge or an idea on the pages of other apps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.roles import Roles
from canvases.canvas_schema import CanvasKind
from canvases.models import Canvas
from prototypes.permissions import can_add_work
from prototypes.registries import Columns, Page, PagePart
from web.database.nested_rows import nested

MAX_CANVASES: Final = 5


@dataclass(frozen=True, slots=True)
class CanvasLine:
    """A canvas in a list on another page."""

    kind: StrOrPromise
    title: str
    href: str


CANVAS_COLUMNS = ("id", "kind", "title")


def canvas_lines(rows: Iterable[Mapping[str, Any]]) -> list[CanvasLine]:
    """Return kind, title and link of canvases for a list on another page; each row has the `id`, `kind` and `title` of
    one.
    """
    return [
        CanvasLine(CanvasKind(row["kind"]).label, row["title"], reverse("canvases:canvas", args=[row["id"]]))
        for row in rows
    ]


def latest_of_cohort(_page: Page, user: User) -> Columns:
    """Return the column `canvas_rows` for a query of cohorts: the latest canvases of each that the person may read, at
    most five.
    """
    rows = Canvas.objects.visible_to(user).filter(cohort=OuterRef("pk")).order_by("-pk")
    return {"canvas_rows": nested(rows[:MAX_CANVASES], *CANVAS_COLUMNS)}


def canvases_of_cohort(_request: HttpRequest, row: Any, _roles: Roles) -> dict[str, Any]:
    """Return the template context for the list of canvases on a cohort's page, {"lines": the canvases}.

    `row` is the cohort, read with the column `canvas_rows` that `latest_of_cohort` adds. Request and roles do not
    matter.
    """
    return {"lines": canvas_lines(row.canvas_rows)}


def canvases_about(page: Page, user: User) -> Columns:
    """Return the column `canvas_rows` for a query of challenges or ideas: the canvases about each that the person may
    read.

    `page` is "challenge" or "idea", the kind of the rows. The latest canvas comes first.
    """
    rows = Canvas.objects.visible_to(user).filter(**{page: OuterRef("pk")}).order_by("-pk")
    return {"canvas_rows": nested(rows, *CANVAS_COLUMNS)}


def related_canvases(_request: HttpRequest, row: Any, roles: Roles) -> dict[str, Any]:
    """Return the template context for the canvases on the page of a challenge or an idea, with a link to add one.

    It is {"canvases": {"lines": the canvases, "add": the URL}}. `row` is the challenge or idea with its column
    `canvas_rows`, `roles` are the reader's in its cohort. "add" is "" for people who may not add work, and for
    published facts.
    """
    can_add = can_add_work(roles) and not row.retrospective
    add = (
        f"{reverse('canvases:add_canvas', args=[row.cohort.slug])}?about={row._meta.model_name}-{row.pk}"
        if can_add
        else ""
    )
    return {"canvases": {"lines": canvas_lines(row.canvas_rows), "add": add}}


COHORT_PART = PagePart(
    "canvases/panel.html",
    pages={"cohort": "below"},
    context=canvases_of_cohort,
    columns=latest_of_cohort,
)
PAGE_PART = PagePart(
    "canvases/related.html",
    pages={"challenge": "aside", "idea": "aside"},
    context=related_canvases,
    columns=canvases_about,
)
