"""What the search finds of canvases."""

from typing import Final

from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from canvases.canvas_schema import CanvasKind
from canvases.models import Canvas, CanvasCell, CanvasStep
from web.search_sources import Beside, Source

CANVASES: Final = Source(
    label=_("Personas, journeys, blueprints"),
    one=_("canvas"),
    model=Canvas,
    text="title",
    title="title",
    said=Value(""),
    address="canvases:canvas",
    where="cohort__name",
    kind="kind",
    kinds=CanvasKind,
    beside=(Beside(CanvasCell, "text", "canvas"), Beside(CanvasStep, "name", "canvas")),
)
