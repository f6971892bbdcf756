"""Decode a TopoJSON file: its arcs, which of them are outer borders, and the rings they form."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import sqrt
from typing import Any, TypeAlias

Point: TypeAlias = tuple[float, float]
Arc: TypeAlias = list[Point]


def decoded_arcs(topology: Mapping[str, Any]) -> list[Arc]:
    """Return the arcs of a quantised topology as points in degrees, longitude before latitude."""
    (width, height), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((west + x * width, south + y * height))
        arcs.append(points)
    return arcs


def arcs_of(geometry: Mapping[str, Any]) -> Iterator[int]:
    """Yield the numbers of the arcs of a polygon or multipolygon, holes included; ~n stands for arc n reversed."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    for polygon in polygons:
        for ring in polygon:
            yield from ring


def outer_arcs(geometries: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return the arcs that only one of the geometries has, in their direction there: the border of them all."""
    sides: dict[int, list[int]] = defaultdict(list)
    for geometry in geometries:
        for number in arcs_of(geometry):
            sides[max(number, ~number)].append(number)
    return [numbers[0] for numbers in sides.values() if len(numbers) == 1]


def arcs_between(groups: Iterable[Collection[Mapping[str, Any]]]) -> list[int]:
    """Return the arcs that separate two of the groups of geometries."""
    seen: dict[int, int] = defaultdict(int)
    for group in groups:
        for number in outer_arcs(group):
            seen[max(number, ~number)] += 1
    return [number for number, count in seen.items() if count == 2]


def rings(numbers: Iterable[int], arcs: Sequence[Arc]) -> list[Arc]:
    """Return the closed rings that the directed arcs form, each as its points; arcs that close none are left out."""
    starts: dict[Point, list[Arc]] = defaultdict(list)
    for number in numbers:
        points = arcs[number] if number >= 0 else arcs[~number][::-1]
        starts[points[0]].append(points)
    found = []
    while starts:
        ring = _take(starts, next(iter(starts)))
        while ring[-1] != ring[0] and ring[-1] in starts:
            ring = [*ring, *_take(starts, ring[-1])[1:]]
        if ring[-1] == ring[0]:
            found.append(ring)
    return found


def _take(starts: dict[Point, list[Arc]], point: Point) -> Arc:
    """Remove and return an arc that starts at the point."""
    arc = starts[point].pop()
    if not starts[point]:
        del starts[point]
    return arc


def simplified(points: Arc, tolerance: float) -> Arc:
    """Return the line with fewer points, none of those left out farther than `tolerance` from it (Douglas-Peucker).

    A closed ring is cut at its farthest point, so that it does not collapse.
    """
    if points[0] == points[-1] and len(points) > 3:
        middle = max(range(len(points)), key=lambda i: _square(points[0], points[i]))
        return [*simplified(points[: middle + 1], tolerance), *simplified(points[middle:], tolerance)[1:]]
    if len(points) < 3:
        return points
    distances = [_distance(point, points[0], points[-1]) for point in points[1:-1]]
    farthest = max(range(len(distances)), key=distances.__getitem__)
    if distances[farthest] <= tolerance:
        return [points[0], points[-1]]
    cut = farthest + 1
    return [*simplified(points[: cut + 1], tolerance), *simplified(points[cut:], tolerance)[1:]]


def _square(a: Point, b: Point) -> float:
    """Return the square of the distance of two points."""
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return the distance of a point from the line between two others."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = _square(start, end)
    if not length:
        return sqrt(_square(point, start))
    return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / sqrt(length)
