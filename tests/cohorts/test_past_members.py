"""Tests of past members: they read what they could read on their last day, and have no contacts, permissions or
e-mails.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort, Membership, Session
from cohorts.permissions import TABLE, decisions, roles_of
from prototypes.models import Challenge, Idea, Prototype, Trial
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import (
    CohortFactory,
    InnovationTeamFactory,
    MembershipFactory,
    SessionFactory,
    StakeholderFactory,
    TeamFollowUpFactory,
    opened,
)
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.factories.rating_rounds import RatedChallengeFactory, closed, decide

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)
ROLES = ["coordinator", "resident", "ambassador", "relay", "elected", "direction"]
READABLE_MODELS: tuple[Any, ...] = (Cohort, Session, Membership, Challenge, Idea, Prototype, Trial)


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


def member_with(cast: Cast, role: str, **days: Any) -> User:
    user = UserFactory(full_name=f"Past {role}")
    MembershipFactory(
        cohort=cast.cohort, user=user, role=role, discipline="design" if role == "resident" else "", **days
    )
    return user


def readable(user: User, work: dict[Any, Any]) -> list[bool]:
    return [model.objects.visible_to(user).filter(pk=work[model].pk).exists() for model in READABLE_MODELS]


@pytest.mark.parametrize("role", ROLES)
def test_past_members_still_read_what_they_read(cast: Cast, work: dict[Any, Any], role: str):
    present_member, past_member = member_with(cast, role), member_with(cast, role, ends_on=YESTERDAY)
    assert readable(past_member, work) == readable(present_member, work) == [True] * len(READABLE_MODELS)


@pytest.mark.parametrize("role", ROLES)
def test_past_members_have_no_role_and_no_permission(cast: Cast, role: str):
    past_member = member_with(cast, role, ends_on=YESTERDAY)
    roles = roles_of(past_member, cast.cohort, TODAY)
    assert roles == frozenset()
    assert {action: bool(decision) for action, decision in decisions(roles).items()} == dict.fromkeys(TABLE, False)


@pytest.mark.parametrize("role", ROLES)
def test_members_have_their_role_on_the_last_day(cast: Cast, role: str):
    present_member, last = member_with(cast, role), member_with(cast, role, ends_on=TODAY)
    assert roles_of(last, cast.cohort, TODAY) == roles_of(present_member, cast.cohort, TODAY)
    assert roles_of(last, cast.cohort, TODAY + timedelta(days=1)) == frozenset()


@pytest.mark.parametrize("role", ROLES)
def test_past_members_see_no_addresses(cast: Cast, role: str):
    page = signed_in(member_with(cast, role, ends_on=YESTERDAY)).get(f"/cohorts/{cast.cohort.slug}/members/")
    html = page.content.decode()
    assert (page.status_code, cast["P"].full_name in html, cast["P"].email in html) == (200, True, False)


def test_past_members_of_one_cohort_read_nothing_of_another(cast: Cast, work: dict[Any, Any]):
    user = UserFactory()
    MembershipFactory(cohort=CohortFactory(), user=user, ends_on=YESTERDAY)
    assert readable(user, work) == [False] * len(READABLE_MODELS)


@pytest.mark.parametrize("shared", [True, False])
def test_past_members_of_another_cohort_read_only_what_was_shared(cast: Cast, work: dict[Any, Any], *, shared: bool):
    user = UserFactory()
    MembershipFactory(cohort=cast.other_cohort, user=user, ends_on=YESTERDAY)
    Idea.objects.filter(pk=work[Idea].pk).update(shared_with_edition=shared)
    assert readable(user, work) == [False, False, False, False, shared, shared, shared]


def test_an_admin_whose_mandate_ended_reads_nothing_and_has_no_permission(cast: Cast, work: dict[Any, Any]):
    cast["A"].administered.update(since=YESTERDAY - timedelta(days=9), until=YESTERDAY)
    assert readable(cast["A"], work) == [False] * len(READABLE_MODELS)
    assert roles_of(cast["A"], cast.cohort, TODAY) == frozenset()


@pytest.mark.parametrize("path", ["members/new/", "stakeholders/new/", "sessions/new/"])
def test_a_past_coordinator_opens_no_form(cast: Cast, path: str):
    client = signed_in(member_with(cast, "coordinator", ends_on=YESTERDAY))
    url = f"/cohorts/{cast.cohort.slug}/{path}"
    assert {client.get(url).status_code, client.post(url, {}).status_code} <= {403, 404}


def test_a_person_who_returned_is_a_member_again(cast: Cast):
    past_member = member_with(cast, "relay", ends_on=YESTERDAY)
    MembershipFactory(cohort=cast.cohort, user=past_member, role="relay", starts_on=TODAY)
    assert roles_of(past_member, cast.cohort, TODAY) == frozenset("R")


def test_past_members_read_no_answers_about_a_team_given_later(cast: Cast):
    team = opened(InnovationTeamFactory(cohort=cast.cohort), date(2026, 3, 2))
    for day, projects in ((YESTERDAY, 17), (TODAY, 23)):
        TeamFollowUpFactory(team=team, projects=projects, noted_on=day)
    address = reverse("cohorts:innovation_team", args=[cast.cohort.slug])
    visible = {
        name: [row.projects for row in signed_in(user).get(address).context["teams"][0]["answers"]]
        for name, user in (("past", member_with(cast, "relay", ends_on=YESTERDAY)), ("today", cast["R"]))
    }
    assert visible == {"past": [17], "today": [23]}


def test_past_members_read_no_results_of_a_round_that_was_closed_later(cast: Cast):
    past = signed_in(member_with(cast, "relay", ends_on=YESTERDAY))
    rounds = {}
    for day in (YESTERDAY, TODAY):
        rated = RatedChallengeFactory(rating_round__cohort=cast.cohort)
        rounds[day] = (rated, closed(rated.rating_round, day))
        decide(rounds[day][1], "take_on", f"Reason of {day}")
    for day, (rated, row) in rounds.items():
        page = past.get(row.get_absolute_url())
        assert ("Challenges to rate" in page.content.decode(), bool(page.context["can_rate"])) == (day == TODAY, False)
        for address in (row.get_absolute_url(), rated.challenge.get_absolute_url()):
            assert f"Reason of {day}" not in past.get(address).content.decode()
            assert f"Reason of {day}" in signed_in(cast["R"]).get(address).content.decode()


def test_past_members_see_the_map_of_stakeholders_on_their_last_day(cast: Cast):
    StakeholderFactory(cohort=cast.cohort, created_on=YESTERDAY)
    past, address = signed_in(member_with(cast, "relay", ends_on=YESTERDAY)), "cohorts:stakeholders_map"
    page = past.get(reverse(address, args=[cast.cohort.slug]))
    later = past.get(reverse(address, args=[cast.cohort.slug]), {"on": TODAY})
    assert (page.context["day"], later.context["day"], list(later.context["form"].errors)) == (
        YESTERDAY,
        YESTERDAY,
        ["on"],
    )
    assert signed_in(cast["R"]).get(reverse(address, args=[cast.cohort.slug])).context["day"] == TODAY
