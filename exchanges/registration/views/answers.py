"""Pages about one's own answer, registration of others, and attendance."""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import person
from exchanges.exchange.pages import current_time, get_exchange_or_404, roles_for
from exchanges.exchange.people import in_edition_on
from exchanges.models import Exchange, Guest, Registration
from exchanges.permissions import (
    EditionRoles,
    can_answer_invitation,
    can_record_attendance,
    can_register_others,
    members_led,
)
from exchanges.registration import actions
from exchanges.registration.enums import EXPECTED, REFUSED, RegistrationState
from exchanges.registration.forms import ExchangeAttendanceForm, RegisterOthersForm
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import apply_form, form_page, submitted_data

# The action of each button.
ANSWER_ACTIONS: Final[Mapping[str, Callable[..., Registration]]] = {"yes": actions.register, "no": actions.decline}


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Save on POST whether the person comes to the exchange, by the field `answer` ("yes" or "no"), and go back to its
    page.

    Any other value changes nothing. A refusal, such as closed registration, is shown on the page of the exchange.
    Raises Refused for people outside the edition.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_answer_invitation(roles_for(request, exchange)))
    answer_action = ANSWER_ACTIONS.get(request.POST.get("answer", ""))
    if answer_action is None:
        messages.error(request, _("Say whether you are coming."))
        return redirect(exchange)
    try:
        registration = answer_action(exchange=exchange, user=person(request), at=current_time(), by=person(request))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, answer_message(registration))
    return redirect(exchange)


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


@form_page
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form with the people registered and the guests; save on POST who of them came to the exchange.

    For lab staff, and the coordinator, residents and pilot of the host's cohort; raises Refused for others.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_record_attendance(roles_for(request, exchange), exchange))
    answers = Registration.objects.filter(exchange=exchange, state__in=EXPECTED).select_related("user")
    guests = Guest.objects.filter(exchange=exchange).order_by("name", "pk")
    form = ExchangeAttendanceForm(
        submitted_data(request), answers=answers.order_by("user__full_name", "pk"), guests=guests
    )
    if apply_form(form, actions.record_exchange_attendance, exchange=exchange, by=person(request)):
        messages.success(request, _("Attendance is recorded."))
        return redirect(exchange)
    expected = bool(answers) or bool(guests)
    return render(
        request, "exchanges/registration/attendance.html", {"exchange": exchange, "form": form, "expected": expected}
    )
