"""Add, rename, move, remove and restore the steps of a canvas."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import person
from canvases import actions
from canvases.actions.canvases import texts_of
from canvases.forms import CanvasStepForm, RemovalForm, StepNameForm
from canvases.models import Canvas, CanvasStep
from canvases.views.lookups import canvas_to_edit
from web.errors import DomainError
from web.forms.edit_conflicts import fingerprint
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data

DIRECTIONS = ("earlier", "later")


def step_url(step: CanvasStep) -> str:
    """Return the URL of the step on the page of its canvas."""
    return f"{step.canvas.get_absolute_url()}#step-{step.pk}"


@form_page
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to add a step to a canvas; add it on POST and go to the step on the canvas.

    Raises Refused for people who may not edit the canvas, Http404 for a kind of canvas without steps.
    """
    canvas = canvas_to_edit(request, pk)
    if not canvas.pattern.lanes:
        raise Http404
    form = CanvasStepForm(submitted_data(request), pattern=canvas.pattern)
    if made := apply_form(form, actions.add_step, canvas=canvas, by=person(request)):
        return redirect(step_url(made))
    title = str(canvas.pattern.add_label)
    return FormPage(title, title, canvas.get_absolute_url(), crumb=canvas).show(request, form)


@form_page
def rename_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Show the form for the name of a step (its key is `step`); save it on POST and go back to the step.

    Raises Refused for people who may not edit the canvas, Http404 without such a step.
    """
    row = _step(request, pk, step)
    form = StepNameForm(submitted_data(request), pattern=row.canvas.pattern, current={"name": row.name})
    page = FormPage(_("Edit the name"), _("Save"), step_url(row), crumb=row.canvas)
    return form_response(request, form, page, actions.rename_step, done=_("Saved."), step=row, by=person(request))


@require_POST
def move_step(request: HttpRequest, pk: int, step: int, direction: str) -> HttpResponse:
    """Move a step of a canvas one position "earlier" or "later", on POST, and go back to the canvas.

    `step` is its key. A warning says when someone has just removed it. Raises Refused for people who may not edit the
    canvas, Http404 for another `direction` or without such a step.
    """
    row = _step(request, pk, step)
    if direction not in DIRECTIONS:
        raise Http404
    try:
        actions.move_step(step=row, earlier=direction == "earlier", by=person(request))
    except DomainError as error:
        messages.warning(request, str(error))
        return redirect(row.canvas)
    return redirect(step_url(row))


@form_page
def remove_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Show the texts that are removed with a step (its key is `step`); remove it on POST and go back to the canvas.

    The message afterwards has a link that restores the step. A warning says when it was already removed. Raises Refused
    for people who may not edit the canvas.
    """
    canvas = canvas_to_edit(request, pk)
    row = canvas.steps.filter(pk=step).first()
    if row is None:
        messages.warning(request, _("This item no longer exists. Someone may have removed it."))
        return redirect(canvas)
    texts = texts_of(row)
    form = RemovalForm(submitted_data(request), initial={"version_token": fingerprint(*texts)})
    if form.is_bound and form.is_valid() and _remove(request, row, form):
        undo = reverse("canvases:restore_step", args=[canvas.pk, step])
        message = _("The step “%(step)s” is removed. The history keeps its texts.") % {"step": row}
        messages.success(request, message, extra_tags=undo)
        return redirect(canvas)
    consequences = tuple(texts) or (_("This step has no text yet."),)
    title = _("Remove “%(step)s”") % {"step": row}
    page = FormPage(title, _("Remove"), step_url(row), crumb=canvas, consequences=consequences, is_destructive=True)
    return page.show(request, form)


@require_POST
def restore_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Restore a removed step of a canvas with its texts, on POST, and go to it; or show why it is not possible.

    `step` is the former key of the step. Raises Refused for people who may not edit the canvas.
    """
    canvas = canvas_to_edit(request, pk)
    try:
        made = actions.restore_step(canvas=canvas, step=step, by=person(request))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(canvas)
    messages.success(request, _("The step “%(step)s” is restored, with its texts.") % {"step": made})
    return redirect(step_url(made))


def _remove(request: HttpRequest, row: CanvasStep, form: RemovalForm) -> bool:
    """Run the action that removes the step `row`, and return whether it succeeded.

    A refusal becomes an error of the form, which the person sees with the present texts and can send again.
    """
    apply_form(form, actions.remove_step, step=row, by=person(request))
    form.data = {**form.data, "version_token": fingerprint(*texts_of(row))}
    return not form.errors


def _step(request: HttpRequest, pk: int, step: int) -> CanvasStep:
    """Return the step with the key `step` of the canvas with the key `pk`. Raises Http404 without such a step.

    Raises Refused for people who may not edit the canvas.
    """
    canvas: Canvas = canvas_to_edit(request, pk)
    return get_object_or_404(canvas.steps.select_related("canvas"), pk=step)
