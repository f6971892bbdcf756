"""Writing in one place of a canvas: in the page where htmx asks, else on a page of its own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import person
from canvases import actions
from canvases.forms import CellForm, Evidence
from canvases.models import CanvasCell
from canvases.views.layout import Place, place_at
from canvases.views.lookups import canvas_to_edit
from web.errors import DomainError
from web.forms.pages import FormPage, form_page, refusals_into, sent
from web.pages.htmx import wants_partial


@form_page
def write_cell(request: HttpRequest, pk: int, step: int, lane: str) -> HttpResponse:
    """Ask for a text and what it rests on; `?leave` shows the place as it stands, with nothing written."""
    canvas = canvas_to_edit(request, pk)
    place = place_at(canvas, step, lane)
    if "leave" in request.GET:
        return _left(request, place)
    form = _form(request, place)
    if form.is_bound and form.is_valid() and _written(request, place, form):
        now_there = place_at(canvas, step, lane)
        return _left(request, now_there, done=True, undo=_undo(place, now_there))
    if wants_partial(request):
        context = {"place": place, "form": form}
        return _varied(render(request, "canvases/cell_form.html", context))
    title = f"{place.lane.label} · {place.step}" if place.step else str(place.lane.label)
    return _varied(FormPage(title, _("Save"), place.back, crumb=canvas).show(request, form))


def _form(request: HttpRequest, place: Place) -> CellForm:
    cell, evidence = place.cell or CanvasCell(), Evidence(place.canvas.cohort)
    evidence.keep(cell)
    return CellForm(sent(request), lane=place.lane, evidence=evidence, stands=cell.said(), auto_id=f"{place.key}-%s")


def _written(request: HttpRequest, place: Place, form: CellForm) -> bool:
    told = form.told() | {"by": person(request), "at": now()}
    with refusals_into(form):
        actions.write_cell(canvas=place.canvas, lane=place.lane.slug, step=place.step, **told)
    return not form.errors


@require_POST
def restore_text(request: HttpRequest, pk: int, step: int, lane: str, version: int) -> HttpResponse:
    """Undo the emptying of a place; whoever wrote there meanwhile is read first."""
    canvas = canvas_to_edit(request, pk)
    place, refused = place_at(canvas, step, lane), ""
    try:
        actions.restore_text(canvas=canvas, step=place.step, lane=lane, version=version, by=person(request), at=now())
    except DomainError as error:
        refused = str(error)
    return _left(request, place_at(canvas, step, lane), done=not refused, refused=refused)


def _undo(before: Place, after: Place) -> str:
    """Where to undo what was saved, if it emptied the place."""
    if not (before.standing and after.cell) or after.standing:
        return ""
    where = (after.canvas.pk, after.step.pk if after.step else 0, after.lane.slug, after.cell.version)
    return reverse("canvases:restore_text", args=where)


def _left(request: HttpRequest, place: Place, *, done: bool = False, undo: str = "", refused: str = "") -> HttpResponse:
    """Back to the place, in the page or on it."""
    if not wants_partial(request):
        if done:
            messages.success(request, _("Saved."), extra_tags=undo)
        if refused:
            messages.error(request, refused)
        return _varied(redirect(place.back))
    context = {"place": place, "may_edit": True, "cohort_opens": True, "back": True, "done": done}
    context |= {"undo": undo, "refused": refused}
    return _varied(render(request, "canvases/cell.html", context))


def _varied(answer: HttpResponse) -> HttpResponse:
    patch_vary_headers(answer, ["HX-Request"])
    return answer
