"""Whether the criterion of a test changed; no database."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from prototypes.models import Trial
from prototypes.trials.success_criteria import previous_test_with_other_criterion

MAY, JUNE, JULY = (datetime(2026, month, 4, tzinfo=UTC) for month in (5, 6, 7))


def a_test(pk: int, locked_at: datetime | None, threshold: int = 80, **fields: object) -> Trial:
    values = {"measure": "Share who find it", "unit": "%", "comparator": ">=", "state": "locked"} | fields
    return Trial(pk=pk, locked_at=locked_at, threshold=Decimal(threshold), **values)


def test_criterion_changed_if_the_previous_test_had_another():
    first, second = a_test(1, MAY), a_test(2, JUNE, 60)
    assert previous_test_with_other_criterion(second, [first, second]) is first


def test_first_criterion_is_no_change():
    first, second = a_test(1, MAY), a_test(2, JUNE, 60)
    assert previous_test_with_other_criterion(first, [first, second]) is None


def test_only_the_previous_test_is_compared():
    trials = [a_test(1, MAY), a_test(2, JUNE, 60), a_test(3, JULY, 60)]
    assert previous_test_with_other_criterion(trials[2], trials) is None


def test_planned_test_is_compared_with_all_locked_tests():
    assert previous_test_with_other_criterion(a_test(3, None, 60, state="planned"), [a_test(1, MAY)]).pk == 1


def test_other_measures_units_and_unlocked_tests_are_not_compared():
    others = [
        a_test(1, MAY, measure="Minutes"),
        a_test(2, MAY, unit="min"),
        a_test(3, None, state="cancelled"),
        a_test(4, MAY, unit=""),
    ]
    assert previous_test_with_other_criterion(a_test(9, JUNE, 60), others) is None


def test_cancelled_locked_test_is_compared():
    assert previous_test_with_other_criterion(a_test(2, JUNE, 60), [a_test(1, MAY, state="cancelled")]).pk == 1


IN_OTHER_WORDS = [" share WHO find it", "Share  who find\u00a0it.", "“Share” who find: it?", "Shåre who find it"]


@pytest.mark.parametrize("measure", IN_OTHER_WORDS)
def test_spelling_makes_no_other_measure(measure: str):
    assert (
        previous_test_with_other_criterion(a_test(2, JUNE, 60, measure=measure, unit=" %."), [a_test(1, MAY)]).pk == 1
    )


def test_published_test_is_not_compared():
    assert previous_test_with_other_criterion(a_test(2, JUNE, 60, retrospective=True), [a_test(1, MAY)]) is None
