"""Who may do what with a cohort: one table of roles, and one function per permission.

The functions take the roles of a person in the cohort on a day (`roles_of`); those for lab staff alone take the user. A
person has a role on a day: past members read (see `cohorts.visibility`) and change nothing.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from django.db.models import IntegerField, QuerySet, Value
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.permissions import READERS_CHANGE_NOTHING, can_change_as_lab, lab_roles
from accounts.roles import (
    ACTIVE,
    LAB_PILOT_AND_ADMIN,
    LEADS,
    LEADS_AND_RESIDENTS,
    LEADS_RESIDENTS_AND_AMBASSADORS,
    STAFF,
    STAFF_AND_READERS,
    Role,
    Roles,
)
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort, Membership
from cohorts.people.enums import MembershipRole
from cohorts.visibility import active_on
from programmes.models import AuthorityAdmin, Edition
from web.database.arrays import among
from web.database.prepared import IdsArgument, prepared
from web.dates.clock import Day
from web.decisions import ALLOW, Decision, deny

ROLE_OF_MEMBER: Final[dict[str, Role]] = {
    MembershipRole.COORDINATOR: Role.COORDINATOR,
    MembershipRole.RESIDENT: Role.RESIDENT,
    MembershipRole.PILOT: Role.PILOT,
    MembershipRole.AMBASSADOR: Role.AMBASSADOR,
    MembershipRole.RELAY: Role.RELAY,
    MembershipRole.ELECTED: Role.RELAY,
    MembershipRole.DIRECTION: Role.RELAY,
}
ADMIN: Final = "admin"  # in the place of a member's role

ONLY_STAFF = _("Only lab staff can do this.")
ONLY_LEADS = _("Only the lab, the cohort’s coordinator and its pilot can do this.")
ONLY_LEADS_AND_RESIDENTS = _("Only the lab, the cohort’s design team and its pilot can do this.")
ONLY_LAB_PILOT_AND_ADMIN = _("Only the lab, the pilot and the authority’s admin can do this.")
ONLY_ACTIVE = _("Only people active in this cohort can do this.")
ONLY_LAB_LEADS_AND_ADMIN = _(
    "Only the lab, the cohort’s coordinator and pilot, and the admins of its authority can read the costs."
)
ONLY_LAB_AND_COORDINATORS = _("Only lab staff and coordinators of cohorts have webhooks.")
ONLY_LEARNERS = _("Only the pilot, ambassadors and relays assess their own skills here.")

TABLE: Final[dict[str, tuple[Roles, StrOrPromise]]] = {
    "manage_cohort": (STAFF, ONLY_STAFF),
    "see_contacts": (LEADS_RESIDENTS_AND_AMBASSADORS | STAFF_AND_READERS | {Role.ADMIN}, ONLY_ACTIVE),
    "lead_cohort": (LEADS, ONLY_LEADS),
    "see_invitations": (LEADS | STAFF_AND_READERS, ONLY_LEADS),
    "see_costs": (LEADS | STAFF_AND_READERS | {Role.ADMIN}, ONLY_LAB_LEADS_AND_ADMIN),
    "plan_sessions": (LEADS_AND_RESIDENTS, ONLY_LEADS_AND_RESIDENTS),
    "answer_for_oneself": (ACTIVE, ONLY_ACTIVE),
    "assess_oneself": (frozenset({Role.PILOT, Role.AMBASSADOR, Role.RELAY}), ONLY_LEARNERS),
    "record_innovation_team": (LAB_PILOT_AND_ADMIN, ONLY_LAB_PILOT_AND_ADMIN),
    "add_lesson": (ACTIVE, ONLY_ACTIVE),
    "have_webhooks": (frozenset({Role.LAB, Role.COORDINATOR}), ONLY_LAB_AND_COORDINATORS),  # decision 82
}


def roles_of(user: User, cohort: Cohort, today: Day) -> Roles:
    """Return the roles of a person in a cohort on `today`; empty when they have none (one statement at most).

    Active members have the role of their membership, active members of other cohorts of the edition are neighbours,
    admins of the authority have the role of admin; lab staff have only that of staff or of reader of the lab.
    """
    return roles_by_cohort(user, [cohort], today)[cohort.pk]


def roles_by_cohort(user: User, cohorts: Collection[Cohort], today: Day) -> dict[int, Roles]:
    """Return the roles of a person in each of the cohorts on `today`, by the key of the cohort (one statement at most).

    They are those that `roles_of` returns for one cohort.
    """
    if user.is_lab_staff:
        return {cohort.pk: lab_roles(user) for cohort in cohorts}
    editions, authorities = ({getattr(each, name) for each in cohorts} for name in ("edition_id", "authority_id"))
    held = _held_roles(user.pk, IdsArgument(sorted(editions)), IdsArgument(sorted(authorities)), today)
    return {cohort.pk: frozenset(_roles_here(cohort, held)) for cohort in cohorts}


@prepared
def _held_roles(
    user: int, editions: IdsArgument, authorities: IdsArgument, today: Day
) -> QuerySet[Any, tuple[int | None, int | None, int | None, str]]:
    """Return the roles of a person in these editions and authorities, as `_roles_here` takes them; all are given by
    key.
    """
    none = Value(None, IntegerField())
    memberships = Membership.objects.filter(active_on(today), among("cohort__edition", editions), user=user)
    mandates = AuthorityAdmin.objects.active(today).filter(among("authority", authorities), user=user)
    return memberships.values_list("cohort_id", "cohort__edition_id", none, "role").union(
        mandates.values_list(none, none, "authority_id", Value(ADMIN))
    )


def _roles_here(cohort: Cohort, held: Iterable[tuple[int | None, int | None, int | None, str]]) -> Iterator[Role]:
    """Yield the roles that permissions are given to in a cohort, for each cohort, edition, authority and role that a
    person has.

    Elected officials and direction count as relays.
    """
    for key, edition, authority, role in held:
        if authority == cohort.authority_id:
            yield Role.ADMIN
        elif key == cohort.pk:
            yield ROLE_OF_MEMBER[role]
        elif edition == cohort.edition_id:
            yield Role.NEIGHBOUR


def role_of_each(users: Collection[int], cohorts: QuerySet[Cohort], today: Day) -> dict[int, Role]:
    """Return one role of each of these people (keys) in the cohorts on `today`; people without a role are left out.

    Lab staff have that of staff, and a member who is also an admin the one of the membership (one statement).
    """
    lab = User.objects.filter(pk__in=users, is_lab_staff=True).values_list("pk", Value("lab"))
    members = Membership.objects.filter(active_on(today), user__in=users, cohort__in=cohorts)
    mandates = AuthorityAdmin.objects.active(today).filter(user__in=users, authority__cohorts__in=cohorts)
    rows = lab.union(members.values_list("user_id", "role"), mandates.values_list("user_id", Value(ADMIN)))
    roles = {**ROLE_OF_MEMBER, ADMIN: Role.ADMIN, "lab": Role.LAB}
    order = [Role.ADMIN, *(role for role in Role if role != Role.LAB), Role.LAB]  # of several roles the last counts
    return dict(sorted(((user, roles[role]) for user, role in rows), key=lambda row: order.index(row[1])))


def decide(roles: Roles, allowed: Roles, reason: StrOrPromise) -> Decision:
    """Allow something if one of the person's `roles` is among the `allowed` ones; else refuse with the sentence
    `reason`.

    Readers of the lab read that they change nothing.
    """
    return ALLOW if roles & allowed else deny(READERS_CHANGE_NOTHING if Role.LAB_READER in roles else reason)


def decisions(roles: Roles) -> dict[str, Decision]:
    """Return, by name of the permission, what someone with these roles in a cohort may do: lead it, plan its sessions,
    and so on.

    Each value is a decision that is true when allowed, and carries the reason when not.
    """
    return {permission: decide(roles, *row) for permission, row in TABLE.items()}


def can_manage_cohorts(user: User) -> Decision:
    """Return whether the user may add cohorts, record agreements, withdraw cohorts, and change their dates, details and
    costs.

    Allowed to lab staff only.
    """
    return can_change_as_lab(user, ONLY_STAFF)


def can_lead(roles: Roles) -> Decision:
    """Return whether someone with these roles may start, suspend and complete the cohort, and add and end memberships.

    Allowed to lab staff, the cohort's coordinator and its pilot.
    """
    return decide(roles, *TABLE["lead_cohort"])


def can_plan_sessions(roles: Roles) -> Decision:
    """Return whether someone with these roles may plan sessions, record attendance, write reports and edit
    stakeholders.

    Allowed to lab staff, and the coordinator, residents and pilot of the cohort.
    """
    return decide(roles, *TABLE["plan_sessions"])


def cohorts_to_plan(user: User, today: Day) -> CohortQuerySet:
    """Return the cohorts that are not over and whose sessions the user may plan on `today`: all for lab staff."""
    rows = Cohort.objects.visible_to(user).current()
    if user.is_lab_staff:
        return rows
    planning = [role for role, own in ROLE_OF_MEMBER.items() if own in TABLE["plan_sessions"][0]]
    return rows.filter(pk__in=user.memberships.filter(active_on(today), role__in=planning).values("cohort"))


def can_answer_for_oneself(roles: Roles) -> Decision:
    """Return whether someone with these roles may say if they come to sessions of the cohort.

    Allowed to people active in it, in any role, to admins of its authority, and to lab staff.
    """
    return decide(roles, *TABLE["answer_for_oneself"])


def can_assess_oneself(roles: Roles) -> Decision:
    """Return whether someone with these roles may assess their own skills in the cohort.

    Allowed to the people who came to learn: its pilot, ambassadors, relays, elected officials and direction.
    """
    return decide(roles, *TABLE["assess_oneself"])


def can_see_edition_assessments(user: User) -> Decision:
    """Return whether the user may read the results of self-assessments over all cohorts of an edition: lab staff
    only.
    """
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)


def can_see_edition_costs(user: User) -> Decision:
    """Return whether the user may read the costs of all cohorts of an edition, and who funds them: lab staff only."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)


def can_record_innovation_team(roles: Roles) -> Decision:
    """Return whether someone with these roles may record what becomes of the cohort's innovation team.

    Allowed to lab staff, the cohort's pilot and the admin of its authority.
    """
    return decide(roles, *TABLE["record_innovation_team"])


def takes_part_in(user: User, edition: Edition, today: Day) -> bool:
    """Return whether the user takes part in the edition on `today`, and so may add lessons to it (one statement).

    They do as an active member of one of its cohorts, or an admin of one of their authorities.
    """
    memberships = Membership.objects.active(today).filter(user=user, cohort__edition=edition).values("pk")
    mandates = AuthorityAdmin.objects.active(today).filter(user=user, authority__cohorts__edition=edition)
    return memberships.union(mandates.values("pk")).exists()
