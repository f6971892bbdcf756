"""A canvas taken elsewhere: duplicated, exported as JSON, imported; and the schema of the documents."""

import json
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.text import slugify
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.requests import person
from canvases import actions, json_format
from canvases.forms import CopyForm, ImportForm
from canvases.models import Canvas, CanvasCell
from canvases.views.lookups import canvas_at
from cohorts.models import Cohort
from prototypes.permissions import ONLY_MEMBERS, both, may_add_work, open_to_additions
from prototypes.views.lookups import cohort_at, letters
from prototypes.views.pages import ask
from prototypes.visibility import working_cohorts
from web.dates.clock import today_everywhere
from web.decisions import ALLOW, deny, enforce
from web.exports.downloads import download
from web.forms.pages import form_page, sent
from web.text.names import by_name

INDENT: Final[dict[str, Any]] = {"indent": 2, "ensure_ascii": False}


@form_page
def copy_canvas(request: HttpRequest, pk: int) -> HttpResponse:
    """A copy for its own cohort or another one that the person works in."""
    row = canvas_at(request, pk)
    cohorts = working_cohorts(person(request), today_everywhere()).order_by(*by_name())
    enforce(ALLOW if cohorts.exists() else deny(ONLY_MEMBERS))
    first = {"cohort": row.cohort_id, "title": row.title}
    form = CopyForm(sent(request), cohorts=Cohort.objects.filter(pk__in=cohorts.values("pk")), initial=first)

    def copy() -> Canvas:
        return actions.duplicate_canvas(canvas=row, by=person(request), at=now(), **form.told())

    said, done = (
        _("Duplicate"),
        _("This is the copy. If you copied it to another cohort, its texts are marked as assumptions."),
    )
    return ask(request, form, copy, title=_("Duplicate"), action=said, done=done, crumb=row)


@require_safe
def export_canvas(request: HttpRequest, pk: int) -> HttpResponse:
    """The canvas as a file that can be imported again; what texts rest on only for those of its cohort."""
    row = canvas_at(request, pk)
    text = json.dumps(document(row), **INDENT)
    return download(text, name=f"{slugify(row.title) or row.kind}.json", content_type="application/json")


@require_safe
def schema(_request: HttpRequest) -> JsonResponse:
    """What an import takes, as JSON Schema."""
    return JsonResponse(json_format.schema(), json_dumps_params=INDENT)


def document(canvas: Any) -> dict[str, Any]:
    """As `canvas_format` describes it; `canvas` comes from `canvas_at`."""
    cells = list(canvas.cells.exclude(text="", level=None).select_related("session", "trial").order_by("pk"))
    told = {(cell.step_id, cell.lane): _told(cell, at_home=canvas.cohort_opens) for cell in cells}
    steps = canvas.steps.order_by("position")
    return {
        "format": json_format.FORMAT,
        "kind": canvas.kind,
        "title": canvas.title,
        "sections": _lanes(told, None),
        "steps": [{"name": step.name, "cells": _lanes(told, step.pk)} for step in steps],
    }


def _lanes(told: dict[tuple[int | None, str], dict[str, Any]], step: int | None) -> dict[str, Any]:
    return {lane: cell for (place, lane), cell in told.items() if place == step}


def _told(cell: CanvasCell, *, at_home: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"text": cell.text}
    if cell.level is not None:
        said["level"] = cell.level
    if cell.assumption or not at_home:
        said["assumption"] = True
    elif cell.session:
        said |= {"session": cell.session_id, "cites": str(cell.session)}
    if cell.trial and at_home:
        said |= {"trial": cell.trial_id, "cites": str(cell.trial)} | ({"stance": cell.stance} if cell.stance else {})
    return said


@form_page
def import_canvas(request: HttpRequest, slug: str) -> HttpResponse:
    """A canvas from a file: every problem is named with its place, or all of it is taken."""
    cohort = cohort_at(request, slug)
    enforce(both(may_add_work(letters(request, cohort)), open_to_additions(cohort)))
    form = ImportForm(sent(request), request.FILES or None)

    def take() -> Canvas:
        made = actions.import_canvas(cohort=cohort, by=person(request), at=now(), **form.told())
        _tell_what_is_assumed(request, made, form.told()["document"])
        return made

    return ask(
        request, form, take, title=_("Import"), action=_("Import"), done=_("The canvas is imported."), crumb=cohort
    )


def _tell_what_is_assumed(request: HttpRequest, made: Canvas, document: dict[str, Any]) -> None:
    cited = json_format.citing(document) - made.cells.filter(assumption=False).exclude(text="", level=None).count()
    if cited > 0:
        text = ngettext(
            "%(count)s text cited a session or a test that this cohort does not have: it is marked as an assumption.",
            "%(count)s texts cited a session or a test that this cohort does not have: they are marked as assumptions.",
            cited,
        )
        messages.warning(request, text % {"count": cited})
