"""Cohorts, their members and invitations, stakeholders, sessions and attendance."""

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema, Status

from accounts.requests import person
from accounts.roles import Roles
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.forms import FormBody, body_of, refuse_errors, save_form
from api.http.lists import Page, PageQuery, filter_parameters, read_list
from api.http.versions import unchanged
from api.v1.addresses import changed, cohort_slug, created
from api.v1.bodies import Answer
from api.v1.references import PersonReference, SlugReference
from api.v1.schemas import EXAMPLE_COHORT, WithPage, with_example
from cohorts.attendance.actions import answer_for_oneself, record_attendance
from cohorts.attendance.forms import AttendanceSheetForm
from cohorts.attendance.sheets import SheetRow, sheet_of
from cohorts.clock import local_today
from cohorts.cohort.cohort_list import COHORTS
from cohorts.cohort.list_subject import cohort_subject
from cohorts.invitations.actions.invitations import add_or_invite
from cohorts.invitations.invitation_list import INVITATIONS
from cohorts.invitations.permissions import roles_to_give
from cohorts.models import Attendance, Cohort, Invitation, Membership, Session, Stakeholder
from cohorts.people.forms import MemberForm
from cohorts.people.member_list import MEMBERS
from cohorts.permissions import can_answer_for_oneself, decisions, roles_of
from cohorts.sessions.session_list import SESSIONS
from cohorts.sessions.views import editable_session, get_session_or_404
from cohorts.stakeholders import actions as stakeholder_actions
from cohorts.stakeholders.forms import StakeholderForm
from cohorts.stakeholders.stakeholder_list import STAKEHOLDERS
from cohorts.stakeholders.views import editable_stakeholder
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.forms.edit_conflicts import column_values
from web.forms.pages import adding_errors_to

router = Router(auth=TokenAuth(Area.COHORTS), tags=[Area.COHORTS.value])

if TYPE_CHECKING:
    NewMember = FormBody
    AttendanceMarks = FormBody
    NewStakeholder = FormBody
    StakeholderChange = FormBody
else:
    NewStakeholder = body_of(StakeholderForm, "NewStakeholder")
    StakeholderChange = body_of(StakeholderForm, "StakeholderChange", change=True)
    NewMember = body_of(MemberForm, "NewMember")
    text = _("For each row of the sheet: present, partial, excused, absent or unknown. Others stay as they are.")
    AttendanceMarks = body_of(forms.Form, "AttendanceMarks", rows=(dict[str, str], text))


class CohortOut(WithPage):
    """An authority’s part in an edition. `starts_on` and `ends_on` are planned days until the actual ones are known."""

    model_config = with_example(
        {
            **EXAMPLE_COHORT,
            "code": "PDL",
            "state": "running",
            "theme": "",
            "starts_on": "2026-01-05",
            "ends_on": "2028-01-04",
            "seats": 15,
            "published_facts": False,
            "authority": {"id": 2, "slug": "pays-de-la-loire", "name": "Pays de la Loire"},
            "edition": {"id": 1, "slug": "la-transfo-2026", "name": "La Transfo 2026"},
            "page": "https://lab.example/cohorts/pays-de-la-loire/",
        }
    )

    id: int
    slug: str
    name: str
    code: str
    state: str
    theme: str
    starts_on: date | None
    ends_on: date | None
    seats: int | None
    published_facts: bool
    authority: SlugReference
    edition: SlugReference

    @staticmethod
    def resolve_published_facts(cohort: Any) -> bool:
        """Return whether the cohort is known from publications only."""
        return bool(cohort.retrospective)


class MemberOut(Schema):
    """A membership of a person in a cohort. `email` is null for those who may not see addresses, and when erased."""

    model_config = with_example(
        {
            "id": 31,
            "person": {"id": 12, "name": "Anne Martin"},
            "email": "anne.martin@region.example",
            "role": "ambassador",
            "discipline": "",
            "unit": "Economic development",
            "starts_on": "2026-01-05",
            "ends_on": None,
        }
    )

    id: int
    person: PersonReference
    email: str | None
    role: str
    discipline: str
    unit: str
    starts_on: date
    ends_on: date | None

    @staticmethod
    def resolve_person(member: Any) -> Any:
        """Return the person of the membership."""
        return member.user


class InvitationOut(Schema):
    """An invitation to a cohort; the person joins once they accept it."""

    model_config = with_example(
        {
            "id": 52,
            "email": "anne.martin@region.example",
            "full_name": "Anne Martin",
            "role": "ambassador",
            "state": "pending",
            "invited_at": "2026-11-24T09:00:00Z",
            "expires_at": "2026-12-08T22:59:59Z",
        }
    )

    id: int
    email: str
    full_name: str
    role: str
    state: str
    invited_at: datetime
    expires_at: datetime

    @staticmethod
    def resolve_state(invitation: Any) -> str:
        """Return the state of the invitation at this moment."""
        state: str = invitation.state_at(now()).value
        return state


