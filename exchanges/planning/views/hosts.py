"""Pages for a host that cannot host: it gives its turn back, or lab staff ask the next cohort."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.requests import person
from accounts.roles import LEADS
from exchanges.exchange.pages import (
    current_time,
    dates_of,
    exchange_form_page,
    get_exchange_or_404,
    roles_for,
)
from exchanges.models import Exchange
from exchanges.permissions import EditionRoles, can_give_turn_back, can_plan_exchanges
from exchanges.planning import actions
from exchanges.planning.forms import PassOnForm
from exchanges.planning.planning_context import load_planning_context
from exchanges.planning.reassignment import moved_turns
from exchanges.rotation import HostChoice
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import apply_form, form_page


@form_page
def ask_next(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form to ask the next cohort in line to host the exchange; ask it on POST.

    The reason, that the host did not confirm in time, is filled in and can be changed.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_plan_exchanges(person(request)))
    host = exchange.host.name if exchange.host else ""
    form = PassOnForm(
        request.POST or None,
        exchange=exchange,
        initial={"reason": _("%(host)s did not confirm in time.") % {"host": host}},
    )
    done = _("The next cohort is asked to confirm.")
    if apply_form(form, actions.ask_next_host, exchange=exchange, at=current_time(), by=person(request)):
        messages.success(request, done)
        return redirect(exchange)
    title = _("Ask the next cohort")
    return exchange_form_page(exchange, title, title, consequences=_consequences(exchange)).show(request, form)


@form_page
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to give back the turn to host, with a reason, to the host's pilot or coordinator; give it back on
    POST.

    Lab staff can do it too; raises Refused for others. A form sent twice gets the message of success instead of a
    refusal.
    """
    exchange = get_exchange_or_404(request, pk)
    done = _("The turn is given back. The next cohort is asked to host, and the lab is informed.")
    roles = roles_for(request, exchange)
    decision = can_give_turn_back(roles, exchange)
    if request.method == "POST" and not decision and _already_given_back(roles, exchange):
        messages.success(request, done)
        return redirect(exchange)
    enforce(decision)
    form = PassOnForm(request.POST or None, exchange=exchange)
    consequences = _consequences(exchange)
    if consequences == [_nobody_left()]:
        done = _("The turn is given back. Nobody is left to ask: the lab is informed and decides.")
    if apply_form(form, actions.give_turn_back, exchange=exchange, at=current_time(), by=person(request)):
        messages.success(request, done)
        return redirect(exchange)
    title = _("Give the turn back")
    return exchange_form_page(exchange, title, title, consequences=consequences).show(request, form)


def _already_given_back(roles: EditionRoles, exchange: Exchange) -> bool:
    """Return whether a cohort that the person leads has just given this turn back, as when a form is sent twice.

    The person leads a cohort as coordinator or pilot.
    """
    host_reason = exchange.why.get("host", {})
    return host_reason.get("reason") == "given_back" and host_reason.get("before_id") in roles.cohorts_with(LEADS)


def _consequences(exchange: Exchange) -> list[str]:
    """Return sentences, shown before it is done, on who hosts which exchange if the present host does not (three
    statements).

    Without another cohort to ask it is one sentence that says so.
    """
    moved = moved_turns(load_planning_context(exchange.edition, platform_today()), [exchange])
    if not moved:
        return [_nobody_left()]
    host = exchange.host.name if exchange.host else ""
    keeps_turn = _("%(host)s keeps a turn for later: it is not counted as having hosted.") % {"host": host}
    return [
        *_moved_turn_texts(moved),
        keeps_turn,
        _("E-mails not sent yet are adapted. The new host is asked to confirm."),
    ]


def _nobody_left() -> str:
    """Return the sentence that no cohort is left to ask to host."""
    return _("Nobody is left to ask: the lab decides.")


def _moved_turn_texts(moved: Sequence[tuple[Exchange, HostChoice]]) -> list[str]:
    """Return a sentence on each exchange that gets another host, with its dates: “Intertransfo 4, mar. 8 juin 2027:
    Metz.”

    `moved` are pairs of exchange and new host.
    """
    return [
        _("%(exchange)s, %(dates)s: %(host)s.")
        % {"exchange": exchange, "dates": dates_of(exchange), "host": choice.name}
        for exchange, choice in moved
    ]
