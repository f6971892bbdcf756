"""Actions on implementations of ideas, in their own authority or elsewhere."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from programmes.models import Authority
from prototypes.enums import (
    COUNTED_SCOPES,
    CURRENTLY_LIVE,
    IdeaState,
    ImplementationKind,
    ImplementationScope,
    ImplementationState,
)
from prototypes.ideas.actions.recording import first_possible_day, lock_idea, record
from prototypes.models import Idea, Implementation
from web.actions import action
from web.errors import DomainError

COPIED_FIELDS: Final = (
    *("idea", "authority", "kind", "state", "ended_on", "ended_precision", "reason", "retrospective", "source"),
)


@action(gettext_lazy("Idea marked as implemented"))
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
    """Record that the idea is live in its own authority since `on` (by default the day of `at`); return the
    implementation.

    `scope` "full" or "adapted" makes the idea implemented, "partial" leaves it “being implemented”. An earlier partial
    implementation stays; without a `unit`, that of the latest one is used. Raises DomainError for a future date, and
    when this is already recorded.
    """
    lock_idea(idea)
    on = first_possible_day(idea, on or local_day(idea.cohort, at), precision)
    _refuse_future_date(idea, on, at)
    earlier = idea.implementations.filter(kind=ImplementationKind.ORIGIN).not_withdrawn().order_by("pk")
    planned = earlier.filter(state=ImplementationState.PLANNED).first()
    latest = earlier.last()
    row = planned or Implementation(
        idea=idea, authority_id=idea.cohort.authority_id, created_on=local_day(idea.cohort, at)
    )
    row.scope, row.unit, row.evidence = scope, unit or (latest.unit if latest else ""), evidence
    row.live_on, row.live_precision = on, precision
    row.save()
    row.state = ImplementationState.LIVE
    row.save(update_fields=["state"])
    if scope in COUNTED_SCOPES:
        record(idea=idea, state=IdeaState.IMPLEMENTED, at=at, by=by, on=on, precision=precision, evidence=evidence)
    return row


def _refuse_future_date(idea: Idea, on: date, at: datetime) -> None:
    """Raise DomainError when the day `on` is after the local date of the idea's authority at the moment `at`."""
    if on > local_day(idea.cohort, at):
        raise DomainError(_("This date is in the future. Record only what has already happened."), field="on")


@action(gettext_lazy("Idea replicated elsewhere"))
def replicate_idea(*, idea: Idea, authority: Authority, by: User, unit: str = "") -> Implementation:
    """Record that another authority plans to implement the idea, and return this planned implementation.

    `unit` is the department. Raises DomainError for the idea's own authority.
    """
    if authority.pk == idea.cohort.authority_id:
        raise DomainError(_("The idea comes from this authority. Choose another authority."), field="authority")
    return Implementation.objects.create(idea=idea, authority=authority, unit=unit, kind=ImplementationKind.REPLICATION)


@action(gettext_lazy("Implementation went live"))
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
    """Record that a planned implementation is live since `on` (by default the day of `at`), with evidence; return it.

    `scope` is "full", "adapted" or "partial", `precision` says how well `on` is known. Raises DomainError for a future
    date and unless it is planned.
    """
    idea = implementation.idea
    implementation.live_on = on or local_day(idea.cohort, at)
    _refuse_future_date(idea, implementation.live_on, at)
    implementation.live_precision, implementation.scope = precision, scope
    implementation.evidence, implementation.state = evidence, ImplementationState.LIVE
    implementation.save()
    return implementation


@action(gettext_lazy("Implementation sustained"))
def sustain_implementation(*, implementation: Implementation, by: User) -> Implementation:
    """Record that an implementation is there to last: its state becomes sustained. Raises DomainError unless it is
    live.
    """
    implementation.state = ImplementationState.SUSTAINED
    implementation.save(update_fields=["state"])
    return implementation


@action(gettext_lazy("Implementation discontinued"))
def discontinue_implementation(
    *, implementation: Implementation, reason: str, by: User, at: datetime, on: date | None = None
) -> Implementation:
    """Record that an implementation stopped `on` a day (by default that of `at`), with the reason; the idea stays
    implemented.

    In the own authority of the idea, partial implementations of the same unit that were live on that day end with it.
    Returns the implementation. Raises DomainError for a future date, and for one that is not live.
    """
    row = _record_end(implementation, ImplementationState.DISCONTINUED, reason, at, on)
    for part in _partial_implementations_within(row):
        _record_end(part, ImplementationState.DISCONTINUED, reason, at, on)
    return row


