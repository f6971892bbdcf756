"""Draws ideas whose true shares are known: times to the outcome, cohorts of ideas that are alike, follow-up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, exp
from random import Random

from dateutil.relativedelta import relativedelta

from figures.rates import OUTCOMES, CohortMonths, Observation
from web.dates.months import completed_months, months_between

AS_OF = date(2026, 11, 29)


@dataclass(frozen=True)
class Future:
    """How ideas end: `implemented` of them are implemented, the others abandoned, after `months` on average.

    Times are exponential. `likeness` is the correlation between the final outcomes of two ideas of one cohort; the
    speed of a cohort is a gamma frailty with variance `frailty`.
    """

    implemented: float = 0.55
    months: float = 14.0
    likeness: float = 0.0
    frailty: float = 0.0

    def share_within(self, months: float) -> float:
        """Return the true share implemented within `months`, over all cohorts there could be."""
        rate = months / self.months
        if self.frailty:
            return self.implemented * (1 - (1 + self.frailty * rate) ** (-1 / self.frailty))
        return self.implemented * (1 - exp(-rate))

    def of_one_cohort(self, chance: Random) -> "Future":
        """Return the future of the ideas of one cohort, which differs from that of other cohorts."""
        speed = chance.gammavariate(1 / self.frailty, self.frailty) if self.frailty else 1.0
        return Future(cohort_share(chance, self.implemented, self.likeness), self.months / max(speed, 1e-9))

    def idea(self, chance: Random) -> tuple[float, bool]:
        """Return the months from acceptance to the outcome of one idea, and whether it is implemented."""
        return chance.expovariate(1 / self.months), chance.random() < self.implemented


def cohort_share(chance: Random, share: float, likeness: float) -> float:
    """Return the share of one cohort: beta distributed, so that two of its ideas have the correlation `likeness`."""
    if not likeness:
        return share
    size = 1 / likeness - 1
    return chance.betavariate(share * size, (1 - share) * size)


def successes(chance: Random, ideas: int, share: float) -> int:
    """Return how many of `ideas` independent ideas succeed."""
    return sum(chance.random() < share for _ in range(ideas))


def cohort_counts(chance: Random, sizes: Sequence[int], share: float, likeness: float) -> list[tuple[int, int]]:
    """Return (implemented, accepted) for each cohort."""
    return [(successes(chance, size, cohort_share(chance, share, likeness)), size) for size in sizes]


def observed(chance: Random, ideas: int, future: Future, followed: tuple[float, float]) -> list[Observation]:
    """Return ideas as observed: each is followed for a number of months between the two given."""
    return [_cut(*future.idea(chance), chance.uniform(*followed)) for _ in range(ideas)]


def _cut(months: float, implemented: bool, followed: float) -> Observation:
    """Return an idea as it is known after `followed` months."""
    if months > followed:
        return followed, "open"
    return months, "implemented" if implemented else "abandoned"


def cohort_months(ideas: Sequence[Observation]) -> CohortMonths:
    """Return the months of a cohort's ideas by outcome."""
    return [[months for months, outcome in ideas if outcome == name] for name in OUTCOMES]


@dataclass(frozen=True)
class DatedIdea:
    """An idea with its dates, as the platform stores them, and what becomes of it."""

    accepted: date
    months: float
    implemented: bool

    @property
    def ended(self) -> date:
        """The day of the outcome: the first one at least `months` after acceptance."""
        completed = int(self.months)
        last, following = (self.accepted + relativedelta(months=completed + more) for more in (0, 1))
        return last + timedelta(days=ceil((self.months - completed) * (following - last).days))

    def observation(self, as_of: date, *, exact: bool = True) -> Observation:
        """Return months and outcome as known on a day: exact months, or completed ones alone."""
        months_from = months_between if exact else completed_months
        if self.ended > as_of:
            return months_from(self.accepted, as_of), "open"
        return months_from(self.accepted, self.ended), "implemented" if self.implemented else "abandoned"


def dated_ideas(chance: Random, ideas: int, future: Future, longest: int) -> Iterator[DatedIdea]:
    """Yield ideas accepted on any day of the last `longest` months before `AS_OF`."""
    days = (AS_OF - (AS_OF - relativedelta(months=longest))).days
    for _ in range(ideas):
        yield DatedIdea(AS_OF - timedelta(days=chance.randint(0, days)), *future.idea(chance))
