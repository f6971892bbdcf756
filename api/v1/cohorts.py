"""Cohorts, their members and invitations, and stakeholders."""

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema, Status

from accounts.requests import person
from accounts.roles import Roles
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.forms import FormBody, body_of, save_form
from api.http.lists import Page, PageQuery, filter_parameters, filtered_rows, read_page, read_unfiltered_page
from api.http.requests import ApiRequest
from api.http.versions import locked_if_current
from api.v1.addresses import answer_change, answer_creation, cohort_slug
from api.v1.references import PersonReference, SlugReference
from api.v1.schemas import EXAMPLE_COHORT, WithPage, with_example
from cohorts.clock import local_today
from cohorts.cohort.cohort_list import COHORTS
from cohorts.cohort.list_subject import cohort_subject
from cohorts.invitations.actions.invitations import add_or_invite
from cohorts.invitations.invitation_list import INVITATIONS
from cohorts.invitations.permissions import roles_to_give
from cohorts.models import Cohort, InnovationTeam, Invitation, Membership, Stakeholder
from cohorts.people import actions as people_actions
from cohorts.people.forms import EndMembershipForm, MemberForm
from cohorts.people.member_list import MEMBERS
from cohorts.permissions import can_lead, decisions, roles_of
from cohorts.stakeholders import actions as stakeholder_actions
from cohorts.stakeholders.forms import StakeholderForm
from cohorts.stakeholders.stakeholder_list import STAKEHOLDERS
from cohorts.stakeholders.views import editable_stakeholder
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.forms.edit_conflicts import column_values

router = Router(auth=TokenAuth(Area.COHORTS), tags=[Area.COHORTS.value])

if TYPE_CHECKING:
    NewMember = FormBody
    MembershipEnd = FormBody
    NewStakeholder = FormBody
    StakeholderChange = FormBody
else:
    NewStakeholder = body_of(StakeholderForm, "NewStakeholder")
    StakeholderChange = body_of(StakeholderForm, "StakeholderChange", change=True)
    NewMember = body_of(MemberForm, "NewMember")
    MembershipEnd = body_of(EndMembershipForm, "MembershipEnd")


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
    published_facts: bool = Field(alias="retrospective")
    authority: SlugReference
    edition: SlugReference


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
    person: PersonReference = Field(alias="user")
    email: str | None
    role: str
    discipline: str
    unit: str
    starts_on: date
    ends_on: date | None


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


class InnovationTeamOut(Schema):
    """The team that stays in the authority once the cohort is over, with its steps and its means.

    `state_label` is its state as it was published, `budget` in euros for a year.
    """

    model_config = with_example(
        {
            "id": 6,
            "name": "Atelier des services",
            "state": "decided",
            "state_label": "",
            "proposed_on": "2027-03-02",
            "prefigured_on": "2027-06-15",
            "decided_on": "2027-10-08",
            "opened_on": None,
            "closed_on": None,
            "posts": 2.5,
            "budget": 40000.0,
            "venue": "Town hall annexe",
            "network_size": 70,
            "notes": "",
            "published_facts": False,
            "authority": {"id": 2, "slug": "pays-de-la-loire", "name": "Pays de la Loire"},
            "cohort": EXAMPLE_COHORT,
        }
    )

    id: int
    name: str
    state: str
    state_label: str
    proposed_on: date | None
    prefigured_on: date | None
    decided_on: date | None
    opened_on: date | None
    closed_on: date | None
    posts: float | None
    budget: float | None
    venue: str
    network_size: int | None
    notes: str
    published_facts: bool = Field(alias="retrospective")
    authority: SlugReference
    cohort: SlugReference | None


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
    return read_page(request, _with_references(filtered_rows(request, COHORTS)), query)


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
    part = read_page(request, filtered_rows(request, MEMBERS, slug, subject).select_related("user"), query)
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
def add_member(request: ApiRequest, slug: str, body: NewMember) -> Any:
    """Add a person with an account at once, if the lab asks (201); anyone else receives an invitation (202)."""
    user, subject = person(request), cohort_subject(person(request), cohort_slug(request, slug))
    enforce(subject.permissions["lead_cohort"])
    initial = {"starts_on": subject.today, "language": subject.cohort.authority.language}
    make_form = partial(MemberForm, initial=initial, roles=roles_to_give(subject.roles))
    added = save_form(request, make_form, body.values(), add_or_invite, cohort=subject.cohort, by=user, at=now())
    if isinstance(added, Membership):
        return answer_creation(request, read_member(request, added.pk), "member")
    return Status(202, answer_change(request, read_invitation(request, added.pk), "invitation", added.pk))


