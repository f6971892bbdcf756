"""Seats on the map of France: dots at their places, journeys that end at the host, labels that do not touch."""

import re

from hypothesis import given
from hypothesis import strategies as st

from web.maps.france import HEIGHT, WIDTH, france
from web.maps.seats import CHARACTER_WIDTH, MapDot, MapLocation, SeatMap
from web.maps.seats import draw as draw_on

DUNKERQUE = MapLocation("Dunkerque", 51.03, 2.38, 15, is_host=True)
METZ = MapLocation("Metz", 49.12, 6.18, 14)
NANTES = MapLocation("Pays de la Loire", 47.22, -1.55, 18)
TOULOUSE = MapLocation("Occitanie", 43.6, 1.44, 15)
ALL = [DUNKERQUE, METZ, NANTES, TOULOUSE]
REUNION = MapLocation("La Réunion", -20.9, 55.5, 12)
NOUMEA = (-22.27, 166.45)
LOCATIONS = st.builds(
    MapLocation,
    name=st.text("abcdefgh", min_size=1, max_size=16),
    latitude=st.floats(43, 50.5),
    longitude=st.floats(-4, 8),
    people=st.integers(0, 99),
)


def draw(locations: list[MapLocation]) -> SeatMap:
    return draw_on(locations, france())


def dots(locations: list[MapLocation]) -> dict[str, MapDot]:
    return {dot.location.name: dot for dot in draw(locations).dots}


def test_north_is_up_and_east_is_right():
    placed = dots(ALL)
    assert placed["Dunkerque"].y < placed["Metz"].y < placed["Pays de la Loire"].y < placed["Occitanie"].y
    assert placed["Pays de la Loire"].x < placed["Occitanie"].x < placed["Dunkerque"].x < placed["Metz"].x


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


def test_overseas_seats_are_in_their_insets_and_travel_to_the_host():
    placed = dots([*ALL, REUNION])
    assert (placed["La Réunion"].y > 300, placed["La Réunion"].journey != "") == (True, True)


def test_seats_outside_the_map_are_only_named_and_draw_no_journeys():
    drawn = draw([METZ, MapLocation("Nouméa", *NOUMEA, 9, is_host=True)])
    assert ([dot.journey for dot in drawn.dots], drawn.left_out) == ([""], ("Nouméa",))


def test_label_is_right_of_its_dot_where_there_is_room():
    placed = dots(ALL)
    assert (placed["Pays de la Loire"].anchor, placed["Pays de la Loire"].text_x - placed["Pays de la Loire"].x) == (
        "start",
        9,
    )


def test_label_is_left_of_its_dot_at_the_edge():
    east = MapLocation("Strasbourg et alentours", 48.58, 7.75, 10)
    assert dots([*ALL, east])["Strasbourg et alentours"].anchor == "end"


def test_labels_of_neighbours_do_not_overlap():
    lille = MapLocation("Lille", 50.63, 3.06, 9)
    placed = dots([DUNKERQUE, lille])
    assert placed["Lille"].text_y - placed["Dunkerque"].text_y >= 15


def test_two_cohorts_of_one_town_are_both_named():
    twin = MapLocation("Metz M", 49.12, 6.18, 7)
    placed = dots([DUNKERQUE, METZ, twin])
    assert abs(placed["Metz"].text_y - placed["Metz M"].text_y) >= 15


@given(st.lists(LOCATIONS, max_size=8))
def test_every_location_in_france_is_on_the_map(locations: list[MapLocation]):
    drawn = draw(locations)
    assert (len(drawn.dots), drawn.left_out) == (len(locations), ())
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT for dot in drawn.dots)


@given(st.lists(LOCATIONS, max_size=8))
def test_labels_never_touch(locations: list[MapLocation]):
    boxes = []
    for dot in draw(locations).dots:
        width = len(dot.location.label) * CHARACTER_WIDTH
        left = dot.text_x if dot.anchor == "start" else dot.text_x - width
        boxes.append((left, left + width, dot.text_y))
    for index, (left, right, y) in enumerate(boxes):
        for other_left, other_right, other_y in boxes[index + 1 :]:
            apart = right <= other_left + 0.2 or other_right <= left + 0.2
            assert apart or abs(y - other_y) >= 14.8
