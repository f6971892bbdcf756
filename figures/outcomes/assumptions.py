"""The rates under less favourable assumptions: what they would be if some of what is counted were wrong. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from figures.outcomes.outcome_counts import Figures, month_counts, rounded, shares_json

# An idea implemented so soon may have been decided, or done, before it was accepted.
AT_ONCE_MONTHS: Final = 1


class Change(NamedTuple):
    """Which ideas an assumption counts in another way, and the outcomes before and after: “” for not counted."""

    ideas: str
    counted: str
    instead: str


# Ideas that count as abandoned instead do so on the same day: the last one seen, or that of their merge.
ASSUMPTIONS: Final[Mapping[str, Change]] = {
    "unconfirmed_abandoned": Change("unconfirmed", "open", "abandoned"),
    "merged_not_implemented": Change("merged", "", "abandoned"),
    "in_part_abandoned": Change("in_part", "implemented", "abandoned"),
    "at_once_left_out": Change("at_once", "implemented", ""),
}


@dataclass(frozen=True)
class Assumption:
    """The figures under an assumption. `ideas` is the number of ideas that it counts in another way."""

    slug: str
    ideas: int
    figures: Figures

    @property
    def cannot_change_count(self) -> bool:
        """Whether the share implemented so far is the same by construction: an open idea is not implemented either."""
        change = ASSUMPTIONS[self.slug]
        return (change.counted, change.instead) == ("open", "abandoned")


def assumptions(figures: Figures) -> list[Assumption]:
    """Return the figures under each assumption, also where it concerns no idea; none where no idea was accepted."""
    at_once = {
        months: ideas
        for (months, outcome), ideas in figures.counts.items()
        if outcome == "implemented" and months <= AT_ONCE_MONTHS
    }
    doubts = {**figures.doubts, "at_once": at_once}
    return [
        _assumption(figures, slug, change, doubts.get(change.ideas, {}))
        for slug, change in ASSUMPTIONS.items()
        if figures.accepted
    ]


def _assumption(figures: Figures, slug: str, change: Change, ideas: Mapping[float, int]) -> Assumption:
    """Return the figures if `ideas`, as numbers by months, were counted in the other way."""
    counts = figures.counts
    for months, number in ideas.items():
        counts[months, change.counted] -= number
        counts[months, change.instead] += number
    by_month = month_counts({key: number for key, number in counts.items() if key[1]})
    return Assumption(slug, sum(ideas.values()), Figures(figures.as_of, by_month))


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How many of the ideas captured were accepted, and within how many days half of the accepted ones were.

    Ideas merged before they were accepted are left out.
    """

    accepted: int
    captured: int
    half_within_days: int | None

    @property
    def share(self) -> float:
        """The share of captured ideas that were accepted (0–1)."""
        return self.accepted / self.captured


def acceptance(figures: Figures) -> Acceptance | None:
    """Return how many of the ideas captured were accepted, and how soon; None without any.

    None too where only ideas accepted in some period are counted: then it is not known how many were captured.
    """
    captured = figures.accepted + figures.captured
    if figures.of_period or not captured:
        return None
    return Acceptance(figures.accepted, captured, figures.days_to_acceptance)


def upper_bound(figures: Figures) -> float | None:
    """Return the highest plain share that the 95 % interval allows where no idea is implemented yet; None elsewhere."""
    return None if figures.implemented else figures.plain_share.high


def if_wrong_json(figures: Figures) -> dict[str, Any]:
    """Return the rates under each assumption, the ideas accepted of those captured, and the upper bound, for JSON."""
    accepted = acceptance(figures)
    return {
        **{one.slug: {"ideas": one.ideas, **shares_json(one.figures)} for one in assumptions(figures)},
        "acceptance": accepted
        and {
            "captured": accepted.captured,
            "accepted": accepted.accepted,
            "half_within_days": accepted.half_within_days,
        },
        "upper_bound": rounded(upper_bound(figures)),
    }
