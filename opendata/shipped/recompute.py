"""Recompute the published shares from the tables of this package, and compare: python3 recompute.py [folder]."""

import csv
import sys
from pathlib import Path

COLUMNS = ("months", "implemented", "abandoned", "open")  # months after acceptance, and numbers of ideas by outcome
folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines()))


def share_so_far(lines: list[list[float]]) -> float:
    """Return the share of accepted ideas that are implemented."""
    return sum(implemented for _months, implemented, *_ in lines) / sum(sum(counts) for _months, *counts in lines)


def share_within(limit: float, lines: list[list[float]]) -> float:
    """Return the share implemented within so many months of acceptance (Aalen-Johansen: abandonment competes)."""
    share, share_open, at_risk = 0.0, 1.0, sum(sum(counts) for _months, *counts in lines)
    for months, implemented, abandoned, still_open in sorted(lines):
        if months <= limit:
            share += share_open * implemented / at_risk
            share_open *= 1 - (implemented + abandoned) / at_risk
            at_risk -= implemented + abandoned + still_open
    return share


durations = table("durations.csv")
for row in table("figures.csv"):
    edition, figure, published = row["edition"], row["figure"], row["share"]
    lines = [[float(each[name] or "inf") for name in COLUMNS] for each in durations if each["edition"] == edition]
    if published:
        share = share_so_far(lines) if figure == "rate" else share_within(float(figure.removeprefix("within_")), lines)
        print(edition, figure, published, share, sep=",")
        if abs(share - float(published)) > 1e-9:
            sys.exit(f"{figure} of {edition} differs")
print("All shares agree.")
