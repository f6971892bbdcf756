"""Pages that record who came to an exchange: by tap, by QR code, walk-ins, and everyone else at once."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from exchanges.exchange.enums import PAST
from exchanges.exchange.pages import (
    current_time,
    exchange_form_page,
    get_exchange_or_404,
    roles_for,
)
from exchanges.exchange.people import in_edition_on
from exchanges.models import Exchange, Guest, Registration
from exchanges.permissions import EditionRoles, can_answer_invitation, can_record_attendance
from exchanges.refusals import ATTENDANCE_TOO_EARLY
from exchanges.registration import actions
from exchanges.registration.enums import EXPECTED, GuestState
from exchanges.registration.forms import RemainingForm, WalkInForm, WalkInGuestForm
from exchanges.registration.models.participants import participant_key
from exchanges.registration.participants import meeting_of, participant_access, printed_person
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.pages.check_in import CheckIn, Recorded, check_in_page

# The action of each button.
ATTENDANCE_ACTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "came": actions.record_arrival,
    "absent": actions.record_absence,
    "undo": actions.undo_attendance,
}
NOT_YET: Final = gettext_lazy("You can check in participants from the first day on, once registration has opened.")


@form_page
def check_in(request: HttpRequest, pk: int, registration: int) -> HttpResponse:
    """Show a participant (the key of a registration), whose QR code leads here; record on POST whether they came.

    For lab staff, and the host's design team and pilot; raises Refused for others. Participants who open their own code
    get the page that shows it.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    rows = Registration.objects.filter(exchange=exchange, pk=registration)
    if not can_record_attendance(roles, exchange) and rows.filter(user=roles.user).exists():
        return redirect("exchanges:own_code", exchange.pk)
    enforce(can_record_attendance(roles, exchange))
    row = get_object_or_404(rows.select_related("user", "cohort"))
    return _check_in_page(request, exchange, roles, row)


