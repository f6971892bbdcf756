"""Whose ideas are counted: what a reader chose, and what they may read of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.db.models import Q

from cohorts.models import Cohort
from programmes.models import Authority, Edition
from prototypes.models import Idea
from prototypes.queries import IdeaQuerySet

# Of more cohorts nobody reads a count each.
MOST_COHORTS: Final = 100


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose ideas are counted.

    `own` are the authorities whose ideas the reader may see one by one, None for all. With `everyone` published facts
    and the editions in `shared` are counted too, as a whole. `kind` is one of challenge, "" for all; `accepted_from`
    and `accepted_until` bound the day of acceptance, both included: what has no such day by the as-of day is in no
    period, ideas only captured and published ones without it.
    """

    authority: Authority | None = None
    edition: Edition | None = None
    cohort: Cohort | None = None
    own: frozenset[int] | None = None
    shared: frozenset[int] = frozenset()
    everyone: bool = False
    kind: str = ""
    accepted_from: date | None = None
    accepted_until: date | None = None

    @property
    def by_kind_or_period(self) -> bool:
        """Whether a kind of challenge or a period chooses among the ideas of its cohorts."""
        return bool(self.kind or self.accepted_from or self.accepted_until)

    def parameters(self) -> dict[str, Any]:
        return {
            "authority": self.authority and self.authority.pk,
            "edition": self.edition and self.edition.pk,
            "cohort": self.cohort and self.cohort.pk,
            "own": None if self.own is None else sorted(self.own),
            "shared": sorted(self.shared),
            "everyone": self.everyone,
            "kind": self.kind,
            "accepted_from": self.accepted_from,
            "accepted_until": self.accepted_until,
        }

    @property
    def rollup(self) -> str:
        """The name under which it is counted ahead; "" for what only some see, or somebody chose parts of."""
        if replace(self, everyone=False) != Scope(edition=self.edition):
            return ""
        return f"edition-{self.edition.pk}" if self.edition else "everything"

    def ideas(self) -> IdeaQuerySet:
        """The ideas within it that the reader may see one by one, published facts left out."""
        mine = Q() if self.own is None else Q(cohort__authority__in=self.own)
        chosen = {
            path: row
            for path, row in {
                "cohort__authority": self.authority,
                "cohort__edition": self.edition,
                "cohort": self.cohort,
                "challenge__kind": self.kind or None,
                "accepted_on__gte": self.accepted_from,
                "accepted_on__lte": self.accepted_until,
            }.items()
            if row is not None
        }
        return Idea.objects.measured().filter(mine, **chosen)


EVERYTHING = Scope()
