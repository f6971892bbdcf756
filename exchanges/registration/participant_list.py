"""The list of the participants of an exchange: its columns, and the buttons in its rows."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from django.db.models import F, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from exchanges.models import Participant
from exchanges.registration.bulk_actions import CHECK_IN, RECORD_ABSENCE
from exchanges.registration.enums import RegistrationState, Travel
from exchanges.registration.filters import ParticipantFilter
from exchanges.registration.models.participants import ParticipantQuerySet
from exchanges.registration.needs import RETENTION_DAYS
from exchanges.registration.participants import check_in_path, participant_subject, visible_participants
from web.lists.cells import ROW_FORM
from web.lists.columns import NUMBER, ListColumn, Reader, button_column, by_choice, by_name, by_value
from web.lists.declarations import List
from web.site_addresses import cached_reverse
from web.templatetags.attendance import attendance_buttons
from web.templatetags.web import state_tag
from web.text import formats
from web.text.language import active_language

PER_PAGE: Final = 40  # keeps the page under 60 KiB, buttons included
# Columns that are erased with the needs of people, thirty days after the last day.
ERASED_COLUMNS: Final = frozenset({"journey", "comes-from", "access", "diet", "email"})


def _rows(reader: Reader) -> ParticipantQuerySet:
    """Return the participants whom the reader may see, with their names."""
    return visible_participants(reader.subject).with_name()


def _with_waiting_number(participants: Any, _reader: Reader) -> QuerySet[Participant]:
    """Annotate participants with their number on the waiting list, and with its order."""
    rows: QuerySet[Participant] = participants.with_waiting_number().in_waiting_order()
    return rows


def _with_needs(participants: Any, _reader: Reader) -> QuerySet[Participant]:
    """Annotate participants with how they travel and what they need."""
    rows: QuerySet[Participant] = participants.with_needs()
    return rows


def can_see_needs(reader: Reader) -> bool:
    """Return whether the reader may see how people travel and what they need."""
    return bool(reader.subject.access.can_see_needs)


def can_see_addresses(reader: Reader) -> bool:
    """Return whether the reader may see the e-mail addresses of guests."""
    return bool(reader.subject.access.can_see_addresses)


def can_see_guests(reader: Reader) -> bool:
    """Return whether the reader sees external guests."""
    return bool(reader.subject.access.can_see_all)


def can_manage_guests(reader: Reader) -> bool:
    """Return whether the reader may remove guests now."""
    return bool(reader.subject.access.can_manage_guests)


def can_record(reader: Reader) -> bool:
    """Return whether the reader may record now who came."""
    return bool(reader.subject.access.can_record)


def _journey(participant: Any) -> str:
    """Return in words how a participant travels; "" where nothing is known."""
    return str(Travel(participant.travels).label) if participant.travels else ""


def _inviter(participant: Participant) -> str:
    """Return who invited a guest; "" for other participants."""
    return str(participant.guest.invited_by) if participant.guest else ""


def _attendance_buttons(participant: Participant) -> str:
    """Return the buttons that record whether a participant came, or undo that."""
    return attendance_buttons(participant, participant.name, check_in_path(participant.person), ROW_FORM)


def _removal_link(participant: Participant) -> SafeString | str:
    """Return the link that removes a guest from the list; "" for other participants."""
    if not participant.guest:
        return ""
    href = cached_reverse("exchanges:remove_guest", participant.exchange_id, participant.guest.pk)
    return format_html(
        '<a class="small" href="{}">{}<span class="visually-hidden">: {}</span></a>',
        href,
        _("Remove from the list"),
        participant.name,
    )


def _file_notes(reader: Reader, columns: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the line that asks to delete a file with people's needs or addresses, and by when."""
    last_day = reader.subject.exchange.last_day
    if last_day and ERASED_COLUMNS & set(columns):
        day = formats.long_day(last_day + timedelta(days=RETENTION_DAYS), active_language())
        yield _("Delete this file by"), _("%(day)s: it holds people’s needs.") % {"day": day}


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "name": ListColumn(
        header=gettext_lazy("Name"),
        value=lambda participant: participant.name,
        order=by_name("sort_name"),
        width=30,
        always=True,
    ),
    "affiliation": ListColumn(
        header=gettext_lazy("Cohort or organisation"),
        value=lambda participant: participant.affiliation_label,
        order=by_name("affiliation"),
        width=30,
    ),
    "answer": ListColumn(
        header=pgettext_lazy("of a participant", "Answer"),
        value=lambda participant: str(participant.answer_label),
        html=lambda participant: state_tag(participant.answer_label, participant.tone),
        order=by_choice("state", RegistrationState.values),
        width=22,
    ),
    "waiting-number": ListColumn(
        header=gettext_lazy("Waiting list"),
        value=lambda participant: participant.waiting_number,
        order=(F("waiting_order").asc(nulls_last=True),),
        width=14,
        css=NUMBER,
        annotate=_with_waiting_number,
    ),
    "journey": ListColumn(
        header=gettext_lazy("Journey"),
        value=_journey,
        order=by_value("travels"),
        width=14,
        offered_to=can_see_needs,
        annotate=_with_needs,
    ),
    "comes-from": ListColumn(
        header=pgettext_lazy("journey", "From"),
        value=lambda participant: participant.comes_from,
        order=by_name("comes_from"),
        width=24,
        offered_to=can_see_needs,
        annotate=_with_needs,
    ),
    "access": ListColumn(
        header=gettext_lazy("Access needs"),
        value=lambda participant: participant.access,
        width=40,
        offered_to=can_see_needs,
        annotate=_with_needs,
    ),
    "diet": ListColumn(
        header=gettext_lazy("Dietary needs"),
        value=lambda participant: participant.diet,
        width=40,
        offered_to=can_see_needs,
        annotate=_with_needs,
    ),
    "email": ListColumn(
        header=gettext_lazy("E-mail address of the guest"),
        value=lambda participant: participant.guest.email if participant.guest else "",
        order=by_value("guest__email"),
        width=32,
        by_default=False,
        offered_to=can_see_addresses,
        reads=("guest__email",),
    ),
    "invited-by": ListColumn(
        header=gettext_lazy("Invited by"),
        value=_inviter,
        order=by_name("guest__invited_by__full_name"),
        width=28,
        by_default=False,
        offered_to=can_see_guests,
        reads=("guest__invited_by__full_name", "guest__invited_by__email"),
    ),
    "attendance": button_column(gettext_lazy("Attendance"), _attendance_buttons, offered_to=can_record),
    "removal": button_column(gettext_lazy("Remove"), _removal_link, offered_to=can_manage_guests),
}

PARTICIPANTS: Final = List(
    slug="participants",
    title=gettext_lazy("Participants"),
    route="exchanges:participants",
    rows=_rows,
    filters=ParticipantFilter,
    columns=COLUMNS,
    heading="name",
    order="name",
    reads=(
        *("exchange", "state", "walk_in"),
        *("registration__exchange", "registration__state", "registration__walk_in"),
        *("registration__user__full_name", "registration__user__email", "registration__cohort__name"),
        *("guest__exchange", "guest__name", "guest__organisation", "guest__state", "guest__walk_in"),
    ),
    file_notes=_file_notes,
    subject=participant_subject,
    bulk_actions={"check-in": CHECK_IN, "absence": RECORD_ABSENCE},
    per_page=PER_PAGE,
    empty_icon="users",
    empty_title=gettext_lazy("Nobody is invited yet"),
    empty_text=gettext_lazy("People are invited when registration opens."),
)
