"""Counts of which a reader may see some rows one by one, and the part of such a count that may be shown. Pure."""

from dataclasses import dataclass

from figures.rates import is_masked


@dataclass(frozen=True, slots=True)
class Group:
    """A number of ideas, of which the reader may see `own` one by one."""

    total: int = 0
    own: int = 0

    @property
    def hidden(self) -> int:
        """The number of ideas in `total` that the reader cannot open, because they belong to other authorities."""
        return self.total - self.own

    @property
    def masked(self) -> bool:
        """Whether the total must be hidden, because one to four of its ideas belong to other authorities.

        The reader could otherwise subtract their own ideas from the total and learn about those few.
        """
        return self.hidden > 0 and is_masked(self.hidden)

    @property
    def is_fewer_than_five(self) -> bool:
        """Whether a page may write “fewer than five” instead of the hidden total: none of the ideas is the reader's
        own.

        False where the total is shown, or where the reader's own ideas could make the words untrue.
        """
        return self.masked and not self.own

    @property
    def visible_total(self) -> int | None:
        """The total number of ideas; None where it is hidden, because one to four of them belong to other
        authorities.
        """
        return None if self.masked else self.total
