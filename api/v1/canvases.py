"""Canvases: personas, journeys, service blueprints and service models, with their texts."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.lists import Page, PageQuery, read_unfiltered_page
from api.v1.addresses import cohort_slug
from api.v1.references import SlugReference
from api.v1.schemas import EXAMPLE_COHORT, WithPage, with_example
from canvases.models import Canvas
from canvases.views.copies import document
from canvases.views.lookups import get_canvas_or_404
from cohorts.cohort.pages import get_cohort_or_404

router = Router(auth=TokenAuth(Area.IDEAS), tags=[Area.IDEAS.value])
EXAMPLE_CANVAS = {
    "id": 11,
    "kind": "persona",
    "title": "A baker who opens a shop",
    "shared_with_edition": False,
    "cohort": EXAMPLE_COHORT,
    "page": "https://lab.example/canvases/11/",
}


class CanvasOut(WithPage):
    """A canvas without its texts."""

    model_config = with_example(EXAMPLE_CANVAS)

    id: int
    kind: str
    title: str
    shared_with_edition: bool
    cohort: SlugReference


class CanvasDocumentOut(CanvasOut):
    """A canvas with its texts: `document` is the JSON that its page exports."""

    model_config = with_example(
        {
            **EXAMPLE_CANVAS,
            "document": {
                "format": "labplatform-canvas-1",
                "kind": "persona",
                "title": "A baker who opens a shop",
                "sections": {"needs": {"text": "One person to ask.", "assumption": True}},
                "steps": [],
            },
        }
    )

    document: dict[str, Any] = Field(..., description="As the schema of canvases on their pages describes it.")

    @staticmethod
    def resolve_document(canvas: Any) -> dict[str, Any]:
        """Return the texts of the canvas, for a reader outside its cohort without the evidence."""
        return document(canvas)


@router.get(
    "/cohorts/{slug:slug}/canvases/",
    response=Page[CanvasOut],
    url_name="canvases",
    summary=_("List the canvases of a cohort"),
)
def list_canvases(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the canvases of a cohort that the person may read."""
    cohort = get_cohort_or_404(request, cohort_slug(request, slug))
    rows = Canvas.objects.visible_to(person(request)).filter(cohort=cohort).select_related("cohort")
    return read_unfiltered_page(request, rows, query)


@router.get("/canvases/{int:pk}/", response=CanvasDocumentOut, url_name="canvas", summary=_("Read a canvas"))
def read_canvas(request: HttpRequest, pk: int) -> Any:
    """Return a canvas with its texts."""
    return get_canvas_or_404(request, pk)