@form_page
def check_in_guest(request: HttpRequest, pk: int, guest: int) -> HttpResponse:
    """Show a guest (by key), whose QR code leads here; record on POST whether they came.

    For lab staff, and the host's design team and pilot; raises Refused for others.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_record_attendance(roles, exchange))
    row = get_object_or_404(Guest.objects.filter(exchange=exchange), pk=guest)
    return _check_in_page(request, exchange, roles, row)


def _check_in_page(
    request: HttpRequest, exchange: Exchange, roles: EditionRoles, row: Registration | Guest
) -> HttpResponse:
    """Show the page of one participant or guest with its buttons; on POST record the button pressed."""
    row.exchange = exchange
    can_record = participant_access(roles, exchange).can_record
    check_in = CheckIn(
        meeting_of(exchange),
        printed_person(row),
        row if can_record else None,
        label=row.answer_label,
        tone=row.tone,
        reason=NOT_YET,
        row=participant_key(row),
    )
    return check_in_page(request, check_in, partial(_record_attendance, row, roles.user))


def _record_attendance(row: Registration | Guest, user: User, button: str) -> Recorded:
    """Run the action of the button that was pressed, and return what it has recorded."""
    saved = ATTENDANCE_ACTIONS[button](participant=row, at=current_time(), by=user)
    if saved is None:
        return Recorded("", None, is_removed=True)
    return Recorded(saved.answer_label, participant_key(saved))


@form_page
def walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for a person of the edition who came without being on the list; record on POST that they came.

    For lab staff, and the host's design team and pilot; raises Refused for others.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_record_attendance(roles, exchange))
    form = WalkInForm(submitted_data(request), people=people_not_on_list(exchange, roles))
    intro = _(
        "Someone of the edition came without being on the list. They count as present and do not use a seat."
        " People who were invited are on the list of participants: check them in there, whatever they answered."
    )
    page = _walk_in_page(request, exchange, roles, title=_("Add participant without invitation"), intro=intro)
    return _add_walk_in(request, exchange, form, actions.add_walk_in, page)


@form_page
def walk_in_guest(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for a guest who came without being on the list; record on POST that they came.

    For lab staff, and the host's design team and pilot; raises Refused for others.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_record_attendance(roles, exchange))
    form = WalkInGuestForm(submitted_data(request))
    intro = _("A guest came without being on the list. They count as present and do not use a seat.")
    page = _walk_in_page(request, exchange, roles, title=_("Add guest at the entrance"), intro=intro)
    return _add_walk_in(request, exchange, form, actions.add_walk_in_guest, page)


def _walk_in_page(request: HttpRequest, exchange: Exchange, roles: EditionRoles, *, title: str, intro: str) -> FormPage:
    """Return the page of a form about a walk-in; before the first day it says that it is too early."""
    is_early = not participant_access(roles, exchange).can_record and request.method != "POST"
    return exchange_form_page(
        exchange,
        title,
        _("Record that they came"),
        reverse("exchanges:participants", args=[exchange.pk]),
        intro=intro,
        unavailable_reason=str(ATTENDANCE_TOO_EARLY) if is_early else "",
    )


def _add_walk_in(
    request: HttpRequest, exchange: Exchange, form: Form, action: Callable[..., Registration | Guest], page: FormPage
) -> HttpResponse:
    """Run the action with a valid form that was sent, and return to the list of participants; else show the page."""
    saved = apply_form(form, action, exchange=exchange, at=current_time(), by=person(request))
    if saved is None:
        return page.show(request, form)
    messages.success(request, _("%(name)s is checked in.") % {"name": printed_person(saved).name})
    return redirect("exchanges:participants", exchange.pk)


def people_not_on_list(exchange: Exchange, roles: EditionRoles) -> QuerySet[User]:
    """Return active people of the exchange's edition on its first day who have no registration, by name.

    These are lab staff, admins of authorities and people who joined since the invitations.
    """
    in_edition = in_edition_on(exchange.pk, exchange.first_day or roles.today)
    people = User.objects.filter(in_edition, is_active=True)
    return people.exclude(registrations__exchange=exchange).order_by("full_name", "pk")


@form_page
def record_remaining(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether everyone of whom nothing is recorded came, and say how many they are; record it on POST.

    For lab staff, and the host's design team and pilot; raises Refused for others.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_record_attendance(roles_for(request, exchange), exchange))
    form = RemainingForm(submitted_data(request))
    number = apply_form(form, actions.record_remaining, exchange=exchange, by=person(request))
    address = reverse("exchanges:participants", args=[exchange.pk])
    if number is not None:
        text = ngettext("Attendance of %(n)d person is recorded.", "Attendance of %(n)d people is recorded.", number)
        messages.success(request, text % {"n": number})
        return redirect(address)
    people = Registration.objects.filter(exchange=exchange).registered().count()
    people += Guest.objects.filter(exchange=exchange, state=GuestState.EXPECTED).count()
    text = ngettext(
        "Nothing is recorded yet for %(n)d person with a seat. Did they come?",
        "Nothing is recorded yet for %(n)d people with a seat. Did they come?",
        people,
    )
    recorded = "" if people else _("The attendance of everyone with a seat is recorded.")
    reason = recorded if exchange.state in PAST else actions.NOT_HELD_YET
    page = exchange_form_page(
        exchange,
        _("Record the others"),
        _("Record attendance"),
        address,
        intro=text % {"n": people} if people else "",
        unavailable_reason=str(reason) if request.method != "POST" else "",
    )
    return page.show(request, form)


@require_safe
def own_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a participant the QR code that the host scans when they arrive; without a seat, the page says so.

    Raises Refused for people outside the edition.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_answer_invitation(roles_for(request, exchange)))
    own = Registration.objects.filter(exchange=exchange, user=person(request), state__in=EXPECTED)
    row = own.select_related("user", "cohort").first()
    context = {"meeting": meeting_of(exchange), "own": printed_person(row) if row else None}
    return render(request, "exchanges/registration/own_code.html", context)
