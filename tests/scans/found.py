"""What a scanner said: of the planted fault, which it must find, and of ours, where it must find nothing."""

from dataclasses import dataclass, field


@dataclass
class Found:
    """`planted`: what was to be found, by name, and whether it was. `ours`: what was found in the platform.

    `not_run`: why nothing was looked at, where that is so; then it is no pass.
    """

    scanner: str
    looked_at: str = ""
    planted: dict[str, bool] = field(default_factory=dict)
    ours: list[str] = field(default_factory=list)
    not_run: str = ""

    @property
    def missed(self) -> list[str]:
        return [name for name, seen in self.planted.items() if not seen]

    @property
    def good(self) -> bool:
        """It found everything planted, of which there is some, and nothing else."""
        return not self.not_run and bool(self.planted) and not self.missed and not self.ours

    @property
    def said(self) -> str:
        if self.not_run:
            return f"{self.scanner}: NOT RUN, so nothing is shown: {self.not_run}"
        caught = f"planted {len(self.planted) - len(self.missed)}/{len(self.planted)} found"
        return f"{self.scanner}: {self.looked_at}; {caught}; ours {len(self.ours)}{' (ok)' if self.good else ' (RED)'}"
