"""Who comes: one's own answer, places for others, and who came in the end."""

from collections.abc import Callable, Mapping
from typing import Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from cohorts.models import Membership
from exchanges import actions
from exchanges.enums import EXPECTED
from exchanges.forms import AttendanceForm, OthersForm
from exchanges.models import Exchange, Registration
from exchanges.permissions import Standing, leads_of, may_answer, may_register_others
from exchanges.views.finding import acted, find, now, standing_of, today
from exchanges.views.steps import RECORD
from web.decisions import enforce
from web.errors import DomainError
from web.form_pages import form_page

# What each button says, and the message that follows.
ANSWERS: Final[Mapping[str, tuple[Callable[..., object], StrOrPromise]]] = {
    "yes": (actions.register, gettext_lazy("Your place is kept.")),
    "no": (actions.decline, gettext_lazy("Noted: you do not come.")),
}


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes or no for oneself; anything else changes nothing."""
    exchange = find(request, pk)
    enforce(may_answer(standing_of(request, exchange)))
    answered = ANSWERS.get(request.POST.get("answer", ""))
    if answered is None:
        messages.error(request, _("Say whether you are coming."))
        return redirect(exchange)
    say, done = answered
    try:
        say(exchange=exchange, user=person(request), at=now(), by=person(request))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(done))
    return redirect(exchange)


@form_page
def others(request: HttpRequest, pk: int) -> HttpResponse:
    """Register people of one's cohorts."""
    exchange = find(request, pk)
    standing = standing_of(request, exchange)
    enforce(may_register_others(standing))
    form = OthersForm(request.POST or None, people=people_without_place(exchange, standing))
    if acted(request, form, actions.register_others, done=_("Their places are kept."), exchange=exchange, at=now()):
        return redirect(exchange)
    return render(request, "exchanges/others.html", {"exchange": exchange, "form": form})


def people_without_place(exchange: Exchange, standing: Standing) -> QuerySet[User]:
    """Active members of the cohorts the person leads who are not registered yet."""
    led = leads_of(standing)
    members = Membership.objects.active(today()).filter(
        Q() if led is None else Q(cohort__in=led), cohort__edition=exchange.edition_id
    )
    placed = Registration.objects.filter(exchange=exchange, state__in=EXPECTED)
    people = User.objects.filter(pk__in=members.values("user"), is_active=True)
    return people.exclude(pk__in=placed.values("user")).order_by("full_name", "pk")


@form_page
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who came of those who were registered."""
    exchange = find(request, pk)
    enforce(RECORD.may(standing_of(request, exchange), exchange))
    answers = Registration.objects.filter(exchange=exchange, state__in=EXPECTED).select_related("user")
    form = AttendanceForm(request.POST or None, answers=answers.order_by("user__full_name", "pk"))
    if acted(request, form, RECORD.do, done=str(RECORD.done), exchange=exchange):
        return redirect(exchange)
    return render(request, "exchanges/attendance.html", {"exchange": exchange, "form": form})
