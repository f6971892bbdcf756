"""Canvases in the search over everything."""

from typing import Final

from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from canvases.canvas_schema import CanvasKind
from canvases.models import Canvas, CanvasCell, CanvasStep
from web.search_sources import RelatedText, SearchSource

CANVASES: Final = SearchSource(
    label=_("Personas, journeys, blueprints"),
    singular=_("canvas"),
    model=Canvas,
    text="title",
    title="title",
    excerpt_text=Value(""),
    url_name="canvases:canvas",
    belongs_to="cohort__name",
    kind="kind",
    kinds=CanvasKind,
    related_texts=(RelatedText(CanvasCell, "text", "canvas"), RelatedText(CanvasStep, "name", "canvas")),
)
