"""Verbs on what became of an idea: implemented where it was born, replicated elsewhere, sustained or ended."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.clock import local_day
from programmes.models import Authority
from prototypes.actions.story import first_possible, lock_idea, record
from prototypes.enums import COUNTED_SCOPES, IdeaState, ImplementationKind, ImplementationState
from prototypes.models import Idea, Implementation
from web.errors import DomainError
from web.verbs import verb

ALIVE = [ImplementationState.PLANNED, ImplementationState.LIVE, ImplementationState.SUSTAINED]


@verb
def mark_implemented(
    *,
    idea: Idea,
    scope: str,
    evidence: str,
    by: User,
    at: datetime,
    on: date | None = None,
    precision: str = "day",
    unit: str = "",
) -> Implementation:
    """The idea is live since `on`, and `evidence` shows it: one implementation, and with it the idea's last state.

    A partial one is recorded too, and the idea stays “being implemented”.
    """
    lock_idea(idea)
    on = first_possible(idea, on or local_day(idea.cohort, at), precision)
    _past(idea, on, at)
    found = idea.implementations.filter(kind=ImplementationKind.ORIGIN, state__in=ALIVE).first()
    row = found or Implementation(idea=idea, authority_id=idea.cohort.authority_id)
    row.scope, row.unit, row.evidence = scope, unit or row.unit, evidence
    row.live_on, row.live_precision = on, precision
    row.save()
    if row.state == ImplementationState.PLANNED:
        row.state = ImplementationState.LIVE
        row.save(update_fields=["state"])
    if scope in COUNTED_SCOPES:
        record(idea=idea, state=IdeaState.IMPLEMENTED, at=at, by=by, on=on, precision=precision, evidence=evidence)
    return row


def _past(idea: Idea, on: date, at: datetime) -> None:
    if on > local_day(idea.cohort, at):
        raise DomainError(_("This day is still to come: record what has happened."), field="on")


@verb
def replicate_idea(*, idea: Idea, authority: Authority, by: User, unit: str = "") -> Implementation:
    """Another authority plans to put the idea to work. Raises DomainError for the authority it was born in."""
    if authority.pk == idea.cohort.authority_id:
        raise DomainError(_("The idea was born in this authority: choose another."), field="authority")
    return Implementation.objects.create(idea=idea, authority=authority, unit=unit, kind=ImplementationKind.REPLICATION)


@verb
def go_live(
    *,
    implementation: Implementation,
    scope: str,
    evidence: str,
    by: User,
    at: datetime,
    on: date | None = None,
    precision: str = "day",
) -> Implementation:
    """A planned replication is live since `on`, and `evidence` shows it."""
    idea = implementation.idea
    implementation.live_on = on or local_day(idea.cohort, at)
    _past(idea, implementation.live_on, at)
    implementation.live_precision, implementation.scope = precision, scope
    implementation.evidence, implementation.state = evidence, ImplementationState.LIVE
    implementation.save()
    return implementation


@verb
def sustain_implementation(*, implementation: Implementation, by: User) -> Implementation:
    """It is there to stay."""
    implementation.state = ImplementationState.SUSTAINED
    implementation.save(update_fields=["state"])
    return implementation


@verb
def discontinue_implementation(
    *, implementation: Implementation, reason: str, by: User, at: datetime, on: date | None = None
) -> Implementation:
    """What was live stopped, and why. The idea stays implemented: it was. Where it was born its end is a sign of it."""
    return _end(implementation, ImplementationState.DISCONTINUED, reason, at, on)


@verb
def fail_implementation(
    *, implementation: Implementation, reason: str, by: User, at: datetime, on: date | None = None
) -> Implementation:
    """What was planned never went live, and why."""
    return _end(implementation, ImplementationState.FAILED, reason, at, on)


def _end(row: Implementation, state: ImplementationState, reason: str, at: datetime, on: date | None) -> Implementation:
    row.ended_on = on or local_day(row.idea.cohort, at)
    _past(row.idea, row.ended_on, at)
    row.state, row.reason = state, reason
    row.save(update_fields=["state", "reason", "ended_on"])
    return row
