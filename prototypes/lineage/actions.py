"""Actions that create ideas from another one: its parts, or its reuse in another cohort."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from prototypes.enums import IDEA_WITH_COHORT, IdeaState, LineageKind
from prototypes.ideas.actions.ideas import capture_idea, set_co_authors
from prototypes.ideas.actions.recording import lock_idea, record
from prototypes.models import Challenge, Idea, Lineage
from web.actions import action
from web.errors import DomainError

S = IdeaState
MIN_PARTS = 2


@action(gettext_lazy("Idea split"))
def split_idea(
    *, idea: Idea, titles: Sequence[str], by: User, at: datetime, reason: str = "", on: date | None = None
) -> list[Idea]:
    """Split an idea into several new ideas, one for each title, and return them; `on` is the day (by default that of
    `at`).

    In the rates it then counts once, by the outcome of its parts. These keep its acceptance date; prototypes and tests
    stay with the split idea. Raises DomainError for fewer than two titles, and for an idea that is handed over, parked
    or ended.
    """
    lock_idea(idea)
    if len(titles) < MIN_PARTS:
        raise DomainError(_("Name at least two parts, one per line."), field="titles")
    if idea.state not in IDEA_WITH_COHORT:
        raise DomainError(_("The idea is %(state)s. It can no longer be split.") % {"state": idea.get_state_display()})
    accepted = idea.accepted_on is not None
    parts = [_create_part(idea, title, accepted=accepted, by=by, at=at, on=on) for title in titles]
    record(idea=idea, state=S.SPLIT, at=at, by=by, on=on, reason=reason)
    for part in parts:
        Lineage.objects.create(child=part, parent=idea, kind=LineageKind.SPLIT)
        part.refresh_from_db()
    return parts


def _create_part(idea: Idea, title: str, *, accepted: bool, by: User, at: datetime, on: date | None) -> Idea:
    """Create one part of a split idea, with the idea's challenge, owner, co-authors and sharing, and return it.

    It is captured, and also accepted if `accepted`, on the day `on` (None: that of `at`).
    """
    part = Idea.objects.create(
        cohort=idea.cohort,
        challenge=idea.challenge,
        title=title,
        owner=idea.owner,
        shared_with_edition=idea.shared_with_edition,
    )
    part.refresh_from_db(fields=["number", "reference"])
    set_co_authors(part, idea.co_author_ids)
    for state in (S.CAPTURED, S.ACCEPTED)[: 1 + accepted]:
        record(idea=part, state=state, at=at, by=by, on=on)
    return part


@action(gettext_lazy("Idea reused elsewhere"))
def reuse_idea(
    *,
    idea: Idea,
    cohort: Cohort,
    title: str,
    by: User,
    at: datetime,
    challenge: Challenge | None = None,
    idempotency_key: UUID | None = None,
    **fields: Any,
) -> Idea:
    """Reuse an idea in another cohort: create a new idea with its own acceptance date and a link to its origin; return
    it.

    `fields` are further columns. The same form sent twice (same `idempotency_key`) returns the first idea. Raises
    DomainError if the cohort has already reused it, and if the idea is neither shared nor published.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    taken = Lineage.objects.filter(parent=idea, kind=LineageKind.REUSE, child__cohort=cohort)
    others = taken.exclude(child__idempotency_key=idempotency_key) if idempotency_key else taken
    if again := others.exclude(child__state__in=[S.ABANDONED, S.MERGED]).first():
        raise DomainError(
            _("Your cohort has already reused this idea: %(idea)s.") % {"idea": again.child}, field="target"
        )
    child = capture_idea(
        cohort=cohort, challenge=challenge, title=title, by=by, at=at, idempotency_key=idempotency_key, **fields
    )
    Lineage.objects.get_or_create(child=child, parent=idea, kind=LineageKind.REUSE)
    return child
