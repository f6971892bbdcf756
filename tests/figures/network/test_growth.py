"""The growth of cohorts by months since each began, and the people in cohorts that began later."""

from datetime import date, timedelta
from random import Random

import pytest
from dateutil.relativedelta import relativedelta

from cohorts.models import Cohort, Membership
from figures.network.growth import (
    BeginningCount,
    GrowthChange,
    GrowthPoint,
    changed_points,
    growth,
    people_in_later_cohorts,
)
from figures.network.queries import CohortsOfScope, CountedCohorts, people_counts
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory

AS_OF = date(2026, 2, 28)
STARTS = (date(2025, 1, 31), date(2025, 1, 31), date(2025, 3, 30), date(2025, 11, 1), date(2026, 2, 27))


@pytest.fixture
def cohorts(db: None) -> list[Cohort]:
    """Create five cohorts begun on different days, one that has not begun, and fifty memberships at random: of four
    people in one cohort each, and of twelve in three.
    """
    random = Random(15)
    dates = {"planned_start": STARTS[0], "planned_end": date(2028, 1, 4)}
    rows = [CohortFactory(actual_start=start, **dates) for start in STARTS]
    rows.append(CohortFactory(state="agreed", actual_start=None))
    people = UserFactory.create_batch(16)
    for number, user in enumerate(people):
        for cohort in random.sample(rows, 1 if number < 4 else 3):
            first = STARTS[0] + timedelta(random.randrange(-60, 420))
            last = first + timedelta(random.randrange(1, 200))
            MembershipFactory(cohort=cohort, user=user, role="relay", starts_on=first, ends_on=last)
            if random.random() < 0.4:
                again = last + timedelta(random.randrange(1, 60))
                MembershipFactory(cohort=cohort, user=user, role="elected", starts_on=again)
    return rows


def active(cohort: Cohort, day: date) -> set[int]:
    """Return the ids of the people with a membership in the cohort on a day, one membership after the other."""
    rows = Membership.objects.filter(cohort=cohort)
    return {row.user_id for row in rows if row.starts_on <= day and (row.ends_on is None or day <= row.ends_on)}


@pytest.mark.parametrize("as_of", [AS_OF, date(2026, 1, 31), date(2025, 3, 29), date(2025, 2, 28), date(2025, 1, 31)])
def test_statement_agrees_with_a_naive_count_of_each_month(as_of: date, cohorts: list[Cohort]):
    expected = []
    with_people = [row for row in cohorts if row.actual_start and row.memberships.filter(starts_on__lte=as_of)]
    for months in range(14):
        followed = [row for row in with_people if row.actual_start + relativedelta(months=months) <= as_of]
        then = [len(active(row, row.actual_start + relativedelta(months=months))) for row in followed]
        start = [len(active(row, row.actual_start)) for row in followed]
        expected += [GrowthPoint(months, len(followed), sum(then), sum(start))] if followed else []
    counted = CountedCohorts([row.pk for row in cohorts], [])
    assert growth(people_counts(counted, as_of=as_of).growth) == tuple(expected)
    assert expected


@pytest.mark.parametrize("as_of", [AS_OF, date(2025, 6, 1)])
def test_people_count_in_the_cohort_that_began_first(as_of: date, cohorts: list[Cohort]):
    """A cohort that has not begun is later than all."""
    counts = people_counts(CountedCohorts([row.pk for row in cohorts], []), as_of=as_of).beginnings
    for day in (date(2025, 1, 30), *STARTS):
        early = [row for row in cohorts if row.actual_start and row.actual_start <= day]
        before = set().union(*(active(row, as_of) for row in early))
        everyone = set().union(*(active(row, as_of) for row in cohorts))
        assert people_in_later_cohorts(counts, day) == len(everyone - before)


def test_only_counted_cohorts_enter(cohorts: list[Cohort]):
    none = CountedCohorts([], [])
    assert people_counts(none, as_of=AS_OF) == ([], [], [], {})


def test_all_cohorts_are_counted_without_a_list_of_their_ids(cohorts: list[Cohort]):
    ids = [row.pk for row in cohorts]
    everything = CountedCohorts(ids, [ids[0]], CohortsOfScope())
    listed = CountedCohorts(ids, [ids[0]])
    of_edition = CountedCohorts(ids, [], CohortsOfScope(edition_id=cohorts[0].edition_id))
    assert [counted.are_all for counted in (everything, listed, of_edition)] == [True, False, False]
    assert [sorted(part, key=repr) for part in people_counts(everything, as_of=AS_OF)[:3]] == [
        sorted(part, key=repr) for part in people_counts(listed, as_of=AS_OF)[:3]
    ]
    assert people_counts(everything, as_of=AS_OF).by_cohort == people_counts(listed, as_of=AS_OF).by_cohort


@pytest.mark.django_db
def test_cohort_without_people_by_that_day_is_left_out():
    cohort = CohortFactory()
    MembershipFactory(cohort=cohort, starts_on=date(2026, 6, 1))
    counted = CountedCohorts([cohort.pk], [])
    assert growth(people_counts(counted, as_of=date(2026, 5, 31)).growth) == ()
    assert growth(people_counts(counted, as_of=date(2026, 6, 5)).growth)[-1] == GrowthPoint(5, 1, 1, 0)


@pytest.mark.django_db
def test_people_are_counted_in_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        people_counts(CountedCohorts([1, 2], []), as_of=AS_OF)


def test_each_month_counts_the_cohorts_followed_that_long_then_and_at_their_start():
    points = growth([GrowthChange(2, 0, 4, 1), GrowthChange(2, 2, 2, 0), GrowthChange(1, 0, 2, 1)])
    assert points == (GrowthPoint(0, 2, 6, 6), GrowthPoint(1, 2, 6, 6), GrowthPoint(2, 1, 6, 4))
    assert (points[2].mean, points[2].mean_at_start) == (6, 4)
    assert growth([]) == ()


def test_table_lists_the_months_in_which_something_changed_and_the_last():
    points = [GrowthPoint(months, 2, people, 6) for months, people in enumerate((6, 6, 7, 7, 7))]
    assert [point.months for point in changed_points(points)] == [0, 2, 4]
    assert changed_points([]) == []


def test_people_on_the_day_itself_are_not_in_later_cohorts():
    counts = [BeginningCount(AS_OF, 3), BeginningCount(AS_OF + timedelta(1), 4), BeginningCount(None, 5)]
    assert people_in_later_cohorts(counts, AS_OF) == 9
