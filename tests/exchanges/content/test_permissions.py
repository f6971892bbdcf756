"""Permissions on the content of an exchange, as truth tables over the cast."""

from collections.abc import Callable

import pytest

from exchanges import permissions
from exchanges.models import Commitment, Contribution, Exchange
from exchanges.permissions import TABLE, EditionRoles, cohorts_to_contribute_for
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.contents import CommitmentFactory, ContributionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    """Return a held exchange, hosted by the cohort of the cast."""
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held")


def roles(cast: Cast, role: str) -> EditionRoles:
    return EditionRoles(cast[role], cast.edition, TODAY)


def allowed(cast: Cast, decide: Callable[[EditionRoles], object]) -> str:
    """Return the roles for which the decision is yes."""
    return "".join(role for role in EVERYONE if decide(roles(cast, role)))


def test_only_lab_staff_can_prepare(cast: Cast):
    assert allowed(cast, permissions.can_prepare_exchange) == "S"


def test_everyone_active_in_the_edition_can_contribute(cast: Cast):
    assert allowed(cast, permissions.can_contribute) == "SCDPMRAN"


@pytest.mark.parametrize("role", "CDPMRA")
def test_members_contribute_for_their_own_cohort(cast: Cast, role: str):
    assert cohorts_to_contribute_for(roles(cast, role)) == [cast.cohort.pk]


def test_neighbours_contribute_for_theirs_and_lab_staff_for_every_cohort(cast: Cast):
    assert (cohorts_to_contribute_for(roles(cast, "N")), cohorts_to_contribute_for(roles(cast, "S"))) == (
        [cast.other_cohort.pk],
        None,
    )


def contribution(cast: Cast, exchange: Exchange, author: str) -> Contribution:
    return ContributionFactory(exchange=exchange, cohort=cast.cohort, author=cast[author])


@pytest.mark.parametrize(("author", "roles"), [("P", "SCDP"), ("M", "SCDPM"), ("A", "SCDPA"), ("N", "SCDP")])
def test_author_and_team_of_the_cohort_can_edit_a_contribution(cast: Cast, exchange: Exchange, author: str, roles: str):
    row = contribution(cast, exchange, author)
    assert allowed(cast, lambda own_roles: permissions.can_edit_contribution(own_roles, row)) == roles


def test_author_who_left_cannot_edit_a_contribution(cast: Cast, exchange: Exchange):
    row = contribution(cast, exchange, "M")
    cast["M"].memberships.update(ends_on="2026-11-01")
    assert not permissions.can_edit_contribution(roles(cast, "M"), row)


def test_team_of_the_host_can_write_the_minutes(cast: Cast, exchange: Exchange):
    assert allowed(cast, lambda own_roles: permissions.can_write_minutes(own_roles, exchange)) == "SCDP"


def test_team_of_another_cohort_cannot_write_the_minutes(cast: Cast):
    elsewhere = ExchangeFactory(edition=cast.edition, host=cast.other_cohort, state="held")
    assert allowed(cast, lambda own_roles: permissions.can_write_minutes(own_roles, elsewhere)) == "S"


def test_everyone_active_in_the_edition_can_make_commitments(cast: Cast):
    assert allowed(cast, permissions.can_record_own_commitment) == "SCDPMRAN"


def test_leads_can_record_commitments_of_others(cast: Cast):
    assert allowed(cast, permissions.can_record_commitments_of_others) == "SCP"


def commitment(cast: Cast, exchange: Exchange, owner: str) -> Commitment:
    return CommitmentFactory(exchange=exchange, cohort=cast.cohort, owner=cast[owner])


@pytest.mark.parametrize(("owner", "roles"), [("M", "SCPM"), ("D", "SCDP"), ("P", "SCP"), ("R", "SCPR")])
def test_owner_and_leads_of_the_cohort_can_close_a_commitment(cast: Cast, exchange: Exchange, owner: str, roles: str):
    row = commitment(cast, exchange, owner)
    assert allowed(cast, lambda own_roles: permissions.can_close_commitment(own_roles, row)) == roles


def test_owner_who_left_can_still_close_their_commitment(cast: Cast, exchange: Exchange):
    row = commitment(cast, exchange, "M")
    cast["M"].memberships.update(ends_on="2026-11-25")
    assert permissions.can_close_commitment(EditionRoles(cast["M"], cast.edition, TODAY.replace(day=30)), row)


def test_pilot_of_another_cohort_cannot_close_a_commitment(cast: Cast, exchange: Exchange):
    MembershipFactory(cohort=cast.other_cohort, user=cast["X"], role="pilot")
    assert not permissions.can_close_commitment(roles(cast, "X"), commitment(cast, exchange, "M"))


@pytest.mark.parametrize("permission", sorted(TABLE))
def test_refusal_names_the_roles_that_are_allowed(permission: str):
    assert str(TABLE[permission][1]).startswith("Only ")


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
def test_only_people_who_came_can_give_feedback(cast: Cast, exchange: Exchange, state: str, came: bool):
    RegistrationFactory(exchange=exchange, user=cast["M"], state=state)
    assert bool(permissions.registration_if_came(cast["M"], exchange)) is came


def test_registration_of_someone_else_does_not_allow_feedback(cast: Cast, exchange: Exchange):
    RegistrationFactory(exchange=exchange, user=cast["M"], state="attended")
    own = permissions.registration_if_came(cast["C"], exchange)
    assert (own, permissions.can_give_feedback(own).allowed) == (None, False)
