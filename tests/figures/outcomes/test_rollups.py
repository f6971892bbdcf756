"""Rollups of rates: equal to a direct count, and used only while no row has changed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from figures.models import RatesChange, RatesRollup
from figures.outcomes import actions
from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import build_rollup, implementation_rates, sql_parameters
from figures.outcomes.rollups import BOUNDS_COLUMNS, BOUNDS_OR_ROLLUP, LAYOUT, TALLY_COLUMNS, TALLY_OR_ROLLUP
from figures.scope.selection import EVERYTHING, FiguresScope
from programmes.models import Edition
from prototypes.models import Challenge, Idea, Implementation
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import IdeaFactory, ImplementationFactory, add_event
from tests.factories.rates import AS_OF, FIRST_DAY, early_cohort, worked_example
from tests.factories.snapshots import built_once
from tests.sql import execute

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@built_once
def worked_edition() -> Edition:
    first = early_cohort()
    worked_example(first)
    IdeaFactory(cohort=early_cohort(edition=first.edition), state="abandoned", challenge=None)
    IdeaFactory(state="accepted")
    return first.edition


@pytest.fixture
def edition() -> Edition:
    """Return a running edition of two cohorts; the ideas of a third cohort belong to another edition."""
    return worked_edition()


def keep() -> int:
    return actions.refresh_rollups(at=AT, min_ideas=1)


def vague(edition: Edition) -> None:
    """Add one idea of which only the years are known."""
    idea = IdeaFactory(cohort=edition.cohorts.order_by("pk")[0], state="")
    for state, on, precision in (("captured", FIRST_DAY, "day"), ("accepted", date(2025, 1, 1), "year")):
        add_event(idea, state, on, precision=precision, recorded_on=AS_OF)
    ImplementationFactory(idea=idea, live_on=date(2026, 1, 1), live_precision="year")


def plan(sql: str, scope: FiguresScope = EVERYTHING, as_of: date = AS_OF, **more: Any) -> list[str]:
    """Return the query plan of PostgreSQL, one step per line."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ANALYZE {sql}", sql_parameters(scope, as_of) | {"rollup": scope.rollup} | more)
        return [line for [line] in cursor.fetchall()]


def counts_directly(sql: str = TALLY_OR_ROLLUP, **more: Any) -> bool:
    """Return whether a single idea was read for it."""
    of_ideas = [line for line in plan(sql, **more) if " on prototypes_idea " in line]
    assert of_ideas != []
    return any("never executed" not in line for line in of_ideas)


def test_rollup_has_the_same_figures_as_a_direct_count(edition: Edition):
    scopes = [EVERYTHING, FiguresScope(edition=edition)]
    directly = [implementation_rates(scope=scope, as_of=AS_OF) for scope in scopes]
    assert keep() == 1 + Edition.objects.filter(state="running").count()
    ahead = [implementation_rates(scope=scope, as_of=AS_OF) for scope in scopes]
    assert (ahead, [figures.accepted for figures in ahead]) == (directly, [26, 25])
    assert keep() == 0


def test_bounds_of_a_rollup_equal_those_counted_directly(edition: Edition):
    vague(edition)
    scopes = [EVERYTHING, FiguresScope(edition=edition)]
    directly = [implementation_rates(scope=scope, as_of=AS_OF) for scope in scopes]
    keep()
    ahead = [implementation_rates(scope=scope, as_of=AS_OF) for scope in scopes]
    assert (ahead, [figures.imprecise for figures in ahead]) == (directly, [1, 1])
    assert [side.implemented for side in ahead[1].bounds or ()] == [11, 10]


def test_rollup_is_read_without_reading_ideas(edition: Edition):
    vague(edition)
    assert [counts_directly(TALLY_OR_ROLLUP), counts_directly(BOUNDS_OR_ROLLUP, vaguely=True)] == [True, True]
    keep()
    assert [counts_directly(TALLY_OR_ROLLUP), counts_directly(BOUNDS_OR_ROLLUP, vaguely=True)] == [False, False]
    assert counts_directly(TALLY_OR_ROLLUP, as_of=AS_OF - timedelta(days=1))


@pytest.mark.parametrize("has_rollup", [True, False])
def test_figures_take_one_statement_and_bounds_another_with_or_without_rollup(
    has_rollup: bool, edition: Edition, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
):
    vague(edition)
    if has_rollup:
        keep()
    for bounded, statements in ((True, 2), (False, 1)):
        with django_assert_num_queries(statements):
            implementation_rates(as_of=AS_OF, bounded=bounded)


