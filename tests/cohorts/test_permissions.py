"""Tests of the permissions on a cohort, role by role, against the table of the domain."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from accounts.roles import Roles
from cohorts import permissions
from cohorts.permissions import TABLE, decide, decisions, roles_of, takes_part_in
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import MembershipFactory


def from_the_table(action: str, roles: Roles) -> object:
    """Return the decision as a page with several buttons reads it."""
    return permissions.decisions(roles)[action]


# The table of the domain: for each action its permission function, and the roles that have it.
ALLOWED: dict[str, tuple[Callable[..., object], str]] = {
    "see contacts": (partial(from_the_table, "see_contacts"), "SCDPMA"),
    "lead": (permissions.can_lead, "SCP"),
    "plan sessions": (permissions.can_plan_sessions, "SCDP"),
    "answer": (permissions.can_answer_for_oneself, "SCDPMRA"),
    "assess oneself": (permissions.can_assess_oneself, "PMR"),
    "add a lesson": (partial(from_the_table, "add_lesson"), "SCDPMRA"),
    "keep the innovation team": (permissions.can_record_innovation_team, "SPA"),
}


@pytest.mark.parametrize("action", ALLOWED)
def test_permissions_follow_the_table(cast: Cast, action: str):
    decide_permission, roles = ALLOWED[action]
    allowed = "".join(role for role in EVERYONE if decide_permission(roles_of(cast[role], cast.cohort, TODAY)))
    assert allowed == roles


def test_only_lab_staff_create_cohorts(cast):
    assert "".join(role for role in EVERYONE if permissions.can_manage_cohorts(cast[role])) == "S"
    assert permissions.can_manage_cohorts(cast["P"]).reason == permissions.ONLY_STAFF


def test_only_lab_staff_read_assessments_of_a_whole_edition(cast):
    assert "".join(role for role in EVERYONE if permissions.can_see_edition_assessments(cast[role])) == "S"
    assert "".join(role for role in EVERYONE if permissions.can_see_edition_costs(cast[role])) == "S"


def test_each_person_of_the_cast_has_one_role(cast):
    roles = {role: "".join(roles_of(cast[role], cast.cohort, TODAY)) for role in EVERYONE}
    assert roles == {role: role if role != "X" else "" for role in EVERYONE}


@pytest.mark.parametrize("role", "CDPMRAN")
def test_roles_are_read_in_one_statement(cast, role, django_assert_num_queries):
    with django_assert_num_queries(1):
        roles_of(cast[role], cast.cohort, TODAY)


def test_a_person_may_have_several_roles(cast):
    MembershipFactory(cohort=cast.cohort, user=cast["A"], role="direction")
    MembershipFactory(cohort=cast.other_cohort, user=cast["A"], role="relay")
    assert roles_of(cast["A"], cast.cohort, TODAY) == frozenset("ARN")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "roles"),
    [
        (date(2026, 1, 5), TODAY - timedelta(days=1), ""),
        (date(2026, 1, 5), TODAY, "P"),
        (TODAY, None, "P"),
        (TODAY + timedelta(days=1), None, ""),
    ],
    ids=["left yesterday", "last day", "first day", "comes tomorrow"],
)
def test_a_role_applies_from_the_first_to_the_last_day(cast, starts_on, ends_on, roles):
    member = cast.cohort.memberships.get(role="pilot")
    member.starts_on, member.ends_on = starts_on, ends_on
    member.save()
    assert "".join(roles_of(cast["P"], cast.cohort, TODAY)) == roles


def test_a_past_member_sees_the_cohort_and_has_no_permission(cast):
    member = cast.cohort.memberships.get(role="pilot")
    member.ends_on = TODAY - timedelta(days=1)
    member.save()
    assert type(cast.cohort).objects.visible_to(cast["P"]).get() == cast.cohort
    assert not permissions.can_lead(roles_of(cast["P"], cast.cohort, TODAY))


def test_an_admin_whose_mandate_ended_has_no_role(cast):
    admin = cast.cohort.authority.admins.get()
    admin.until = TODAY - timedelta(days=1)
    admin.save()
    assert roles_of(cast["A"], cast.cohort, TODAY) == frozenset()


def test_every_decision_is_returned_at_once():
    all_decisions = decisions(frozenset("M"))
    assert set(all_decisions) == set(TABLE)
    assert {action for action, decision in all_decisions.items() if decision} == {
        "see_contacts",
        "answer_for_oneself",
        "assess_oneself",
        "add_lesson",
    }
    assert all_decisions["lead_cohort"].reason == permissions.ONLY_LEADS


def test_a_refusal_has_a_reason_and_a_permission_none():
    assert decide(frozenset("M"), frozenset("SCP"), "No.") == permissions.deny("No.")
    assert decide(frozenset("CM"), frozenset("SCP"), "No.").allowed


def test_lab_staff_have_their_role_in_every_cohort(cast):
    assert roles_of(UserFactory(is_lab_staff=True), cast.other_cohort, TODAY) == frozenset("S")


def test_people_active_in_a_cohort_of_the_edition_may_add_lessons(cast, django_assert_num_queries):
    """Lessons belong to the edition: N, a member of another of its cohorts, may note them too."""
    assert [role for role in EVERYONE if takes_part_in(cast[role], cast.edition, TODAY)] == list("CDPMRAN")
    with django_assert_num_queries(1):
        takes_part_in(cast["A"], cast.edition, TODAY)


def test_past_members_and_people_of_other_editions_may_not_add_lessons(cast):
    past_member = MembershipFactory(cohort=cast.cohort, ends_on=TODAY - timedelta(days=1)).user
    elsewhere = MembershipFactory().user
    assert [takes_part_in(user, cast.edition, TODAY) for user in (past_member, elsewhere)] == [False, False]
