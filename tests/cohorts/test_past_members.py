"""Past members keep what they could read on their last day, and nothing else: no contacts, no acts, no letters."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from cohorts.models import Cohort, Membership, Session
from cohorts.permissions import TABLE, decisions, standing
from prototypes.models import Challenge, Idea, Prototype, Trial
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)
ROLES = ["coordinator", "resident", "ambassador", "relay", "elected", "direction"]
READ: tuple[Any, ...] = (Cohort, Session, Membership, Challenge, Idea, Prototype, Trial)


@pytest.fixture
def work(cast: Cast) -> dict[Any, Any]:
    """One row of everything a cohort has."""
    idea = IdeaFactory(cohort=cast.cohort)
    prototype = PrototypeFactory(idea=idea)
    return {
        Cohort: cast.cohort,
        Session: SessionFactory(cohort=cast.cohort),
        Membership: cast["P"].memberships.get(),
        Challenge: ChallengeFactory(cohort=cast.cohort),
        Idea: idea,
        Prototype: prototype,
        Trial: TrialFactory(prototype=prototype),
    }


def who(cast: Cast, role: str, **days: Any) -> User:
    user = UserFactory(full_name=f"Past {role}")
    MembershipFactory(
        cohort=cast.cohort, user=user, role=role, discipline="design" if role == "resident" else "", **days
    )
    return user


def reads(user: User, work: dict[Any, Any]) -> list[bool]:
    return [model.objects.visible_to(user).filter(pk=work[model].pk).exists() for model in READ]


@pytest.mark.parametrize("role", ROLES)
def test_whoever_left_reads_what_they_read(cast: Cast, work: dict[Any, Any], role: str):
    there, gone = who(cast, role), who(cast, role, ends_on=YESTERDAY)
    assert reads(gone, work) == reads(there, work) == [True] * len(READ)


@pytest.mark.parametrize("role", ROLES)
def test_whoever_left_has_no_letter_and_does_nothing(cast: Cast, role: str):
    gone = who(cast, role, ends_on=YESTERDAY)
    letters = standing(gone, cast.cohort, TODAY)
    assert letters == frozenset()
    assert {act: bool(may) for act, may in decisions(letters).items()} == dict.fromkeys(TABLE, False)


@pytest.mark.parametrize("role", ROLES)
def test_the_last_day_is_still_one_of_theirs(cast: Cast, role: str):
    there, last = who(cast, role), who(cast, role, ends_on=TODAY)
    assert standing(last, cast.cohort, TODAY) == standing(there, cast.cohort, TODAY)
    assert standing(last, cast.cohort, TODAY + timedelta(days=1)) == frozenset()


@pytest.mark.parametrize("role", ROLES)
def test_addresses_of_others_are_not_for_whoever_left(cast: Cast, role: str):
    page = signed_in(who(cast, role, ends_on=YESTERDAY)).get(f"/cohorts/{cast.cohort.slug}/members/")
    said = page.content.decode()
    assert (page.status_code, cast["P"].full_name in said, cast["P"].email in said) == (200, True, False)


def test_past_members_of_one_cohort_read_nothing_of_another(cast: Cast, work: dict[Any, Any]):
    user = UserFactory()
    MembershipFactory(cohort=CohortFactory(), user=user, ends_on=YESTERDAY)
    assert reads(user, work) == [False] * len(READ)


@pytest.mark.parametrize("shared", [True, False])
def test_past_members_of_a_neighbour_read_what_was_shared_only(cast: Cast, work: dict[Any, Any], *, shared: bool):
    user = UserFactory()
    MembershipFactory(cohort=cast.other, user=user, ends_on=YESTERDAY)
    Idea.objects.filter(pk=work[Idea].pk).update(shared_with_edition=shared)
    assert reads(user, work) == [False, False, False, False, shared, shared, shared]


def test_an_admin_whose_mandate_ended_reads_and_does_nothing(cast: Cast, work: dict[Any, Any]):
    cast["A"].administered.update(since=YESTERDAY - timedelta(days=9), until=YESTERDAY)
    assert reads(cast["A"], work) == [False] * len(READ)
    assert standing(cast["A"], cast.cohort, TODAY) == frozenset()


@pytest.mark.parametrize("path", ["members/new/", "stakeholders/new/", "sessions/new/"])
def test_a_past_coordinator_opens_no_form(cast: Cast, path: str):
    client = signed_in(who(cast, "coordinator", ends_on=YESTERDAY))
    address = f"/cohorts/{cast.cohort.slug}/{path}"
    assert {client.get(address).status_code, client.post(address, {}).status_code} <= {403, 404}


def test_whoever_left_and_came_back_is_there_again(cast: Cast):
    gone = who(cast, "relay", ends_on=YESTERDAY)
    MembershipFactory(cohort=cast.cohort, user=gone, role="relay", starts_on=TODAY)
    assert standing(gone, cast.cohort, TODAY) == frozenset("R")
