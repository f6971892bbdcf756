"""The rows of cohorts and teams on the network page: names and addresses are escaped."""

from cohorts.models import Cohort, InnovationTeam
from figures.network.people import NetworkCircle
from figures.network.table_rows import NetworkCohortRow, TeamOnDay, cohort_table_rows, team_table_rows
from programmes.models import Authority
from tests.factories.cast import TODAY
from tests.pages import HOSTILE, not_escaped


def test_names_of_cohorts_and_their_addresses_are_escaped():
    cohort, address = Cohort(name=f"cohort{HOSTILE}"), f"/?q={HOSTILE}"
    rows = [NetworkCohortRow(cohort, [0] * len(NetworkCircle), 0, 0, href) for href in ("", address)]
    assert not_escaped(cohort_table_rows(rows[:1]), [cohort.name]) == []
    assert not_escaped(cohort_table_rows(rows[1:]), [cohort.name, address]) == []


def test_names_and_states_of_teams_are_escaped():
    authority = Authority(name=f"authority{HOSTILE}", slug="rivage")
    team = InnovationTeam(name=f"team{HOSTILE}", authority=authority, state_label=f"state{HOSTILE}")
    html = team_table_rows([TeamOnDay(team, TODAY, can_open_cohort=False)])
    assert not_escaped(html, [team.name, authority.name, team.state_label]) == []
