"""The page of a prototype and its forms."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.clock import local_today
from files.attachments.panels import files_panel
from files.uploads.receiving import received_files
from prototypes import actions
from prototypes.action_pages.definitions import prototype_actions_for
from prototypes.action_pages.views import available_actions, get_action_or_404, perform
from prototypes.enums import IdeaState
from prototypes.file_owners import find_owner, owner_of
from prototypes.hooks import prototype_panels
from prototypes.ideas.views.idea_timeline import acceptance_hint
from prototypes.models import Prototype
from prototypes.permissions import allow_if_all, can_add_work, can_edit_prototype, open_to_edits, open_to_work
from prototypes.prototypes.forms import NewPrototypeForm, PrototypeForm
from prototypes.trials.cards import locked_trials, trial_card
from prototypes.views.lookups import get_idea_or_404, get_prototype_or_404, roles_in
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.pages.panels import render_panels


@require_safe
def prototype(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a prototype, the question it answers, its tests and files, and the buttons that the person may use.

    Raises Http404 for people who may not read it.
    """
    row = get_prototype_or_404(request, pk)
    roles = roles_in(request, row.idea.cohort)
    user, today = person(request), local_today(row.idea.cohort)
    others = locked_trials(user, row.idea_id)
    context = {
        "prototype": row,
        "idea": row.idea,
        "cards": [trial_card(trial, others) for trial in row.trials.visible_to(user).order_by("number")],
        "others": row.idea.prototypes.visible_to(user).exclude(pk=row.pk).order_by("version"),
        "actions": available_actions(prototype_actions_for(user, row), "prototypes:prototype_action", row, roles),
        "can_test": allow_if_all(can_add_work(roles), open_to_work(row.idea)),
        "can_edit": allow_if_all(can_edit_prototype(roles, user, row), open_to_edits(row)),
        "files": files_panel(owner_of(row, user, roles), today),
        "aside_panels": render_panels(prototype_panels(), request, row, roles, position="aside"),
        "panels": render_panels(prototype_panels(), request, row, roles),
    }
    return render(request, "prototypes/prototypes/page.html", context)


@form_page
def add_prototype(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to add the next version of a prototype to an idea (its key is `pk`); save it on POST and go to the
    prototype.

    Raises Refused for people other than the lab, coordinator, residents, pilot and ambassadors.
    """
    idea = get_idea_or_404(request, pk)
    enforce(can_add_work(roles_in(request, idea.cohort)))
    user, today = person(request), local_today(idea.cohort)
    form = NewPrototypeForm(submitted_data(request), today=today, received=received_files(request))

    def add(**values: Any) -> Prototype:
        """Save the prototype with its picture, both or neither, and return it."""
        with transaction.atomic():
            row = actions.add_prototype(idea=idea, by=user, at=now(), replaces_latest=True, **values)
            form.attach_picture(find_owner(Prototype, row.pk, user, today_everywhere()), by=user, at=now())
        return row

    page = FormPage(_("Add prototype"), _("Add the prototype"), idea.get_absolute_url(), crumb=idea)
    hint = acceptance_hint(idea, IdeaState.PROTOTYPING)
    done = f"{_('The prototype is added: plan its test.')} {hint}".strip()
    return form_response(request, form, page, add, done=done, to_result=True)


@form_page
def edit_prototype(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to edit the description of a prototype; save it on POST and go back to the prototype.

    Raises Refused for people other than the lab, coordinator, residents, pilot, and ambassadors for their own or shared
    work, and for published facts; Http404 for people who may not read it.
    """
    row = get_prototype_or_404(request, pk)
    enforce(
        allow_if_all(can_edit_prototype(roles_in(request, row.idea.cohort), person(request), row), open_to_edits(row))
    )
    form = PrototypeForm(
        submitted_data(request),
        earlier=row.idea.prototypes.filter(version__lt=row.version),
        current=row.form_values(),
    )
    page = FormPage(_("Edit the prototype"), _("Save"), row.get_absolute_url(), crumb=row)
    change, user = actions.change_prototype, person(request)
    return form_response(request, form, page, change, done=_("Saved."), prototype=row, by=user, at=now())


@form_page
def prototype_action(request: HttpRequest, pk: int, action_slug: str) -> HttpResponse:
    """Show the form of one action on a prototype, "ready" or "retire" (`action_slug`); run it on POST.

    Raises Refused for people other than the lab, coordinator, residents, pilot, and ambassadors for their own or shared
    work; Http404 for an unknown action.
    """
    row = get_prototype_or_404(request, pk)
    action = get_action_or_404(prototype_actions_for(person(request), row), action_slug)
    roles = roles_in(request, row.idea.cohort)
    return perform(request, action, roles, back=row.get_absolute_url(), context={"crumb": row}, prototype=row)
