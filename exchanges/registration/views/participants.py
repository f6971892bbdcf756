"""The list of participants of an exchange, and the lists to print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from exchanges.models import Exchange
from exchanges.permissions import can_record_attendance
from exchanges.registration.enums import EXPECTED
from exchanges.registration.needs import needs_figures
from exchanges.registration.participant_list import PARTICIPANTS
from exchanges.registration.participants import meeting_of, printed_list
from lists.access import open_list
from lists.pages import list_page
from web.decisions import enforce
from web.pages.printed_lists import MAX_PEOPLE, PrintedList


@require_safe
def participants(request: HttpRequest, pk: int) -> HttpResponse:
    """List the participants of an exchange with their answers, guests among them; from the first day on, with buttons
    that record who came.

    For lab staff, the host's design team and pilot, and those who lead another cohort, who see its people only. Raises
    Refused for others.
    """
    subject = PARTICIPANTS.subject(person(request), str(pk))
    context = {
        "exchange": subject.exchange,
        "access": subject.access,
        "row_form": subject.access.can_record,
        "needs_figures": needs_figures(subject.exchange) if subject.access.can_see_needs else [],
        "further_links": "exchanges/registration/print_links.html",
    }
    return list_page(
        request,
        PARTICIPANTS,
        "exchanges/registration/participants.html",
        context,
        subject_key=str(pk),
        subject=subject,
        can_act=subject.access.can_record,
    )


@require_safe
def badges(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the badges of people with a seat and of guests, to print on A4; each has a QR code that checks its person
    in.

    The query string is that of the list of participants. Only for those who record attendance; raises Refused for
    others.
    """
    exchange, people = _people_to_print(request, pk)
    return render(request, "check_in/badges.html", {"meeting": meeting_of(exchange), "list": people})


@require_safe
def sign_in_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet that people with a seat and guests sign, with a column for each half-day, to print on A4.

    The query string is that of the list of participants. Only for those who record attendance; raises Refused for
    others.
    """
    exchange, people = _people_to_print(request, pk)
    context = {
        "meeting": meeting_of(exchange),
        "exchange": exchange,
        "list": people,
        "affiliation": _("Cohort or organisation"),
    }
    return render(request, "exchanges/registration/sign_in_sheet.html", context)


def _people_to_print(request: HttpRequest, pk: int) -> tuple[Exchange, PrintedList]:
    """Return the exchange and the people on its badges and sign-in sheet: those who have a seat or came, in the order
    of the list, at most 500.

    Raises Refused for people who do not record attendance.
    """
    subject = PARTICIPANTS.subject(person(request), str(pk))
    enforce(can_record_attendance(subject.roles, subject.exchange))
    bound_list = open_list(person(request), PARTICIPANTS, request.GET, str(pk), subject=subject)
    return subject.exchange, printed_list(
        subject.exchange, bound_list.rows.filter(state__in=EXPECTED)[: MAX_PEOPLE + 1]
    )
