"""Permissions on exchanges, role by role."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from exchanges import permissions
from exchanges.models import Exchange
from exchanges.permissions import (
    HOST_HAS_NOT_AGREED,
    TABLE,
    EditionRoles,
    can_answer_invitation,
    can_confirm_host,
    can_give_turn_back,
    can_plan_exchanges,
    can_propose_exchange,
    can_record_attendance,
    can_register_others,
    cohorts_led,
    members_led,
)
from programmes.models import Edition, Format
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    """Return an exchange hosted by the cohort of the cast."""
    return ExchangeFactory(edition=cast.edition, host=cast.cohort)


def roles(cast: Cast, role: str) -> EditionRoles:
    return EditionRoles(cast[role], cast.edition, TODAY)


def allowed(cast: Cast, decide: object) -> str:
    """Return the roles for which the decision is yes."""
    return "".join(role for role in EVERYONE if decide(role))


def test_every_decision_uses_its_row_of_the_table():
    """Two decisions look at more than roles: the edition's state, and attendance. Three share the row of another."""
    decisions = {name.removeprefix("can_") for name in dir(permissions) if name.startswith("can_")}
    decisions.discard("change_as_lab")  # of accounts
    others = {"propose_exchange", "give_feedback", "see_participants", "close_commitment_with", "give_turn_back"}
    assert decisions - others == set(TABLE)


def test_only_lab_staff_can_plan(cast: Cast):
    assert allowed(cast, lambda role: can_plan_exchanges(cast[role])) == "S"


def test_leads_of_the_host_can_confirm(cast: Cast, exchange: Exchange):
    assert allowed(cast, lambda role: can_confirm_host(roles(cast, role), exchange)) == "SCP"


def test_a_host_is_confirmed_once_it_has_agreed_and_may_say_no_before(cast: Cast):
    prospect = CohortFactory(edition=cast.edition, state="prospect", actual_start=None)
    MembershipFactory(cohort=prospect, user=cast["P"], role="pilot")
    exchange = ExchangeFactory(edition=cast.edition, host=prospect)
    own = {role: roles(cast, role) for role in "SP"}
    assert {can_confirm_host(each, exchange).reason for each in own.values()} == {str(HOST_HAS_NOT_AGREED)}
    assert [bool(can_give_turn_back(each, exchange)) for each in own.values()] == [True, True]


def test_leads_of_another_cohort_cannot_confirm(cast: Cast):
    exchange = ExchangeFactory(edition=cast.edition, host=cast.other_cohort)
    assert allowed(cast, lambda role: can_confirm_host(roles(cast, role), exchange)) == "S"


def test_leads_can_register_people_of_their_cohort(cast: Cast):
    assert allowed(cast, lambda role: can_register_others(roles(cast, role))) == "SCP"


def test_team_of_the_host_can_record_attendance(cast: Cast, exchange: Exchange):
    assert allowed(cast, lambda role: can_record_attendance(roles(cast, role), exchange)) == "SCDP"


def test_everyone_active_in_the_edition_can_answer(cast: Cast):
    assert allowed(cast, lambda role: can_answer_invitation(roles(cast, role))) == "SCDPMRAN"


@pytest.mark.parametrize("role", "DMRANX")
def test_refusal_names_the_roles_that_are_allowed(cast: Cast, exchange: Exchange, role: str):
    decision = can_confirm_host(roles(cast, role), exchange)
    assert decision.reason == "Only the lab, the host’s coordinator and its pilot can do this."


def test_lab_staff_can_register_people_of_every_cohort(cast: Cast):
    assert cohorts_led(roles(cast, "S")) is None


def test_pilot_can_register_people_of_their_cohort(cast: Cast):
    assert cohorts_led(roles(cast, "P")) == [cast.cohort.pk]


def test_pilot_of_two_cohorts_can_register_people_of_both(cast: Cast):
    MembershipFactory(cohort=cast.other_cohort, user=cast["P"], role="pilot")
    assert sorted(cohorts_led(roles(cast, "P"))) == sorted([cast.cohort.pk, cast.other_cohort.pk])


@pytest.mark.parametrize(
    ("role", "cohorts"),
    [("S", {"Rivage", "Montagne"}), ("P", {"Rivage"}), ("C", {"Rivage"}), ("D", set()), ("M", set())],
)
def test_members_led_are_those_of_the_led_cohorts(cast: Cast, role: str, cohorts: set[str]):
    ended = MembershipFactory(cohort=cast.cohort, ends_on=TODAY - timedelta(days=1))
    foreign = MembershipFactory()
    memberships = members_led(roles(cast, role))
    assert set(memberships.values_list("cohort__name", flat=True)) == cohorts
    assert {ended, foreign} & set(memberships) == set()


def test_role_counts_only_in_its_cohort(cast: Cast):
    own_roles = roles(cast, "P")
    assert (
        own_roles.in_cohort(cast.cohort.pk),
        own_roles.in_cohort(cast.other_cohort.pk),
        own_roles.in_cohort(None),
    ) == (
        frozenset("P"),
        frozenset(),
        frozenset(),
    )


def test_several_roles_add_up(cast: Cast):
    MembershipFactory(cohort=cast.cohort, user=cast["A"], role="elected")
    MembershipFactory(cohort=cast.other_cohort, user=cast["A"])
    assert roles(cast, "A").anywhere() == frozenset("AMR")


def test_ended_membership_gives_no_role(cast: Cast):
    membership = cast["M"].memberships.get()
    membership.ends_on = date(2026, 11, 1)
    membership.save()
    assert roles(cast, "M").anywhere() == frozenset()


def test_future_membership_gives_no_role(cast: Cast):
    membership = cast["M"].memberships.get()
    membership.starts_on = date(2027, 1, 1)
    membership.save()
    assert not can_answer_invitation(roles(cast, "M"))


def test_membership_in_another_edition_gives_no_role(cast: Cast):
    elsewhere = CohortFactory()
    assert EditionRoles(cast["M"], elsewhere.edition, TODAY).anywhere() == frozenset()


def test_ended_mandate_gives_no_role(cast: Cast):
    cast["A"].administered.update(until=date(2026, 11, 1))
    assert roles(cast, "A").anywhere() == frozenset()


@pytest.mark.parametrize(("role", "statements"), [("S", 0), ("P", 2), ("A", 2), ("X", 2)])
def test_roles_take_two_statements_and_none_for_lab_staff(
    cast: Cast, role: str, statements: int, django_assert_num_queries: object
):
    with django_assert_num_queries(statements):
        can_answer_invitation(roles(cast, role))


@pytest.mark.parametrize(
    ("state", "months", "reason"),
    [
        ("running", 6, ""),
        ("open", 6, ""),
        ("closed", 6, "You can propose an Intertransfo only for an edition that is open or under way."),
        ("running", None, "The format of this edition has no Intertransfos."),
    ],
)
def test_exchanges_can_be_proposed_only_for_editions_under_way_with_exchanges(
    state: str, months: int | None, reason: str
):
    edition = Edition(state=state, format=Format(exchange_interval_months=months))
    decision = can_propose_exchange(User(is_lab_staff=True), edition)
    assert (bool(decision), str(decision.reason)) == (not reason, reason)
