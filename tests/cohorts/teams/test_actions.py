"""Actions on the innovation team that stays in an authority."""

from datetime import date
from decimal import Decimal

import pytest
from pghistory.models import Context

from cohorts.models import InnovationTeam
from cohorts.teams.actions import (
    close_team,
    correct_team_days,
    decide_team,
    describe_team,
    open_team,
    prefigure_team,
    propose_team,
)
from cohorts.teams.enums import TEAM_DAYS
from tests.factories.cast import Cast
from tests.factories.cohorts import InnovationTeamFactory
from web.errors import DomainError

JUNE, JULY, OCTOBER, MARCH = date(2026, 6, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 3, 1)
TODAY = date(2027, 6, 1)


def proposed(cast: Cast) -> InnovationTeam:
    return propose_team(cohort=cast.cohort, name="Le Labo", proposed_on=JUNE, today=TODAY, by=cast["A"])


def prefigured(cast: Cast) -> InnovationTeam:
    return prefigure_team(team=proposed(cast), happened_on=JULY, today=TODAY, by=cast["P"])


def test_a_team_is_envisaged_in_the_cohorts_authority(cast: Cast):
    team = proposed(cast)
    assert (team.state, team.authority, team.cohort, team.proposed_on) == (
        "envisaged",
        cast.cohort.authority,
        cast.cohort,
        JUNE,
    )


def test_cohort_has_only_one_active_team(cast: Cast):
    proposed(cast)
    with pytest.raises(DomainError, match="already"):
        proposed(cast)
    assert InnovationTeam.objects.count() == 1


def test_team_takes_its_steps_with_dates(cast: Cast):
    team, now = proposed(cast), {"today": TODAY, "by": cast["P"]}
    states = [prefigure_team(team=team, happened_on=JULY, **now).state]
    states.append(decide_team(team=team, happened_on=OCTOBER, **now).state)
    states.append(open_team(team=team, happened_on=MARCH, **now).state)
    states.append(close_team(team=team, happened_on=TODAY, reason="Budget", **now).state)
    team.refresh_from_db()
    assert states == ["prefigured", "decided", "open", "closed"]
    assert [getattr(team, day) for day in TEAM_DAYS.values()] == [JUNE, JULY, OCTOBER, MARCH, TODAY]
    assert team.recorded_on == TODAY
    assert Context.objects.filter(metadata__reason="Budget").count() == 1


def test_a_step_is_not_skipped(cast: Cast):
    team = proposed(cast)
    with pytest.raises(DomainError, match="cannot move from its current state"):
        decide_team(team=team, happened_on=OCTOBER, today=TODAY, by=cast["P"])
    team.refresh_from_db()
    assert (team.state, team.decided_on) == ("envisaged", None)


def test_a_step_does_not_come_before_the_last(cast: Cast):
    team = prefigured(cast)
    with pytest.raises(DomainError, match="out of order") as caught:
        decide_team(team=team, happened_on=date(2026, 6, 30), today=TODAY, by=cast["P"])
    assert caught.value.field == "happened_on"


def test_step_on_a_future_day_is_refused(cast: Cast):
    team = prefigured(cast)
    with pytest.raises(DomainError, match="This date is in the future") as caught:
        decide_team(team=team, happened_on=OCTOBER, today=date(2026, 9, 30), by=cast["P"])
    assert caught.value.field == "happened_on"
    team.refresh_from_db()
    assert (team.state, team.decided_on, team.recorded_on) == ("prefigured", None, TODAY)


def test_proposal_on_a_future_day_is_refused(cast: Cast):
    with pytest.raises(DomainError, match="This date is in the future") as caught:
        propose_team(cohort=cast.cohort, name="Le Labo", proposed_on=OCTOBER, today=JULY, by=cast["A"])
    assert (caught.value.field, InnovationTeam.objects.count()) == ("proposed_on", 0)


def test_corrected_day_stays_in_the_history(cast: Cast):
    team = prefigured(cast)
    after = {"prefigured_on": date(2026, 6, 20)}
    correct_team_days(team=team, **after, reason="Read in the minutes", today=TODAY, by=cast["A"])
    history_rows = InnovationTeam.pgh_event_model.objects.order_by("pgh_id").values_list("state", "prefigured_on")
    assert list(history_rows) == [("envisaged", None), ("prefigured", JULY), ("prefigured", date(2026, 6, 20))]
    reasons = Context.objects.filter(metadata__action="correct_team_days").values_list("metadata__reason", flat=True)
    assert list(reasons) == ["Read in the minutes"]


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        ({"prefigured_on": date(2026, 5, 31)}, "out of order"),
        ({"prefigured_on": date(2027, 6, 2)}, "This date is in the future"),
        ({"prefigured_on": None}, "Give the date"),
        ({"decided_on": OCTOBER}, "The team has not reached this step yet"),
        ({"name": OCTOBER}, "The team has not reached this step yet"),
    ],
    ids=str,
)
def test_correction_follows_the_same_rules_as_a_step(days: dict[str, date | None], refusal: str, cast: Cast):
    team = prefigured(cast)
    with pytest.raises(DomainError, match=refusal):
        correct_team_days(team=team, **days, reason="A slip", today=TODAY, by=cast["A"])
    team.refresh_from_db()
    assert (team.proposed_on, team.prefigured_on, team.decided_on) == (JUNE, JULY, None)


def test_day_of_the_proposal_can_be_removed(cast: Cast):
    team = correct_team_days(team=prefigured(cast), proposed_on=None, reason="A guess", today=TODAY, by=cast["A"])
    assert (team.proposed_on, team.prefigured_on) == (None, JULY)


def test_days_of_a_closed_team_can_be_corrected(cast: Cast):
    team, now = prefigured(cast), {"today": TODAY, "by": cast["P"]}
    for take in (decide_team, open_team, close_team):
        take(team=team, happened_on=OCTOBER, **now)
    team = correct_team_days(team=team, closed_on=MARCH, reason="A slip", **now)
    assert (team.state, team.opened_on, team.closed_on) == ("closed", OCTOBER, MARCH)


def test_team_details_are_changed(cast: Cast):
    team = describe_team(
        team=proposed(cast),
        name="La Fabrique",
        posts=Decimal("2.5"),
        budget=Decimal(180_000),
        venue="Halle",
        notes="Two rooms",
        by=cast["A"],
    )
    team.refresh_from_db()
    assert (team.name, team.posts, team.budget, team.venue, team.notes) == (
        "La Fabrique",
        Decimal("2.5"),
        Decimal(180_000),
        "Halle",
        "Two rooms",
    )


def test_negative_figures_are_refused(cast: Cast):
    with pytest.raises(DomainError, match="below zero"):
        describe_team(team=proposed(cast), name="X", posts=Decimal(-1), by=cast["A"])


def test_published_team_cannot_be_changed(cast: Cast):
    fact = InnovationTeamFactory(cohort=cast.cohort, retrospective=True)
    for attempt in (
        lambda: describe_team(team=fact, name="X", by=cast["S"]),
        lambda: prefigure_team(team=fact, happened_on=JULY, today=TODAY, by=cast["S"]),
        lambda: correct_team_days(team=fact, proposed_on=JULY, reason="X", today=TODAY, by=cast["S"]),
    ):
        with pytest.raises(DomainError, match="published fact"):
            attempt()
