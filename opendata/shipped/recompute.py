"""Recompute the published shares from the tables of this package, and compare: python3 recompute.py [folder]."""

import csv
import sys
from collections import defaultdict
from pathlib import Path

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def within(months: int, ideas: list[list[float]]) -> float:
    """Return the share implemented within so many months of acceptance (Aalen-Johansen: abandonment competes)."""
    implemented, still_open, at_risk = 0.0, 1.0, sum(sum(counts) for _, *counts in ideas)
    for after, won, lost, censored in sorted(ideas):
        if after > months:
            break
        implemented += still_open * won / at_risk
        still_open *= 1 - (won + lost) / at_risk
        at_risk -= won + lost + censored
    return implemented


durations = defaultdict[str, list[list[float]]](list)
for row in rows("durations.csv"):
    counts = [int(row[name]) for name in ("implemented", "abandoned", "open")]
    durations[row["edition"]].append([float(row["months"] or "inf"), *counts])
for row in rows("figures.csv"):
    if row["share"]:
        ideas = durations[row["edition"]]
        accepted, won = sum(sum(each[1:]) for each in ideas), sum(each[1] for each in ideas)
        name = row["figure"]
        share = won / accepted if name == "rate" else within(int(name.removeprefix("within_")), ideas)
        sys.stdout.write(f"{row['edition']},{name},{row['share']},{share!r}\n")
        if abs(share - float(row["share"])) > 1e-9:
            sys.exit(f"{name} of {row['edition']} differs")
