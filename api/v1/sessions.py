"""Sessions of cohorts: their days and reports, one’s answer, and attendance."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.forms import FormBody, body_of, refuse_errors
from api.http.lists import Page, PageQuery, filter_parameters, filtered_rows, read_page, read_unfiltered_page
from api.http.problems import WRONG_TYPES, InvalidValues
from api.http.requests import ApiRequest
from api.http.versions import locked_if_current
from api.v1.addresses import answer_change
from api.v1.bodies import ComingAnswer
from api.v1.references import Reference, SlugReference
from api.v1.schemas import EXAMPLE_COHORT, TimeText, WithPage, with_example
from cohorts.attendance.actions import answer_for_oneself, record_attendance
from cohorts.attendance.forms import AttendanceSheetForm
from cohorts.attendance.sheets import SheetRow, sheet_of
from cohorts.clock import local_today
from cohorts.models import Attendance, SessionMethod
from cohorts.permissions import can_answer_for_oneself, roles_of
from cohorts.sessions.actions import sessions as actions
from cohorts.sessions.enums import SessionState
from cohorts.sessions.forms import MAX_DAYS, DayFormSet, DayRows
from cohorts.sessions.session_list import SESSIONS
from cohorts.sessions.views import editable_session, get_session_or_404
from web.decisions import enforce
from web.forms.pages import adding_errors_to

router = Router(auth=TokenAuth(Area.COHORTS), tags=[Area.COHORTS.value])


class SessionDayIn(Schema):
    """A day to give to a session, with hours in the time zone of the authority, such as 09:00."""

    date: date
    starts_at: str = ""
    ends_at: str = ""
    venue: str = ""


class ConflictsForm(forms.Form):
    """Whether the conflicts of the days are accepted."""

    accept_conflicts = forms.BooleanField(label=_("Accept the conflicts that these days have"), required=False)


if TYPE_CHECKING:
    AttendanceMarks = FormBody
    SessionDays = FormBody
else:
    days_text = _("The days of the session, all of them, in the time zone of the authority.")
    SessionDays = body_of(ConflictsForm, "SessionDays", days=(list[SessionDayIn], days_text))
    text = _("For each row of the sheet: present, partial, excused, absent or unknown. Others stay as they are.")
    AttendanceMarks = body_of(forms.Form, "AttendanceMarks", rows=(dict[str, str], text))


class SessionOut(WithPage):
    """A session of a cohort; it may be split over several days. `led_by` is empty where nobody recorded it."""

    model_config = with_example(
        {
            "id": 21,
            "number": "9",
            "kind": "group",
            "title": "Trying out",
            "state": "scheduled",
            "days": [{"date": "2026-12-01", "starts_at": "09:00", "ends_at": "17:00", "venue": "Town hall"}],
            "led_by": "both",
            "report": "",
            "outcome": "",
            "cohort": EXAMPLE_COHORT,
            "page": "https://lab.example/sessions/21/",
        }
    )

    id: int
    number: str
    kind: str
    title: str
    state: str
    days: list["SessionDayOut"]
    led_by: str
    report: str
    outcome: str
    cohort: SlugReference


class OwnAttendanceOut(Schema):
    """Whether the person is expected on a day of a session."""

    date: date
    status: str

    @staticmethod
    def resolve_date(attendance: Any) -> Any:
        """Return the day."""
        return attendance.day.date


class SessionAnswerOut(Schema):
    """What the person answered for the days of a session on whose list they are: `excused` or `expected`."""

    model_config = with_example({"days": [{"date": "2026-12-01", "status": "expected"}]})

    days: list[OwnAttendanceOut]


class AttendanceOut(Schema):
    """A person on a day of a session. `row` names both; `status` is empty while nothing is recorded."""

    row: str = Field(alias="name")
    date: date
    name: str = Field(alias="person.name")
    status: str

    @staticmethod
    def resolve_date(row: SheetRow) -> Any:
        """Return the day."""
        return row.day.date


class AttendanceSheetOut(Schema):
    """The attendance sheet of a session: everyone on its days up to today."""

    model_config = with_example(
        {"rows": [{"row": "day5-member12", "date": "2026-11-24", "name": "Anne Martin", "status": "present"}]}
    )

    rows: list[AttendanceOut]


class SessionDayOut(Schema):
    """A day of a session, in the time zone of the authority."""

    date: date
    starts_at: TimeText
    ends_at: TimeText
    venue: str


class SessionMethodOut(Schema):
    """A method that a session uses, with the session’s own copy of its steps (Markdown)."""

    model_config = with_example(
        {
            "id": 27,
            "method": {"id": 5, "name": "Shadowing"},
            "title": "Follow someone through the town hall",
            "minutes": 90,
            "steps": "1. Ask whether you may follow someone.",
        }
    )

    id: int
    method: Reference
    title: str
    minutes: int | None
    steps: str


@router.get(
    "/sessions/",
    response=Page[SessionOut],
    url_name="sessions",
    summary=_("List sessions"),
    openapi_extra=filter_parameters(SESSIONS),
)
def list_sessions(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the sessions that the person may see; upcoming ones, unless `period` or `state` says more."""
    rows = filtered_rows(request, SESSIONS).select_related("cohort").prefetch_related("days")
    return read_page(request, rows, query)


