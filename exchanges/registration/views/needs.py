"""The page about one's own journey and needs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.requests import person
from exchanges.exchange.clock import exchange_today
from exchanges.exchange.pages import (
    current_time,
    exchange_form_page,
    get_exchange_or_404,
    roles_for,
)
from exchanges.models import Exchange
from exchanges.permissions import can_answer_invitation
from exchanges.registration import actions
from exchanges.registration.forms import NeedsForm
from exchanges.registration.models.needs import PERSONAL_FIELDS
from exchanges.registration.needs import answer_with_needs, too_late_for_needs
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.security.acting import forbidden_while_acting


@forbidden_while_acting
@form_page
def needs(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form about one's own journey to the exchange and one's access and dietary needs; save it on POST.

    Without any value the needs are deleted. For people without a seat or a place on the waiting list, or from thirty
    days after the last day on, the page says so instead.
    """
    exchange, user = get_exchange_or_404(request, pk), person(request)
    enforce(can_answer_invitation(roles_for(request, exchange)))
    answer = answer_with_needs(exchange, user)
    stored = getattr(answer, "needs", None)
    form = NeedsForm(submitted_data(request), initial={name: getattr(stored, name, "") for name in PERSONAL_FIELDS})
    if apply_form(form, actions.save_needs, exchange=exchange, user=user, at=current_time(), by=user):
        messages.success(request, _("Your journey and your needs are saved."))
        return redirect(exchange)
    unavailable_reason = "" if answer else _("Answer “I am coming” first.")
    if answer and too_late_for_needs(exchange, exchange_today(exchange)):
        unavailable_reason = _("It is too late: the Intertransfo is over.")
    return _needs_page(exchange, unavailable_reason).show(request, form)


def _needs_page(exchange: Exchange, unavailable_reason: str) -> FormPage:
    """Return the page of the form about one's own needs; `unavailable_reason`, unless empty, is shown instead of the
    form.
    """
    return exchange_form_page(
        exchange,
        _("Describe your journey and your needs"),
        _("Save"),
        intro=_(
            "Optional. Your answers help the host to welcome you. Only you, the lab and the host’s"
            " coordinator and pilot can read them. They are erased 30 days after the last day."
        ),
        unavailable_reason=unavailable_reason,
    )
