"""Rates counted ahead: the same as counted directly, and only while nothing has been touched."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.models import Edition
from prototypes import actions
from prototypes.models import Challenge, Idea, Implementation, RatesChange, RatesRollup
from prototypes.rates_queries import EVERYTHING, Scope, implementation_rates, rolled_up
from tests.factories.prototypes import IdeaFactory, ImplementationFactory
from tests.factories.rates import AS_OF, early_cohort, worked_example
from tests.sql import execute

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def edition() -> Edition:
    """A running edition of two cohorts; the ideas of a third belong to another one."""
    first = early_cohort()
    worked_example(first)
    IdeaFactory(cohort=early_cohort(edition=first.edition), state="abandoned", challenge=None)
    IdeaFactory(state="accepted")
    return first.edition


def keep() -> int:
    return actions.keep_rates(at=AT, least=1)


def statements(scope: Scope = EVERYTHING) -> int:
    with CaptureQueriesContext(connection) as asked:
        implementation_rates(scope=scope, as_of=AS_OF)
    return len(asked)


def test_what_was_counted_ahead_is_what_is_counted_directly(edition: Edition):
    scopes = [EVERYTHING, Scope(edition=edition)]
    directly = [implementation_rates(scope=scope, as_of=AS_OF) for scope in scopes]
    assert keep() == 1 + Edition.objects.filter(state="running").count()
    ahead = [implementation_rates(scope=scope, as_of=AS_OF) for scope in scopes]
    assert [statements(scope) for scope in scopes] == [1, 1]
    assert (ahead, [figures.accepted for figures in ahead]) == (directly, [26, 25])
    assert keep() == 0


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
    "its end": lambda: Implementation.objects.filter(state="live").update(unit="Other"),
    "raw SQL": lambda: execute("UPDATE prototypes_idea SET title = 'Other'"),
    "a transaction that ends late": lambda: RatesChange.objects.create(transaction=1),
    "another day": lambda: RatesRollup.objects.update(as_of=AS_OF - timedelta(days=1)),
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_whatever_touches_the_ideas_ends_it(edition: Edition, touch: Callable[[], object]):
    keep()
    RatesChange.objects.all().delete()  # this test is one transaction, which has touched everything
    RatesRollup.objects.update(changes=0, latest=0)
    assert statements() == 1
    touch()
    assert statements() == 2
    assert keep() > 0
    assert statements() == 1


def test_few_ideas_are_not_worth_it(edition: Edition):
    assert (actions.keep_rates(at=AT), RatesRollup.objects.count()) == (0, 0)


def test_what_was_touched_long_ago_is_forgotten_once_a_day(edition: Edition):
    for age in (1, 2.5, 3.5):
        RatesChange.objects.create(transaction=int(age * 10), made_at=AT - timedelta(days=age))
    keep()
    assert sorted(RatesChange.objects.filter(transaction__lt=100).values_list("transaction", flat=True)) == [10]
    RatesChange.objects.create(transaction=25, made_at=AT - timedelta(days=2.5))
    keep()
    assert RatesChange.objects.filter(transaction=25).exists()