@router.get("/sessions/{int:pk}/", response=SessionOut, url_name="session", summary=_("Read a session"))
def read_session(request: HttpRequest, pk: int) -> Any:
    """Return a session with its days."""
    return get_session_or_404(request, pk)


@router.get(
    "/sessions/{int:pk}/methods/",
    response=Page[SessionMethodOut],
    url_name="session_methods",
    summary=_("List the methods of a session"),
)
def list_session_methods(request: HttpRequest, query: Query[PageQuery], pk: int) -> Any:
    """Return a part of the methods that a session uses."""
    rows = SessionMethod.objects.visible_to(person(request)).filter(session=get_session_or_404(request, pk))
    return read_unfiltered_page(request, rows.select_related("method"), query)


@router.post("/sessions/{int:pk}/move/", response=SessionOut, url_name="move_session", summary=_("Move a session"))
def move_session(request: ApiRequest, pk: int, body: SessionDays) -> Any:
    """Give a session other days; one that is postponed takes place again. People who know its days get an e-mail.

    Conflicts of the days are refused, unless `accept_conflicts` is true and they are possible.
    """
    session = editable_session(request, pk)
    rows = _day_rows(body.require("days"))
    with locked_if_current(request, SessionOut, session, partial(read_session, request, pk)):
        move = actions.reschedule_session if session.state == SessionState.POSTPONED else actions.move_session
        accept_conflicts = bool(body.values().get("accept_conflicts"))
        move(session=session, days=rows.plans(), accept_conflicts=accept_conflicts, at=now(), by=person(request))
    return answer_change(request, read_session(request, pk), "session", pk)


def _day_rows(days: Sequence[SessionDayIn]) -> DayRows:
    """Return the days as the form of the page reads them; raise InvalidValues with its sentences."""
    if len(days) > MAX_DAYS:
        raise InvalidValues([("days", _("A session has %(number)s days at most.") % {"number": MAX_DAYS})])
    data: dict[str, object] = {"days-TOTAL_FORMS": len(days), "days-INITIAL_FORMS": 0}
    for number, day in enumerate(days):
        data |= {f"days-{number}-{name}": value for name, value in day.model_dump().items()}
    rows = DayFormSet(data, prefix="days")
    errors = [
        (f"days.{number}.{name}", str(text))
        for number, form in enumerate(rows.forms)
        for name, texts in form.errors.items()
        for text in texts
    ]
    if errors := [*errors, *(("days", str(text)) for text in rows.non_form_errors())]:
        raise InvalidValues(errors)
    return rows


@router.get(
    "/sessions/{int:pk}/answer/",
    response=SessionAnswerOut,
    url_name="session_answer",
    summary=_("Read your answer to a session"),
)
def read_session_answer(request: HttpRequest, pk: int) -> Any:
    """Return what the person answered, for each day on whose list they are."""
    session = get_session_or_404(request, pk)
    own = Attendance.objects.filter(day__session=session, member__user=person(request))
    return {"days": own.select_related("day").order_by("day__date", "pk")}


@router.post(
    "/sessions/{int:pk}/answer/",
    response=SessionAnswerOut,
    url_name="session_answer",
    summary=_("Say whether you are coming to a session"),
)
def answer_session(request: ApiRequest, pk: int, body: ComingAnswer) -> Any:
    """Answer for the days of a session from today on."""
    user, session = person(request), get_session_or_404(request, pk)
    today = local_today(session.cohort)
    enforce(can_answer_for_oneself(roles_of(user, session.cohort, today)))
    with locked_if_current(request, SessionAnswerOut, session, partial(read_session_answer, request, pk)):
        answer_for_oneself(session=session, coming=body.require("coming"), today=today, by=user)
    return answer_change(request, read_session_answer(request, pk), "session_answer", pk)


@router.get(
    "/sessions/{int:pk}/attendance/",
    response=AttendanceSheetOut,
    url_name="attendance",
    summary=_("Read the attendance sheet of a session"),
)
def read_attendance(request: HttpRequest, pk: int) -> Any:
    """Return who can be recorded on the days of a session up to today, for those who plan its sessions."""
    session = editable_session(request, pk)
    return sheet_of(session, local_today(session.cohort))


@router.post(
    "/sessions/{int:pk}/attendance/",
    response=AttendanceSheetOut,
    url_name="attendance",
    summary=_("Record who came to a session"),
)
def mark_attendance(request: ApiRequest, pk: int, body: AttendanceMarks) -> Any:
    """Record who came, all rows or none."""
    session = editable_session(request, pk)
    today = local_today(session.cohort)
    with locked_if_current(request, AttendanceSheetOut, session, partial(read_attendance, request, pk)):
        form = AttendanceSheetForm(body.require("rows"), sheet=sheet_of(session, today))
        refuse_errors(form)
        if unknown := sorted(form.data.keys() - form.rows.keys()):
            raise InvalidValues((name, str(WRONG_TYPES["extra_forbidden"])) for name in unknown)
        with adding_errors_to(form):
            record_attendance(session=session, marks=form.marks(), seen=form.seen(), today=today, by=person(request))
        refuse_errors(form)
    return answer_change(request, read_attendance(request, pk), "attendance", pk)
