"""The map of France: its regions, where places are on it, and the short paths that draw it."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from web.maps import topology
from web.maps.france import FILE, HEIGHT, OVERSEAS, WIDTH, france, lambert, path, regions

# Places on the coast or at a border, with the side of the map on which they are.
PLACES = {
    "Dunkerque": (51.03, 2.38),
    "Brest": (48.39, -4.49),
    "Strasbourg": (48.58, 7.75),
    "Perpignan": (42.7, 2.9),
    "Bastia": (42.7, 9.45),
    "Ajaccio": (41.92, 8.74),
}


def departments() -> list[dict[str, object]]:
    data = json.loads((Path(settings.NODE_MODULES) / FILE).read_text())
    return data["objects"]["units"]["geometries"]


def test_there_are_the_thirteen_regions_of_today_with_ninety_six_departments():
    mainland = [one for one in departments() if one["properties"]["name"] not in OVERSEAS]
    groups = regions(mainland)
    assert (len(groups), sum(map(len, groups.values()))) == (13, 96)
    assert [len(groups[name]) for name in ("Grand Est", "Occitanie", "Nouvelle-Aquitaine")] == [10, 13, 12]


def test_places_are_where_people_expect_them():
    points = {name: france().position(*place) for name, place in PLACES.items()}
    assert min(points, key=lambda name: points[name][0]) == "Brest"
    assert max(points, key=lambda name: points[name][0]) == "Bastia"
    assert min(points, key=lambda name: points[name][1]) == "Dunkerque"
    assert max(points, key=lambda name: points[name][1]) == "Ajaccio"


def test_distances_look_right_both_ways():
    """Dunkerque to Toulouse is about 2.9 times as far as Paris to Nancy."""
    (x1, y1), (x2, y2) = lambert(1.44, 43.6), lambert(2.38, 51.03)
    (x3, y3), (x4, y4) = lambert(2.35, 48.86), lambert(6.2, 48.7)
    long, short = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, ((x4 - x3) ** 2 + (y4 - y3) ** 2) ** 0.5
    assert long / short == pytest.approx(829 / 283, rel=0.02)


@pytest.mark.parametrize(
    ("place", "inset"),
    [((16.0, -61.73), 0), ((14.6, -61.07), 1), ((4.93, -52.33), 2), ((-20.88, 55.45), 3), ((-12.78, 45.23), 4)],
    ids=["Basse-Terre", "Fort-de-France", "Cayenne", "Saint-Denis", "Mamoudzou"],
)
def test_overseas_prefectures_are_in_their_insets(place: tuple[float, float], inset: int):
    point = france().position(*place)
    assert point is not None
    assert abs(point[0] - france().insets[inset].x) < 28
    assert 304 < point[1] < HEIGHT


@pytest.mark.parametrize("place", [(-22.27, 166.45), (46.78, -56.17), (50.85, 12.0), (0, 0)])
def test_other_places_are_not_on_the_map(place: tuple[float, float]):
    assert france().position(*place) is None


def test_map_is_a_small_static_file_and_inside_its_box():
    text = Path(str(finders.find("maps/france.svg"))).read_text()
    land, borders = (re.findall(f'<path id="{name}" d="([^"]+)"/>', text)[0] for name in ("land", "borders"))
    assert len(text) < 12_000
    assert (land.count("Z") >= 7, land.count("M") == land.count("Z")) == (True, True)
    starts = [tuple(map(float, start)) for start in re.findall(r"M([\d.]+) ([\d.]+)", land + borders)]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in starts)


def test_path_is_written_short():
    assert path([(1, 2), (1.5, 1.5), (1.52, 1.52), (31.5, 0)]) == "M1 2l.5-.5 30-1.5"
    assert path([(1, 1), (1.01, 1)]) == ""


def test_two_squares_have_one_border_between_them_and_one_around_them():
    """Square 0 and 1 share arc 1; each has another arc for its other three sides."""
    arcs = [[(1, 1), (0, 1), (0, 0), (1, 0)], [(1, 0), (1, 1)], [(1, 1), (2, 1), (2, 0), (1, 0)]]
    left = {"type": "Polygon", "arcs": [[0, 1]]}
    right = {"type": "MultiPolygon", "arcs": [[[~2, ~1]]]}
    assert topology.arcs_between([[left], [right]]) == [1]
    [ring] = topology.rings(topology.outer_arcs([left, right]), arcs)
    assert (ring[0] == ring[-1], set(ring)) == (True, {(1, 1), (0, 1), (0, 0), (1, 0), (2, 1), (2, 0)})


def test_simplified_line_keeps_what_is_far_from_it_and_a_ring_stays_a_ring():
    assert topology.simplified([(0, 0), (1, 0.1), (2, 0)], 0.2) == [(0, 0), (2, 0)]
    assert topology.simplified([(0, 0), (1, 0.3), (2, 0)], 0.2) == [(0, 0), (1, 0.3), (2, 0)]
    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)]
    assert topology.simplified(square, 0.5) == square
