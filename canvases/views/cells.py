"""Write in one cell of a canvas: on the page of the canvas with htmx, else on a page of its own."""

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
from canvases.forms import CellForm, EvidenceChoices
from canvases.models import CanvasCell
from canvases.views.layout import CellSlot, slot_at
from canvases.views.lookups import canvas_to_edit
from web.errors import DomainError
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.pages.htmx import wants_partial


@form_page
def write_cell(request: HttpRequest, pk: int, step: int, lane: str) -> HttpResponse:
    """Show the form of one cell of a canvas; save it on POST. `lane` is the slug of its lane, `step` the key of its
    step or 0.

    An htmx request gets the form, or the saved cell, to swap into the page; `?leave` gives the cell back unchanged.
    Raises Refused for people other than the lab, coordinator, residents, pilot, and ambassadors for their own or shared
    canvases; Http404 without such a cell.
    """
    canvas = canvas_to_edit(request, pk)
    slot = slot_at(canvas, step, lane, person(request))
    if "leave" in request.GET:
        return _cell_response(request, slot)
    form = _form(request, slot)
    where = {"canvas": canvas, "lane": slot.lane.slug, "step": slot.step}
    apply_form(form, actions.write_cell, **where, by=person(request), at=now())
    if form.is_bound and not form.errors:
        saved = slot_at(canvas, step, lane, person(request))
        return _cell_response(request, saved, done=True, undo=_undo_url(slot, saved))
    if wants_partial(request):
        context = {"slot": slot, "form": form}
        return _vary_on_htmx(render(request, "canvases/cell_form.html", context))
    title = f"{slot.lane.label} · {slot.step}" if slot.step else str(slot.lane.label)
    return _vary_on_htmx(FormPage(title, _("Save"), slot.page_url, crumb=canvas).show(request, form))


def _form(request: HttpRequest, slot: CellSlot) -> CellForm:
    """Return the form to write in the cell `slot`, bound to the submitted data on POST.

    Its choices include the evidence that the cell cites now.
    """
    cell, evidence = slot.cell or CanvasCell(), EvidenceChoices(slot.canvas.cohort, person(request))
    evidence.include_current(cell)
    return CellForm(
        submitted_data(request), lane=slot.lane, evidence=evidence, current=cell.form_values(), auto_id=f"{slot.key}-%s"
    )


@require_POST
def restore_text(request: HttpRequest, pk: int, step: int, lane: str, version: int) -> HttpResponse:
    """Restore the text that a cell had before it was emptied, on POST; the response is the cell, with the reason if it
    is refused.

    `step` is the key of the step, 0 for a section; `version` is the number of the version that emptied the cell. Raises
    Refused for people who may not edit the canvas, Http404 without such a cell.
    """
    canvas = canvas_to_edit(request, pk)
    slot, refusal = slot_at(canvas, step, lane, person(request)), ""
    try:
        actions.restore_text(canvas=canvas, step=slot.step, lane=lane, version=version, by=person(request), at=now())
    except DomainError as error:
        refusal = str(error)
    return _cell_response(request, slot_at(canvas, step, lane, person(request)), done=not refusal, refusal=refusal)


def _undo_url(before: CellSlot, after: CellSlot) -> str:
    """Return the URL that restores the text when the person has just emptied the cell; "" for any other change.

    `before` and `after` are the cell before and after it was saved.
    """
    if not (before.state and after.cell) or after.state:
        return ""
    args = (after.canvas.pk, after.step.pk if after.step else 0, after.lane.slug, after.cell.version)
    return reverse("canvases:restore_text", args=args)


def _cell_response(
    request: HttpRequest, slot: CellSlot, *, done: bool = False, undo: str = "", refusal: str = ""
) -> HttpResponse:
    """Return the cell as HTML for an htmx swap; without htmx, a redirect to the cell on the page of its canvas.

    `done` says that the cell was saved, `undo` is the URL that restores its text, `refusal` the reason why it was not
    saved.
    """
    if not wants_partial(request):
        if done:
            messages.success(request, _("Saved."), extra_tags=undo)
        if refusal:
            messages.error(request, refusal)
        return _vary_on_htmx(redirect(slot.page_url))
    context = {"slot": slot, "done": done, "undo": undo, "refusal": refusal}
    return _vary_on_htmx(render(request, "canvases/cell.html", context))


def _vary_on_htmx(answer: HttpResponse) -> HttpResponse:
    """Add `Vary: HX-Request` to the response and return it: htmx and the browser get different content from the same
    URL.
    """
    patch_vary_headers(answer, ["HX-Request"])
    return answer
