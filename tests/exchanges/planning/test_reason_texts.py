"""Reasons in words: one short phrase each, with names instead of slugs."""

import pytest

from exchanges.calendar import BLOCKING_SLUGS, FAVOURABLE, WEIGHTS, Reason
from exchanges.planning import reason_texts
from exchanges.rotation import ORDER

NAMES = {"metz": "Metz", "nantes": "Pays de la Loire", "toulouse": "Occitanie"}


def test_every_reason_in_favour_has_a_text():
    assert set(reason_texts.FOR_TEXTS) == {slug for slug, _contrary in FAVOURABLE} | {"near_target"}


def test_every_reason_against_has_a_text():
    assert set(reason_texts.AGAINST_TEXTS) == BLOCKING_SLUGS | set(WEIGHTS) | {"far_from_target"}


def test_every_criterion_of_the_rotation_has_a_text():
    criteria = {slug for slug, _of in ORDER}
    chosen = {"swapped", "by_hand", "proposed_anew"}
    assert set(reason_texts.PASSED_ON_REASONS) == chosen | {
        *("not_confirmed", "given_back", "dropped_out", "moved_up", "planned_together")
    }
    assert set(reason_texts.HOST_REASONS) == criteria | {"only_one_left", "others_start_later", "next_round"} | set(
        reason_texts.PASSED_ON_REASONS
    )
    assert set(reason_texts.FIRST_TURN_REASONS) == criteria


def test_reasons_in_favour_are_listed():
    text = reason_texts.in_favour_text([Reason("no_school_holiday"), Reason("no_session"), Reason("midweek")])
    assert text == "no school holiday in any zone, no cohort in session, midweek"


def test_no_reasons_give_empty_texts():
    assert (reason_texts.in_favour_text([]), reason_texts.against_text([], NAMES)) == ("", "")


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason("own_session", participants=("metz",)), "Metz has a session"),
        (Reason("own_session", participants=("metz", "toulouse")), "Metz and Occitanie have sessions"),
        (
            Reason("own_session", participants=("metz", "nantes", "toulouse")),
            "Metz, Pays de la Loire and Occitanie have sessions",
        ),
        (Reason("own_session", participants=("gone",)), "gone has a session"),
        (Reason("school_holiday", zones=("B",), members=33), "school holidays in zone B (33 people)"),
        (Reason("school_holiday", zones=("A", "B"), members=1), "school holidays in zone A, B (1 person)"),
        (Reason("public_holiday", participants=("metz",)), "public holiday for Metz"),
        (Reason("electoral", members=12), "electoral period (12 people)"),
        (Reason("bridge"), "a day between two days off"),
        (Reason("monday_or_friday", members=12), "a Monday or a Friday"),
        (Reason("far_from_target"), "far from the target"),
        (Reason("closed_season"), "summer or year-end closure"),
    ],
)
def test_each_objection_has_its_phrase(reason: Reason, text: str):
    assert reason_texts.against_text([reason], NAMES) == text


def test_several_objections_are_listed():
    reasons = [Reason("own_session", participants=("metz",)), Reason("far_from_target")]
    assert reason_texts.against_text(reasons, NAMES) == "Metz has a session, far from the target"


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (None, ""),
        (0, "on the target date"),
        (1, "1 day after the target"),
        (12, "12 days after the target"),
        (-1, "1 day before the target"),
        (-3, "3 days before the target"),
    ],
)
def test_distance_from_the_target_in_words(days: int | None, text: str):
    assert reason_texts.distance_text(days) == text


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (
            {"reason": "fewest_turns", "turns": 0, "runner_up": "nantes"},
            "it is its first turn. Next in line: Pays de la Loire.",
        ),
        (
            {"reason": "fewest_turns", "turns": 1, "runner_up": "nantes"},
            "it had fewer turns than the others before this one. Next in line: Pays de la Loire.",
        ),
        (
            {"reason": "longest_ago", "turns": 2, "runner_up": "metz"},
            ("among the cohorts that have hosted least, it hosted least recently. Next in line: Metz."),
        ),
        (
            {"reason": "name", "turns": 0, "runner_up": "metz"},
            ("it is its first turn, as for other cohorts: alphabetical order decides. Next in line: Metz."),
        ),
        (
            {"reason": "name", "turns": 1, "runner_up": None},
            "the cohorts are equal on everything else: alphabetical order decides.",
        ),
        (
            {"reason": "least_travel", "turns": 1, "runner_up": "metz"},
            (
                "other cohorts had hosted as rarely and as long ago, but the journeys of all "
                "participants to this one are the shortest. Next in line: Metz."
            ),
        ),
        (
            {"reason": "least_travel", "turns": 0, "runner_up": "metz"},
            (
                "it is its first turn, as for other cohorts, but the journeys of all participants"
                " to this one are the shortest. Next in line: Metz."
            ),
        ),
        ({"reason": "only_one_left", "turns": 0}, "it is the last one whose turn has not come yet."),
        ({"reason": "next_round", "turns": 1}, "every cohort has its turn, and another round begins."),
        ({}, ""),
        ({"reason": "a slug of another time"}, ""),
    ],
)
def test_host_reason_in_words(stored: dict[str, object], text: str):
    assert reason_texts.host_reason_text(stored, NAMES) == text


@pytest.mark.parametrize(
    ("hosted", "to_host", "text"),
    [
        (0, 0, ""),
        (0, 1, ""),
        (1, 0, ""),
        (0, 2, " In all it is to host twice."),
        (3, 0, " In all it has hosted 3 times."),
        (1, 1, " In all it has hosted once and is to host once."),
        (2, 1, " In all it has hosted twice and is to host once."),
    ],
)
def test_turns_held_are_distinguished_from_turns_to_come(hosted: int, to_host: int, text: str):
    stored = {"reason": "fewest_turns", "turns": 0, "runner_up": "metz"}
    assert reason_texts.host_reason_text(stored, NAMES, hosted=hosted, to_host=to_host) == (
        f"it is its first turn.{text} Next in line: Metz."
    )


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("not_confirmed", "Metz did not confirm, and it is next in line. No answer."),
        ("given_back", "Metz gave its turn back, and it is next in line. No answer."),
        ("dropped_out", "Metz dropped out, and it is next in line. No answer."),
        ("proposed_anew", "the lab swapped another turn, and this one was proposed anew. No answer."),
        ("moved_up", "its turn moved, because Metz could not host. No answer."),
    ],
)
def test_passed_turn_names_the_previous_host_and_its_reason(reason: str, text: str):
    assert reason_texts.host_reason_text({"reason": reason, "before": "Metz", "turns": 0}, NAMES, "No answer.") == text


def test_swap_shows_its_reason():
    text = reason_texts.host_reason_text({"reason": "swapped"}, NAMES, "The town hall is being rebuilt.")
    assert text == "the lab swapped the turn. The town hall is being rebuilt."


def test_a_reason_without_a_full_stop_does_not_run_into_the_next_sentence():
    text = reason_texts.host_reason_text({"reason": "swapped"}, NAMES, "Empêchement", hosted=1, to_host=1)
    assert text == "the lab swapped the turn. Empêchement. In all it has hosted once and is to host once."