@router.get("/members/{int:pk}/", response=MemberOut, url_name="member", summary=_("Read a membership"))
def read_member(request: HttpRequest, pk: int) -> Any:
    """Return a membership."""
    rows = Membership.objects.visible_to(person(request)).select_related("user", "cohort__authority")
    member = get_object_or_404(rows, pk=pk)
    return _show_address(member, roles_of(person(request), member.cohort, local_today(member.cohort)))


@router.post("/members/{int:pk}/end/", response=MemberOut, url_name="end_membership", summary=_("End a membership"))
def end_membership(request: ApiRequest, body: MembershipEnd, pk: int) -> Any:
    """End a membership with its last day, today by default. The person can still read what they could read before."""
    member = read_member(request, pk)
    today = local_today(member.cohort)
    enforce(can_lead(roles_of(person(request), member.cohort, today)))
    with locked_if_current(request, MemberOut, member, partial(read_member, request, pk)):
        make_form = partial(EndMembershipForm, initial={"ends_on": member.ends_on or today})
        end = partial(people_actions.end_membership, membership=member, by=person(request), at=now())
        save_form(request, make_form, body.values(), end)
    return answer_change(request, read_member(request, pk), "member", pk)


@router.get(
    "/cohorts/{slug:slug}/invitations/",
    response=Page[InvitationOut],
    url_name="invitations",
    summary=_("List the invitations to a cohort"),
    openapi_extra=filter_parameters(INVITATIONS),
)
def list_invitations(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the invitations to a cohort, for those who lead it."""
    return read_page(request, filtered_rows(request, INVITATIONS, cohort_slug(request, slug)), query)


@router.get("/invitations/{int:pk}/", response=InvitationOut, url_name="invitation", summary=_("Read an invitation"))
def read_invitation(request: HttpRequest, pk: int) -> Any:
    """Return an invitation to a cohort that the person leads."""
    return get_object_or_404(Invitation.objects.visible_to(person(request), today_everywhere()), pk=pk)


@router.get(
    "/cohorts/{slug:slug}/stakeholders/",
    response=Page[StakeholderOut],
    url_name="stakeholders",
    summary=_("List the stakeholders of a cohort"),
    openapi_extra=filter_parameters(STAKEHOLDERS),
)
def list_stakeholders(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the stakeholders of a cohort."""
    return read_page(request, filtered_rows(request, STAKEHOLDERS, cohort_slug(request, slug)), query)


@router.post(
    "/cohorts/{slug:slug}/stakeholders/",
    response={201: StakeholderOut},
    url_name="stakeholders",
    summary=_("Add a stakeholder to a cohort"),
)
def add_stakeholder(request: ApiRequest, slug: str, body: NewStakeholder) -> Any:
    """Add a person or an organisation that a cohort works with."""
    subject = cohort_subject(person(request), cohort_slug(request, slug))
    enforce(subject.permissions["plan_sessions"])
    add = partial(stakeholder_actions.add_stakeholder, cohort=subject.cohort, by=person(request))
    return answer_creation(request, save_form(request, StakeholderForm, body.values(), add), "stakeholder")


@router.get("/stakeholders/{int:pk}/", response=StakeholderOut, url_name="stakeholder", summary=_("Read a stakeholder"))
def read_stakeholder(request: HttpRequest, pk: int) -> Any:
    """Return a stakeholder of a cohort."""
    return get_object_or_404(Stakeholder.objects.visible_to(person(request)), pk=pk)


@router.patch(
    "/stakeholders/{int:pk}/", response=StakeholderOut, url_name="stakeholder", summary=_("Change a stakeholder")
)
def change_stakeholder(request: ApiRequest, body: StakeholderChange, pk: int) -> Any:
    """Change a stakeholder. With If-Match, only the version that was read."""
    row = editable_stakeholder(request, pk)
    with locked_if_current(request, StakeholderOut, row, partial(read_stakeholder, request, pk)) as locked_stakeholder:
        make_form = partial(StakeholderForm, current=column_values(locked_stakeholder, *StakeholderForm.Meta.fields))
        change = partial(stakeholder_actions.edit_stakeholder, stakeholder=row, by=person(request))
        save_form(request, make_form, body.values(), change)
    return answer_change(request, read_stakeholder(request, pk), "stakeholder", pk)


@router.get(
    "/innovation-teams/",
    response=Page[InnovationTeamOut],
    url_name="innovation_teams",
    summary=_("List innovation teams"),
)
def list_innovation_teams(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the innovation teams that the person may see."""
    rows = InnovationTeam.objects.visible_to(person(request)).select_related("authority", "cohort")
    return read_unfiltered_page(request, rows, query)
