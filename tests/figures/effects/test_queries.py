"""How many implemented ideas have a measured effect: by scope, by day, as known on a day, and for split ideas."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import Cohort
from figures.effects.queries import EffectCount, effect_count
from figures.effects.rows import EffectRow, values_one_by_one
from figures.outcomes.queries import implementation_rates
from figures.scope.selection import EVERYTHING, FiguresScope
from tests.factories.cohorts import CohortFactory
from tests.factories.prototypes import (
    FollowUpFactory,
    IdeaFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    LineageFactory,
    add_event,
    measured_idea,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def measured(scope: FiguresScope = EVERYTHING, as_of: date = TODAY, known_at: datetime | None = None) -> int | None:
    return implementation_rates(scope=scope, as_of=as_of, known_at=known_at, with_effects=True).measured_effects


@pytest.fixture
def cohort() -> Cohort:
    return CohortFactory()


def test_implemented_ideas_with_a_value_have_a_measured_effect(cohort: Cohort):
    measured_idea(cohort=cohort)
    measured_idea(None, cohort=cohort)
    IdeaFactory(cohort=cohort, state="implemented")
    IndicatorFactory(idea__cohort=cohort)
    assert effect_count(EVERYTHING, as_of=TODAY) == EffectCount(measured=1, implemented=3)
    assert measured() == 1


def test_both_ways_of_counting_agree_for_each_scope(cohort: Cohort):
    other = measured_idea(cohort__edition=cohort.edition).cohort
    measured_idea(cohort=cohort)
    measured_idea(cohort=cohort)
    for scope, number in (
        (EVERYTHING, 3),
        (FiguresScope(cohort=cohort), 2),
        (FiguresScope(edition=cohort.edition), 3),
        (FiguresScope(own=frozenset({other.authority_id})), 1),
        (FiguresScope(own=frozenset()), 0),
    ):
        assert (measured(scope), effect_count(scope, as_of=TODAY).measured) == (number, number)


@pytest.mark.parametrize(("day", "number"), [(date(2026, 11, 1), 0), (date(2026, 11, 2), 1)])
def test_value_counts_from_the_day_it_was_measured(cohort: Cohort, day: date, number: int):
    measured_idea(cohort=cohort)
    assert measured(as_of=day) == number


@pytest.mark.parametrize(
    ("moment", "number"),
    [(datetime(2026, 11, 2, 22, 59, tzinfo=UTC), 0), (datetime(2026, 11, 2, 23, 1, tzinfo=UTC), 1)],
)
def test_value_is_known_from_the_local_day_it_was_recorded(cohort: Cohort, moment: datetime, number: int):
    measured_idea(cohort=cohort)
    assert measured(as_of=date(2026, 11, 2), known_at=moment) == number


def test_latest_answer_to_a_follow_up_counts(cohort: Cohort):
    idea = measured_idea(cohort=cohort)
    again = FollowUpFactory(idea=idea, counted_from="live", noted_on=date(2026, 11, 5))
    missing = {"value": None, "measured_on": None, "not_measured": "Counted wrongly"}
    IndicatorValueFactory(indicator=idea.indicators.get(), follow_up=again, **missing)
    assert measured() == 0
    assert measured(known_at=datetime(2026, 11, 4, 12, tzinfo=UTC), as_of=date(2026, 11, 4)) == 1


def test_idea_with_two_measured_indicators_counts_once(cohort: Cohort):
    idea = measured_idea(cohort=cohort)
    for months in (3, 6):
        row = FollowUpFactory(idea=idea, counted_from="live", months=months, noted_on=date(2026, 11, 6))
        IndicatorValueFactory(indicator=idea.indicators.get(), follow_up=row)
    assert measured() == 1


def test_split_idea_counts_once_through_its_parts(cohort: Cohort):
    root = IdeaFactory(cohort=cohort, state="decided")
    parts = [measured_idea(cohort=cohort), measured_idea(cohort=cohort)]
    add_event(root, "split")
    for part in parts:
        LineageFactory(parent=root, child=part, kind="split")
    count = effect_count(EVERYTHING, as_of=TODAY)
    assert (count, measured()) == (EffectCount(measured=1, implemented=1), 1)


def test_nothing_implemented_takes_no_further_statement(cohort: Cohort):
    IdeaFactory(cohort=cohort, state="accepted")
    with CaptureQueriesContext(connection) as queries:
        assert measured() == 0
    assert len(queries) == 1


def test_imprecise_days_and_measured_effects_take_one_further_statement(cohort: Cohort):
    measured_idea(cohort=cohort)
    add_event(IdeaFactory(cohort=cohort), "accepted", date(2026, 10, 1), precision="month")
    with CaptureQueriesContext(connection) as queries:
        figures = implementation_rates(as_of=TODAY, with_effects=True)
    assert (figures.measured_effects, figures.imprecise, bool(figures.bounds), len(queries)) == (1, 1, True, 2)


class TestRows:
    def rows(
        self, scope: FiguresScope = EVERYTHING, as_of: date = TODAY, known_at: datetime | None = None
    ) -> list[EffectRow]:
        return list(values_one_by_one(scope, as_of=as_of, known_at=known_at))

    def test_each_value_has_a_row_with_the_current_indicator(self, cohort: Cohort):
        idea = measured_idea(cohort=cohort)
        first = idea.indicators.get()
        IndicatorFactory(idea=idea, corrects=first, correction_reason="Wrong", target=3, fixed_on=date(2026, 11, 10))
        follow_up = FollowUpFactory(idea=idea, counted_from="live", months=6, noted_on=date(2026, 11, 20))
        missing = {"value": None, "measured_on": None, "not_measured": "Nobody counted"}
        IndicatorValueFactory(indicator=first, follow_up=follow_up, **missing)
        rows = self.rows()
        assert [(row.months, row.value, row.measured_on, row.not_measured, row.target) for row in rows] == [
            (3, Decimal(5), date(2026, 11, 2), "", 3),
            (6, None, None, "Nobody counted", 3),
        ]
        assert {(row.reference, row.outcome, row.baseline, row.correction_reason) for row in rows} == {
            (idea.reference, "implemented", 12, "Wrong")
        }

    def test_indicator_without_a_value_by_then_has_a_row_without_it(self, cohort: Cohort):
        measured_idea(cohort=cohort)
        IndicatorFactory(idea__cohort=cohort)
        rows = self.rows(as_of=date(2026, 10, 1))
        assert [(row.outcome, row.months, row.value) for row in rows] == [
            ("implemented", None, None),
            ("open", None, None),
        ]

    def test_as_known_then_the_first_version_and_the_first_answer_count(self, cohort: Cohort):
        idea = measured_idea(cohort=cohort)
        first = idea.indicators.get()
        IndicatorFactory(idea=idea, corrects=first, correction_reason="Wrong", target=3, fixed_on=date(2026, 11, 10))
        again = FollowUpFactory(idea=idea, counted_from="live", noted_on=date(2026, 11, 10))
        IndicatorValueFactory(indicator=first, follow_up=again, value=7)
        [then] = self.rows(as_of=date(2026, 11, 9), known_at=datetime(2026, 11, 9, 12, tzinfo=UTC))
        [now] = self.rows()
        assert [(row.target, row.value) for row in (then, now)] == [(4, 5), (3, 7)]

    def test_rows_of_other_authorities_are_left_out(self, cohort: Cohort):
        measured_idea(cohort=cohort)
        shared = FiguresScope(own=frozenset(), shared=frozenset({cohort.pk}), everyone=True)
        assert (measured(shared), self.rows(shared)) == (1, [])

    def test_indicator_of_a_part_counts_as_the_split_idea(self, cohort: Cohort):
        root = IdeaFactory(cohort=cohort, state="decided")
        part = measured_idea(cohort=cohort)
        still_open = IdeaFactory(cohort=cohort, state="accepted")
        add_event(root, "split")
        for child in (part, still_open):
            LineageFactory(parent=root, child=child, kind="split")
        assert [(row.reference, row.outcome) for row in self.rows()] == [(part.reference, "open")]

    def test_number_of_statements_does_not_grow(self, cohort: Cohort):
        for _ in range(3):
            measured_idea(cohort=cohort)
        with CaptureQueriesContext(connection) as queries:
            assert len(self.rows()) == 3
        assert len([row for row in queries if "prototypes_indicator" in row["sql"]]) == 1
