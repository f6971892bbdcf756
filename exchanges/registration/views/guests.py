"""Pages about the guests of an exchange."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
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
from web.forms.pages import form_page, form_response, submitted_data


@form_page
def add_guest(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff and the host's coordinator and pilot the form to add a guest to the exchange; add it on POST.

    The list of participants shows the guest. Raises Refused for others.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_manage_guests(roles, exchange))
    form = GuestForm(
        submitted_data(request), people=possible_inviters(roles), initial={"invited_by": person(request).pk}
    )
    is_open = exchange.state in ANSWERABLE or request.method == "POST"
    page = exchange_form_page(
        exchange,
        _("Add external guest"),
        _("Reserve a seat"),
        reverse("exchanges:participants", args=[exchange.pk]),
        intro=_("External guests are people from other communities. Each of them takes one seat."),
        unavailable_reason="" if is_open else str(actions.GUESTS_CLOSED),
    )
    return form_response(
        request,
        form,
        page,
        actions.add_guest,
        done=_("A seat is reserved for the guest."),
        exchange=exchange,
        at=current_time(),
        by=person(request),
    )


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
        return redirect("exchanges:participants", exchange.pk)
    form = ConfirmationForm(submitted_data(request))
    done = _("%(guest)s is removed from the list.") % {"guest": guest_row.name}
    consequences = [
        _("%(guest)s is removed from the list of guests. No e-mail is sent: inform this person yourself.")
        % {"guest": guest_row},
        _("The Intertransfo is over: nobody moves up from the waiting list.")
        if is_over(exchange, current_time())
        else _("The seat goes to the person who has waited longest. That person receives an e-mail at once."),
    ]
    page = exchange_form_page(
        exchange,
        _("Remove a guest from the list"),
        _("Remove from the list"),
        reverse("exchanges:participants", args=[exchange.pk]),
        consequences=consequences,
        is_destructive=True,
    )
    at, by = current_time(), person(request)
    return form_response(
        request, form, page, actions.remove_guest, done=done, exchange=exchange, guest=guest_row, at=at, by=by
    )
