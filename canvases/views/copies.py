"""Duplicate a canvas, export it as JSON, import one, and show the schema of these documents."""

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
from canvases.views.lookups import get_canvas_or_404
from cohorts.cohort.pages import get_cohort_or_404
from cohorts.models import Cohort
from prototypes.permissions import ONLY_LEADS_RESIDENTS_AND_AMBASSADORS, allow_if_all, can_add_work, open_to_additions
from prototypes.views.lookups import roles_in
from prototypes.visibility import working_cohorts
from web.dates.clock import today_everywhere
from web.decisions import ALLOW, deny, enforce
from web.exports.downloads import download
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.text.names import name_ordering

JSON_OPTIONS: Final[dict[str, Any]] = {"indent": 2, "ensure_ascii": False}


@form_page
def copy_canvas(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to copy a canvas to a cohort in which the person adds work; copy it on POST and go to the copy.

    These are cohorts where they are an active coordinator, resident, pilot or ambassador; for lab staff, all that run
    or are suspended. Raises Refused for people without such a cohort, Http404 for those who may not read the canvas.
    """
    row = get_canvas_or_404(request, pk)
    cohorts = working_cohorts(person(request), today_everywhere()).order_by(*name_ordering())
    enforce(ALLOW if cohorts.exists() else deny(ONLY_LEADS_RESIDENTS_AND_AMBASSADORS))
    initial = {"cohort": row.cohort_id, "title": row.title}
    form = CopyForm(
        submitted_data(request), cohorts=Cohort.objects.filter(pk__in=cohorts.values("pk")), initial=initial
    )
    return form_response(
        request,
        form,
        FormPage(_("Duplicate"), _("Duplicate"), row.get_absolute_url(), crumb=row),
        actions.duplicate_canvas,
        done=_("This is the copy. If you copied it to another cohort, its texts are marked as assumptions."),
        to_result=True,
        canvas=row,
        by=person(request),
        at=now(),
    )


@require_safe
def export_canvas(request: HttpRequest, pk: int) -> HttpResponse:
    """Download a canvas as a JSON file that can be imported again. Raises Http404 for people who may not read it.

    People who may open its cohort get the evidence too; for other readers each text is marked as an assumption.
    """
    row = get_canvas_or_404(request, pk)
    text = json.dumps(document(row), **JSON_OPTIONS)
    return download(text, name=f"{slugify(row.title) or row.kind}.json", content_type="application/json")


@require_safe
def schema(_request: HttpRequest) -> JsonResponse:
    """Return a JSON response with the JSON Schema of the canvas documents that can be imported."""
    return JsonResponse(json_format.schema(), json_dumps_params=JSON_OPTIONS)


def document(canvas: Any) -> dict[str, Any]:
    """Return the JSON document of a canvas: format, kind, title, sections, and steps with their cells.

    `canvas` has the annotation `cohort_opens`: readers who cannot open its cohort get each text as an assumption.
    """
    cells = list(canvas.cells.exclude(text="", level=None).select_related("session", "trial").order_by("pk"))
    documents = {(cell.step_id, cell.lane): _cell_document(cell, at_home=canvas.cohort_opens) for cell in cells}
    steps = canvas.steps.order_by("position")
    return {
        "format": json_format.FORMAT,
        "kind": canvas.kind,
        "title": canvas.title,
        "sections": _cells_at(documents, None),
        "steps": [{"name": step.name, "cells": _cells_at(documents, step.pk)} for step in steps],
    }


def _cells_at(documents: dict[tuple[int | None, str], dict[str, Any]], step: int | None) -> dict[str, Any]:
    """Return the JSON objects of the cells at one step by lane; `step` is its key, or None for the sections.

    `documents` holds those of all cells of the canvas, by key of the step and slug of the lane.
    """
    return {lane: cell for (of_step, lane), cell in documents.items() if of_step == step}


def _cell_document(cell: CanvasCell, *, at_home: bool) -> dict[str, Any]:
    """Return the JSON object of one cell: text, level, and its evidence in keys and words.

    `at_home` is False for readers outside its cohort: for them the text is an assumption. So is one that cites a field
    note or an insight, for everyone: a file stays when a person withdraws their note.
    """
    document: dict[str, Any] = {"text": cell.text}
    if cell.level is not None:
        document["level"] = cell.level
    if cell.assumption or cell.note_id or cell.insight_id or not at_home:
        document["assumption"] = True
    elif cell.session:
        document |= {"session": cell.session_id, "cites": str(cell.session)}
    if cell.trial and at_home:
        document |= {"trial": cell.trial_id, "cites": str(cell.trial)} | (
            {"stance": cell.stance} if cell.stance else {}
        )
    return document


@form_page
def import_canvas(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form to import a canvas from a JSON file into the cohort; import it on POST and go to the canvas.

    A file with problems is refused with a list of them. Raises Refused for people other than the lab, coordinator,
    residents, pilot and ambassadors, and for a cohort of published facts; Http404 for a cohort that the person may not
    see.
    """
    cohort = get_cohort_or_404(request, slug)
    enforce(allow_if_all(can_add_work(roles_in(request, cohort)), open_to_additions(cohort)))
    form = ImportForm(submitted_data(request), request.FILES or None)

    def run_import(document: dict[str, Any], **arguments: Any) -> Canvas:
        """Import the document of the form, warn of texts that became assumptions, and return the new canvas."""
        made = actions.import_canvas(cohort=cohort, by=person(request), at=now(), document=document, **arguments)
        _warn_of_assumptions(request, made, document)
        return made

    page = FormPage(_("Import"), _("Import"), cohort.get_absolute_url(), crumb=cohort)
    return form_response(request, form, page, run_import, done=_("The canvas is imported."), to_result=True)


def _warn_of_assumptions(request: HttpRequest, made: Canvas, document: dict[str, Any]) -> None:
    """Add a warning with the number of texts that cited a session or test which the cohort does not have; none if there
    is no such text.

    `made` is the imported canvas, `document` the JSON document from which it was created.
    """
    missing = (
        json_format.count_citations(document) - made.cells.filter(assumption=False).exclude(text="", level=None).count()
    )
    if missing > 0:
        text = ngettext(
            "%(count)s text cited a session or a test that this cohort does not have: it is marked as an assumption.",
            "%(count)s texts cited a session or a test that this cohort does not have: they are marked as assumptions.",
            missing,
        )
        messages.warning(request, text % {"count": missing})
