"""Cohorts, their members, stakeholders and sessions."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.lists import Page, PageQuery, filter_parameters, read_list
from api.v1.references import PersonReference, SlugReference
from api.v1.schemas import EXAMPLE_COHORT, WithPage, with_example
from cohorts.cohort.cohort_list import COHORTS
from cohorts.cohort.list_subject import cohort_subject
from cohorts.models import Cohort, Membership, Session, Stakeholder
from cohorts.people.member_list import MEMBERS
from cohorts.sessions.session_list import SESSIONS
from cohorts.stakeholders.stakeholder_list import STAKEHOLDERS

router = Router(auth=TokenAuth(Area.COHORTS), tags=[Area.COHORTS.value])


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
    cohort: SlugReference


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
    return get_object_or_404(_with_references(Cohort.objects.visible_to(person(request))), slug=slug)


@router.get(
    "/cohorts/{slug:slug}/members/",
    response=Page[MemberOut],
    url_name="members",
    summary=_("List the members of a cohort"),
    openapi_extra=filter_parameters(MEMBERS),
)
def list_members(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the memberships of a cohort, past ones included."""
    subject = cohort_subject(person(request), slug)
    part = read_list(request, MEMBERS, query, _with_people, subject_key=slug, subject=subject)
    for member in part["items"]:
        shows_address = subject.permissions["see_contacts"] and not member.user.erased_at
        member.email = member.user.email if shows_address else None
    return part


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
    return read_list(request, STAKEHOLDERS, query, QuerySet[Stakeholder].all, subject_key=slug)


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
