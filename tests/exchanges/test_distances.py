"""Distances as the crow flies: known values, properties, and travel of several people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges.distances import EARTH_RADIUS, kilometres, travel

PARIS, TOULOUSE, REUNION, CAYENNE = (48.8566, 2.3522), (43.6045, 1.444), (-20.8789, 55.4481), (4.9224, -52.3135)
SEATS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
NO_FARTHER = 3.1416 * EARTH_RADIUS  # half way round


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(PARIS, TOULOUSE, 588), (PARIS, REUNION, 9353), (PARIS, CAYENNE, 7079), ((0, 179.5), (0, -179.5), 111)],
)
def test_known_distances(start, end, expected: int) -> None:
    assert kilometres(start, end) == pytest.approx(expected, rel=0.005)


@given(SEATS)
def test_distance_to_oneself_is_zero(seat) -> None:
    assert kilometres(seat, seat) == 0


@given(SEATS, SEATS)
def test_distance_is_symmetric(start, end) -> None:
    assert kilometres(start, end) == kilometres(end, start)
    assert 0 <= kilometres(start, end) <= NO_FARTHER


@given(SEATS, SEATS, SEATS)
def test_detour_is_never_shorter(start, between, end) -> None:
    assert kilometres(start, end) <= kilometres(start, between) + kilometres(between, end) + 2  # each is rounded


def test_travel_counts_each_person() -> None:
    assert travel(PARIS, [(TOULOUSE, 3), (PARIS, 10)]) == 3 * kilometres(TOULOUSE, PARIS)


def test_travel_leaves_out_seats_that_are_not_known() -> None:
    assert travel(PARIS, [(None, 12), (TOULOUSE, 0)]) == 0


def test_travel_to_an_unknown_seat_is_unknown() -> None:
    assert travel(None, [(TOULOUSE, 3)]) is None
