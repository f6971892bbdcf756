"""The result of a scanner: the planted faults, which it must find, and the platform's, of which there must be none."""

from dataclasses import dataclass, field
from typing import Final

PASSED: Final = "passed"
RED: Final = "red"
NOT_RUN: Final = "could not run"
NOTHING: Final = "had nothing to look at"


@dataclass
class ScanResult:
    """`planted`: whether each planted fault was found, by name. `ours`: findings in the platform.

    `not_run`: why the scanner did not run; then it has not passed. `nothing`: what does not exist yet and so was not
    scanned, although the scanner would have noticed it, as it noticed the planted one.
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
    def outcome(self) -> str:
        """Passed when all planted faults were found, at least one, and nothing else."""
        if self.not_run:
            return NOT_RUN
        if not self.planted or self.missed or self.ours:
            return RED
        return NOTHING if self.nothing else PASSED

    @property
    def summary(self) -> str:
        if self.not_run:
            return f"{self.scanner}: NOT RUN, so nothing is shown: {self.not_run}"
        caught = f"planted {len(self.planted) - len(self.missed)}/{len(self.planted)} found"
        if self.outcome == NOTHING:
            return f"{self.scanner}: NOTHING TO DO, so nothing is shown: {self.nothing}; {caught}"
        verdict = "ok" if self.outcome == PASSED else "RED"
        return f"{self.scanner}: {self.looked_at}; {caught}; ours {len(self.ours)} ({verdict})"
