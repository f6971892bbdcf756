"""Reasons as they are kept: nothing lost, nothing but slugs and figures."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges.calendar import Reason, Window
from exchanges.planning.stored_reasons import kept_choice, kept_reason, kept_window, read_reason
from exchanges.rotation import Choice

REASONS = st.builds(
    Reason,
    slug=st.sampled_from(["own_session", "school_holiday", "midweek"]),
    days=st.lists(st.dates(), max_size=3).map(tuple),
    members=st.integers(0, 200),
    zones=st.lists(st.sampled_from("ABC"), max_size=3).map(tuple),
    participants=st.lists(st.sampled_from(["metz", "nantes"]), max_size=2).map(tuple),
)


@given(REASONS)
def test_a_reason_is_read_as_it_was_kept(reason: Reason):
    assert read_reason(json.loads(json.dumps(kept_reason(reason)))) == reason


def test_a_row_that_is_no_reason_is_refused():
    with pytest.raises(KeyError):
        read_reason({"slug": "midweek"})


def test_a_window_keeps_its_reasons_and_its_distance():
    window = Window(
        start=date(2027, 6, 8),
        days=(date(2027, 6, 8), date(2027, 6, 9)),
        cost=12,
        distance=-27,
        for_=(Reason("midweek"),),
        against=(Reason("own_session", participants=("metz",)),),
        estimated=True,
    )
    kept = kept_window(window)
    assert [reason["slug"] for reason in (*kept["for"], *kept["against"])] == ["midweek", "own_session"]
    assert (kept["distance"], kept["estimated"]) == (-27, True)


def test_a_choice_keeps_what_decided():
    choice = Choice(
        "metz", "Metz", "longest_ago", turns=1, last_hosted=date(2026, 6, 9), level=2, runner_up="nantes", travel=3174
    )
    assert kept_choice(choice) == {
        "reason": "longest_ago",
        "turns": 1,
        "last_hosted": "2026-06-09",
        "level": 2,
        "runner_up": "nantes",
        "travel": 3174,
    }


def test_a_first_turn_has_no_date():
    choice = Choice("metz", "Metz", "name", turns=0, last_hosted=None, level=4, runner_up=None)
    assert kept_choice(choice)["last_hosted"] is None