class StakeholderOut(Schema):
    """A person or an organisation that a cohort works with. Influence and interest are from 1 to 3."""

    model_config = with_example(
        {
            "id": 9,
            "kind": "organisation",
            "name": "Chamber of commerce",
            "organisation": "",
            "category": "partner",
            "influence": 2,
            "interest": 3,
        }
    )

    id: int
    kind: str
    name: str
    organisation: str
    category: str
    influence: int
    interest: int


class SessionOut(WithPage):
    """A session of a cohort; it may be split over several days."""

    model_config = with_example(
        {
            "id": 21,
            "number": "9",
            "kind": "group",
            "title": "Trying out",
            "state": "scheduled",
            "days": [{"date": "2026-12-01", "starts_at": "09:00", "ends_at": "17:00", "venue": "Town hall"}],
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

    row: str
    date: date
    name: str
    status: str

    @staticmethod
    def resolve_row(row: SheetRow) -> str:
        """Return the name of the row on the sheet."""
        return row.name

    @staticmethod
    def resolve_date(row: SheetRow) -> date:
        """Return the day."""
        return row.day.date

    @staticmethod
    def resolve_name(row: SheetRow) -> str:
        """Return the name of the person or organisation."""
        return row.person.name


class AttendanceSheetOut(Schema):
    """The attendance sheet of a session: everyone on its days up to today."""

    model_config = with_example(
        {"rows": [{"row": "day5-member12", "date": "2026-11-24", "name": "Anne Martin", "status": "present"}]}
    )

    rows: list[AttendanceOut]


class SessionDayOut(Schema):
    """A day of a session, in the time zone of the authority."""

    date: date
    starts_at: str | None
    ends_at: str | None
    venue: str

    @staticmethod
    def resolve_starts_at(day: Any) -> str | None:
        """Return the time at which it begins, such as 09:00."""
        return f"{day.starts_at:%H:%M}" if day.starts_at else None

    @staticmethod
    def resolve_ends_at(day: Any) -> str | None:
        """Return the time at which it ends, such as 17:00."""
        return f"{day.ends_at:%H:%M}" if day.ends_at else None


def _with_references(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """Return the cohorts with what `CohortOut` names."""
    return cohorts.select_related("authority", "edition")


@router.get(
    "/cohorts/",
    response=Page[CohortOut],
    url_name="cohorts",
    summary=_("List cohorts"),
    openapi_extra=filter_parameters(COHORTS),
)
def list_cohorts(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the cohorts that the person may see."""
    return read_list(request, COHORTS, query, _with_references)


@router.get("/cohorts/{slug:slug}/", response=CohortOut, url_name="cohort", summary=_("Read a cohort"))
def read_cohort(request: HttpRequest, slug: str) -> Any:
    """Return a cohort."""
    return get_object_or_404(
        _with_references(Cohort.objects.visible_to(person(request))), slug=cohort_slug(request, slug)
    )


@router.get(
    "/cohorts/{slug:slug}/members/",
    response=Page[MemberOut],
    url_name="members",
    summary=_("List the members of a cohort"),
    openapi_extra=filter_parameters(MEMBERS),
)
def list_members(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the memberships of a cohort, past ones included."""
    slug = cohort_slug(request, slug)
    subject = cohort_subject(person(request), slug)
    part = read_list(request, MEMBERS, query, _with_people, subject_key=slug, subject=subject)
    for member in part["items"]:
        _show_address(member, subject.roles)
    return part


def _show_address(member: Any, roles: Roles) -> Membership:
    """Give a membership the e-mail address of its person, None for readers without a right to it, and return it."""
    member.email = member.user.email if decisions(roles)["see_contacts"] and not member.user.erased_at else None
    row: Membership = member
    return row


@router.post(
    "/cohorts/{slug:slug}/members/",
    response={201: MemberOut, 202: InvitationOut},
    url_name="members",
    summary=_("Add or invite someone to a cohort"),
)
def add_member(request: HttpRequest, slug: str, body: NewMember) -> Any:
    """Add a person with an account at once, if the lab asks (201); anyone else receives an invitation (202)."""
    user, subject = person(request), cohort_subject(person(request), cohort_slug(request, slug))
    enforce(subject.permissions["lead_cohort"])
    initial = {"starts_on": subject.today, "language": subject.cohort.authority.language}
    make_form = partial(MemberForm, initial=initial, roles=roles_to_give(subject.roles))
    added = save_form(request, make_form, body.values(), add_or_invite, cohort=subject.cohort, by=user, at=now())
    if isinstance(added, Membership):
        return created(request, read_member(request, added.pk), "member")
    return Status(202, changed(request, read_invitation(request, added.pk), "invitation", added.pk))


@router.get("/members/{int:pk}/", response=MemberOut, url_name="member", summary=_("Read a membership"))
def read_member(request: HttpRequest, pk: int) -> Any:
    """Return a membership."""
    rows = Membership.objects.visible_to(person(request)).select_related("user", "cohort__authority")
    member = get_object_or_404(rows, pk=pk)
    return _show_address(member, roles_of(person(request), member.cohort, local_today(member.cohort)))


@router.get(
    "/cohorts/{slug:slug}/invitations/",
    response=Page[InvitationOut],
    url_name="invitations",
    summary=_("List the invitations to a cohort"),
    openapi_extra=filter_parameters(INVITATIONS),
)
def list_invitations(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the invitations to a cohort, for those who lead it."""
    subject_key = cohort_slug(request, slug)
    return read_list(request, INVITATIONS, query, QuerySet[Invitation].all, subject_key=subject_key)


@router.get("/invitations/{int:pk}/", response=InvitationOut, url_name="invitation", summary=_("Read an invitation"))
def read_invitation(request: HttpRequest, pk: int) -> Any:
    """Return an invitation to a cohort that the person leads."""
    return get_object_or_404(Invitation.objects.visible_to(person(request), today_everywhere()), pk=pk)


def _with_people(members: QuerySet[Membership]) -> QuerySet[Membership]:
    """Return the memberships with their people."""
    return members.select_related("user")


@router.get(
    "/cohorts/{slug:slug}/stakeholders/",
    response=Page[StakeholderOut],
    url_name="stakeholders",
    summary=_("List the stakeholders of a cohort"),
    openapi_extra=filter_parameters(STAKEHOLDERS),
)
def list_stakeholders(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the stakeholders of a cohort."""
    return read_list(request, STAKEHOLDERS, query, QuerySet[Stakeholder].all, subject_key=cohort_slug(request, slug))


@router.post(
    "/cohorts/{slug:slug}/stakeholders/",
    response={201: StakeholderOut},
    url_name="stakeholders",
    summary=_("Add a stakeholder to a cohort"),
)
def add_stakeholder(request: HttpRequest, slug: str, body: NewStakeholder) -> Any:
    """Add a person or an organisation that a cohort works with."""
    subject = cohort_subject(person(request), cohort_slug(request, slug))
    enforce(subject.permissions["plan_sessions"])
    add = partial(stakeholder_actions.add_stakeholder, cohort=subject.cohort, by=person(request))
    return created(request, save_form(request, StakeholderForm, body.values(), add), "stakeholder")


@router.get("/stakeholders/{int:pk}/", response=StakeholderOut, url_name="stakeholder", summary=_("Read a stakeholder"))
def read_stakeholder(request: HttpRequest, pk: int) -> Any:
    """Return a stakeholder of a cohort."""
    return get_object_or_404(Stakeholder.objects.visible_to(person(request)), pk=pk)


@router.patch(
    "/stakeholders/{int:pk}/", response=StakeholderOut, url_name="stakeholder", summary=_("Change a stakeholder")
)
def change_stakeholder(request: HttpRequest, body: StakeholderChange, pk: int) -> Any:
    """Change a stakeholder. With If-Match, only the version that was read."""
    row = editable_stakeholder(request, pk)
    with unchanged(request, StakeholderOut, row, partial(read_stakeholder, request, pk)) as locked:
        make_form = partial(StakeholderForm, current=column_values(locked, *StakeholderForm.Meta.fields))
        change = partial(stakeholder_actions.edit_stakeholder, stakeholder=row, by=person(request))
        save_form(request, make_form, body.values(), change)
    return changed(request, read_stakeholder(request, pk), "stakeholder", pk)


@router.get(
    "/sessions/",
    response=Page[SessionOut],
    url_name="sessions",
    summary=_("List sessions"),
    openapi_extra=filter_parameters(SESSIONS),
)
def list_sessions(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the sessions that the person may see; upcoming ones, unless `period` or `state` says more."""
    return read_list(request, SESSIONS, query, _with_cohort)


def _with_cohort(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Return the sessions with their cohorts; their days are read with the list."""
    return sessions.select_related("cohort")


@router.get("/sessions/{int:pk}/", response=SessionOut, url_name="session", summary=_("Read a session"))
def read_session(request: HttpRequest, pk: int) -> Any:
    """Return a session with its days."""
    return get_session_or_404(request, pk)


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
def answer_session(request: HttpRequest, pk: int, body: Answer) -> Any:
    """Answer for the days of a session from today on."""
    user, session = person(request), get_session_or_404(request, pk)
    today = local_today(session.cohort)
    enforce(can_answer_for_oneself(roles_of(user, session.cohort, today)))
    answer_for_oneself(session=session, coming=body.require("coming"), today=today, by=user)
    return changed(request, read_session_answer(request, pk), "session_answer", pk)


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
def mark_attendance(request: HttpRequest, pk: int, body: AttendanceMarks) -> Any:
    """Record who came, all rows or none."""
    session = editable_session(request, pk)
    today = local_today(session.cohort)
    with unchanged(request, AttendanceSheetOut, session, partial(read_attendance, request, pk)):
        form = AttendanceSheetForm(body.require("rows"), sheet=sheet_of(session, today))
        refuse_errors(form)
        with adding_errors_to(form):
            record_attendance(session=session, marks=form.marks(), seen=form.seen(), today=today, by=person(request))
        refuse_errors(form)
    return changed(request, read_attendance(request, pk), "attendance", pk)
