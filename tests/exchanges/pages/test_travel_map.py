"""The small map: dots at their locations, journeys that end at the host, labels that do not touch."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges.pages.travel_map import (
    CHARACTER_WIDTH,
    EAST,
    NORTH,
    SIDE,
    SOUTH,
    WEST,
    MapDot,
    MapLocation,
    draw,
    position,
)

DUNKERQUE = MapLocation("Dunkerque", 51.03, 2.38, 15, is_host=True)
METZ = MapLocation("Metz", 49.12, 6.18, 14)
NANTES = MapLocation("Pays de la Loire", 47.22, -1.55, 18)
TOULOUSE = MapLocation("Occitanie", 43.6, 1.44, 15)
ALL = [DUNKERQUE, METZ, NANTES, TOULOUSE]
LOCATIONS = st.builds(
    MapLocation,
    name=st.text("abcdefgh", min_size=1, max_size=16),
    latitude=st.floats(SOUTH, NORTH),
    longitude=st.floats(WEST, EAST),
    people=st.integers(0, 99),
)


def dots(locations: list[MapLocation]) -> dict[str, MapDot]:
    return {dot.location.name: dot for dot in draw(locations).dots}


def test_north_is_up_and_east_is_right():
    placed = dots(ALL)
    assert placed["Dunkerque"].y < placed["Metz"].y < placed["Pays de la Loire"].y < placed["Occitanie"].y
    assert placed["Pays de la Loire"].x < placed["Occitanie"].x < placed["Dunkerque"].x < placed["Metz"].x


def test_distances_look_right_both_ways():
    """Dunkerque to Toulouse is about 2.6 times as far as Paris to Nancy."""
    south = position(43.6, 1.44)[1] - position(51.03, 2.38)[1]
    east = position(48.7, 6.2)[0] - position(48.86, 2.35)[0]
    assert south / east == pytest.approx(826 / 282, rel=0.05)


def test_every_journey_ends_at_the_host():
    placed = dots(ALL)
    host = placed["Dunkerque"]
    for name in ("Metz", "Pays de la Loire", "Occitanie"):
        end = [float(figure) for figure in re.findall(r"[\d.]+", placed[name].journey)][-2:]
        assert end == [host.x, host.y]


def test_the_host_does_not_travel():
    assert dots(ALL)["Dunkerque"].journey == ""


def test_without_a_host_nobody_travels():
    assert [dot.journey for dot in draw([METZ, NANTES]).dots] == ["", ""]


def test_locations_off_the_mainland_are_only_named():
    drawn = draw([*ALL, MapLocation("La Réunion", -20.9, 55.5, 12)])
    assert ([dot.location.name for dot in drawn.dots], drawn.left_out) == (
        ["Dunkerque", "Metz", "Pays de la Loire", "Occitanie"],
        ("La Réunion",),
    )


def test_a_host_off_the_mainland_draws_no_journey():
    drawn = draw([METZ, NANTES, MapLocation("La Réunion", -20.9, 55.5, 12, is_host=True)])
    assert [dot.journey for dot in drawn.dots] == ["", ""]


def test_label_is_right_of_its_dot_where_there_is_room():
    placed = dots(ALL)
    assert (placed["Pays de la Loire"].anchor, placed["Pays de la Loire"].text_x - placed["Pays de la Loire"].x) == (
        "start",
        15,
    )


def test_label_is_left_of_its_dot_at_the_edge():
    east = MapLocation("Strasbourg et alentours", 48.58, 7.75, 10)
    assert dots([*ALL, east])["Strasbourg et alentours"].anchor == "end"


def test_labels_of_neighbours_do_not_overlap():
    lille = MapLocation("Lille", 50.63, 3.06, 9)
    placed = dots([DUNKERQUE, lille])
    assert placed["Lille"].text_y - placed["Dunkerque"].text_y >= 15


def test_two_cohorts_of_one_town_are_both_named():
    twin = MapLocation("Metz Métropole", 49.12, 6.18, 7)
    placed = dots([DUNKERQUE, METZ, twin])
    assert abs(placed["Metz"].text_y - placed["Metz Métropole"].text_y) >= 15


def test_outline_is_one_closed_line_within_the_drawing():
    outline = draw([]).outline
    figures = [float(figure) for figure in re.findall(r"[\d.]+", outline)]
    assert (outline[0], outline[-1], len(figures) >= 40) == ("M", "Z", True)
    assert 0 <= min(figures) <= max(figures) <= SIDE


@given(st.lists(LOCATIONS, max_size=8))
def test_every_location_of_the_mainland_is_on_the_map(locations: list[MapLocation]):
    drawn = draw(locations)
    assert (len(drawn.dots), drawn.left_out) == (len(locations), ())
    assert all(0 <= dot.x <= SIDE and 0 <= dot.y <= SIDE for dot in drawn.dots)


@given(st.lists(LOCATIONS, max_size=8))
def test_labels_never_touch(locations: list[MapLocation]):
    boxes = []
    for dot in draw(locations).dots:
        width = (len(dot.location.name) + 4) * CHARACTER_WIDTH
        left = dot.text_x if dot.anchor == "start" else dot.text_x - width
        boxes.append((left, left + width, dot.text_y))
    for index, (left, right, y) in enumerate(boxes):
        for other_left, other_right, other_y in boxes[index + 1 :]:
            apart = right <= other_left + 0.2 or other_right <= left + 0.2
            assert apart or abs(y - other_y) >= 14.8
