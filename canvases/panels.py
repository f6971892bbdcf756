"""What the pages of other apps show of canvases: those of a cohort, of a challenge, of an idea."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from canvases.canvas_schema import CanvasKind
from canvases.models import Canvas
from cohorts.models import Cohort
from prototypes.permissions import Letters, may_add_work
from prototypes.registries import Columns, Page, PagePart
from web.nested import nested
from web.panels import Panel

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


def of_cohort(request: HttpRequest, cohort: Cohort) -> dict[str, Any]:
    """The latest canvases of a cohort, and the way to all of them."""
    rows = Canvas.objects.visible_to(person(request)).filter(cohort=cohort).order_by("-pk")
    return {"cohort": cohort, "lines": canvas_lines(rows.values(*CANVAS_LINE)[:SHOWN])}


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


COHORT_PANEL = Panel("canvases/panel.html", of_cohort)
PAGE_PART = PagePart(
    "canvases/beside.html",
    pages={"challenge": "aside", "idea": "aside"},
    context=canvases_beside,
    columns=canvases_about,
)
