"""Who may do what with the content of an exchange: its rows of the one table, as truth tables over the cast."""

from collections.abc import Callable

import pytest

from exchanges import permissions as may
from exchanges.models import Commitment, Contribution, Exchange
from exchanges.permissions import TABLE, Standing, speaks_for
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.contents import CommitmentFactory, ContributionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    """Hosted by the cohort of the cast, and held."""
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held")


def standing(cast: Cast, letter: str) -> Standing:
    return Standing(cast[letter], cast.edition, TODAY)


def allowed(cast: Cast, decide: Callable[[Standing], object]) -> str:
    """Letters for which the decision is yes."""
    return "".join(letter for letter in EVERYONE if decide(standing(cast, letter)))


def test_lab_staff_prepare(cast: Cast):
    assert allowed(cast, may.may_prepare) == "S"


def test_everyone_active_in_the_edition_contributes(cast: Cast):
    assert allowed(cast, may.may_contribute) == "SCDPMRAN"


@pytest.mark.parametrize("letter", "CDPMRA")
def test_for_their_own_cohort(cast: Cast, letter: str):
    assert speaks_for(standing(cast, letter)) == [cast.cohort.pk]


def test_a_neighbour_for_theirs_and_lab_staff_for_all(cast: Cast):
    assert (speaks_for(standing(cast, "N")), speaks_for(standing(cast, "S"))) == ([cast.other.pk], None)


def contribution(cast: Cast, exchange: Exchange, author: str) -> Contribution:
    return ContributionFactory(exchange=exchange, cohort=cast.cohort, author=cast[author])


@pytest.mark.parametrize(("author", "letters"), [("P", "SCDP"), ("M", "SCDPM"), ("A", "SCDPA"), ("N", "SCDP")])
def test_its_author_and_the_cohorts_team_change_a_contribution(
    cast: Cast, exchange: Exchange, author: str, letters: str
):
    row = contribution(cast, exchange, author)
    assert allowed(cast, lambda held: may.may_edit(held, row)) == letters


def test_an_author_who_left_does_not(cast: Cast, exchange: Exchange):
    row = contribution(cast, exchange, "M")
    cast["M"].memberships.update(ends_on="2026-11-01")
    assert not may.may_edit(standing(cast, "M"), row)


def test_the_hosts_team_writes_the_minutes(cast: Cast, exchange: Exchange):
    assert allowed(cast, lambda held: may.may_write_minutes(held, exchange)) == "SCDP"


def test_the_team_of_another_cohort_does_not(cast: Cast):
    elsewhere = ExchangeFactory(edition=cast.edition, host=cast.other, state="held")
    assert allowed(cast, lambda held: may.may_write_minutes(held, elsewhere)) == "S"


def test_everyone_active_in_the_edition_promises(cast: Cast):
    assert allowed(cast, may.may_commit) == "SCDPMRAN"


def test_leads_note_what_others_promise(cast: Cast):
    assert allowed(cast, may.may_commit_for_others) == "SCP"


def promise(cast: Cast, exchange: Exchange, owner: str) -> Commitment:
    return CommitmentFactory(exchange=exchange, cohort=cast.cohort, owner=cast[owner])


@pytest.mark.parametrize(("owner", "letters"), [("M", "SCPM"), ("D", "SCDP"), ("P", "SCP"), ("R", "SCPR")])
def test_the_owner_and_the_cohorts_leads_close_a_promise(cast: Cast, exchange: Exchange, owner: str, letters: str):
    row = promise(cast, exchange, owner)
    assert allowed(cast, lambda held: may.may_close(held, row)) == letters


def test_an_owner_who_left_still_closes_theirs(cast: Cast, exchange: Exchange):
    row = promise(cast, exchange, "M")
    cast["M"].memberships.update(ends_on="2026-11-25")
    assert may.may_close(Standing(cast["M"], cast.edition, TODAY.replace(day=30)), row)


def test_a_pilot_of_another_cohort_does_not(cast: Cast, exchange: Exchange):
    MembershipFactory(cohort=cast.other, user=cast["X"], role="pilot")
    assert not may.may_close(standing(cast, "X"), promise(cast, exchange, "M"))


@pytest.mark.parametrize("act", sorted(TABLE))
def test_a_refusal_says_who_may(act: str):
    assert str(TABLE[act][1]).startswith("Only ")


@pytest.mark.parametrize(
    ("state", "came"),
    [
        ("invited", False),
        ("declined", False),
        ("registered", True),
        ("attended", True),
        ("no_show", False),
        ("cancelled", False),
    ],
)
def test_those_who_came_say_what_they_thought(cast: Cast, exchange: Exchange, state: str, came: bool):
    RegistrationFactory(exchange=exchange, user=cast["M"], state=state)
    assert bool(may.own_answer(cast["M"], exchange)) is came


def test_what_another_came_for_is_not_ones_own_answer_and_without_one_nobody_tells(cast: Cast, exchange: Exchange):
    RegistrationFactory(exchange=exchange, user=cast["M"], state="attended")
    own = may.own_answer(cast["C"], exchange)
    assert (own, may.may_give_feedback(own).allowed) == (None, False)
