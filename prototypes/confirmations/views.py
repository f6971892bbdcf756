"""Ideas of which nobody gave a sign for six months: the list to confirm or change each, and the page of one."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import person
from cohorts.clock import local_today
from prototypes import actions
from prototypes.action_pages.buttons import Button
from prototypes.action_pages.offered import IDEA_ACTS, IMPLEMENTATION_ACTS
from prototypes.action_pages.views import Acts, possible_acts
from prototypes.confirmations.filters import UnconfirmedFilter
from prototypes.confirmations.forms import ConfirmationsForm, ConfirmForm, asked_for
from prototypes.confirmations.return_links import back_to, carried, from_list
from prototypes.confirmations.unconfirmed import is_unconfirmed
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea
from prototypes.permissions import Letters, both, may_confirm, open_to_confirmation
from prototypes.views.lookups import idea_at, letters
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import form_page, refusals_into, sent
from web.pages.htmx import render as render_page
from web.pages.pagination import Page, paginate
from web.security.own_paths import own_path
from web.text.names import by_name

PER_PAGE = 25
NO_STEP = frozenset({"share", "stop-sharing", "replicate"})


@form_page
def unconfirmed(request: HttpRequest) -> HttpResponse:
    """Confirm ideas, one or those that are ticked; what has changed leads to the idea."""
    waiting = _confirmable(request).unconfirmed(today_everywhere())
    found = UnconfirmedFilter(request.GET or None, waiting)
    page = paginate(found.qs, request.GET.get("page"), per_page=PER_PAGE)
    form = ConfirmationsForm(sent(request), ideas=_shown(request, page))
    if form.is_bound and form.is_valid() and _confirmed(request, form):
        return redirect(own_path(request.get_full_path(), "home"))
    context = {"filter": {"form": found.form}, "page": page, "form": form, "from_list": from_list(request.GET)}
    return render_page(request, "prototypes/unconfirmed.html", "results", context)


def _confirmable(request: HttpRequest) -> IdeaQuerySet:
    ideas = Idea.objects.confirmable_by(person(request), today_everywhere()).select_related("cohort", "owner")
    return ideas.order_by(*by_name("cohort__name"), F("last_sign_on").asc(nulls_last=True), "pk")


def _shown(request: HttpRequest, page: Page[Idea]) -> list[Idea]:
    """The ideas of the page, after those that were sent and are on it no more; raises Http404 for foreign ones."""
    here = {idea.pk for idea in page}
    gone = asked_for(request.POST) - here
    found = list(_confirmable(request).filter(pk__in=gone)) if gone else []
    if len(found) < len(gone):
        raise Http404
    return [*found, *page]


def _confirmed(request: HttpRequest, form: ConfirmationsForm) -> bool:
    try:
        rows = actions.confirm_ideas(told=form.told(), by=person(request), at=now())
    except actions.MovedOn as error:
        form.refuse(error)
    except DomainError as error:
        error.add_to(form)
    else:
        said = ngettext("%(count)s idea is confirmed.", "%(count)s ideas are confirmed.", len(rows))
        messages.success(request, said % {"count": len(rows)})
    return not form.errors


@form_page
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm one idea, or go on to what has changed; reminders lead here, and only sending the form confirms."""
    row = idea_at(request, pk)
    holds = letters(request, row.cohort)
    enforce(both(may_confirm(holds, person(request), row), open_to_confirmation(row)))
    form = ConfirmForm(sent(request), idea=row)
    if form.is_bound and form.is_valid():
        with refusals_into(form):
            actions.confirm_idea(idea=row, by=person(request), at=now(), **form.cleaned_data)
            messages.success(request, _("The idea is confirmed."))
            return redirect(back_to(request.GET, row))
    return render(request, "prototypes/confirm.html", {"form": form} | _about(request, row, holds))


def _about(request: HttpRequest, row: Idea, holds: Letters) -> dict[str, Any]:
    return {
        "idea": row,
        "silent": is_unconfirmed(row, local_today(row.cohort)),
        "latest": row.confirmations.select_related("by").latest_first().first(),
        "changes": _changes(row, holds, carried(request.GET)),
        "back": back_to(request.GET, row),
    }


def _changes(row: Idea, holds: Letters, back: str) -> Acts:
    """What may have changed: the acts on the idea, and on what is live of it."""
    found = possible_acts(IDEA_ACTS, "prototypes:idea_act", row, holds, without=NO_STEP)
    live = [
        possible_acts(IMPLEMENTATION_ACTS, "prototypes:implementation_act", one, holds)
        for one in row.implementations.told().order_by("pk")
    ]
    offered = [*found.offered, *(button for acts in live for button in acts.offered)]
    here = [Button(button.label, f"{button.href}{back}", button.decision, button.danger) for button in offered]
    return Acts(here, found.refused)
