"""Sessions counted by who led them, in periods of three months since their cohort began. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cohorts.sessions.enums import SessionLead

PERIOD_MONTHS: Final = 3


@dataclass(frozen=True, slots=True)
class AutonomyPeriod:
    """The sessions of three months, from the start of month `start` (0 is the first) after their cohort began.

    Sessions of which nobody recorded who led them are not among them.
    """

    start: int
    design_team: int = 0
    both: int = 0
    civil_servants: int = 0

    @property
    def end(self) -> int:
        """Return the month at whose start the period ends."""
        return self.start + PERIOD_MONTHS

    @property
    def sessions(self) -> int:
        """Return how many sessions of the period have a recorded lead."""
        return self.design_team + self.both + self.civil_servants

    @property
    def share(self) -> float | None:
        """Return the share of sessions that civil servants led alone, 0 to 1; None without sessions."""
        return self.civil_servants / self.sessions if self.sessions else None

    @property
    def share_with_both(self) -> float | None:
        """Return the share of sessions that civil servants led, alone or with the design team; None without
        sessions.
        """
        return (self.civil_servants + self.both) / self.sessions if self.sessions else None


def autonomy_periods(sessions: Iterable[tuple[int, str]]) -> list[AutonomyPeriod]:
    """Return the periods from the first month to that of the latest session, each with its sessions; [] without any.

    Each session is a pair of the completed months since its cohort began, and who led it (a `SessionLead`).
    """
    counts = defaultdict[int, Counter[str]](Counter)
    for months, led_by in sessions:
        counts[max(months, 0) // PERIOD_MONTHS][led_by] += 1
    return [
        AutonomyPeriod(
            number * PERIOD_MONTHS,
            counts[number][SessionLead.DESIGN_TEAM],
            counts[number][SessionLead.BOTH],
            counts[number][SessionLead.CIVIL_SERVANTS],
        )
        for number in range(max(counts, default=-1) + 1)
    ]
