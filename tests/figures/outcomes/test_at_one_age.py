"""Cohorts at one age: which of their ideas have completed their first year, and how many were implemented in it."""

from datetime import date, datetime

import pytest
from django.utils.timezone import now

from cohorts.models import Cohort
from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import implementation_rates
from figures.rates import months_between
from figures.scope.selection import EVERYTHING
from prototypes.models import Idea
from tests.factories.prototypes import IdeaFactory
from tests.factories.rates import ABANDONED, AS_OF, IMPLEMENTED, OPEN, early_cohort, idea_after

pytestmark = pytest.mark.django_db


def figures(as_of: date = AS_OF, known_at: datetime | None = None) -> Figures:
    return implementation_rates(scope=EVERYTHING, as_of=as_of, known_at=known_at)


# Outcome, after how many months, of an idea accepted how many months ago: counted and, of these, within a year.
AT_ONE_AGE = [
    (IMPLEMENTED, 11, 24, (1, 1)),
    (IMPLEMENTED, 12, 24, (1, 1)),
    (IMPLEMENTED, 13, 24, (1, 0)),
    (IMPLEMENTED, 3, 11, (0, 0)),  # in time, but ideas of its age still may be
    (IMPLEMENTED, 3, 12, (1, 1)),
    (ABANDONED, 2, 24, (1, 0)),
    (ABANDONED, 2, 5, (0, 0)),
    (OPEN, 11, 11, (0, 0)),
    (OPEN, 12, 12, (1, 0)),
]


def of_age(outcome: int, months: int, age: int, *, cohort: Cohort, as_of: date = AS_OF) -> Idea:
    """Return an idea accepted `age` months before, with its outcome after `months`."""
    return idea_after(months, outcome, cohort=cohort, as_of=as_of, age=age)


@pytest.mark.parametrize(("outcome", "months", "age", "counted"), AT_ONE_AGE)
@pytest.mark.parametrize("as_known", [False, True])
def test_a_cohort_counts_ideas_past_their_first_year_and_those_implemented_in_it(
    as_known: bool, outcome: int, months: int, age: int, counted: tuple[int, int]
):
    of_age(outcome, months, age, cohort=early_cohort())
    [cohort] = figures(known_at=now() if as_known else None).by_cohort
    assert (cohort.followed, cohort.implemented_by_horizon) == counted


def test_captured_merged_and_published_ideas_do_not_count_at_an_age():
    cohort = early_cohort()
    split_idea = of_age(OPEN, 20, 20, cohort=cohort)
    early = dict.fromkeys(["captured", "accepted"], date(2025, 1, 6))
    IdeaFactory(cohort=cohort, state="merged", merged_into=split_idea, days=early)
    IdeaFactory(cohort=cohort)
    published = early_cohort(retrospective=True, state="alumni")
    IdeaFactory(cohort=published, retrospective=True, state="implemented")
    [counted] = figures().by_cohort
    assert (counted.cohort, counted.followed, counted.implemented_by_horizon) == (cohort.pk, 1, 0)


@pytest.mark.parametrize(
    ("accepted", "as_of", "followed"),
    [
        (date(2025, 10, 24), date(2026, 10, 23), 0),
        (date(2025, 10, 24), date(2026, 10, 24), 1),
        (date(2025, 1, 31), date(2026, 1, 30), 0),
        (date(2025, 1, 31), date(2026, 1, 31), 1),
        (date(2024, 2, 29), date(2025, 2, 27), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 1),  # a month is over on its last day
    ],
)
def test_first_year_ends_on_its_anniversary(accepted: date, as_of: date, followed: int):
    IdeaFactory(cohort=early_cohort(), state="accepted", days=dict.fromkeys(["captured", "accepted"], accepted))
    [cohort] = figures(as_of).by_cohort
    assert (cohort.followed, months_between(accepted, as_of) >= 12) == (followed, bool(followed))


def test_share_equals_the_curve_where_all_ideas_are_old_enough():
    cohort = early_cohort()
    for outcome, months, age, (followed, _within) in AT_ONE_AGE:
        if followed:
            of_age(outcome, months, age, cohort=cohort)
    counted_figures = figures()
    [counted] = counted_figures.by_cohort
    assert counted.share == pytest.approx(counted_figures.curve.at(12).implemented) == 0.5
