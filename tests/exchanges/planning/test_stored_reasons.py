"""Stored reasons: complete, with nothing but slugs and figures."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges.calendar import Reason, Window
from exchanges.planning.stored_reasons import choice_as_json, read_reason, reason_as_json, window_as_json
from exchanges.rotation import HostChoice

REASONS = st.builds(
    Reason,
    slug=st.sampled_from(["own_session", "school_holiday", "midweek"]),
    days=st.lists(st.dates(), max_size=3).map(tuple),
    members=st.integers(0, 200),
    zones=st.lists(st.sampled_from("ABC"), max_size=3).map(tuple),
    participants=st.lists(st.sampled_from(["metz", "nantes"]), max_size=2).map(tuple),
)


@given(REASONS)
def test_stored_reason_is_read_back_unchanged(reason: Reason):
    assert read_reason(json.loads(json.dumps(reason_as_json(reason)))) == reason


def test_incomplete_row_is_refused():
    with pytest.raises(KeyError):
        read_reason({"slug": "midweek"})


def test_stored_window_has_its_reasons_and_distance():
    window = Window(
        start=date(2027, 6, 8),
        days=(date(2027, 6, 8), date(2027, 6, 9)),
        cost=12,
        distance=-27,
        in_favour=(Reason("midweek"),),
        against=(Reason("own_session", participants=("metz",)),),
        estimated=True,
    )
    stored = window_as_json(window)
    assert [reason["slug"] for reason in (*stored["for"], *stored["against"])] == ["midweek", "own_session"]
    assert (stored["distance"], stored["estimated"]) == (-27, True)


def test_stored_choice_has_what_decided():
    choice = HostChoice(
        "metz", "Metz", "longest_ago", turns=1, last_hosted=date(2026, 6, 9), level=2, runner_up="nantes", travel=3174
    )
    assert choice_as_json(choice) == {
        "reason": "longest_ago",
        "turns": 1,
        "last_hosted": "2026-06-09",
        "level": 2,
        "runner_up": "nantes",
        "travel": 3174,
    }


def test_first_turn_has_no_date():
    choice = HostChoice("metz", "Metz", "name", turns=0, last_hosted=None, level=4, runner_up=None)
    assert choice_as_json(choice)["last_hosted"] is None
