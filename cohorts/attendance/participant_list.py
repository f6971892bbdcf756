"""The list of the participants of a session, a row for each person and day: its columns, filters and buttons."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import django_filters
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from cohorts.attendance.attendees import AttendeeDays, DayPresence, check_in_path
from cohorts.attendance.bulk_actions import RECORD, RECORD_PRESENCE
from cohorts.attendance.enums import AttendanceStatus
from cohorts.attendance.participants import records_attendance, session_subject
from cohorts.models import Attendance
from cohorts.people.enums import ROLE_ORDER, MembershipRole
from cohorts.sessions.enums import SessionState
from web.forms.filters import ListFilter
from web.lists.cells import ROW_FORM
from web.lists.columns import (
    FIGURE,
    NUMBER,
    ListColumn,
    Reader,
    button_column,
    by_choice,
    by_name,
    by_value,
    field_column,
    value_column,
)
from web.lists.declarations import List
from web.templatetags.attendance import attendance_buttons
from web.templatetags.web import state_tag, weekday
from web.text.names import PersonName

ALL_DAYS: Final = "all"
PER_PAGE: Final = 40  # keeps the page under 60 KiB, buttons included


class SessionParticipantFilter(ListFilter):
    """Filter of the participants of a session by name, day, role and attendance.

    On a day of the session, only this day is listed unless another is chosen.
    """

    q = django_filters.CharFilter(label=_("Filter by name"), field_name="sort_name", lookup_expr="unaccent__icontains")
    day = django_filters.ChoiceFilter(label=_("Day"), empty_label=_("All days"), method="on_day")
    role = django_filters.ChoiceFilter(
        label=_("Role"), field_name="member__role", choices=MembershipRole.choices, empty_label=_("All roles")
    )
    status = django_filters.ChoiceFilter(
        label=_("Attendance"), choices=AttendanceStatus.choices, empty_label=_("Everyone")
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        """Create the filter set for the reader; it offers the days of the session, if there are several."""
        super().__init__(*args, reader=reader, **kwargs)
        days = [session_day.date for session_day in reader.subject.session.days.all()]
        choices: list[tuple[str, Any]] = [(day.isoformat(), weekday(day)) for day in days]
        if reader.subject.is_on_today:
            self.filters["day"].extra |= {"empty_label": _("Today")}
            choices = [(ALL_DAYS, _("All days")), *choices]
        self.filters["day"].extra["choices"] = choices
        if len(days) < 2:
            del self.filters["day"]

    @property
    def qs(self) -> QuerySet[Attendance]:
        """The rows that the filters select; without a day in the address, on a day of the session, those of today."""
        rows: QuerySet[Attendance] = super().qs
        subject = self.reader.subject
        is_today = subject.is_on_today and not self.form.cleaned_data.get("day")
        return rows.filter(day__date=subject.today) if is_today else rows

    def on_day(self, rows: QuerySet[Attendance], _name: str, day: str) -> QuerySet[Attendance]:
        """Return the rows of this day, given as an ISO date; all with “all”."""
        return rows if day == ALL_DAYS else rows.filter(day__date=day)


def _rows(reader: Reader) -> QuerySet[Attendance]:
    """Return the attendance of the session that the reader may see, with `sort_name`."""
    name = Coalesce("member__user__full_name", "stakeholder__name", output_field=PersonName())
    return (
        Attendance.objects.visible_to(reader.user).filter(day__session=reader.subject.session).annotate(sort_name=name)
    )


def _load_for_cells(rows: Sequence[Any], reader: Reader) -> None:
    """Give each row its attendance in words, and the path of the page that checks the person in if that can be done
    today.
    """
    session, today = reader.subject.session, reader.subject.today
    is_over = session.state in (SessionState.HELD, SessionState.REPORTED)
    for row in rows:
        row.presence = DayPresence(row.day, row, is_over)
        row.attendee = AttendeeDays(row.person, [row.presence])
        row.check_in_path = check_in_path(session.pk, row.person) if row.day.date == today else ""


def _buttons(row: Any) -> str:
    """Return the buttons that record whether the person is here today, or undo that; "" on other days."""
    if not row.check_in_path:
        return ""
    return attendance_buttons(row.presence, row.person.name, row.check_in_path, ROW_FORM)


def _can_see_contacts(reader: Reader) -> bool:
    """Return whether the reader may see the addresses of the members of the cohort."""
    return bool(reader.subject.permissions["see_contacts"])


def _can_see_needs(reader: Reader) -> bool:
    """Return whether the reader welcomes people at the session, and so reads what guests need."""
    return bool(reader.subject.permissions["plan_sessions"])


def _row_name(row: Any) -> str:
    """Return the name of the person with the day, for sentences and boxes."""
    return f"{row.person.name} · {weekday(row.day.date)}"


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "session": field_column("day__session__number", _("Session"), width=8, css=FIGURE, by_default=False),
    "name": ListColumn(
        header=_("Name"), value=lambda row: row.attendee.display_name, order=by_name("sort_name"), width=30, always=True
    ),
    "email": ListColumn(
        header=_("E-mail"),
        value=lambda row: row.member.user.email if row.member and not row.member.user.erased_at else "",
        order=by_value("member__user__email"),
        width=32,
        by_default=False,
        offered_to=_can_see_contacts,
        reads=("member__user__erased_at",),
    ),
    "role": ListColumn(
        header=_("Role"),
        value=lambda row: str(row.attendee.role_label),
        order=(*by_choice("member__role", ROLE_ORDER), *by_name("sort_name"), F("day__date").asc()),
        width=18,
    ),
    "affiliation": ListColumn(
        header=_("Discipline or organisation"),
        value=lambda row: row.attendee.discipline_or_organisation,
        width=30,
        reads=("member__discipline", "stakeholder__organisation"),
    ),
    "date": ListColumn(
        header=_("Date"),
        value=lambda row: row.day.date,
        html=lambda row: weekday(row.day.date),
        order=by_value("day__date"),
        width=14,
        css=FIGURE,
    ),
    "attendance": ListColumn(
        header=_("Attendance"),
        value=lambda row: str(row.presence.label),
        html=lambda row: state_tag(row.presence.label, row.presence.tone),
        order=by_choice("status", AttendanceStatus.values),
        width=20,
    ),
    "needs": field_column("needs", _("Needs"), width=30, offered_to=_can_see_needs),
    "half-days": value_column("half_days", _("Half-days"), width=12, css=NUMBER),
    "check-in": button_column(_("Check in"), _buttons, offered_to=records_attendance),
}

SESSION_PARTICIPANTS: Final = List(
    slug="session-participants",
    title=_("Participants"),
    route="cohorts:session_participants",
    rows=_rows,
    filters=SessionParticipantFilter,
    columns=COLUMNS,
    heading="name",
    order="role",
    reads=(
        *("day__date", "status", "answered_on"),
        *("member__role", "member__user__full_name", "member__user__email", "stakeholder__name", "substitute"),
    ),
    load_for_cells=_load_for_cells,
    name=_row_name,
    short_name=lambda row: row.person.name,
    subject=session_subject,
    bulk_actions={"session-presence": RECORD_PRESENCE, "session-attendance": RECORD},
    per_page=PER_PAGE,
    empty_icon="users",
    empty_title=_("Nobody is on the list yet"),
    empty_text=_("The cohort’s members are expected once the dates are confirmed."),
)
