"""Counts of which a reader may see some rows one by one, and what such a count may tell them. Pure."""

from dataclasses import dataclass

from figures.rates import is_masked


@dataclass(frozen=True, slots=True)
class Group:
    """So many ideas, of which the reader may see `own` one by one."""

    total: int = 0
    own: int = 0

    @property
    def hidden(self) -> int:
        """Ideas of others: known to the reader as a number only."""
        return self.total - self.own

    @property
    def masked(self) -> bool:
        """Whether the number would tell too much of fewer than five ideas that the reader may not see.

        Those are counted apart from the reader's own, which could otherwise be subtracted.
        """
        return self.hidden > 0 and is_masked(self.hidden)

    @property
    def few(self) -> bool:
        """Whether all of those masked are others’: “fewer than five” is true only then."""
        return self.masked and not self.own

    @property
    def shown(self) -> int | None:
        """The number, None where it is masked."""
        return None if self.masked else self.total
