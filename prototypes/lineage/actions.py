"""Verbs that make ideas out of another: its parts, or the same one taken up by another cohort."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from prototypes.enums import IDEA_WITH_COHORT, IdeaState, LineageKind
from prototypes.ideas.actions.ideas import capture_idea, name_authors
from prototypes.ideas.actions.story import lock_idea, record
from prototypes.models import Challenge, Idea, Lineage
from web.actions import action
from web.errors import DomainError

S = IdeaState
FEWEST_PARTS = 2


@action(gettext_lazy("Idea split"))
def split_idea(
    *, idea: Idea, titles: Sequence[str], by: User, at: datetime, reason: str = "", on: date | None = None
) -> list[Idea]:
    """Go on as several ideas. In the rates the whole still counts once: as what becomes of its parts.

    They are accepted when it was, and keep its clock. Its prototypes and tests stay with it, to be read. Raises
    DomainError for fewer than two parts, and for an idea in a state that cannot be split.
    """
    lock_idea(idea)
    if len(titles) < FEWEST_PARTS:
        raise DomainError(_("Name at least two parts, one per line."), field="titles")
    if idea.state not in IDEA_WITH_COHORT:
        raise DomainError(_("The idea is %(state)s. It can no longer be split.") % {"state": idea.get_state_display()})
    accepted = idea.accepted_on is not None
    parts = [_part(idea, title, accepted=accepted, by=by, at=at, on=on) for title in titles]
    record(idea=idea, state=S.SPLIT, at=at, by=by, on=on, reason=reason)
    for part in parts:
        Lineage.objects.create(child=part, parent=idea, kind=LineageKind.SPLIT)
        part.refresh_from_db()
    return parts


def _part(idea: Idea, title: str, *, accepted: bool, by: User, at: datetime, on: date | None) -> Idea:
    part = Idea.objects.create(
        cohort=idea.cohort,
        challenge=idea.challenge,
        title=title,
        owner=idea.owner,
        shared_with_edition=idea.shared_with_edition,
    )
    part.refresh_from_db(fields=["number", "reference"])
    name_authors(part, idea.author_ids)
    for state in (S.CAPTURED, S.ACCEPTED)[: 1 + accepted]:
        record(idea=part, state=state, at=at, by=by, on=on)
    return part


@action(gettext_lazy("Idea taken up elsewhere"))
def reuse_idea(
    *,
    idea: Idea,
    cohort: Cohort,
    title: str,
    by: User,
    at: datetime,
    challenge: Challenge | None = None,
    entry: UUID | None = None,
    **fields: Any,
) -> Idea:
    """Take an idea up in another cohort: a new one there, with its own clock, that names where it comes from.

    The same form sent again gives the same idea. Raises DomainError where the cohort has taken it up already, and
    for an idea that its own cohort did not share.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    taken = Lineage.objects.filter(parent=idea, kind=LineageKind.REUSE, child__cohort=cohort)
    others = taken.exclude(child__entry=entry) if entry else taken
    if again := others.exclude(child__state__in=[S.ABANDONED, S.MERGED]).first():
        raise DomainError(
            _("Your cohort has already taken up this idea: %(idea)s.") % {"idea": again.child}, field="place"
        )
    child = capture_idea(cohort=cohort, challenge=challenge, title=title, by=by, at=at, entry=entry, **fields)
    Lineage.objects.get_or_create(child=child, parent=idea, kind=LineageKind.REUSE)
    return child
