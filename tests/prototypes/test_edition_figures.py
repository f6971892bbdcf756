"""What an edition was, cost and gave: sums that say of how many they are known, costs shared out, what can be told."""

from datetime import date
from decimal import Decimal

import pytest

from prototypes.edition_figures import Comparison, EditionFigures, Known, Run, compare
from prototypes.figures import Figures
from prototypes.rates import MonthCounts
from prototypes.unit_cost import cost_each
from prototypes.work_figures import WorkFigures

DAY = date(2026, 11, 24)
BOTH = Run(7, 1, planned_euros=Decimal(100), actual_euros=Decimal(80), planned_days=Decimal(9), seats=15)
PLANNED = Run(7, 2, planned_euros=Decimal(50), seats=12)
UNKNOWN = Run(7, 2)
WITHDRAWN = Run(7, 3, withdrawn=True, planned_euros=Decimal(1000), seats=15)


def edition(*runs: Run, **implemented: int) -> EditionFigures:
    return EditionFigures(runs, Figures(DAY), WorkFigures(DAY), implemented)


def rates(implemented: int, still_open: int, month: int = 12) -> Figures:
    """So many implemented in the third month, so many followed until a later one."""
    return Figures(DAY, (MonthCounts(3, implemented, 0, 0), MonthCounts(month, 0, 0, still_open)))


def test_a_sum_says_of_how_many_cohorts_it_is_known():
    told = edition(BOTH, PLANNED, UNKNOWN, WITHDRAWN)
    assert told.known("seats") == Known(Decimal(27), 2, 3)
    assert told.known("actual_euros") == Known(Decimal(80), 1, 3)
    assert [told.known(name).complete for name in ("seats", "sessions_held")] == [False, True]


def test_authorities_are_those_that_take_part_each_once():
    assert edition(BOTH, PLANNED, UNKNOWN, WITHDRAWN).authorities == 2


def test_a_cost_is_what_was_spent_else_what_is_planned():
    told = edition(BOTH, PLANNED, UNKNOWN, WITHDRAWN)
    assert (told.cost("euros"), told.planned_only("euros")) == (Known(Decimal(130), 2, 3), 1)
    assert (told.cost("days"), told.planned_only("days")) == (Known(Decimal(9), 1, 3), 1)


def test_a_cohort_that_withdrew_counts_what_it_cost():
    spent = Run(7, 3, withdrawn=True, planned_euros=Decimal(1000), actual_euros=Decimal(20))
    assert edition(BOTH, spent).cost("euros") == Known(Decimal(100), 2, 2)


def test_a_cost_is_shared_out_over_the_ideas_of_the_cohorts_it_is_known_of():
    assert edition(BOTH, PLANNED, euros=13).cost_each("euros") == cost_each(Decimal(130), 13)
    assert edition(BOTH, PLANNED).cost_each("days") == cost_each(Decimal(9), 0)
    assert edition(UNKNOWN, euros=3).cost_each("euros") is None


@pytest.mark.parametrize(
    ("starts", "ends", "months"),
    [
        (date(2026, 1, 5), date(2028, 1, 4), 24),
        (date(2026, 1, 5), date(2028, 1, 3), 23),
        (date(2026, 1, 5), None, None),
        (None, date(2028, 1, 4), None),
    ],
)
def test_a_cohort_lasts_from_its_first_to_its_last_day(starts: date | None, ends: date | None, months: int | None):
    run = Run(7, 1, started_on=starts, ended_on=ends)
    assert (run.months, edition(run).months) == (months, [] if months is None else [months])


@pytest.mark.parametrize(
    ("editions", "told"),
    [
        ([], Comparison("too_few")),
        ([rates(10, 20)], Comparison("too_few")),
        ([rates(10, 20), rates(0, 20)], Comparison("too_few")),  # none implemented: no interval
        ([rates(10, 20), rates(2, 2)], Comparison("too_few")),  # fewer than five at risk
        ([rates(10, 20), rates(12, 20)], Comparison("alike", 12, (0, 1))),
        ([rates(2, 40), rates(0, 9), rates(30, 20)], Comparison("apart", 12, (0, 2), ((0, 2),))),
        ([rates(2, 40, 24), rates(30, 20, 24)], Comparison("apart", 24, (0, 1), ((0, 1),))),
        ([rates(10, 20, 24), rates(10, 20, 24), rates(10, 20)], Comparison("alike", 12, (0, 1, 2))),
    ],
)
def test_editions_are_told_apart_where_intervals_do_not_overlap(editions: list[Figures], told: Comparison):
    assert compare(editions) == told
