"""Whether a bar moved: values only."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from prototypes.models import Trial
from prototypes.trials.success_criteria import moved_from

MAY, JUNE, JULY = (datetime(2026, month, 4, tzinfo=UTC) for month in (5, 6, 7))


def a_test(pk: int, locked_at: datetime | None, threshold: int = 80, **fields: object) -> Trial:
    told = {"measure": "Share who find it", "unit": "%", "comparator": ">=", "state": "locked"} | fields
    return Trial(pk=pk, locked_at=locked_at, threshold=Decimal(threshold), **told)


def test_it_moved_where_the_test_before_on_the_same_measure_had_another():
    first, second = a_test(1, MAY), a_test(2, JUNE, 60)
    assert moved_from(second, [first, second]) is first


def test_the_first_one_moved_nothing():
    first, second = a_test(1, MAY), a_test(2, JUNE, 60)
    assert moved_from(first, [first, second]) is None


def test_only_the_last_one_before_counts():
    trials = [a_test(1, MAY), a_test(2, JUNE, 60), a_test(3, JULY, 60)]
    assert moved_from(trials[2], trials) is None


def test_a_planned_test_is_compared_with_all_that_are_locked():
    assert moved_from(a_test(3, None, 60, state="planned"), [a_test(1, MAY)]).pk == 1


def test_another_measure_or_unit_and_what_was_never_locked_is_no_bar_before():
    others = [
        a_test(1, MAY, measure="Minutes"),
        a_test(2, MAY, unit="min"),
        a_test(3, None, state="cancelled"),
        a_test(4, MAY, unit=""),
    ]
    assert moved_from(a_test(9, JUNE, 60), others) is None


def test_a_locked_test_that_was_called_off_was_a_promise():
    assert moved_from(a_test(2, JUNE, 60), [a_test(1, MAY, state="cancelled")]).pk == 1


IN_OTHER_WORDS = [" share WHO find it", "Share  who find\u00a0it.", "“Share” who find: it?", "Shåre who find it"]


@pytest.mark.parametrize("measure", IN_OTHER_WORDS)
def test_capitals_blanks_punctuation_and_accents_make_no_other_measure(measure: str):
    assert moved_from(a_test(2, JUNE, 60, measure=measure, unit=" %."), [a_test(1, MAY)]).pk == 1


def test_a_published_test_promised_nothing_we_know_of():
    assert moved_from(a_test(2, JUNE, 60, retrospective=True), [a_test(1, MAY)]) is None
