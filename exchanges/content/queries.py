"""Questions about contributions and commitments. Pages start from an exchange the person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from exchanges.content.enums import CommitmentState
from exchanges.visibility import said_at
from prototypes.models import Idea

if TYPE_CHECKING:
    from accounts.models import User
    from exchanges.content.models.contributions import Contribution
    from exchanges.content.models.outcomes import Commitment


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def as_read_by(self, user: User) -> ContributionQuerySet:
        """Those the person may read, with cohort, author and last editor.

        `cited` is the idea's title where they may read it, else None.
        """
        readable = Idea.objects.visible_to(user).filter(pk=OuterRef("idea"))
        return (
            self.filter(said_at(user))
            .select_related("cohort", "author", "edited_by")
            .annotate(reference=F("idea__reference"), cited=Subquery(readable.values("title")[:1]))
        )


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def open(self) -> CommitmentQuerySet:
        return self.filter(state=CommitmentState.OPEN)

    def visible_to(self, user: User) -> CommitmentQuerySet:
        """Those of the exchanges the person may see."""
        return self.filter(said_at(user))

    def with_people(self) -> CommitmentQuerySet:
        return self.select_related("owner", "cohort", "exchange__edition", "exchange__host__authority")

    def carried_to(self, edition: Any, first_day: Any) -> CommitmentQuerySet:
        """Promises made earlier in the edition and still open when the exchange of that first day begins.

        Both may be values or references to an outer row.
        """
        still_open = Q(state=CommitmentState.OPEN) | Q(closed_on__gte=first_day)
        return self.filter(still_open, exchange__edition=edition, exchange__first_day__lt=first_day)
