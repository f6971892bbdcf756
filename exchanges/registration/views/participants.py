"""The list of participants of an exchange, its files, and the lists to print."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from exchanges.exchange.clock import exchange_today
from exchanges.exchange.pages import get_exchange_or_404, roles_for
from exchanges.models import Exchange, Guest, Registration
from exchanges.permissions import can_record_attendance, can_see_participants
from exchanges.registration.enums import EXPECTED
from exchanges.registration.filters import ParticipantFilter
from exchanges.registration.needs import needs_figures
from exchanges.registration.participants import (
    days_of,
    participant_access,
    participants_table,
    visible_guests,
    visible_participants,
)
from web.decisions import enforce
from web.exports.downloads import download_table
from web.forms.filters import ignored_lines
from web.pages.htmx import render as render_part
from web.pages.pagination import paginate
from web.pages.printed_lists import MAX_PEOPLE, PrintedList, PrintedPerson, SheetDay
from web.text import formats


@require_safe
def participants(request: HttpRequest, pk: int) -> HttpResponse:
    """List the participants of an exchange with their answers, 50 a page, and its guests; from the first day on, with
    buttons that record who came.

    For lab staff, the host's design team and pilot, and those who lead another cohort, who see its people only. Raises
    Refused for others.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_see_participants(roles, exchange))
    access = participant_access(roles, exchange)
    search = ParticipantFilter(request.GET or None, queryset=visible_participants(roles, exchange), access=access)
    page = paginate(search.qs, request.GET.get("page"))
    context = {
        "exchange": exchange,
        "access": access,
        "filter": search,
        "page": page,
        "list_query": f"?{urlencode({'list': request.GET.urlencode()})}",
        "guests": search.filtered_guests(visible_guests(access, exchange)) if page.number == 1 else [],
        "needs_figures": needs_figures(exchange) if access.sees_needs else [],
    }
    return render_part(request, "exchanges/registration/participants.html", "results", context)


@require_safe
def participants_file(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """Download the participants that the list shows for this query string, all pages.

    `file_format` is “csv” or “xlsx”. Raises Refused for people who may not see the list.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_see_participants(roles, exchange))
    access = participant_access(roles, exchange)
    search = ParticipantFilter(request.GET or None, queryset=visible_participants(roles, exchange), access=access)
    language = request.LANGUAGE_CODE[:2]
    today = exchange_today(exchange)
    about = [*search.labels(), *ignored_lines(search.form.ignored), (_("Made on"), formats.long_day(today, language))]
    guests = search.filtered_guests(visible_guests(access, exchange))
    table = participants_table(exchange, search.qs, guests, access=access, about=about, language=language)
    name = f"{pgettext('name of a file', 'participants')}-{exchange.pk}-{today.isoformat()}.{file_format}"
    return download_table(table, file_format, name=name, language=language)


@require_safe
def badges(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the badges of people with a seat and of guests, to print on A4; each has a QR code that checks its person
    in.

    The query string is that of the list of participants. Only for those who record attendance; raises Refused for
    others.
    """
    exchange, people = _people_to_print(request, pk)
    context = {"exchange": exchange, "list": people}
    return render(request, "exchanges/registration/badges.html", context)


@require_safe
def sign_in_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet that people with a seat and guests sign, with a column for each half-day, to print on A4.

    The query string is that of the list of participants. Only for those who record attendance; raises Refused for
    others.
    """
    exchange, people = _people_to_print(request, pk)
    context = {"exchange": exchange, "list": people}
    return render(request, "exchanges/registration/sign_in_sheet.html", context)


def _people_to_print(request: HttpRequest, pk: int) -> tuple[Exchange, PrintedList]:
    """Return the exchange and the people on its badges and sign-in sheet: those who have a seat or came, by name, at
    most 500.

    Raises Refused for people who do not record attendance.
    """
    exchange = get_exchange_or_404(request, pk)
    roles = roles_for(request, exchange)
    enforce(can_record_attendance(roles, exchange))
    access = participant_access(roles, exchange)
    search = ParticipantFilter(request.GET or None, queryset=visible_participants(roles, exchange), access=access)
    seated = list(search.qs.filter(state__in=EXPECTED)[: MAX_PEOPLE + 1])
    guests = search.filtered_guests(visible_guests(access, exchange))
    people = [printed_person(row) for row in [*seated, *guests]]
    days = [SheetDay(day) for day in days_of(exchange)]
    return exchange, PrintedList(people[:MAX_PEOPLE], days, is_truncated=len(people) > MAX_PEOPLE)


def printed_person(row: Registration | Guest) -> PrintedPerson:
    """Return a participant or guest for a badge or sign-in sheet: name, cohort or organisation, page to check in."""
    if isinstance(row, Guest):
        path = reverse("exchanges:check_in_guest", args=[row.exchange_id, row.pk])
        return PrintedPerson(row.name, row.organisation, path)
    affiliation = row.cohort.name if row.cohort else _("Lab")
    return PrintedPerson(str(row.user), affiliation, reverse("exchanges:check_in", args=[row.exchange_id, row.pk]))
