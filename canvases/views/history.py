"""The history of a canvas: who changed what when, and which words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, Case, F, QuerySet, TextField, Value, When, Window
from django.db.models.functions import Cast, Lag
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from accounts.models import User
from canvases.canvas_schema import lane_of
from canvases.models import Canvas
from canvases.views.lookups import canvas_at
from web.pages.pagination import paginate
from web.text.differences import Piece, difference, shortened

PER_PAGE = 20
NOTHING = Cast(Value(""), TextField())
NOWHERE = Cast(Value(None), BigIntegerField())
RESTS_ON = Cast(
    Case(
        When(stance__gt="", then=F("stance")),
        When(session__isnull=False, then=Value("session")),
        When(assumption=True, then=Value("assumption")),
        default=Value(""),
    ),
    TextField(),
)
WORDS = {
    "assumption": gettext_lazy("marked as an assumption"),
    "session": gettext_lazy("seen in a session"),
    "supports": gettext_lazy("a test supports it"),
    "contradicts": gettext_lazy("a test contradicts it"),
}
DEEDS = {
    "insert": {"step": gettext_lazy("added"), "canvas": gettext_lazy("begun")},
    "update": {"step": gettext_lazy("changed or moved"), "canvas": gettext_lazy("title, subject or sharing changed")},
    "delete": {"step": gettext_lazy("removed"), "cell": gettext_lazy("removed with its step")},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: when, by whom, where, what was done, and the words."""

    at: datetime
    who: str
    where: StrOrPromise
    deed: StrOrPromise
    pieces: list[Piece]


@require_safe
def canvas_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that was changed, the latest first, with the words that went and those that came."""
    row = canvas_at(request, pk)
    page = paginate(changes(row), request.GET.get("page"), per_page=PER_PAGE)
    context = {"canvas": row, "page": page, "entries": entries(row, page.rows)}
    return render(request, "canvases/history.html", context)


def changes(canvas: Canvas) -> QuerySet[Any]:
    """The lines of history of the canvas, its steps and its texts, each beside the one before, in one statement."""
    cells = _lines("CanvasCellEvent", "cell", F("text"), RESTS_ON, place=F("step_id"), at=F("lane"), canvas=canvas.pk)
    steps = _lines("CanvasStepEvent", "step", F("name"), NOTHING, place=F("pgh_obj_id"), at=NOTHING, canvas=canvas.pk)
    whole = _lines("CanvasEvent", "canvas", F("title"), NOTHING, place=NOWHERE, at=NOTHING, pgh_obj=canvas.pk)
    return cells.union(steps, whole, all=True).order_by("-when", "-line", "what")


def _lines(model: str, what: str, says: Any, rests_on: Any, *, place: Any, at: Any, **of: int) -> QuerySet[Any]:
    """The history of one table in the columns they all share; `of` narrows it to the canvas."""
    rows = apps.get_model("canvases", model)._default_manager.filter(**of)
    found: QuerySet[Any] = rows.values(
        when=F("pgh_created_at"),
        line=F("pgh_id"),
        what=Value(what, TextField()),
        label=F("pgh_label"),
        place=place,
        at=Cast(at, TextField()),
        says=Cast(says, TextField()),
        said=Window(Lag(Cast(says, TextField())), F("pgh_obj_id"), F("pgh_id").asc()),
        rests_on=rests_on,
        rested_on=Window(Lag(rests_on), F("pgh_obj_id"), F("pgh_id").asc()),
        by=F("pgh_context__metadata__by"),
    )
    return found


def entries(canvas: Canvas, lines: Iterable[dict[str, Any]]) -> list[Entry]:
    """The lines in words; two statements for the names of steps and people."""
    lines = list(lines)
    people = User.objects.filter(pk__in={line["by"] for line in lines if line["by"]})
    names = dict(people.values_list("pk", "full_name"))
    events = apps.get_model("canvases", "CanvasStepEvent")._default_manager
    steps = dict(events.filter(canvas=canvas.pk).order_by("pgh_id").values_list("pgh_obj_id", "name"))
    return [_entry(canvas, line, names.get(line["by"], ""), steps.get(line["place"], "")) for line in lines]


def _entry(canvas: Canvas, line: dict[str, Any], who: str, step: str) -> Entry:
    lane = lane_of(canvas.kind, line["at"], at_step=line["place"] is not None)
    where = " · ".join(filter(None, [step, str(lane.label) if lane else ""]))
    gone = line["label"] == "delete"
    before, after = (line["says"], "") if gone else (line["said"] or "", line["says"])
    return Entry(line["when"], who, where, _deed(line), shortened(difference(before, after)))


def _deed(line: dict[str, Any]) -> StrOrPromise:
    """What was done beside the words: what the text rests on now, where that is new."""
    if line["what"] == "cell" and line["label"] != "delete":
        return WORDS.get(line["rests_on"], "") if line["rests_on"] != line["rested_on"] else ""
    return DEEDS[line["label"]].get(line["what"], "")
