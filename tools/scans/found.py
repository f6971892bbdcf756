"""What a scanner said: of the planted fault, which it must find, and of ours, where it must find nothing."""

from dataclasses import dataclass, field
from typing import Final

PASSED: Final = "passed"
RED: Final = "red"
NOT_RUN: Final = "could not run"
NOTHING: Final = "had nothing to look at"


@dataclass
class Found:
    """`planted`: what was to be found, by name, and whether it was. `ours`: what was found in the platform.

    `not_run`: why nothing was looked at, where that is so; then it is no pass. `nothing`: what there is not, to be
    looked at, which it would have noticed as it noticed what was planted.
    """

    scanner: str
    looked_at: str = ""
    planted: dict[str, bool] = field(default_factory=dict)
    ours: list[str] = field(default_factory=list)
    not_run: str = ""
    nothing: str = ""

    @property
    def missed(self) -> list[str]:
        return [name for name, seen in self.planted.items() if not seen]

    @property
    def end(self) -> str:
        """It passed when it found everything planted, of which there is some, and nothing else."""
        if self.not_run:
            return NOT_RUN
        if not self.planted or self.missed or self.ours:
            return RED
        return NOTHING if self.nothing else PASSED

    @property
    def said(self) -> str:
        if self.not_run:
            return f"{self.scanner}: NOT RUN, so nothing is shown: {self.not_run}"
        caught = f"planted {len(self.planted) - len(self.missed)}/{len(self.planted)} found"
        if self.end == NOTHING:
            return f"{self.scanner}: NOTHING TO DO, so nothing is shown: {self.nothing}; {caught}"
        verdict = "ok" if self.end == PASSED else "RED"
        return f"{self.scanner}: {self.looked_at}; {caught}; ours {len(self.ours)} ({verdict})"
