"""Who may do what with an exchange: the table of the domain, letter by letter."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from exchanges import permissions
from exchanges.models import Exchange
from exchanges.permissions import (
    TABLE,
    Standing,
    leads_of,
    may_answer,
    may_confirm_host,
    may_plan,
    may_propose,
    may_record_attendance,
    may_register_others,
    members_led,
)
from programmes.models import Edition, Format
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    """Hosted by the cohort of the cast."""
    return ExchangeFactory(edition=cast.edition, host=cast.cohort)


def standing(cast: Cast, letter: str) -> Standing:
    return Standing(cast[letter], cast.edition, TODAY)


def allowed(cast: Cast, decide: object) -> str:
    """Letters for which the decision is yes."""
    return "".join(letter for letter in EVERYONE if decide(letter))


def test_every_decision_reads_its_row_of_the_one_table():
    """But two that look at more than letters: the edition's state, and whether one came."""
    decisions = {name.removeprefix("may_") for name in dir(permissions) if name.startswith("may_")}
    assert decisions - {"propose", "give_feedback"} == set(TABLE)


def test_only_lab_staff_plan(cast: Cast):
    assert allowed(cast, lambda letter: may_plan(cast[letter])) == "S"


def test_the_hosts_leads_confirm(cast: Cast, exchange: Exchange):
    assert allowed(cast, lambda letter: may_confirm_host(standing(cast, letter), exchange)) == "SCP"


def test_leads_of_another_cohort_do_not(cast: Cast):
    exchange = ExchangeFactory(edition=cast.edition, host=cast.other)
    assert allowed(cast, lambda letter: may_confirm_host(standing(cast, letter), exchange)) == "S"


def test_leads_register_people_of_their_cohort(cast: Cast):
    assert allowed(cast, lambda letter: may_register_others(standing(cast, letter))) == "SCP"


def test_the_hosts_team_records_who_came(cast: Cast, exchange: Exchange):
    assert allowed(cast, lambda letter: may_record_attendance(standing(cast, letter), exchange)) == "SCDP"


def test_everyone_active_in_the_edition_answers(cast: Cast):
    assert allowed(cast, lambda letter: may_answer(standing(cast, letter))) == "SCDPMRAN"


@pytest.mark.parametrize("letter", "DMRANX")
def test_a_refusal_says_who_may(cast: Cast, exchange: Exchange, letter: str):
    decision = may_confirm_host(standing(cast, letter), exchange)
    assert decision.reason == "Only the lab, the host’s coordinator and its pilot can do this."


def test_lab_staff_register_people_of_every_cohort(cast: Cast):
    assert leads_of(standing(cast, "S")) is None


def test_a_pilot_those_of_the_own_cohort(cast: Cast):
    assert leads_of(standing(cast, "P")) == [cast.cohort.pk]


def test_a_pilot_of_two_cohorts_those_of_both(cast: Cast):
    MembershipFactory(cohort=cast.other, user=cast["P"], role="pilot")
    assert sorted(leads_of(standing(cast, "P"))) == sorted([cast.cohort.pk, cast.other.pk])


@pytest.mark.parametrize(
    ("letter", "cohorts"),
    [("S", {"Rivage", "Montagne"}), ("P", {"Rivage"}), ("C", {"Rivage"}), ("D", set()), ("M", set())],
)
def test_whose_members_one_leads(cast: Cast, letter: str, cohorts: set[str]):
    gone = MembershipFactory(cohort=cast.cohort, ends_on=TODAY - timedelta(days=1))
    foreign = MembershipFactory()
    found = members_led(standing(cast, letter))
    assert set(found.values_list("cohort__name", flat=True)) == cohorts
    assert {gone, foreign} & set(found) == set()


def test_a_letter_counts_only_in_its_cohort(cast: Cast):
    held = standing(cast, "P")
    assert (held.in_cohort(cast.cohort.pk), held.in_cohort(cast.other.pk), held.in_cohort(None)) == (
        frozenset("P"),
        frozenset(),
        frozenset(),
    )


def test_several_roles_add_up(cast: Cast):
    MembershipFactory(cohort=cast.cohort, user=cast["A"], role="elected")
    MembershipFactory(cohort=cast.other, user=cast["A"])
    assert standing(cast, "A").anywhere() == frozenset("AMR")


def test_a_membership_that_ended_gives_no_letter(cast: Cast):
    membership = cast["M"].memberships.get()
    membership.ends_on = date(2026, 11, 1)
    membership.save()
    assert standing(cast, "M").anywhere() == frozenset()


def test_nor_does_one_that_has_not_begun(cast: Cast):
    membership = cast["M"].memberships.get()
    membership.starts_on = date(2027, 1, 1)
    membership.save()
    assert not may_answer(standing(cast, "M"))


def test_nor_one_in_another_edition(cast: Cast):
    elsewhere = CohortFactory()
    assert Standing(cast["M"], elsewhere.edition, TODAY).anywhere() == frozenset()


def test_an_admin_whose_time_is_over_has_none(cast: Cast):
    cast["A"].administered.update(until=date(2026, 11, 1))
    assert standing(cast, "A").anywhere() == frozenset()


@pytest.mark.parametrize(("letter", "statements"), [("S", 0), ("P", 2), ("A", 2), ("X", 2)])
def test_it_takes_two_statements_and_none_for_lab_staff(
    cast: Cast, letter: str, statements: int, django_assert_num_queries: object
):
    with django_assert_num_queries(statements):
        may_answer(standing(cast, letter))


@pytest.mark.parametrize(
    ("state", "months", "reason"),
    [
        ("running", 6, ""),
        ("open", 6, ""),
        ("closed", 6, "You can propose an Intertransfo only for an edition that is open or under way."),
        ("running", None, "The format of this edition has no Intertransfos."),
    ],
)
def test_exchanges_are_proposed_for_editions_at_work_whose_format_has_them(state: str, months: int | None, reason: str):
    edition = Edition(state=state, format=Format(exchange_interval_months=months))
    decision = may_propose(User(is_lab_staff=True), edition)
    assert (bool(decision), str(decision.reason)) == (not reason, reason)
