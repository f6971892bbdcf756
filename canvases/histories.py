"""The history pages of canvases, with their steps and texts."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from canvases.canvas_schema import LANES_BY_SLUG
from canvases.models import Canvas, CanvasCell, CanvasStep
from web.history_pages import HistoryKind, HistoryPart, ValueText


def _lane_label(slug: Any, _row: Mapping[str, Any]) -> str:
    """Return the label of a lane for the history page; the slug itself when no kind of canvas has such a lane now."""
    return str(LANES_BY_SLUG[slug].label if slug in LANES_BY_SLUG else slug)


def _level_label(level: Any, row: Mapping[str, Any]) -> str:
    """Return the label of a level on the scale of its lane for the history page; the number for a lane without a scale.

    `row` is the row of the history as columns by name; its `lane` is the slug of the lane.
    """
    lane = LANES_BY_SLUG.get(row.get("lane", ""))
    return str((lane and lane.level_label(level)) or level)


HISTORIES: Final = {
    "canvas": HistoryKind(
        _("canvas"),
        Canvas,
        title="title",
        pages=("canvases:canvas",),
        parts=(HistoryPart(CanvasStep, "canvas"), HistoryPart(CanvasCell, "canvas")),
    ),
}
NAME_PATHS: Final = {CanvasCell: ("lane",), CanvasStep: ("name",)}
VALUE_TEXTS: Final[Mapping[Any, Mapping[str, ValueText]]] = {CanvasCell: {"lane": _lane_label, "level": _level_label}}
