"""When the host cannot host: it gives its turn back, or lab staff ask the next in line."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.requests import person
from exchanges.exchange.action_pages import acted, dates_of, find, now, page_about, standing_of
from exchanges.models import Exchange
from exchanges.permissions import Standing, may_confirm_host, may_plan
from exchanges.planning import actions
from exchanges.planning.forms import PassOnForm
from exchanges.planning.planning_context import outlook
from exchanges.planning.reassignment import moved_turns
from exchanges.rotation import Choice
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import form_page


@form_page
def ask_next(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the next in line to host; the reason is written already and can be changed."""
    exchange = find(request, pk)
    enforce(may_plan(person(request)))
    host = exchange.host.name if exchange.host else ""
    form = PassOnForm(
        request.POST or None,
        exchange=exchange,
        initial={"reason": _("%(host)s did not confirm in time.") % {"host": host}},
    )
    done = _("The next cohort is asked to confirm.")
    if acted(request, form, actions.ask_next_host, done=done, exchange=exchange, at=now()):
        return redirect(exchange)
    title = _("Ask the next cohort")
    return page_about(exchange, title, title, says=_says(exchange)).show(request, form)


@form_page
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one's cohort cannot host after all."""
    exchange = find(request, pk)
    done = _("The turn is given back. The next cohort is asked to host, and the lab is informed.")
    standing = standing_of(request, exchange)
    may = may_confirm_host(standing, exchange)
    if request.method == "POST" and not may and _gave_back(standing, exchange):
        messages.success(request, done)
        return redirect(exchange)
    enforce(may)
    form = PassOnForm(request.POST or None, exchange=exchange)
    says = _says(exchange)
    if says == [_nobody_left()]:
        done = _("The turn is given back. Nobody is left to ask: the lab is informed and decides.")
    if acted(request, form, actions.give_turn_back, done=done, exchange=exchange, at=now()):
        return redirect(exchange)
    title = _("Give the turn back")
    return page_about(exchange, title, title, says=says, grave=True).show(request, form)


def _gave_back(standing: Standing, exchange: Exchange) -> bool:
    """Whether the form came before: a cohort the person leads gave this turn back."""
    kept = exchange.why.get("host", {})
    return kept.get("reason") == "given_back" and kept.get("before_id") in standing.cohorts_with("CP")


def _says(exchange: Exchange) -> list[str]:
    """Who hosts what afterwards (three statements)."""
    moved = moved_turns(outlook(exchange.edition, platform_today()), [exchange])
    if not moved:
        return [_nobody_left()]
    host = exchange.host.name if exchange.host else ""
    kept = _("%(host)s keeps a turn for later: it is not counted as having hosted.") % {"host": host}
    return [*_lines(moved), kept, _("E-mails not sent yet are adapted. The new host is asked to confirm.")]


def _nobody_left() -> str:
    return _("Nobody is left to ask: the lab decides.")


def _lines(moved: Sequence[tuple[Exchange, Choice]]) -> list[str]:
    return [
        _("%(exchange)s, %(dates)s: %(host)s.")
        % {"exchange": exchange, "dates": dates_of(exchange), "host": choice.name}
        for exchange, choice in moved
    ]
