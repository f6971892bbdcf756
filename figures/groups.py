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
        """Whether the total must be hidden: one to four of its ideas belong to others, and a reader could find them.

        The ideas of others are counted separately, because a reader could subtract their own from the total.
        """
        return self.hidden > 0 and is_masked(self.hidden)

    @property
    def is_fewer_than_five(self) -> bool:
        """Return whether a page may write "fewer than five" for this group.

        Its total must be hidden because it is under five, and none of its ideas may be the reader's: with ideas of
        their own the words could be untrue.
        """
        return self.masked and not self.own

    @property
    def visible_total(self) -> int | None:
        """The total number of ideas, None where it is masked."""
        return None if self.masked else self.total
