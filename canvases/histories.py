"""The history of canvases, with their steps and texts."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from canvases.canvas_schema import BY_SLUG
from canvases.models import Canvas, CanvasCell, CanvasStep
from web.history_pages import Kept, Part, Wording


def _lane(slug: Any, _row: Mapping[str, Any]) -> str:
    return str(BY_SLUG[slug].label if slug in BY_SLUG else slug)


def _level(level: Any, row: Mapping[str, Any]) -> str:
    """By the scale of its lane; a figure without one."""
    lane = BY_SLUG.get(row.get("lane", ""))
    return str((lane and lane.word(level)) or level)


HISTORIES: Final = {
    "canvas": Kept(
        _("canvas"),
        Canvas,
        title="title",
        pages=("canvases:canvas",),
        parts=(Part(CanvasStep, "canvas"), Part(CanvasCell, "canvas")),
    ),
}
NAMED: Final = {CanvasCell: ("lane",), CanvasStep: ("name",)}
WORDED: Final[Mapping[Any, Mapping[str, Wording]]] = {CanvasCell: {"lane": _lane, "level": _level}}
