"""Pages about one's own answer, and registration of others."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.requests import person
from exchanges.exchange.pages import current_time, get_exchange_or_404, roles_for
from exchanges.exchange.people import in_edition_on
from exchanges.models import Exchange, Registration
from exchanges.permissions import EditionRoles, can_answer_invitation, can_register_others, members_led
from exchanges.registration import actions
from exchanges.registration.enums import EXPECTED, REFUSED, RegistrationState
from exchanges.registration.forms import RegisterOthersForm
from exchanges.registration.seats import answer_periods, free_seats, is_full
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import apply_form, form_page
from web.security.own_paths import next_path

# The action of each button.
ANSWER_ACTIONS: Final[Mapping[str, Callable[..., Registration]]] = {"yes": actions.register, "no": actions.decline}


@form_page
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the person comes to the exchange; save it on POST, by the field `answer` ("yes" or "no").

    Then the page follows that `next` names, or that of the exchange. Any other value changes nothing. A refusal, such
    as closed registration, is shown there. Raises Refused for people outside the edition.
    """
    user = person(request)
    visible = Exchange.objects.visible_to(user).with_host_and_edition().with_own_answer(user)
    exchange = get_object_or_404(visible, pk=pk)
    enforce(can_answer_invitation(roles_for(request, exchange)))
    if request.method != "POST":
        return render(request, "exchanges/registration/answer.html", _answer_context(exchange))
    answer_action = ANSWER_ACTIONS.get(request.POST.get("answer", ""))
    if answer_action is None:
        messages.error(request, _("Say whether you are coming."))
    else:
        try:
            registration = answer_action(exchange=exchange, user=user, at=current_time(), by=user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, answer_message(registration))
    return redirect(next_path(request) or exchange.get_absolute_url())


def _answer_context(exchange: Exchange) -> dict[str, Any]:
    """Return the context of the page that asks for an answer; the exchange is read with the person's own answer."""
    waiting = Registration.objects.filter(exchange=exchange).waiting().count()
    periods = answer_periods(exchange, current_time())
    return {"exchange": exchange, "full": is_full(free_seats(exchange), waiting), **periods}


def answer_message(answer: Registration) -> str:
    """Return the message after a person answered: not coming, a seat, or their number on the waiting list."""
    if answer.state in REFUSED:
        return _("Your answer is saved: you are not coming.")
    number = Registration.objects.filter(pk=answer.pk).waiting().numbers().first()
    if number is None:
        return _("Your seat is reserved.")
    return _("Every seat is taken: you are number %(n)d on the waiting list.") % {"n": number}


def group_answer_message(answers: Collection[Registration]) -> str:
    """Return the message after a person registered others: how many have a seat, and how many wait for one."""
    waiting = sum(answer.state == RegistrationState.WAITLISTED for answer in answers)
    reserved = len(answers) - waiting
    if not waiting:
        return _("The seats are reserved.")
    waiting_text = ngettext("%(n)d person is on the waiting list.", "%(n)d people are on the waiting list.", waiting)
    if not reserved:
        return " ".join([_("Every seat is taken: none of these people has a seat yet."), waiting_text % {"n": waiting}])
    reserved_text = ngettext("%(n)d seat is reserved.", "%(n)d seats are reserved.", reserved)
    return " ".join([reserved_text % {"n": reserved}, waiting_text % {"n": waiting}])


@form_page
def register_others(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to register other people for the exchange; register them on POST.

    Lab staff register any member of the edition, coordinators and pilots those of their cohorts; raises Refused for
    others.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_register_others(roles))
    form = RegisterOthersForm(request.POST or None, people=people_without_seat(exchange, roles))
    answers = apply_form(form, actions.register_others, exchange=exchange, at=current_time(), by=person(request))
    if answers is not None:
        messages.success(request, group_answer_message(answers))
        return redirect(exchange)
    return render(request, "exchanges/registration/register_others.html", {"exchange": exchange, "form": form})


def people_without_seat(exchange: Exchange, roles: EditionRoles) -> QuerySet[User]:
    """Return active members of the cohorts the person leads who have neither a seat nor a place on the waiting list.

    The person leads a cohort as coordinator or pilot; for lab staff these are the members of all cohorts. People who
    leave the edition before the first day are left out.
    """
    registered = Registration.objects.filter(exchange=exchange, state__in=[*EXPECTED, RegistrationState.WAITLISTED])
    in_edition = in_edition_on(exchange.pk, exchange.first_day or roles.today)
    people = User.objects.filter(in_edition, pk__in=members_led(roles).values("user"), is_active=True)
    return people.exclude(pk__in=registered.values("user")).order_by("full_name", "pk")
