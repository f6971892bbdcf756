"""Recompute the published shares from the tables of this package, and compare: python3 recompute.py [folder]."""

import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent


class Duration(NamedTuple):
    """How many ideas left observation so many months after acceptance, by outcome."""

    months: float
    implemented: int
    abandoned: int
    still_open: int

    @property
    def ideas(self) -> int:
        """Return how many ideas these are."""
        return self.implemented + self.abandoned + self.still_open


def rows(name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def share_so_far(durations: list[Duration]) -> float:
    """Return the share of accepted ideas that are implemented."""
    return sum(row.implemented for row in durations) / sum(row.ideas for row in durations)


def share_within(months: int, durations: list[Duration]) -> float:
    """Return the share implemented within so many months of acceptance (Aalen-Johansen: abandonment competes)."""
    share, share_open, at_risk = 0.0, 1.0, sum(row.ideas for row in durations)
    for row in sorted(durations):
        if row.months > months:
            break
        share += share_open * row.implemented / at_risk
        share_open *= 1 - (row.implemented + row.abandoned) / at_risk
        at_risk -= row.ideas
    return share


durations = defaultdict(list)
for row in rows("durations.csv"):
    counts = [int(row[name]) for name in ("implemented", "abandoned", "open")]
    durations[row["edition"]].append(Duration(float(row["months"] or "inf"), *counts))
for row in rows("figures.csv"):
    if not row["share"]:
        continue
    edition, figure = row["edition"], row["figure"]
    if figure == "rate":
        share = share_so_far(durations[edition])
    else:
        share = share_within(int(figure.removeprefix("within_")), durations[edition])
    sys.stdout.write(f"{edition},{figure},{row['share']},{share!r}\n")
    if abs(share - float(row["share"])) > 1e-9:
        sys.exit(f"{figure} of {edition} differs")
sys.stdout.write("All shares agree.\n")