def _partial_implementations_within(row: Implementation) -> Iterable[Implementation]:
    """Return the partial implementations of the same unit that were live on the day this full or adapted one ended.

    There are none for a partial implementation, nor for one of another authority. Their first day may be later than
    that of the full one, which may be recorded with an earlier day (decision 0037).
    """
    if row.kind != ImplementationKind.ORIGIN or row.scope not in COUNTED_SCOPES:
        return ()
    same = row.idea.implementations.filter(
        kind=row.kind, unit=row.unit, scope=ImplementationScope.PARTIAL, state__in=CURRENTLY_LIVE
    )
    return same.filter(live_on__lte=row.ended_on).order_by("pk")


@action(gettext_lazy("Implementation corrected"))
def correct_implementation(
    *,
    implementation: Implementation,
    reason: str,
    by: User,
    at: datetime,
    on: date | None = None,
    precision: str = "",
    scope: str = "",
    unit: str | None = None,
    evidence: str = "",
) -> Implementation:
    """Correct an implementation that was live by a new row, with the reason, and return the new row; the old one is
    withdrawn.

    Arguments that are not given keep their values. Raises DomainError for a future date, for a day that differs from
    the idea's event “implemented”, and for a scope that would change whether the idea counts as implemented.
    """
    idea = implementation.idea
    lock_idea(idea)
    scope, on = scope or implementation.scope, on or implementation.live_on
    _refuse_future_date(idea, on or local_day(idea.cohort, at), at)
    if implementation.kind == ImplementationKind.ORIGIN:
        _check_against_event(implementation, scope, on)
    return Implementation.objects.create(
        **{name: getattr(implementation, name) for name in COPIED_FIELDS},
        scope=scope,
        unit=implementation.unit if unit is None else unit,
        evidence=evidence or implementation.evidence,
        live_on=on,
        live_precision=precision or implementation.live_precision,
        created_on=local_day(idea.cohort, at),
        corrects=implementation,
        correction_reason=reason,
    )


def _check_against_event(row: Implementation, scope: str, on: date | None) -> None:
    """Raise DomainError when the corrected `scope` or day `on` of an implementation contradicts the idea's event
    “implemented”.

    A counted scope (full or adapted) cannot become partial or the reverse, and the day of a counted one comes from the
    event.
    """
    if scope not in COUNTED_SCOPES and row.scope in COUNTED_SCOPES:
        raise DomainError(
            _(
                "This implementation is the reason why the idea counts as implemented. Correct the"
                " “implemented” event of the idea first, then record the partial implementation."
            ),
            field="scope",
        )
    if scope in COUNTED_SCOPES and row.scope not in COUNTED_SCOPES:
        raise DomainError(
            _("A partial implementation cannot become a full one. Mark the idea as implemented instead."), field="scope"
        )
    if row.scope in COUNTED_SCOPES and on != row.live_on:
        raise DomainError(_("This date comes from an event of the idea. Correct the date in that event."), field="on")


@action(gettext_lazy("Implementation given up"))
def fail_implementation(
    *, implementation: Implementation, reason: str, by: User, at: datetime, on: date | None = None
) -> Implementation:
    """Record that an implementation will not go live, with the reason: its state becomes failed. Return it.

    `on` is the day (by default that of `at`). Raises DomainError for a future date and unless it is planned.
    """
    return _record_end(implementation, ImplementationState.FAILED, reason, at, on)


def _record_end(
    row: Implementation, state: ImplementationState, reason: str, at: datetime, on: date | None
) -> Implementation:
    """Save that an implementation came into `state` on the day `on` (None: that of `at`), with the reason, and return
    it.

    Raises DomainError for a future date.
    """
    row.ended_on = on or local_day(row.idea.cohort, at)
    _refuse_future_date(row.idea, row.ended_on, at)
    row.state, row.reason = state, reason
    row.save(update_fields=["state", "reason", "ended_on"])
    return row
