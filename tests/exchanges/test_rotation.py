"""The next host, and the reason for it."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges.distances import Seat
from exchanges.rotation import (
    ORDER,
    Candidate,
    HostChoice,
    propose_rotation,
    with_travel,
    without_accents,
)

DUNKERQUE, METZ, NANTES, TOULOUSE = (51.03, 2.38), (49.12, 6.18), (47.22, -1.55), (43.6, 1.44)


def cohort(
    name: str,
    turns: int = 0,
    last_hosted: date | None = None,
    key: str = "",
    *,
    seat: Seat | None = NANTES,
    people: int = 15,
) -> Candidate:
    return Candidate(key or name, name, turns, last_hosted, seat, people)


def host_of(candidates: list[Candidate]) -> HostChoice:
    """Return the host of the next exchange."""
    [choice] = propose_rotation(candidates, 1)
    return choice


def hosts(choices: list[HostChoice]) -> list[str]:
    return [choice.key for choice in choices]


DATES = st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2027, 1, 1)))
COHORTS = st.builds(
    cohort,
    st.sampled_from(["Lille", "Évreux", "évreux", "Metz", "Œyreluy"]),
    st.integers(0, 3),
    DATES,
    st.uuids().map(str),
    seat=st.sampled_from([None, DUNKERQUE, METZ, NANTES, TOULOUSE]),
    people=st.integers(0, 20),
)
EDITIONS = st.lists(COHORTS, max_size=8, unique_by=lambda candidate: candidate.key)


class TestHost:
    def test_host_is_the_cohort_with_fewest_turns(self) -> None:
        candidates = [cohort("Dunkerque", 1, date(2025, 1, 14)), cohort("Mulhouse", 0), cohort("Occitanie", 2)]
        assert host_of(candidates) == HostChoice(
            key="Mulhouse",
            name="Mulhouse",
            reason="fewest_turns",
            turns=0,
            last_hosted=None,
            level=3,
            runner_up="Dunkerque",
            travel=0,
        )

    def test_host_is_the_one_longest_ago_among_equals(self) -> None:
        candidates = [
            cohort("Dunkerque", 1, date(2026, 1, 13)),
            cohort("Mulhouse", 1, date(2025, 6, 17)),
            cohort("Brest", 2, date(2024, 1, 9)),
        ]
        assert host_of(candidates) == HostChoice(
            key="Mulhouse",
            name="Mulhouse",
            reason="longest_ago",
            turns=1,
            last_hosted=date(2025, 6, 17),
            level=2,
            runner_up="Dunkerque",
            travel=0,
        )

    def test_host_without_a_date_comes_before_dated_ones(self) -> None:
        choice = host_of([cohort("Brest", 1, date(2020, 1, 7)), cohort("Metz", 1)])
        assert (choice.key, choice.reason) == ("Metz", "longest_ago")

    def test_host_is_the_one_with_least_travel_among_equals(self) -> None:
        seats = {"Dunkerque": DUNKERQUE, "Metz": METZ, "Nantes": NANTES, "Toulouse": TOULOUSE}
        choice = host_of([cohort(name, seat=seat) for name, seat in seats.items()])
        assert (choice.key, choice.reason, choice.runner_up) == ("Nantes", "least_travel", "Metz")
        assert choice.travel == 15 * (511 + 611 + 465)

    def test_host_is_where_most_people_are_if_that_reduces_travel(self) -> None:
        choice = host_of([cohort("Metz", seat=METZ, people=3), cohort("Toulouse", seat=TOULOUSE, people=20)])
        assert (choice.key, choice.reason) == ("Toulouse", "least_travel")

    def test_travel_decides_only_after_turns_and_dates(self) -> None:
        near, far = cohort("Nantes", 1, date(2026, 6, 9), people=40), cohort("Toulouse", 0, seat=TOULOUSE, people=1)
        long_ago = cohort("Metz", 1, date(2025, 6, 10), seat=METZ, people=1)
        assert hosts(propose_rotation([near, far, long_ago], 3)) == ["Toulouse", "Metz", "Nantes"]

    def test_cohort_without_a_seat_comes_last_by_travel(self) -> None:
        choice = host_of([cohort("Angers", seat=None), cohort("Metz", seat=METZ)])
        assert (choice.key, choice.reason) == ("Metz", "least_travel")

    def test_host_is_the_first_by_name_among_equals(self) -> None:
        choice = host_of([cohort("Évreux"), cohort("Lille"), cohort("Fréjus"), cohort("Angers", 1)])
        assert (choice.key, choice.reason, choice.level, choice.runner_up) == ("Évreux", "name", 3, "Fréjus")

    def test_host_is_the_first_by_key_among_namesakes(self) -> None:
        choice = host_of([cohort("Saint-Denis", key="b"), cohort("Saint-Denis", key="a")])
        assert (choice.key, choice.reason, choice.runner_up) == ("a", "name", "b")

    def test_host_is_the_only_one_left(self) -> None:
        choice = host_of([cohort("Brest", 2, date(2026, 1, 6))])
        assert (choice.reason, choice.turns, choice.level, choice.runner_up) == ("only_one_left", 2, 1, None)

    @given(EDITIONS.filter(bool))
    def test_host_never_had_more_turns_than_another(self, candidates) -> None:
        choice = host_of(candidates)
        assert choice.turns == min(candidate.turns for candidate in candidates)

    @given(EDITIONS.filter(lambda candidates: len(candidates) > 1))
    def test_reason_is_a_criterion_that_separates_host_and_runner_up(self, candidates) -> None:
        choice = host_of(candidates)
        by_key = {candidate.key: candidate for candidate in with_travel(candidates)}
        assert choice.runner_up is not None
        criterion = dict(ORDER)[choice.reason]
        assert criterion(by_key[choice.key]) < criterion(by_key[choice.runner_up])


class TestRotation:
    THREE = (cohort("Brest", 1, date(2026, 1, 6)), cohort("Metz"), cohort("Lille", 1, date(2025, 6, 3)))

    def test_everyone_hosts_before_anyone_hosts_twice(self) -> None:
        assert hosts(propose_rotation(self.THREE, 7)) == ["Metz", "Lille", "Brest", "Metz", "Lille", "Brest", "Metz"]

    def test_each_host_has_a_reason(self) -> None:
        reasons = [choice.reason for choice in propose_rotation(self.THREE, 5)]
        assert reasons == ["fewest_turns", "longest_ago", "only_one_left", "next_round", "next_round"]

    def test_proposed_turns_are_counted(self) -> None:
        assert [choice.turns for choice in propose_rotation(self.THREE, 7)] == [0, 1, 1, 1, 2, 2, 2]

    def test_rotation_of_one_cohort_repeats_it(self) -> None:
        reasons = [(choice.key, choice.reason) for choice in propose_rotation([cohort("Brest")], 2)]
        assert reasons == [("Brest", "only_one_left"), ("Brest", "next_round")]

    @pytest.mark.parametrize("count", [0, 3])
    def test_rotation_without_cohorts_is_empty(self, count: int) -> None:
        assert propose_rotation([], count) == []

    def test_rotation_without_exchanges_is_empty(self) -> None:
        assert propose_rotation(self.THREE, 0) == []

    def test_rotation_begins_with_the_second_if_the_first_passes(self) -> None:
        assert hosts(propose_rotation(self.THREE, 4, passed=[{"Metz"}])) == ["Lille", "Metz", "Brest", "Metz"]

    def test_rotation_returns_to_cohorts_that_passed_once_everyone_did(self) -> None:
        assert hosts(propose_rotation(self.THREE, 1, passed=[{"Metz", "Lille"}])) == ["Brest"]
        assert hosts(propose_rotation(self.THREE, 1, passed=[{"Metz", "Lille", "Brest"}])) == ["Metz"]

    def test_each_turn_has_its_own_cohorts_that_passed(self) -> None:
        assert hosts(propose_rotation(self.THREE, 3, passed=[{"Metz"}, {"Metz"}])) == ["Lille", "Brest", "Metz"]

    @given(EDITIONS.filter(lambda candidates: len(candidates) > 1), st.integers(1, 20), st.data())
    def test_cohort_that_passed_hosts_before_anyone_hosts_twice(self, candidates, count, data) -> None:
        keys = [candidate.key for candidate in candidates]
        passed = data.draw(st.lists(st.sets(st.sampled_from(keys), max_size=len(keys) - 1), max_size=count))
        proposed = hosts(propose_rotation(candidates, count, passed=passed))
        assert proposed[0] not in (passed[0] if passed else ())
        first_round = proposed[: len(candidates)]
        assert len(set(first_round)) == len(first_round)

    @given(EDITIONS, st.integers(0, 12))
    def test_rotation_is_repeatable(self, candidates, count) -> None:
        assert propose_rotation(with_travel(candidates), count) == propose_rotation(candidates, count)

    @given(EDITIONS.filter(bool), st.integers(0, 20))
    def test_no_host_twice_while_another_is_unserved(self, candidates, count) -> None:
        served: Counter[str] = Counter({candidate.key: 0 for candidate in candidates})
        for host in hosts(propose_rotation(candidates, count)):
            assert served[host] == min(served.values())
            served[host] += 1
        assert served.total() == count

    @given(EDITIONS, st.integers(0, 12), st.randoms(use_true_random=False))
    def test_rotation_does_not_depend_on_the_order_of_candidates(self, candidates, count, random) -> None:
        shuffled = random.sample(candidates, len(candidates))
        assert propose_rotation(shuffled, count) == propose_rotation(candidates, count)


class TestWithoutAccents:
    @pytest.mark.parametrize(
        ("name", "plain"),
        [
            ("Évreux", "evreux"),
            ("ÉVREUX", "evreux"),
            ("Île-de-France", "ile-de-france"),
            ("Œyreluy", "oeyreluy"),
            ("Besançon", "besancon"),
        ],
    )
    def test_sorting_ignores_accents_and_case(self, name: str, plain: str) -> None:
        assert without_accents(name) == plain
