"""Results of the cohorts' work: first prototypes against their target, tests, attendance."""

from datetime import date

import pytest

from figures.rates import wilson
from figures.work.work_counts import CohortWork, WorkFigures, work_json

DAY = date(2026, 11, 24)
START = date(2026, 1, 31)
TESTS = CohortWork(
    1,
    results={"met": 3, "not_met": 4, "inconclusive": 1},
    strengths={"said": 2, "did_in_lab": 0, "did_for_real": 5},
    locked=6,
    came=30,
    expected=40,
    excused=30,
    unknown=10,
    people=15,
)


def begun(cohort: int = 1, *, reached: date | None = None, target: int | None = 2, **fields: object) -> CohortWork:
    return CohortWork(cohort, started_on=START, target=target, reached_on=reached, **fields)


@pytest.mark.parametrize(
    ("reached", "as_of", "status"),
    [
        (date(2026, 3, 31), DAY, "on_time"),  # the due day itself
        (date(2026, 4, 1), DAY, "late"),
        (None, date(2026, 3, 31), "not_yet"),
        (None, date(2026, 4, 1), "overdue"),
        (None, date(2026, 1, 30), None),  # not begun
    ],
)
def test_first_prototype_has_a_status_against_the_target(reached: date | None, as_of: date, status: str | None):
    assert begun(reached=reached).first_prototype_status(as_of) == status


def test_cohort_without_target_is_not_counted_by_status():
    figures = WorkFigures(DAY, (begun(target=None, reached=DAY), begun(2, reached=date(2026, 3, 2))))
    assert (figures.started, figures.targeted, figures.targets) == (2, 1, [2])
    assert figures.first_prototypes == {"on_time": 1, "late": 0, "not_yet": 0, "overdue": 0}


@pytest.mark.parametrize(
    ("months", "median"),
    [
        ([1, 3, 9], 3),
        ([1, 3, None, None], 3),  # half of four have one by the third month
        ([1, None, None], None),
        ([], None),
    ],
)
def test_median_months_to_the_first_prototype(months: list[int | None], median: int | None):
    rows = [
        CohortWork(place, started_on=date(2026, 1, 5), reached_on=reached and date(2026, 1 + reached, 5))
        for place, reached in enumerate(months)
    ]
    assert WorkFigures(DAY, tuple(rows)).median_months == median


def test_prototype_before_the_recorded_start_counts_as_zero_months():
    assert begun(reached=date(2026, 1, 5)).months_to_first_prototype(DAY) == (0, "implemented")


def test_tests_are_counted_by_result_and_strength():
    figures = WorkFigures(DAY, (TESTS, TESTS))
    assert (figures.tests, figures.total.results) == (16, {"met": 6, "not_met": 8, "inconclusive": 2})
    assert figures.total.strengths == {"said": 4, "did_in_lab": 0, "did_for_real": 10}
    assert (figures.locked_share, figures.locked_interval) == (12 / 16, wilson(12, 16))


def test_attendance_leaves_out_excused_and_unrecorded_half_days_and_states_their_shares():
    figures = WorkFigures(DAY, (TESTS,))
    assert (figures.attendance, figures.excused_share, figures.unknown_share) == (30 / 40, 30 / 80, 10 / 80)


def test_figures_without_work_are_none_rather_than_zero():
    figures = WorkFigures(DAY)
    assert figures.is_empty
    assert (figures.attendance, figures.excused_share, figures.unknown_share) == (None,) * 3
    assert (figures.locked_share, figures.locked_interval) == (None, None)


def test_json_has_the_agreed_keys():
    low, high = wilson(6, 8)
    assert work_json(WorkFigures(DAY, (TESTS,))) == {
        "first_prototype": {
            "on_time": 0,
            "late": 0,
            "not_yet": 0,
            "overdue": 0,
            "of": 0,
            "targets": [],
            "median_months": None,
        },
        "tests": {
            "concluded": 8,
            "met": 3,
            "not_met": 4,
            "inconclusive": 1,
            "locked": {"count": 6, "rate": 0.75, "low": round(low, 6), "high": round(high, 6)},
            "strength": {"said": 2, "did_in_lab": 0, "did_for_real": 5},
        },
        "attendance": {
            "half_days": 30,
            "expected": 40,
            "excused": 30,
            "unknown": 10,
            "rate": 0.75,
            "excused_share": 0.375,
            "unknown_share": 0.125,
        },
    }
