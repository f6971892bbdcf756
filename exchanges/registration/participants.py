"""The participants of an exchange: who sees whom, who records what, and who is on badges and sign-in sheets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.exchange.clock import exchange_today
from exchanges.exchange.enums import ANSWERABLE, PAST
from exchanges.models import Exchange, Guest, Participant, Registration
from exchanges.permissions import (
    EditionRoles,
    can_manage_guests,
    can_record_attendance,
    can_see_needs,
    can_see_participants,
    cohorts_of_visible_participants,
)
from exchanges.registration.models.participants import ParticipantQuerySet
from web.database.keys import key_of
from web.decisions import enforce
from web.pages.check_in import Meeting
from web.pages.printed_lists import MAX_PEOPLE, PrintedList, PrintedPerson, SheetDay
from web.site_addresses import cached_reverse


@dataclass(frozen=True, slots=True)
class ParticipantAccess:
    """What a person may do in the list of participants of an exchange.

    `can_see_all`: also people of other cohorts, and guests; `can_see_needs`: how people travel and what they need;
    `can_see_addresses`: the e-mail addresses of guests; `can_manage_guests`: may add and remove guests now;
    `can_record`: may record now who came.
    """

    can_see_all: bool
    can_see_needs: bool
    can_see_addresses: bool
    can_manage_guests: bool
    can_record: bool


@dataclass(frozen=True, slots=True)
class ParticipantSubject:
    """The exchange whose participants are listed, with the roles of the reader and what they may do."""

    exchange: Exchange
    roles: EditionRoles
    access: ParticipantAccess

    def __str__(self) -> str:
        return f"{self.exchange} · {self.exchange.edition.name}"


def participant_subject(user: User, subject_key: str) -> ParticipantSubject:
    """Return the exchange with this primary key, and what the user may do in the list of its participants.

    Raises Http404 if they may not see the exchange, Refused if they may not see its participants.
    """
    visible = Exchange.objects.visible_to(user).with_host_and_edition()
    exchange = get_object_or_404(visible, pk=key_of(subject_key))
    roles = EditionRoles(user, exchange.edition, exchange_today(exchange))
    enforce(can_see_participants(roles, exchange))
    return ParticipantSubject(exchange, roles, participant_access(roles, exchange))


def meeting_of(exchange: Exchange) -> Meeting:
    """Return the exchange as pages about its participants show it."""
    list_href = cached_reverse("exchanges:participants", exchange.pk)
    return Meeting(str(exchange), exchange.get_absolute_url(), list_href, part_of=exchange.edition.name)


def participant_access(roles: EditionRoles, exchange: Exchange) -> ParticipantAccess:
    """Return what the person with these roles may do in the list of participants of the exchange.

    Attendance is recorded from the first day at the host on, once registration has opened.
    """
    has_begun = exchange.first_day is not None and exchange.first_day <= exchange_today(exchange)
    is_recordable = exchange.state in PAST or (exchange.state in ANSWERABLE and has_begun)
    is_recordable = is_recordable and not exchange.retrospective
    return ParticipantAccess(
        can_see_all=cohorts_of_visible_participants(roles, exchange) is None,
        can_see_needs=bool(can_see_needs(roles, exchange)),
        can_see_addresses=roles.staff or bool(can_manage_guests(roles, exchange)),
        can_manage_guests=exchange.state in ANSWERABLE and bool(can_manage_guests(roles, exchange)),
        can_record=is_recordable and bool(can_record_attendance(roles, exchange)),
    )


def visible_participants(subject: ParticipantSubject) -> ParticipantQuerySet:
    """Return the participants of the exchange whom the reader may see: guests only for someone who sees everyone."""
    participants = Participant.objects.filter(exchange=subject.exchange)
    cohorts = cohorts_of_visible_participants(subject.roles, subject.exchange)
    return participants if cohorts is None else participants.filter(registration__cohort__in=cohorts)


def days_of(exchange: Exchange) -> list[date]:
    """Return the days of the exchange in order; none while its dates are not known."""
    first = exchange.first_day
    return [first + timedelta(days=number) for number in range(exchange.days or 0)] if first else []


def printed_list(exchange: Exchange, participants: Iterable[Participant]) -> PrintedList:
    """Return these participants, and the days of the exchange, for badges and sign-in sheets: at most 500 people."""
    people = [printed_person(participant.person) for participant in participants]
    days = [SheetDay(day) for day in days_of(exchange)]
    return PrintedList(people[:MAX_PEOPLE], days, is_truncated=len(people) > MAX_PEOPLE)


def printed_person(row: Registration | Guest) -> PrintedPerson:
    """Return a participant or guest for a badge or sign-in sheet: name, cohort or organisation, page to check in."""
    if isinstance(row, Guest):
        return PrintedPerson(row.name, row.organisation, check_in_path(row))
    affiliation = row.cohort.name if row.cohort else _("Lab")
    return PrintedPerson(str(row.user), affiliation, check_in_path(row))


def check_in_path(row: Registration | Guest) -> str:
    """Return the path of the page that records the arrival of a person or guest."""
    route = "exchanges:check_in_guest" if isinstance(row, Guest) else "exchanges:check_in"
    return cached_reverse(route, row.exchange_id, row.pk)
