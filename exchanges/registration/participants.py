"""The participants of an exchange: who sees whom, what the list shows of them, and what its file holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from exchanges.exchange.clock import exchange_today
from exchanges.exchange.enums import ANSWERABLE, PAST
from exchanges.models import Exchange, Guest, Needs, Registration
from exchanges.permissions import (
    EditionRoles,
    can_manage_guests,
    can_record_attendance,
    can_see_needs,
    cohorts_of_visible_participants,
)
from exchanges.registration.models.registrations import RegistrationQuerySet
from exchanges.registration.needs import RETENTION_DAYS
from web.exports.tables import Cell, Table
from web.text import formats
from web.text.names import name_ordering


@dataclass(frozen=True, slots=True)
class ParticipantAccess:
    """What a person may do in the list of participants of an exchange.

    `sees_all`: also people of other cohorts, and guests; `sees_needs`: how people travel and what they need;
    `sees_addresses`: the e-mail addresses of guests; `manages_guests`: may add and remove guests now; `records`: may
    record now who came.
    """

    sees_all: bool
    sees_needs: bool
    sees_addresses: bool
    manages_guests: bool
    records: bool


def participant_access(roles: EditionRoles, exchange: Exchange) -> ParticipantAccess:
    """Return what the person with these roles may do in the list of participants of the exchange.

    Attendance is recorded from the first day at the host on, once registration has opened.
    """
    has_begun = exchange.first_day is not None and exchange.first_day <= exchange_today(exchange)
    is_recordable = exchange.state in PAST or (exchange.state in ANSWERABLE and has_begun)
    is_recordable = is_recordable and not exchange.retrospective
    return ParticipantAccess(
        sees_all=cohorts_of_visible_participants(roles, exchange) is None,
        sees_needs=bool(can_see_needs(roles, exchange)),
        sees_addresses=roles.staff or bool(can_manage_guests(roles, exchange)),
        manages_guests=exchange.state in ANSWERABLE and bool(can_manage_guests(roles, exchange)),
        records=is_recordable and bool(can_record_attendance(roles, exchange)),
    )


def visible_participants(roles: EditionRoles, exchange: Exchange) -> RegistrationQuerySet:
    """Return the registrations for the exchange that the person may see, by name, with person, cohort and
    `waiting_number`.

    With them come how people travel and what they need, if the person may read that.
    """
    rows = Registration.objects.filter(exchange=exchange).select_related("user", "cohort").with_waiting_number()
    cohorts = cohorts_of_visible_participants(roles, exchange)
    if cohorts is not None:
        rows = rows.filter(cohort__in=cohorts)
    if can_see_needs(roles, exchange):
        rows = rows.select_related("needs")
    return rows.order_by(*name_ordering("user__full_name"))


def visible_guests(access: ParticipantAccess, exchange: Exchange) -> QuerySet[Guest]:
    """Return the guests of the exchange by name, with the people who invited them; none for someone who does not see
    all participants.
    """
    guests = Guest.objects.filter(exchange=exchange) if access.sees_all else Guest.objects.none()
    return guests.select_related("invited_by").order_by(*name_ordering())


def days_of(exchange: Exchange) -> list[date]:
    """Return the days of the exchange in order; none while its dates are not known."""
    first = exchange.first_day
    return [first + timedelta(days=number) for number in range(exchange.days or 0)] if first else []


def participants_table(
    exchange: Exchange,
    participants: RegistrationQuerySet,
    guests: Iterable[Guest],
    *,
    access: ParticipantAccess,
    about: list[tuple[str, Cell]],
    language: str,
) -> Table:
    """Return the file of these participants and guests: the columns of the page that this person may see.

    `about` are further lines about the file, such as its filters; `language` is that of its dates (“fr”, “en”).
    """
    header = [
        _("Name"),
        _("Cohort or organisation"),
        pgettext("of a participant", "Answer"),
        _("Number on the waiting list"),
    ]
    if access.sees_needs:
        header += [_("Journey"), pgettext("journey", "From"), _("Access needs"), _("Dietary needs")]
    rows = chain(
        (_participant_row(row, access) for row in participants.iterator()), (_guest_row(row, access) for row in guests)
    )
    return Table(
        title=_("Participants"),
        header=header,
        rows=rows,
        about_title=_("About this file"),
        about=[
            (_("Intertransfo"), f"{exchange} · {exchange.edition.name}"),
            *about,
            *_erasure(exchange, access, language),
        ],
        widths=(30, 30, 22, 14, 14, 24, 40, 40),
    )


def _participant_row(row: Registration, access: ParticipantAccess) -> tuple[Cell, ...]:
    """Return the cells of a registration in the file of participants; its needs only for those who may read them."""
    affiliation = row.cohort.name if row.cohort else _("Lab")
    number: int | None = row.waiting_number  # type: ignore[attr-defined] # annotated
    cells = (str(row.user), affiliation, str(row.answer_label), number)
    if not access.sees_needs:
        return cells
    needs = getattr(row, "needs", None) or Needs()
    return (*cells, str(needs.get_travels_display()), needs.comes_from, needs.access, needs.diet)


def _guest_row(row: Guest, access: ParticipantAccess) -> tuple[Cell, ...]:
    """Return the cells of a guest in the file of participants, as many as a registration has."""
    cells = (row.name, row.organisation, str(row.answer_label), None)
    return (*cells, "", "", "", "") if access.sees_needs else cells


def _erasure(exchange: Exchange, access: ParticipantAccess, language: str) -> Iterator[tuple[str, Cell]]:
    """Yield the line that asks the reader to delete a file with people's needs, and by when."""
    if access.sees_needs and exchange.last_day:
        day = formats.long_day(exchange.last_day + timedelta(days=RETENTION_DAYS), language)
        yield _("Delete this file by"), _("%(day)s: it holds people’s needs.") % {"day": day}
