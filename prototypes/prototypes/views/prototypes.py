"""A prototype's page and its forms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.clock import local_today
from files.attachments.panels import shelf
from prototypes import actions
from prototypes.action_pages.offered import prototype_acts
from prototypes.action_pages.views import act_named, perform, possible_acts
from prototypes.attachables import owner_of
from prototypes.enums import IdeaState
from prototypes.ideas.views.story import waiting
from prototypes.models import Prototype
from prototypes.permissions import both, may_add_work, may_edit_prototype, open_to_edits, open_to_work
from prototypes.prototypes.forms import PrototypeForm
from prototypes.registries import parts_of
from prototypes.trials.cards import locked_trials, trial_card
from prototypes.views.lookups import idea_at, letters, prototype_at
from prototypes.views.pages import ask
from web.decisions import enforce
from web.forms.pages import form_page, sent


@require_safe
def prototype(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is, the question it answers, and its tests."""
    row = prototype_at(request, pk)
    holds = letters(request, row.idea.cohort)
    user, today = person(request), local_today(row.idea.cohort)
    others = locked_trials(user, row.idea_id)
    context = {
        "prototype": row,
        "idea": row.idea,
        "cards": [trial_card(trial, today, others) for trial in row.trials.visible_to(user).order_by("number")],
        "others": row.idea.prototypes.visible_to(user).exclude(pk=row.pk).order_by("version"),
        "acts": possible_acts(prototype_acts(user, row), "prototypes:prototype_act", row, holds),
        "may_test": both(may_add_work(holds), open_to_work(row.idea)),
        "may_edit": both(may_edit_prototype(holds, user, row), open_to_edits(row)),
        "files": shelf(owner_of(row, user, holds), today),
        **parts_of("prototype", request, row, holds),
    }
    return render(request, "prototypes/prototype.html", context)


@form_page
def add_prototype(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the idea's next version."""
    idea = idea_at(request, pk)
    enforce(may_add_work(letters(request, idea.cohort)))
    earlier = idea.prototypes.order_by("-version")
    first, today = {"supersedes": earlier.first()}, local_today(idea.cohort)
    form = PrototypeForm(sent(request), earlier=earlier, today=today, initial=first)

    def add() -> Prototype:
        return actions.add_prototype(idea=idea, by=person(request), at=now(), **form.told())

    return ask(
        request,
        form,
        add,
        title=_("Add prototype"),
        action=_("Add the prototype"),
        done=f"{_('The prototype is added: plan its test.')} {waiting(idea, IdeaState.PROTOTYPING)}".strip(),
        crumb=idea,
    )


@form_page
def edit_prototype(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is said about the prototype."""
    row = prototype_at(request, pk)
    enforce(both(may_edit_prototype(letters(request, row.idea.cohort), person(request), row), open_to_edits(row)))
    form = PrototypeForm(
        sent(request),
        earlier=row.idea.prototypes.filter(version__lt=row.version),
        today=local_today(row.idea.cohort),
        stands=row.stands(),
    )

    def change() -> Prototype:
        return actions.change_prototype(prototype=row, by=person(request), at=now(), **form.changes())

    return ask(request, form, change, title=_("Edit the prototype"), action=_("Save"), done=_("Saved."), crumb=row)


@form_page
def prototype_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Ready for a test, or retired."""
    row = prototype_at(request, pk)
    chosen = act_named(prototype_acts(person(request), row), act)
    holds = letters(request, row.idea.cohort)
    return perform(request, chosen, holds, back=row.get_absolute_url(), context={"crumb": row}, prototype=row)
