"""Who comes: one's own answer, places for others, and who came in the end."""

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
from exchanges.exchange.action_pages import acted, find, now, standing_of
from exchanges.exchange.people import still_of
from exchanges.models import Exchange, Guest, Registration
from exchanges.permissions import Standing, may_answer, may_record_attendance, may_register_others, members_led
from exchanges.registration import actions
from exchanges.registration.enums import EXPECTED, REFUSED, RegistrationState
from exchanges.registration.forms import AttendanceForm, OthersForm
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import done, form_page, sent

# What each button does.
ANSWERS: Final[Mapping[str, Callable[..., Registration]]] = {"yes": actions.register, "no": actions.decline}


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes or no for oneself; anything else changes nothing."""
    exchange = find(request, pk)
    enforce(may_answer(standing_of(request, exchange)))
    say = ANSWERS.get(request.POST.get("answer", ""))
    if say is None:
        messages.error(request, _("Say whether you are coming."))
        return redirect(exchange)
    try:
        answered = say(exchange=exchange, user=person(request), at=now(), by=person(request))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said(answered))
    return redirect(exchange)


def said(answer: Registration) -> str:
    """What became of an answer, in words."""
    if answer.state in REFUSED:
        return _("Your answer is saved: you are not coming.")
    number = Registration.objects.filter(pk=answer.pk).waiting().numbers().first()
    if number is None:
        return _("Your seat is reserved.")
    return _("Every seat is taken: you are number %(n)d on the waiting list.") % {"n": number}


def said_of_others(answers: Collection[Registration]) -> str:
    """What became of the answers given for others, in words."""
    waiting = sum(answer.state == RegistrationState.WAITLISTED for answer in answers)
    kept = len(answers) - waiting
    if not waiting:
        return _("The seats are reserved.")
    waits = ngettext("%(n)d person is on the waiting list.", "%(n)d people are on the waiting list.", waiting)
    if not kept:
        return " ".join([_("Every seat is taken: none of these people has a seat yet."), waits % {"n": waiting}])
    keeps = ngettext("%(n)d seat is reserved.", "%(n)d seats are reserved.", kept)
    return " ".join([keeps % {"n": kept}, waits % {"n": waiting}])


@form_page
def others(request: HttpRequest, pk: int) -> HttpResponse:
    """Register people of one's cohorts."""
    exchange = find(request, pk)
    standing = standing_of(request, exchange)
    enforce(may_register_others(standing))
    form = OthersForm(request.POST or None, people=people_without_place(exchange, standing))
    answers = done(form, actions.register_others, exchange=exchange, at=now(), by=person(request))
    if answers is not None:
        messages.success(request, said_of_others(answers))
        return redirect(exchange)
    return render(request, "exchanges/others.html", {"exchange": exchange, "form": form})


def people_without_place(exchange: Exchange, standing: Standing) -> QuerySet[User]:
    """Active members of the cohorts the person leads neither registered nor waiting, who do not leave before it."""
    placed = Registration.objects.filter(exchange=exchange, state__in=[*EXPECTED, RegistrationState.WAITLISTED])
    then = still_of(exchange.pk, exchange.first_day or standing.today)
    people = User.objects.filter(then, pk__in=members_led(standing).values("user"), is_active=True)
    return people.exclude(pk__in=placed.values("user")).order_by("full_name", "pk")


@form_page
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who came of those who were registered, and of the guests."""
    exchange = find(request, pk)
    enforce(may_record_attendance(standing_of(request, exchange), exchange))
    answers = Registration.objects.filter(exchange=exchange, state__in=EXPECTED).select_related("user")
    guests = Guest.objects.filter(exchange=exchange).order_by("name", "pk")
    form = AttendanceForm(sent(request), answers=answers.order_by("user__full_name", "pk"), guests=guests)
    if acted(request, form, actions.record_attendance, done=_("Attendance is recorded."), exchange=exchange):
        return redirect(exchange)
    expected = bool(answers) or bool(guests)
    return render(request, "exchanges/attendance.html", {"exchange": exchange, "form": form, "expected": expected})
