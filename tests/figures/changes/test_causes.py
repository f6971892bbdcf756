"""Why an idea moved a figure, from its outcome before and after."""

from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from figures.changes.causes import CAUSES, Cause, ChangeRecord, Counts, cause_of

OUTCOMES = ("", "open", "implemented", "abandoned", "merged")
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def record(state: str, **fields: Any) -> ChangeRecord:
    values = {
        "root": 1,
        "idea": 1,
        "kind": "event",
        "corrected_state": "",
        "effective_on": date(2026, 11, 2),
        "precision": "day",
        "recorded_at": AT,
        "reason": "",
        "by": "",
        "merged_into": None,
        "is_new": True,
        "counts": True,
    }
    return ChangeRecord(state=state, **values | fields)


def test_each_pair_of_outcomes_that_moves_a_figure_has_a_cause():
    """An idea that is merged without ever being counted moves nothing."""
    pairs = {(was, is_now) for was, is_now in product(OUTCOMES, OUTCOMES) if was != is_now}
    assert pairs - CAUSES.keys() == {("", "merged"), ("merged", "")}


@pytest.mark.parametrize(
    ("was", "is_now", "cause"),
    [
        ("", "open", Cause.ACCEPTED),
        ("open", "implemented", Cause.IMPLEMENTED),
        ("abandoned", "open", Cause.REOPENED),
        ("abandoned", "merged", Cause.ABANDONED_MERGED),
        ("open", "merged", Cause.MERGED),
        ("implemented", "open", Cause.IMPLEMENTATION_WITHDRAWN),
        ("open", "", Cause.NOT_COUNTED),
        ("open", "open", Cause.DATES),
    ],
)
def test_cause_follows_from_the_outcomes(was: str, is_now: str, cause: Cause):
    assert cause_of(was, is_now, [record("accepted")]) == cause


@pytest.mark.parametrize("records", [[], [record("accepted", is_new=False)], [record("testing")]])
def test_an_idea_that_a_filter_brings_in_is_not_called_accepted(records: list[ChangeRecord]):
    assert cause_of("", "open", records) == Cause.NOW_COUNTED


@pytest.mark.parametrize(
    ("abandonment", "cause"),
    [
        (record("abandoned", is_new=False), Cause.ABANDONED_MERGED),
        (record("abandoned", counts=False), Cause.MERGED),
        (record("abandoned", idea=2), Cause.MERGED),
    ],
    ids=["earlier", "corrected since", "of a part"],
)
def test_an_idea_abandoned_at_any_time_and_merged_now_is_shown_as_that(abandonment: ChangeRecord, cause: Cause):
    records = [abandonment, record("accepted"), record("merged")]
    assert cause_of("open", "merged", records) == cause


@pytest.mark.parametrize(
    ("made", "is_correction"),
    [
        (record("accepted"), False),
        (record("accepted", corrected_state="accepted"), True),
        (record("implementing", corrected_state="implemented"), True),
        (record("abandoned", corrected_state="testing"), True),
        (record("testing", corrected_state="prototyping"), False),
        (record("withdrawn", kind="implementation"), True),
    ],
)
def test_a_correction_counts_if_it_is_of_a_counted_state(made: ChangeRecord, is_correction: bool):
    assert made.is_correction is is_correction


def test_counts_are_added_and_subtracted_number_by_number():
    one, two = Counts(3, 2, 1), Counts(1, 1, 1)
    assert (one.plus(two), one.minus(two)) == (Counts(4, 3, 2), Counts(2, 1, 0))
