"""An edition: its state, dates, format and figures, and what the apps above show of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from programmes import actions
from programmes.enums import EditionState
from programmes.forms import EditionForm, MoveForm
from programmes.models import Edition
from programmes.models.editions import EditionQuerySet
from programmes.permissions import may_change_edition, may_move_edition
from programmes.registries import edition_panels
from programmes.wording import MOVES
from web.decisions import enforce
from web.forms.pages import FormPage, form_page
from web.forms.pages import done as made
from web.pages.panels import rendered


def _readable(user: User) -> EditionQuerySet:
    return Edition.objects.visible_to(user).select_related("programme", "format")


def _found(user: User, slug: str) -> Edition:
    return get_object_or_404(_readable(user), slug=slug)


@require_safe
def edition(request: HttpRequest, slug: str) -> HttpResponse:
    user = person(request)
    found = get_object_or_404(_readable(user).with_reader(user), slug=slug)
    context = {
        "edition": found,
        "claims": found.claims.all(),
        "panels": rendered(edition_panels, request, found),
        "may_change": may_change_edition(user, found),
        "next_step": MOVES[found.next_state] if found.next_state and may_move_edition(user, found) else None,
    }
    return render(request, "programmes/editions/page.html", context)


@form_page
def change_edition(request: HttpRequest, slug: str) -> HttpResponse:
    user = person(request)
    found = _found(user, slug)
    enforce(may_change_edition(user, found))
    form = EditionForm(request.POST or None, instance=found)
    if made(form, actions.change_edition, edition=found, by=user):
        messages.success(request, _("Saved."))
        return redirect(found)
    page = FormPage(
        _("Name, dates and funders"),
        _("Save"),
        found.get_absolute_url(),
        crumb=found,
        intro=_("Cohorts and Intertransfos keep their dates."),
    )
    return page.show(request, form)


@form_page
def move_edition(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the edition to the state the person was shown; sent twice, it moves once."""
    user = person(request)
    found = _found(user, slug)
    enforce(may_move_edition(user, found))
    form = MoveForm(request.POST if request.method == "POST" else None, initial={"state": found.next_state})
    if made(form, _moved, edition=found, by=user):
        messages.success(request, MOVES[EditionState(form.cleaned_data["state"])].done)
        return redirect(found)
    move = MOVES[found.next_state or EditionState.OPEN]
    page = FormPage(
        move.action,
        move.action,
        found.get_absolute_url(),
        crumb=found,
        consequences=move.consequences,
        grave=True,
    )
    return page.show(request, form)


def _moved(*, state: str, edition: Edition, by: User) -> Edition:
    return actions.STEPS[EditionState(state)](edition=edition, by=by)
