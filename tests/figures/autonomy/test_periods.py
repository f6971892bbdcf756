"""Sessions by who led them, in periods of three months since their cohort began."""

from hypothesis import given
from hypothesis import strategies as st

from cohorts.sessions.enums import SessionLead
from figures.autonomy.periods import AutonomyPeriod, autonomy_periods


def test_periods_run_from_the_first_month_to_the_latest_session():
    sessions = [(0, "design_team"), (2, "both"), (3, "design_team"), (9, "civil_servants"), (11, "both"), (-1, "both")]
    assert autonomy_periods(sessions) == [
        AutonomyPeriod(0, design_team=1, both=2),
        AutonomyPeriod(3, design_team=1),
        AutonomyPeriod(6),
        AutonomyPeriod(9, both=1, civil_servants=1),
    ]
    assert autonomy_periods([]) == []


def test_shares_of_a_period():
    period = AutonomyPeriod(3, design_team=1, both=2, civil_servants=1)
    assert (period.end, period.sessions, period.share, period.share_with_both) == (6, 4, 0.25, 0.75)
    assert (AutonomyPeriod(3).share, AutonomyPeriod(3).share_with_both) == (None, None)


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(SessionLead.values))))
def test_every_session_is_in_one_period(sessions: list[tuple[int, str]]):
    periods = autonomy_periods(sessions)
    assert sum(period.sessions for period in periods) == len(sessions)
    assert [period.start for period in periods] == list(range(0, 3 * len(periods), 3))
    assert all(period.sessions for period in periods[-1:])
