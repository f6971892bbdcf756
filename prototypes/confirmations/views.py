"""Pages of unconfirmed ideas: the list, and the page that confirms one idea."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import person
from accounts.roles import Roles
from cohorts.clock import local_today
from prototypes import actions
from prototypes.action_pages.buttons import Button
from prototypes.action_pages.definitions import IDEA_ACTIONS, IMPLEMENTATION_ACTIONS
from prototypes.action_pages.views import AvailableActions, available_actions
from prototypes.confirmations.filters import UnconfirmedFilter
from prototypes.confirmations.forms import ConfirmationsForm, ConfirmForm, requested_ids
from prototypes.confirmations.return_links import forwarded_return_query, list_return_query, return_url
from prototypes.confirmations.unconfirmed import is_unconfirmed
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea
from prototypes.permissions import allow_if_all, can_confirm_idea, open_to_confirmation
from prototypes.views.lookups import get_idea_or_404, roles_in
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import adding_errors_to, form_page, submitted_data
from web.lists.columns import Reader
from web.pages.htmx import render as render_page
from web.pages.pagination import Page, paginate
from web.security.own_paths import own_path
from web.text.names import name_ordering

PER_PAGE = 10
ACTIONS_WITHOUT_STATE_CHANGE = frozenset({"share", "stop-sharing", "replicate"})


@form_page
def unconfirmed(request: HttpRequest) -> HttpResponse:
    """Show the ideas without an update for six months that the person may confirm, ten a page; on POST confirm one or
    the ticked ones.

    The person may confirm those of cohorts they lead or administer, and their own. After a POST they stay on the list;
    Http404 when it names any other idea.
    """
    reader = Reader(person(request), today_everywhere())
    waiting = _confirmable(request).unconfirmed(reader.today)
    filtered = UnconfirmedFilter(request.GET or None, waiting, reader=reader)
    page = paginate(filtered.qs, request.GET.get("page"), per_page=PER_PAGE)
    form = ConfirmationsForm(submitted_data(request), ideas=_ideas_of_form(request, page))
    if form.is_bound and form.is_valid() and _save_confirmations(request, form):
        return redirect(own_path(request.get_full_path(), "home"))
    context = {
        "filter": {"form": filtered.form},
        "page": page,
        "form": form,
        "list_return_query": list_return_query(request.GET),
    }
    return render_page(request, "prototypes/confirmations/unconfirmed.html", "results", context)


def _confirmable(request: HttpRequest) -> IdeaQuerySet:
    """Return the ideas whose state the person may confirm today, by name of the cohort, the longest without an update
    first.

    For lab staff all ideas; else those of cohorts they coordinate, pilot or administer, and those they own or
    co-author.
    """
    ideas = Idea.objects.confirmable_by(person(request), today_everywhere()).select_related("cohort", "owner")
    return ideas.order_by(*name_ordering("cohort__name"), F("last_update_on").asc(nulls_last=True), "pk")


def _ideas_of_form(request: HttpRequest, page: Page[Idea]) -> list[Idea]:
    """Return the ideas of the form: submitted ones that are not on this page of the list, then those of the page.

    Raises Http404 when a submitted idea is not one that the person may confirm.
    """
    on_page = {idea.pk for idea in page}
    not_on_page = requested_ids(request.POST) - on_page
    other_ideas = list(_confirmable(request).filter(pk__in=not_on_page)) if not_on_page else []
    if len(other_ideas) < len(not_on_page):
        raise Http404
    return [*other_ideas, *page]


def _save_confirmations(request: HttpRequest, form: ConfirmationsForm) -> bool:
    """Confirm the ideas chosen in a valid form, and return whether that succeeded; a refusal is added to the form."""
    try:
        rows = actions.confirm_ideas(confirmations=form.confirmation_requests(), by=person(request), at=now())
    except actions.IdeaChanged as error:
        form.show_change(error)
    except DomainError as error:
        error.add_to(form)
    else:
        message = ngettext("%(count)s idea is confirmed.", "%(count)s ideas are confirmed.", len(rows))
        messages.success(request, message % {"count": len(rows)})
    return not form.errors


@form_page
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to confirm the state of one idea, with the actions that record a change instead; save it on POST.

    E-mails link to this page, so opening it confirms nothing. Raises Refused for people other than the lab,
    coordinator, pilot, admin, and the idea's owner and co-authors, and for ideas that count in no rate; Http404 for
    people who may not read it.
    """
    row = get_idea_or_404(request, pk)
    roles = roles_in(request, row.cohort)
    enforce(allow_if_all(can_confirm_idea(roles, person(request), row), open_to_confirmation(row)))
    form = ConfirmForm(submitted_data(request), idea=row)
    if form.is_bound and form.is_valid():
        with adding_errors_to(form):
            actions.confirm_idea(idea=row, by=person(request), at=now(), **form.cleaned_data)
            messages.success(request, _("The idea is confirmed."))
            return redirect(return_url(request.GET, row))
    return render(
        request, "prototypes/confirmations/confirm.html", {"form": form} | _confirm_context(request, row, roles)
    )


def _confirm_context(request: HttpRequest, row: Idea, roles: Roles) -> dict[str, Any]:
    """Return the template context of the page that confirms one idea, except the form: the idea, its latest
    confirmation, actions.

    `roles` are the person's roles in the cohort of the idea.
    """
    return {
        "idea": row,
        "is_unconfirmed": is_unconfirmed(row, local_today(row.cohort)),
        "latest": row.confirmations.select_related("by").latest_first().first(),
        "changes": _changes(row, roles, forwarded_return_query(request.GET)),
        "back": return_url(request.GET, row),
    }


def _changes(row: Idea, roles: Roles, back: str) -> AvailableActions:
    """Return buttons for the actions on the idea and its implementations that record a change, for a person with these
    roles.

    `back` is the query string to add to their links, so that they lead back to the list.
    """
    idea_actions = available_actions(
        IDEA_ACTIONS, "prototypes:idea_action", row, roles, without=ACTIONS_WITHOUT_STATE_CHANGE
    )
    live = [
        available_actions(IMPLEMENTATION_ACTIONS, "prototypes:implementation_action", one, roles)
        for one in row.implementations.not_withdrawn().order_by("pk")
    ]
    offered = [
        *idea_actions.offered,
        *(button for implementation_actions in live for button in implementation_actions.offered),
    ]
    returning = [Button(button.label, f"{button.href}{back}", button.decision, button.danger) for button in offered]
    return AvailableActions(returning, idea_actions.refused)
