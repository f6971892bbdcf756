"""Pages about the guests of an exchange."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import person
from exchanges.exchange.enums import ANSWERABLE
from exchanges.exchange.pages import (
    current_time,
    exchange_form_page,
    get_exchange_or_404,
    roles_for,
)
from exchanges.models import Guest
from exchanges.permissions import EditionRoles, can_manage_guests, members_led
from exchanges.registration import actions
from exchanges.registration.forms import GuestForm
from exchanges.registration.seats import is_over
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import apply_form, form_page, submitted_data


@form_page
def add_guest(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff and the host's coordinator and pilot the guests of the exchange, and a form to add one; add it on
    POST.

    Raises Refused for others.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_manage_guests(roles, exchange))
    form = GuestForm(
        submitted_data(request), people=possible_inviters(roles), initial={"invited_by": person(request).pk}
    )
    if apply_form(form, actions.add_guest, exchange=exchange, at=current_time(), by=person(request)):
        messages.success(request, _("A seat is reserved for the guest."))
        return redirect("exchanges:guests", exchange.pk)
    guests = Guest.objects.filter(exchange=exchange).select_related("invited_by").order_by("name", "pk")
    context = {"exchange": exchange, "form": form, "guests": guests, "is_open": exchange.state in ANSWERABLE}
    return render(request, "exchanges/registration/guests.html", context)


def possible_inviters(roles: EditionRoles) -> QuerySet[User]:
    """Return the people who can be named as inviting a guest: the signed-in person and members of the cohorts they
    lead.

    They lead a cohort as coordinator or pilot. For lab staff these are all active members of the edition, and the lab.
    """
    lab = Q(is_lab_staff=True) if roles.staff else Q(pk=roles.user.pk)
    people = User.objects.filter(Q(pk__in=members_led(roles).values("user")) | lab, is_active=True)
    return people.order_by("full_name", "pk")


@form_page
def remove_guest(request: HttpRequest, pk: int, guest: int) -> HttpResponse:
    """Ask lab staff and the host's coordinator and pilot to confirm that a guest is removed; remove the guest on POST.

    `guest` is the key of the guest. A form sent twice gets a message; another request for a removed guest raises
    Http404.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_manage_guests(roles_for(request, exchange), exchange))
    guest_row = Guest.objects.filter(exchange=exchange, pk=guest).first()
    if guest_row is None and request.method != "POST":
        raise Http404
    if guest_row is None:
        messages.info(request, _("This guest is not on the list."))
        return redirect("exchanges:guests", exchange.pk)
    form = ConfirmationForm(submitted_data(request))
    success = _("%(guest)s is removed from the list.") % {"guest": guest_row.name}
    by, at = person(request), current_time()
    if apply_form(form, actions.remove_guest, exchange=exchange, guest=guest_row, at=at, by=by):
        messages.success(request, success)
        return redirect("exchanges:guests", exchange.pk)
    consequences = [
        _("%(guest)s is removed from the list of guests. No e-mail is sent: inform this person yourself.")
        % {"guest": guest_row},
        _("The Intertransfo is over: nobody moves up from the waiting list.")
        if is_over(exchange, current_time())
        else _("The seat goes to the person who has waited longest. That person receives an e-mail at once."),
    ]
    return exchange_form_page(
        exchange,
        _("Remove a guest from the list"),
        _("Remove from the list"),
        consequences=consequences,
        is_destructive=True,
    ).show(request, form)
