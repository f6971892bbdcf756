"""Those who travel: what they need, and who reads it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from exchanges.exchange.action_pages import acted, find, now, page_about, standing_of
from exchanges.exchange.clock import exchange_today
from exchanges.models import Exchange
from exchanges.permissions import may_answer, may_see_needs
from exchanges.registration import actions
from exchanges.registration.forms import NeedsForm
from exchanges.registration.models.needs import SAID
from exchanges.registration.needs import answer_with_needs, summary, too_late_for_needs
from web.decisions import enforce
from web.forms.pages import FormPage, form_page, sent
from web.security.acting import forbidden_while_acting


@forbidden_while_acting
@form_page
def needs(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how one travels and what one needs, or take it back."""
    exchange, user = find(request, pk), person(request)
    enforce(may_answer(standing_of(request, exchange)))
    answer = answer_with_needs(exchange, user)
    told = getattr(answer, "needs", None)
    form = NeedsForm(sent(request), initial={name: getattr(told, name, "") for name in SAID})
    if acted(
        request,
        form,
        actions.note_needs,
        done=_("Your journey and your needs are saved."),
        exchange=exchange,
        user=user,
        at=now(),
    ):
        return redirect(exchange)
    impossible = "" if answer else _("Say first that you are coming.")
    if answer and too_late_for_needs(exchange, exchange_today(exchange)):
        impossible = _("It is too late: the Intertransfo is over.")
    return _needs_page(exchange, impossible).show(request, form)


def _needs_page(exchange: Exchange, impossible: str) -> FormPage:
    return page_about(
        exchange,
        _("Describe your journey and your needs"),
        _("Save"),
        intro=_(
            "Optional. Your answers help the host to welcome you. Only you, the lab and the host’s"
            " coordinator and pilot can read them. They are erased 30 days after the last day."
        ),
        impossible=impossible,
    )


@require_safe
def needs_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """What the host has to prepare: counts and texts, to be printed."""
    exchange = find(request, pk)
    enforce(may_see_needs(standing_of(request, exchange), exchange))
    return render(request, "exchanges/places_needs.html", {"exchange": exchange, "summary": summary(exchange)})
