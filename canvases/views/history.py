"""The history page of a canvas: who changed what and when, with the differences in the texts."""

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
from canvases.views.lookups import get_canvas_or_404
from web.pages.pagination import paginate
from web.text.differences import Piece, difference, shortened

PER_PAGE = 20
NO_TEXT = Cast(Value(""), TextField())
NO_STEP = Cast(Value(None), BigIntegerField())
EVIDENCE = Cast(
    Case(
        When(stance__gt="", then=F("stance")),
        When(session__isnull=False, then=Value("session")),
        When(note__isnull=False, then=Value("note")),
        When(insight__isnull=False, then=Value("insight")),
        When(assumption=True, then=Value("assumption")),
        default=Value(""),
    ),
    TextField(),
)
EVIDENCE_TEXTS = {
    "assumption": gettext_lazy("marked as an assumption"),
    "session": gettext_lazy("seen in a session"),
    "note": gettext_lazy("a field note supports it"),
    "insight": gettext_lazy("an insight supports it"),
    "supports": gettext_lazy("a test supports it"),
    "contradicts": gettext_lazy("a test contradicts it"),
}
CHANGE_TEXTS = {
    "insert": {"step": gettext_lazy("added"), "canvas": gettext_lazy("begun")},
    "update": {"step": gettext_lazy("changed or moved"), "canvas": gettext_lazy("title, subject or sharing changed")},
    "delete": {"step": gettext_lazy("removed"), "cell": gettext_lazy("removed with its step")},
}


@dataclass(frozen=True, slots=True)
class CanvasHistoryEntry:
    """One change on the history page: its time, person and location, the kind of change, and the difference in the
    text.
    """

    at: datetime
    actor: str
    location: StrOrPromise
    change_text: StrOrPromise
    pieces: list[Piece]


@require_safe
def canvas_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all changes of a canvas, its steps and its texts, the latest first, 20 a page, with the words removed and
    added.

    Raises Http404 for people who may not read the canvas.
    """
    row = get_canvas_or_404(request, pk)
    page = paginate(changes(row), request.GET.get("page"), per_page=PER_PAGE)
    context = {"canvas": row, "page": page, "entries": entries(row, page.rows)}
    return render(request, "canvases/history.html", context)


def changes(canvas: Canvas) -> QuerySet[Any]:
    """Return the history of a canvas, its steps and its cells as dictionaries, the latest first (one statement).

    Each has the text `before` and `after` the change, the evidence before and after, the time `when`, `by` (key of a
    user), the `table` ("canvas", "step" or "cell"), step and lane, and `label` ("insert", "update" or "delete").
    """
    cells = _history_rows(
        "CanvasCellEvent", "cell", F("text"), EVIDENCE, step=F("step_id"), lane=F("lane"), canvas=canvas.pk
    )
    steps = _history_rows(
        "CanvasStepEvent", "step", F("name"), NO_TEXT, step=F("pgh_obj_id"), lane=NO_TEXT, canvas=canvas.pk
    )
    titles = _history_rows("CanvasEvent", "canvas", F("title"), NO_TEXT, step=NO_STEP, lane=NO_TEXT, pgh_obj=canvas.pk)
    return cells.union(steps, titles, all=True).order_by("-when", "-line", "table")


def _history_rows(
    model: str, table: str, text: Any, evidence: Any, *, step: Any, lane: Any, **canvas: int
) -> QuerySet[Any]:
    """Return the rows of the history of one table for a canvas, in the columns that all three tables share.

    `model` is the history model, `table` is "cell", "step" or "canvas". The other arguments are the expressions for the
    columns; `canvas` is the filter for the rows of one canvas.
    """
    rows = apps.get_model("canvases", model)._default_manager.filter(**canvas)
    lines: QuerySet[Any] = rows.values(
        when=F("pgh_created_at"),
        line=F("pgh_id"),
        table=Value(table, TextField()),
        label=F("pgh_label"),
        at_step=step,
        in_lane=Cast(lane, TextField()),
        after=Cast(text, TextField()),
        before=Window(Lag(Cast(text, TextField())), F("pgh_obj_id"), F("pgh_id").asc()),
        evidence=evidence,
        evidence_before=Window(Lag(evidence), F("pgh_obj_id"), F("pgh_id").asc()),
        by=F("pgh_context__metadata__by"),
    )
    return lines


def entries(canvas: Canvas, lines: Iterable[dict[str, Any]]) -> list[CanvasHistoryEntry]:
    """Return the entries of the history page for these rows of the history, as `changes` returns them.

    Two statements, for the names of people and steps.
    """
    lines = list(lines)
    people = User.objects.filter(pk__in={line["by"] for line in lines if line["by"]})
    names = dict(people.values_list("pk", "full_name"))
    events = apps.get_model("canvases", "CanvasStepEvent")._default_manager
    steps = dict(events.filter(canvas=canvas.pk).order_by("pgh_id").values_list("pgh_obj_id", "name"))
    return [_entry(canvas, line, names.get(line["by"], ""), steps.get(line["at_step"], "")) for line in lines]


def _entry(canvas: Canvas, line: dict[str, Any], actor: str, step: str) -> CanvasHistoryEntry:
    """Return the entry of the history page for one row of the history, as `changes` returns it.

    `actor` is the name of the person, `step` the last name of the step; "" if unknown.
    """
    lane = lane_of(canvas.kind, line["in_lane"], at_step=line["at_step"] is not None)
    location = " · ".join(filter(None, [step, str(lane.label) if lane else ""]))
    removed = line["label"] == "delete"
    before, after = (line["after"], "") if removed else (line["before"] or "", line["after"])
    return CanvasHistoryEntry(line["when"], actor, location, _change_text(line), shortened(difference(before, after)))


def _change_text(line: dict[str, Any]) -> StrOrPromise:
    """Return what one row of the history did, in words: “added”, “removed”, “title, subject or sharing changed”.

    For a cell it is the new evidence, such as “seen in a session”; "" when the evidence stayed as it was.
    """
    if line["table"] == "cell" and line["label"] != "delete":
        return EVIDENCE_TEXTS.get(line["evidence"], "") if line["evidence"] != line["evidence_before"] else ""
    return CHANGE_TEXTS[line["label"]].get(line["table"], "")
