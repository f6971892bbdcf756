"""The steps of a journey or a service, and the traits of a persona: added, named, put in order, removed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import person
from canvases import actions
from canvases.actions.canvases import texts_of
from canvases.forms import RemovalForm, StepForm, StepNameForm
from canvases.models import Canvas, CanvasStep
from canvases.views.lookups import canvas_to_edit
from prototypes.views.pages import ask
from web.errors import DomainError
from web.forms.edit_conflicts import fingerprint
from web.forms.pages import FormPage, done, form_page, sent

WAYS = ("earlier", "later")


def step_address(step: CanvasStep) -> str:
    return f"{step.canvas.get_absolute_url()}#step-{step.pk}"


@form_page
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    canvas = canvas_to_edit(request, pk)
    if not canvas.pattern.lanes:
        raise Http404
    form = StepForm(sent(request))
    if made := done(form, actions.add_step, canvas=canvas, by=person(request)):
        return redirect(step_address(made))
    if form.is_bound:
        form.renew()
    title = str(canvas.pattern.add)
    return FormPage(title, title, canvas.get_absolute_url(), crumb=canvas).show(request, form)


@form_page
def name_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    row = _step(request, pk, step)
    form = StepNameForm(sent(request), stands={"name": row.name})

    def name() -> CanvasStep:
        return actions.name_step(step=row, by=person(request), **form.cleaned_data)

    title, back = _("Edit the name"), step_address(row)
    return ask(request, form, name, title=title, action=_("Save"), done=_("Saved."), back=back, crumb=row.canvas)


@require_POST
def move_step(request: HttpRequest, pk: int, step: int, way: str) -> HttpResponse:
    """One place earlier or later; somebody may have removed it already."""
    row = _step(request, pk, step)
    if way not in WAYS:
        raise Http404
    try:
        actions.move_step(step=row, earlier=way == "earlier", by=person(request))
    except DomainError as error:
        messages.warning(request, str(error))
        return redirect(row.canvas)
    return redirect(step_address(row))


@form_page
def remove_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Say what goes with it, then take it away; somebody may have done so already."""
    canvas = canvas_to_edit(request, pk)
    row = canvas.steps.filter(pk=step).first()
    if row is None:
        messages.warning(request, _("This item no longer exists. Someone may have removed it."))
        return redirect(canvas)
    texts = texts_of(row)
    form = RemovalForm(sent(request), initial={"seen": fingerprint(*texts)})
    if form.is_bound and form.is_valid() and _removed(request, row, form):
        undo = reverse("canvases:restore_step", args=[canvas.pk, step])
        said = _("The step “%(step)s” is removed. The history keeps its texts.") % {"step": row}
        messages.success(request, said, extra_tags=undo)
        return redirect(canvas)
    says = tuple(texts) or (_("This step has no text yet."),)
    title = _("Remove “%(step)s”") % {"step": row}
    page = FormPage(title, _("Remove"), step_address(row), crumb=canvas, consequences=says, grave=True)
    return page.show(request, form)


@require_POST
def restore_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Undo a removal; what stands in the way is said."""
    canvas = canvas_to_edit(request, pk)
    try:
        made = actions.restore_step(canvas=canvas, step=step, by=person(request))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(canvas)
    messages.success(request, _("The step “%(step)s” is restored, with its texts.") % {"step": made})
    return redirect(step_address(made))


def _removed(request: HttpRequest, row: CanvasStep, form: RemovalForm) -> bool:
    """Whether it went; otherwise the form remembers what can be read on the page now."""
    done(form, actions.remove_step, step=row, by=person(request))
    form.data = {**form.data, "seen": fingerprint(*texts_of(row))}
    return not form.errors


def _step(request: HttpRequest, pk: int, step: int) -> CanvasStep:
    canvas: Canvas = canvas_to_edit(request, pk)
    return get_object_or_404(canvas.steps.select_related("canvas"), pk=step)
