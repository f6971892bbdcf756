"""Rates counted ahead: the same as counted directly, and only while nothing has been touched."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from figures.models import RatesChange, RatesRollup
from figures.outcomes import actions
from figures.outcomes.figures import Figures
from figures.outcomes.queries import asked_of, implementation_rates, rolled_up
from figures.outcomes.rollups import BOUNDED, BOUNDS_AHEAD, TALLIED, TALLY_AHEAD
from figures.scope.selection import EVERYTHING, Scope
from programmes.models import Edition
from prototypes.models import Challenge, Idea, Implementation
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import IdeaFactory, ImplementationFactory, tell
from tests.factories.rates import AS_OF, FIRST_DAY, early_cohort, worked_example
from tests.factories.remembered import remembered
from tests.sql import execute

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@remembered
def worked_edition() -> Edition:
    first = early_cohort()
    worked_example(first)
    IdeaFactory(cohort=early_cohort(edition=first.edition), state="abandoned", challenge=None)
    IdeaFactory(state="accepted")
    return first.edition


@pytest.fixture
def edition() -> Edition:
    """A running edition of two cohorts; the ideas of a third belong to another one."""
    return worked_edition()


def keep() -> int:
    return actions.keep_rates(at=AT, least=1)


def vague(edition: Edition) -> None:
    """One idea more, of which only the years are known."""
    idea = IdeaFactory(cohort=edition.cohorts.order_by("pk")[0], state="")
    for state, on, precision in (("captured", FIRST_DAY, "day"), ("accepted", date(2025, 1, 1), "year")):
        tell(idea, state, on, precision=precision, recorded_on=AS_OF)
    ImplementationFactory(idea=idea, live_on=date(2026, 1, 1), live_precision="year")


def plan(sql: str, scope: Scope = EVERYTHING, as_of: date = AS_OF, **more: Any) -> list[str]:
    """How PostgreSQL went about it, a line a step."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ANALYZE {sql}", asked_of(scope, as_of) | {"rollup": scope.rollup} | more)
        return [line for [line] in cursor.fetchall()]


def counts_directly(sql: str = TALLY_AHEAD, **more: Any) -> bool:
    """Whether a single idea was read for it."""
    of_ideas = [line for line in plan(sql, **more) if " on prototypes_idea " in line]
    assert of_ideas != []
    return any("never executed" not in line for line in of_ideas)


def test_what_was_counted_ahead_is_what_is_counted_directly(edition: Edition):
    scopes = [EVERYTHING, Scope(edition=edition)]
    directly = [implementation_rates(scope=scope, as_of=AS_OF) for scope in scopes]
    assert keep() == 1 + Edition.objects.filter(state="running").count()
    ahead = [implementation_rates(scope=scope, as_of=AS_OF) for scope in scopes]
    assert (ahead, [figures.accepted for figures in ahead]) == (directly, [26, 25])
    assert keep() == 0


def test_kept_bounds_are_those_counted_directly(edition: Edition):
    vague(edition)
    scopes = [EVERYTHING, Scope(edition=edition)]
    directly = [implementation_rates(scope=scope, as_of=AS_OF) for scope in scopes]
    keep()
    ahead = [implementation_rates(scope=scope, as_of=AS_OF) for scope in scopes]
    assert (ahead, [figures.imprecise for figures in ahead]) == (directly, [1, 1])
    assert [side.implemented for side in ahead[1].bounds or ()] == [11, 10]


def test_what_is_kept_is_read_without_a_single_idea(edition: Edition):
    vague(edition)
    assert [counts_directly(TALLY_AHEAD), counts_directly(BOUNDS_AHEAD, vaguely=True)] == [True, True]
    keep()
    assert [counts_directly(TALLY_AHEAD), counts_directly(BOUNDS_AHEAD, vaguely=True)] == [False, False]
    assert counts_directly(TALLY_AHEAD, as_of=AS_OF - timedelta(days=1))


@pytest.mark.parametrize("kept", [True, False])
def test_kept_or_not_the_figures_take_one_statement_and_their_bounds_another(
    kept: bool, edition: Edition, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
):
    vague(edition)
    if kept:
        keep()
    for bounded, statements in ((True, 2), (False, 1)):
        with django_assert_num_queries(statements):
            implementation_rates(as_of=AS_OF, bounded=bounded)


def test_an_edition_without_ideas_is_kept_as_nothing():
    empty = EditionFactory(state="running")
    rollup = rolled_up(Scope(edition=empty), AS_OF)
    rollup.save()
    assert (rollup.rows, rollup.bounds) == ([], [])
    assert implementation_rates(scope=Scope(edition=empty), as_of=AS_OF) == Figures(AS_OF, published={})


def test_what_is_asked_as_it_was_known_is_never_read_from_a_rollup(edition: Edition):
    keep()
    long_ago = datetime(2023, 12, 31, tzinfo=UTC)
    assert implementation_rates(as_of=AS_OF, known_at=long_ago).accepted == 0
    assert implementation_rates(as_of=date(2024, 1, 1)).accepted == 0


def test_a_rollup_is_told_under_the_names_of_the_columns(edition: Edition):
    vague(edition)
    rollup = rolled_up(EVERYTHING, AS_OF)
    for rows, columns in ((rollup.rows, TALLIED), (rollup.bounds, BOUNDED)):
        named = [column.split()[0] for column in columns.split(",")]
        assert all(list(row) == sorted(named, key=lambda name: (len(name), name)) for row in rows)
        assert rows != []


def test_only_those_who_see_every_idea_read_it(edition: Edition):
    keep()
    cohort = edition.cohorts.first()
    chosen = [Scope(own=frozenset({cohort.authority_id})), Scope(cohort=cohort), Scope(kind="priority"), EVERYTHING]
    assert [scope.rollup for scope in chosen] == ["", "", "", "everything"]
    with pytest.raises(ValueError, match="are counted ahead"):
        rolled_up(chosen[0], AS_OF)


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
def test_whatever_touches_the_ideas_ends_it(edition: Edition, touch: Callable[[], object]):
    keep()
    RatesChange.objects.all().delete()  # this test is one transaction, which has touched everything
    RatesRollup.objects.update(changes=0, latest=0)
    assert not counts_directly()
    touch()
    assert counts_directly()
    assert keep() > 0
    assert not counts_directly()


def test_few_ideas_are_not_worth_it(edition: Edition):
    assert (actions.keep_rates(at=AT), RatesRollup.objects.count()) == (0, 0)


def test_editions_with_few_ideas_are_not_kept_beside_everything(edition: Edition):
    Edition.objects.update(state="running")
    for least, scopes in ((26, ["everything"]), (25, [f"edition-{edition.pk}", "everything"])):
        actions.keep_rates(at=AT, least=least)
        assert sorted(RatesRollup.objects.values_list("scope", flat=True)) == scopes


def test_what_was_touched_long_ago_is_forgotten_once_a_day(edition: Edition):
    for age in (1, 2.5, 3.5):
        RatesChange.objects.create(transaction=int(age * 10), made_at=AT - timedelta(days=age))
    keep()
    assert sorted(RatesChange.objects.filter(transaction__lt=100).values_list("transaction", flat=True)) == [10]
    RatesChange.objects.create(transaction=25, made_at=AT - timedelta(days=2.5))
    keep()
    assert RatesChange.objects.filter(transaction=25).exists()
