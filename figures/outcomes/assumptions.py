"""The rates under less favourable assumptions: what they would be if some of what is counted were wrong. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median_low
from typing import Any, Final

from figures.outcomes.figures import CohortMonths, Figures, rounded, shares_json

# An idea implemented so soon may have been decided, or done, before it was accepted.
AT_ONCE_MONTHS: Final = 1


@dataclass(frozen=True)
class Assumption:
    """The figures under an assumption. `ideas` is the number of ideas that it counts in another way."""

    slug: str
    ideas: int
    figures: Figures


def _without(months: tuple[float, ...], some: tuple[float, ...]) -> tuple[float, ...]:
    """Return the months without some of them, lowest first."""
    return tuple(sorted((Counter(months) - Counter(some)).elements()))


def _unconfirmed_abandoned(cohort: CohortMonths) -> CohortMonths:
    """Return the months if the ideas without a recent update had been abandoned on the day of the figures."""
    return cohort._replace(
        open=_without(cohort.open, cohort.unconfirmed), abandoned=cohort.abandoned + cohort.unconfirmed, unconfirmed=()
    )


def _merged_not_implemented(cohort: CohortMonths) -> CohortMonths:
    """Return the months if merged ideas counted as ideas of their own, abandoned on the day they were merged."""
    return cohort._replace(abandoned=cohort.abandoned + cohort.merged, merged=())


def _in_part_abandoned(cohort: CohortMonths) -> CohortMonths:
    """Return the months if ideas implemented in part, with other parts abandoned, counted as abandoned."""
    return cohort._replace(
        implemented=_without(cohort.implemented, cohort.in_part),
        abandoned=cohort.abandoned + cohort.in_part,
        in_part=(),
    )


def _at_once(cohort: CohortMonths) -> tuple[float, ...]:
    """Return the months of the ideas implemented within a month of acceptance."""
    return tuple(months for months in cohort.implemented if months <= AT_ONCE_MONTHS)


def _at_once_left_out(cohort: CohortMonths) -> CohortMonths:
    """Return the months without the ideas implemented within a month of acceptance."""
    return cohort._replace(implemented=_without(cohort.implemented, _at_once(cohort)))


# By slug: which ideas of a cohort are concerned, and its months under the assumption.
ASSUMPTIONS: Final[
    Mapping[str, tuple[Callable[[CohortMonths], tuple[float, ...]], Callable[[CohortMonths], CohortMonths]]]
] = {
    "unconfirmed_abandoned": (lambda cohort: cohort.unconfirmed, _unconfirmed_abandoned),
    "merged_not_implemented": (lambda cohort: cohort.merged, _merged_not_implemented),
    "in_part_abandoned": (lambda cohort: cohort.in_part, _in_part_abandoned),
    "at_once_left_out": (_at_once, _at_once_left_out),
}


def assumptions(figures: Figures) -> list[Assumption]:
    """Return the figures under each assumption, also where it concerns no idea; none where no idea was accepted."""
    months = figures.cohort_months if figures.accepted else {}
    if not months:
        return []
    return [
        Assumption(
            slug,
            sum(len(concerned(cohort)) for cohort in months.values()),
            figures.with_months({pk: change(cohort) for pk, cohort in months.items()}),
        )
        for slug, (concerned, change) in ASSUMPTIONS.items()
    ]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How many of the ideas captured were accepted, and within how many days half of the accepted ones were.

    Ideas merged before they were accepted are left out. `half_within_days` is None without an accepted idea.
    """

    accepted: int
    captured: int
    half_within_days: int | None

    @property
    def share(self) -> float | None:
        """The share of captured ideas that were accepted (0–1), None without any."""
        return self.accepted / self.captured if self.captured else None


def acceptance(figures: Figures) -> Acceptance | None:
    """Return how many of the ideas captured were accepted, and how soon.

    None where only ideas accepted in some period are counted: then it is not known how many were captured.
    """
    if figures.of_period:
        return None
    days = [days for cohort in figures.cohort_months.values() for days in cohort.days_to_acceptance]
    return Acceptance(figures.accepted, figures.accepted + figures.captured, median_low(days) if days else None)


def upper_bound(figures: Figures) -> float | None:
    """Return the highest share that the 95 % interval allows where no idea is implemented yet; None elsewhere."""
    return None if figures.implemented else figures.plain_share.high if figures.accepted else None


def if_wrong_json(figures: Figures) -> dict[str, Any]:
    """Return the rates under each assumption, the ideas accepted of those captured, and the upper bound, for JSON."""
    accepted = acceptance(figures)
    return {
        **{
            assumption.slug: {"ideas": assumption.ideas, **shares_json(assumption.figures)}
            for assumption in assumptions(figures)
        },
        "acceptance": accepted
        and {
            "captured": accepted.captured,
            "accepted": accepted.accepted,
            "half_within_days": accepted.half_within_days,
        },
        "upper_bound": rounded(upper_bound(figures)),
    }
