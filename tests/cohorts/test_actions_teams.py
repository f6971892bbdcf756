"""Verbs on the innovation team that stays in an authority."""

from datetime import date
from decimal import Decimal

import pytest
from pghistory.models import Context

from cohorts.actions.teams import close_team, decide_team, describe_team, open_team, prefigure_team, propose_team
from cohorts.models import InnovationTeam
from tests.factories.cast import Cast
from tests.factories.cohorts import InnovationTeamFactory
from web.errors import DomainError

JUNE, OCTOBER, MARCH = date(2026, 6, 1), date(2026, 10, 1), date(2027, 3, 1)


def proposed(cast: Cast) -> InnovationTeam:
    return propose_team(cohort=cast.cohort, name="Le Labo", proposed_on=JUNE, by=cast["A"])


def test_a_team_is_envisaged_in_the_cohorts_authority(cast: Cast):
    team = proposed(cast)
    assert (team.state, team.authority, team.cohort, team.proposed_on) == (
        "envisaged",
        cast.cohort.authority,
        cast.cohort,
        JUNE,
    )


def test_a_cohort_has_one_team_at_work(cast: Cast):
    proposed(cast)
    with pytest.raises(DomainError, match="already"):
        proposed(cast)
    assert InnovationTeam.objects.count() == 1


def test_a_team_goes_its_road_with_dates(cast: Cast):
    team, by = proposed(cast), cast["P"]
    states = [prefigure_team(team=team, by=by).state]
    states.append(decide_team(team=team, on=OCTOBER, by=by).state)
    states.append(open_team(team=team, on=MARCH, by=by).state)
    states.append(close_team(team=team, on=date(2029, 1, 1), reason="Budget", by=by).state)
    team.refresh_from_db()
    assert states == ["prefigured", "decided", "open", "closed"]
    assert (team.decided_on, team.opened_on, team.closed_on) == (OCTOBER, MARCH, date(2029, 1, 1))
    assert Context.objects.filter(metadata__reason="Budget").count() == 1


def test_a_step_is_not_skipped(cast: Cast):
    team = proposed(cast)
    with pytest.raises(DomainError, match="cannot go"):
        decide_team(team=team, on=OCTOBER, by=cast["P"])
    team.refresh_from_db()
    assert (team.state, team.decided_on) == ("envisaged", None)


def test_a_step_does_not_come_before_the_last(cast: Cast):
    team = prefigure_team(team=proposed(cast), by=cast["P"])
    with pytest.raises(DomainError, match="out of order") as caught:
        decide_team(team=team, on=date(2026, 5, 31), by=cast["P"])
    assert caught.value.field == "happened_on"


def test_the_team_is_described(cast: Cast):
    team = describe_team(
        team=proposed(cast),
        name="La Fabrique",
        posts=Decimal("2.5"),
        budget=Decimal(180_000),
        place="Halle",
        notes="Two rooms",
        by=cast["A"],
    )
    team.refresh_from_db()
    assert (team.name, team.posts, team.budget, team.place, team.notes) == (
        "La Fabrique",
        Decimal("2.5"),
        Decimal(180_000),
        "Halle",
        "Two rooms",
    )


def test_figures_are_not_below_zero(cast: Cast):
    with pytest.raises(DomainError, match="below zero"):
        describe_team(team=proposed(cast), name="X", posts=Decimal(-1), by=cast["A"])


def test_published_teams_do_not_change(cast: Cast):
    fact = InnovationTeamFactory(cohort=cast.cohort, retrospective=True)
    for attempt in (
        lambda: describe_team(team=fact, name="X", by=cast["S"]),
        lambda: prefigure_team(team=fact, by=cast["S"]),
    ):
        with pytest.raises(DomainError, match="published fact"):
            attempt()