def test_edition_without_ideas_has_an_empty_rollup():
    empty = EditionFactory(state="running")
    rollup = build_rollup(FiguresScope(edition=empty), AS_OF)
    rollup.save()
    assert (rollup.rows, rollup.bounds) == ([], [])
    assert implementation_rates(scope=FiguresScope(edition=empty), as_of=AS_OF) == Figures(AS_OF, published={})


def test_figures_as_known_at_a_moment_never_come_from_a_rollup(edition: Edition):
    keep()
    long_ago = datetime(2023, 12, 31, tzinfo=UTC)
    assert implementation_rates(as_of=AS_OF, known_at=long_ago).accepted == 0
    assert implementation_rates(as_of=date(2024, 1, 1)).accepted == 0


def test_rollup_has_the_names_of_the_columns(edition: Edition):
    vague(edition)
    rollup = build_rollup(EVERYTHING, AS_OF)
    for rows, columns in ((rollup.rows, TALLY_COLUMNS), (rollup.bounds, BOUNDS_COLUMNS)):
        named = [column.split()[0] for column in columns.split(",")]
        assert all(list(row) == sorted(named, key=lambda name: (len(name), name)) for row in rows)
        assert rows != []


def test_rollup_has_pooled_shares_in_place_of_the_months_of_cohorts(edition: Edition):
    rows = build_rollup(EVERYTHING, AS_OF).rows
    assert [sorted(row["pooled"]) for row in rows if row["pooled"]] == [["12", "24", "plain"]]
    assert {row[f"months_{outcome}"] for row in rows for outcome in ("implemented", "abandoned", "open")} == {None}


def test_rollup_of_another_release_is_not_read(edition: Edition):
    keep()
    assert not counts_directly()
    RatesRollup.objects.filter(scope=f"everything{LAYOUT}").update(scope="everything@00000000")
    assert counts_directly()


def test_only_readers_who_see_every_idea_use_the_rollup(edition: Edition):
    keep()
    cohort = edition.cohorts.first()
    chosen = [
        FiguresScope(own=frozenset({cohort.authority_id})),
        FiguresScope(cohort=cohort),
        FiguresScope(kind="priority"),
        EVERYTHING,
    ]
    assert [scope.rollup for scope in chosen] == ["", "", "", "everything"]
    with pytest.raises(ValueError, match="are counted ahead"):
        build_rollup(chosen[0], AS_OF)


TOUCHES: dict[str, Callable[[], object]] = {
    "another idea": lambda: IdeaFactory(state="accepted"),
    "another challenge": lambda: Idea.objects.filter(state="accepted").update(challenge=None),
    "its kind": lambda: Challenge.objects.update(kind="other"),
    "an implementation": ImplementationFactory,
    "its end": lambda: Implementation.objects.filter(state="live").update(state="sustained"),
    "raw SQL": lambda: execute("UPDATE prototypes_idea SET title = 'Other'"),
    "a transaction that ends late": lambda: RatesChange.objects.create(transaction=1),
    "another day": lambda: RatesRollup.objects.update(as_of=AS_OF - timedelta(days=1)),
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_every_change_of_ideas_makes_the_rollup_obsolete(edition: Edition, touch: Callable[[], object]):
    keep()
    RatesChange.objects.all().delete()  # this test is one transaction, which has touched everything
    RatesRollup.objects.update(changes=0, latest=0)
    assert not counts_directly()
    touch()
    assert counts_directly()
    assert keep() > 0
    assert not counts_directly()


def test_few_ideas_get_no_rollup(edition: Edition):
    assert (actions.refresh_rollups(at=AT), RatesRollup.objects.count()) == (0, 0)


def test_editions_with_few_ideas_get_no_rollup(edition: Edition):
    Edition.objects.update(state="running")
    for min_ideas, scopes in ((26, ["everything"]), (25, [f"edition-{edition.pk}", "everything"])):
        actions.refresh_rollups(at=AT, min_ideas=min_ideas)
        assert sorted(RatesRollup.objects.values_list("scope", flat=True)) == [scope + LAYOUT for scope in scopes]


def test_old_changes_are_deleted_once_a_day(edition: Edition):
    for age in (1, 2.5, 3.5):
        RatesChange.objects.create(transaction=int(age * 10), made_at=AT - timedelta(days=age))
    keep()
    assert sorted(RatesChange.objects.filter(transaction__lt=100).values_list("transaction", flat=True)) == [10]
    RatesChange.objects.create(transaction=25, made_at=AT - timedelta(days=2.5))
    keep()
    assert RatesChange.objects.filter(transaction=25).exists()
