"""The canvases of a cohort, a challenge or an idea on the pages of other apps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.roles import Roles
from canvases.canvas_schema import CanvasKind
from canvases.models import Canvas
from prototypes.permissions import can_add_work
from web.database.nested_rows import nested
from web.pages.panels import Panel

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


def latest_of_cohort(user: User) -> dict[str, ArraySubquery]:
    """Return the column `canvas_rows` for a query of cohorts: the latest canvases of each that the person may read, at
    most five.
    """
    rows = Canvas.objects.visible_to(user).filter(cohort=OuterRef("pk")).order_by("-pk")
    return {"canvas_rows": nested(rows[:MAX_CANVASES], *CANVAS_COLUMNS)}


def canvases_of_cohort(_request: HttpRequest, cohort: Any) -> dict[str, Any]:
    """Return the template context for the list of canvases on a cohort's page, {"cohort": …, "lines": the canvases}.

    The cohort was read with the column `canvas_rows` that `latest_of_cohort` adds. The request does not matter.
    """
    return {"cohort": cohort, "lines": canvas_lines(cohort.canvas_rows)}


def canvases_about(column: str, user: User) -> dict[str, ArraySubquery]:
    """Return the column `canvas_rows` for a query of challenges or ideas: the canvases about each that the person may
    read.

    `column` is "challenge" or "idea", the field of a canvas that refers to the row. The latest canvas comes first.
    """
    rows = Canvas.objects.visible_to(user).filter(**{column: OuterRef("pk")}).order_by("-pk")
    return {"canvas_rows": nested(rows, *CANVAS_COLUMNS)}


def related_canvases(_request: HttpRequest, row: Any, roles: Roles) -> dict[str, Any] | None:
    """Return the template context for the canvases on the page of a challenge or an idea, with a link to add one.

    It is {"lines": the canvases, "add_href": the URL}. `row` is the challenge or idea with its column `canvas_rows`,
    `roles` are the reader's in its cohort. The URL is "" for people who may not add work, and for published facts; None
    when there is no canvas either.
    """
    lines = canvas_lines(row.canvas_rows)
    if not can_add_work(roles) or row.retrospective:
        return {"lines": lines, "add_href": ""} if lines else None
    about = f"{row._meta.model_name}-{row.pk}"
    return {"lines": lines, "add_href": f"{reverse('canvases:add_canvas', args=[row.cohort.slug])}?about={about}"}


COHORT_PANEL: Final = Panel("canvases/panel.html", canvases_of_cohort, columns=latest_of_cohort)
CHALLENGE_PANEL: Final = Panel(
    "canvases/related.html", related_canvases, position="aside", columns=partial(canvases_about, "challenge")
)
IDEA_PANEL: Final = Panel(
    "canvases/related.html", related_canvases, position="aside", columns=partial(canvases_about, "idea")
)
