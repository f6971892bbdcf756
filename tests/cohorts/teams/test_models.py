"""Rules of the database on innovation teams, tested with raw SQL."""

from datetime import date

import pgtrigger
import pytest

from cohorts.models import InnovationTeam
from cohorts.teams.enums import TEAM_TRANSITIONS, TeamState
from tests.cohorts.raw import query_value, refused, run_sql
from tests.factories.cohorts import CohortFactory, InnovationTeamFactory

pytestmark = pytest.mark.django_db
MOVES = [(before, after) for before, targets in TEAM_TRANSITIONS.items() for after in targets]
OTHER_MOVES = [
    (before, after) for before in TeamState for after in TeamState if before != after and (before, after) not in MOVES
]
DATES = {
    "prefigured_on": date(2027, 2, 1),
    "decided_on": date(2027, 3, 1),
    "opened_on": date(2027, 6, 1),
    "closed_on": date(2029, 6, 1),
}


def team_in_state(state: str) -> InnovationTeam:
    """Create a team with all its dates and take it to a state."""
    team = InnovationTeamFactory(**DATES)
    states = [str(step) for step in TeamState]
    for step in states[1 : states.index(state) + 1]:
        run_sql("UPDATE cohorts_innovationteam SET state = %s WHERE id = %s", step, team.pk)
    return team


@pytest.mark.parametrize("state", [state for state in TeamState if state != "envisaged"])
def test_new_team_is_envisaged(state: str):
    with refused("team_state"):
        InnovationTeamFactory(state=state, **DATES)


@pytest.mark.parametrize("state", list(TeamState))
def test_published_team_is_created_in_any_state_without_dates(state: str):
    assert InnovationTeamFactory(state=state, retrospective=True).state == state


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_team_moves_along_its_transitions(before: str, after: str):
    team = team_in_state(before)
    assert run_sql("UPDATE cohorts_innovationteam SET state = %s WHERE id = %s", after, team.pk) == 1


@pytest.mark.parametrize(("before", "after"), OTHER_MOVES)
def test_team_makes_no_other_transition(before: str, after: str):
    team = team_in_state(before)
    with refused("team_state"):
        run_sql("UPDATE cohorts_innovationteam SET state = %s WHERE id = %s", after, team.pk)


@pytest.mark.parametrize(
    ("state", "field"),
    [
        ("prefigured", "prefigured_on"),
        ("decided", "prefigured_on"),
        ("decided", "decided_on"),
        ("open", "decided_on"),
        ("open", "opened_on"),
        ("closed", "closed_on"),
    ],
)
def test_each_step_has_its_date(state: str, field: str):
    team = team_in_state(state)
    with refused("team_dates_known"):
        run_sql(f"UPDATE cohorts_innovationteam SET {field} = NULL WHERE id = %s", team.pk)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("proposed_on", "prefigured_on"),
        ("proposed_on", "decided_on"),
        ("proposed_on", "closed_on"),
        ("prefigured_on", "decided_on"),
        ("prefigured_on", "closed_on"),
        ("decided_on", "opened_on"),
        ("decided_on", "closed_on"),
        ("opened_on", "closed_on"),
    ],
)
def test_the_dates_of_a_team_are_in_order(earlier: str, later: str):
    dates = {earlier: "2027-06-02", later: "2027-06-01"}
    with refused("team_dates"):
        InnovationTeamFactory(**dates)
    assert InnovationTeamFactory(**dates, retrospective=True).pk


def test_prefigured_team_needs_a_day():
    team = InnovationTeamFactory()
    with refused("team_dates_known"):
        run_sql("UPDATE cohorts_innovationteam SET state = 'prefigured' WHERE id = %s", team.pk)


def test_team_already_prefigured_without_a_day_can_go_on():
    team = InnovationTeamFactory(**DATES | {"prefigured_on": None})
    with pgtrigger.ignore("cohorts.InnovationTeam:team_prefigured_known"):
        run_sql("UPDATE cohorts_innovationteam SET state = 'prefigured' WHERE id = %s", team.pk)
    assert run_sql("UPDATE cohorts_innovationteam SET state = 'decided', posts = 2 WHERE id = %s", team.pk) == 1
    assert run_sql("UPDATE cohorts_innovationteam SET prefigured_on = '2027-02-01' WHERE id = %s", team.pk) == 1


@pytest.mark.parametrize("field", ["proposed_on", *DATES])
def test_no_day_of_a_team_is_later_than_its_recording(field: str):
    recorded = {"recorded_on": date(2027, 1, 1)}
    assert InnovationTeamFactory(**{field: date(2027, 1, 1)}, **recorded).pk
    with refused("team_not_future"):
        InnovationTeamFactory(**{field: date(2027, 1, 2)}, **recorded)


def test_day_of_recording_cannot_move_before_the_steps():
    team = InnovationTeamFactory(proposed_on=date(2027, 1, 1), recorded_on=date(2027, 1, 1))
    with refused("team_not_future"):
        run_sql("UPDATE cohorts_innovationteam SET recorded_on = '2026-12-31' WHERE id = %s", team.pk)


def test_published_teams_need_no_order_and_no_day_of_recording():
    days = {"opened_on": date(2027, 1, 1), "decided_on": date(2028, 1, 1), "recorded_on": date(2026, 1, 1)}
    assert InnovationTeamFactory(retrospective=True, **days).pk


@pytest.mark.parametrize("field", ["posts", "budget"])
def test_negative_figures_are_refused(field: str):
    with refused("team_figures"):
        InnovationTeamFactory(**{field: -1})


def test_cohort_has_only_one_active_team():
    team = InnovationTeamFactory()
    with refused("team_once"):
        InnovationTeamFactory(cohort=team.cohort)


def test_a_cohort_whose_team_closed_may_have_another():
    team = team_in_state("closed")
    assert InnovationTeamFactory(cohort=team.cohort).pk


def test_published_teams_do_not_count_as_active():
    team = InnovationTeamFactory()
    assert InnovationTeamFactory(cohort=team.cohort, retrospective=True).pk


def test_an_authority_may_have_teams_without_a_cohort():
    authority = CohortFactory().authority
    rows = [InnovationTeam.objects.create(authority=authority, name=name) for name in ("Le Labo", "La Fabrique")]
    assert [row.cohort for row in rows] == [None, None]


def test_retrospective_flag_never_changes():
    InnovationTeamFactory()
    with refused("team_retrospective_fixed"):
        run_sql("UPDATE cohorts_innovationteam SET retrospective = TRUE")


def test_raw_sql_changes_are_in_the_history():
    InnovationTeamFactory()
    run_sql("UPDATE cohorts_innovationteam SET posts = 3.5")
    posts = query_value("SELECT array_agg(posts::text ORDER BY pgh_id) FROM cohorts_innovationteamevent")
    assert posts == [None, "3.5"]
