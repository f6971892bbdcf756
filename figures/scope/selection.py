"""The scope of a page of figures: what a reader chose, and what they may read of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q

from cohorts.models import Cohort
from programmes.models import Authority, Edition
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea

# With more cohorts, nobody reads a count for each.
MAX_COHORTS: Final = 100


@dataclass(frozen=True, slots=True)
class FiguresScope:
    """The ideas that are counted.

    `own` are the ids of the authorities whose ideas the reader may see one by one, None for all. With `everyone`,
    published facts are counted too, and the cohorts whose ids are in `shared`: those that share their figures with the
    reader. `kind` is a kind of challenge, "" for all; `accepted_from` and `accepted_until` bound the day of acceptance,
    both included: ideas without such a day by the as-of day are in no period, that is ideas only captured and most
    published ones. `report_cohorts` are the ids of the cohorts that a printed report counted, None for no limit.
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
    report_cohorts: frozenset[int] | None = None

    @property
    def by_kind_or_period(self) -> bool:
        """Whether a kind of challenge or a period is set, so that only some ideas of the cohorts are counted."""
        return bool(self.kind or self.accepted_from or self.accepted_until)

    def parameters(self) -> dict[str, Any]:
        """Return the scope as SQL parameters by name, with ids in place of rows; None for what is not chosen."""
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
            "report_cohorts": None if self.report_cohorts is None else sorted(self.report_cohorts),
        }

    def ideas(self) -> IdeaQuerySet:
        """Return the ideas of the scope that belong to authorities the reader may read; all of them for lab staff.

        Ideas known from publications are left out. Captured and merged ones are included.
        """
        of_own_authorities = Q() if self.own is None else Q(cohort__authority__in=sorted(self.own))
        filters = {
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
        ideas = Idea.objects.measured().filter(of_own_authorities, **filters)
        return ideas if self.report_cohorts is None else ideas.filter(cohort__in=self.report_cohorts)


EVERYTHING = FiguresScope()
