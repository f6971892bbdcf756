"""Guests of an exchange: added by those who welcome them, and taken off."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import person
from exchanges.exchange.action_pages import acted, find, now, page_about, standing_of
from exchanges.exchange.enums import ANSWERABLE
from exchanges.models import Guest
from exchanges.permissions import Standing, may_keep_guests, members_led
from exchanges.registration import actions
from exchanges.registration.forms import GuestForm
from exchanges.registration.seats import is_over
from web.decisions import enforce
from web.forms.fields import SureForm
from web.forms.pages import form_page, sent


@form_page
def add_guest(request: HttpRequest, pk: int) -> HttpResponse:
    """The guests, and one more."""
    exchange = find(request, pk)
    standing = standing_of(request, exchange)
    enforce(may_keep_guests(standing, exchange))
    form = GuestForm(sent(request), people=people_who_invite(standing), initial={"invited_by": person(request).pk})
    if acted(
        request, form, actions.add_guest, done=_("A seat is reserved for the guest."), exchange=exchange, at=now()
    ):
        return redirect("exchanges:guests", exchange.pk)
    guests = Guest.objects.filter(exchange=exchange).select_related("invited_by").order_by("name", "pk")
    context = {"exchange": exchange, "form": form, "guests": guests, "open": exchange.state in ANSWERABLE}
    return render(request, "exchanges/places_guests.html", context)


def people_who_invite(standing: Standing) -> QuerySet[User]:
    """Active members of the cohorts the person leads, and the person; for lab staff of all, and the lab."""
    lab = Q(is_lab_staff=True) if standing.staff else Q(pk=standing.user.pk)
    people = User.objects.filter(Q(pk__in=members_led(standing).values("user")) | lab, is_active=True)
    return people.order_by("full_name", "pk")


@form_page
def remove_guest(request: HttpRequest, pk: int, guest: int) -> HttpResponse:
    """Take a guest off the list; one who is not on it any more is answered calmly when the form is sent twice."""
    exchange = find(request, pk)
    enforce(may_keep_guests(standing_of(request, exchange), exchange))
    found = Guest.objects.filter(exchange=exchange, pk=guest).first()
    if found is None and request.method != "POST":
        raise Http404
    if found is None:
        messages.info(request, _("This guest is not on the list."))
        return redirect("exchanges:guests", exchange.pk)
    form = SureForm(sent(request))
    gone = _("%(guest)s is removed from the list.") % {"guest": found.name}
    if acted(request, form, actions.remove_guest, done=gone, exchange=exchange, guest=found, at=now()):
        return redirect("exchanges:guests", exchange.pk)
    says = [
        _("%(guest)s is removed from the list of guests. No e-mail is sent: inform this person yourself.")
        % {"guest": found},
        _("The Intertransfo is over: nobody moves up from the waiting list.")
        if is_over(exchange, now())
        else _("The seat goes to the person who has waited longest. That person receives an e-mail at once."),
    ]
    return page_about(
        exchange, _("Remove a guest from the list"), _("Remove from the list"), says=says, grave=True
    ).show(request, form)
