"""What the pages of other apps show of canvases: those of a cohort, of a challenge, of an idea."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from accounts.models import User
from canvases.canvas_schema import CanvasKind
from canvases.models import Canvas
from prototypes.permissions import Letters, may_add_work
from prototypes.registries import Columns, Page, PagePart
from web.database.nested_rows import nested

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class CanvasLine:
    """A canvas in a list beside something else."""

    kind: StrOrPromise
    title: str
    href: str


CANVAS_LINE = ("id", "kind", "title")


def canvas_lines(rows: Iterable[Mapping[str, Any]]) -> list[CanvasLine]:
    return [
        CanvasLine(CanvasKind(row["kind"]).label, row["title"], reverse("canvases:canvas", args=[row["id"]]))
        for row in rows
    ]


def latest_of_cohort(_page: Page, user: User) -> Columns:
    """The latest canvases of a cohort, read along with it."""
    rows = Canvas.objects.visible_to(user).filter(cohort=OuterRef("pk")).order_by("-pk")
    return {"canvas_rows": nested(rows[:SHOWN], *CANVAS_LINE)}


def canvases_of_cohort(_request: HttpRequest, row: Any, _holds: Letters) -> dict[str, Any]:
    """What a cohort's page shows of its canvases; `row` was read with its `canvas_rows`."""
    return {"lines": canvas_lines(row.canvas_rows)}


def canvases_about(page: Page, user: User) -> Columns:
    """Those the person may read about a challenge or an idea, read along with it."""
    rows = Canvas.objects.visible_to(user).filter(**{page: OuterRef("pk")}).order_by("-pk")
    return {"canvas_rows": nested(rows, *CANVAS_LINE)}


def canvases_beside(_request: HttpRequest, row: Any, holds: Letters) -> dict[str, Any]:
    """What the page of a challenge or an idea shows of its canvases; `row` was read with its `canvas_rows`."""
    may = may_add_work(holds) and not row.retrospective
    add = (
        f"{reverse('canvases:add_canvas', args=[row.cohort.slug])}?about={row._meta.model_name}-{row.pk}" if may else ""
    )
    return {"canvases": {"lines": canvas_lines(row.canvas_rows), "add": add}}


COHORT_PART = PagePart(
    "canvases/panel.html",
    pages={"cohort": "below"},
    context=canvases_of_cohort,
    columns=latest_of_cohort,
)
PAGE_PART = PagePart(
    "canvases/beside.html",
    pages={"challenge": "aside", "idea": "aside"},
    context=canvases_beside,
    columns=canvases_about,
)
