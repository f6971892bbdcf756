"""Actions on ideas. Each change of state appends an event; `on` is the day it took effect, by default that of `at`."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from cohorts.models import Cohort
from prototypes.enums import IDEA_REPLACED, AbandonReason, IdeaState, TrialState
from prototypes.handover.packages import create_package
from prototypes.ideas.actions.recording import advance, copy_supports, first_day_meant, record
from prototypes.models import Challenge, Idea, IdeaAuthor, IdeaEvent, Support, Trial
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version
from web.forms.idempotency import find_earlier_submission
from web.forms.row_changes import assign, lock_row

IDEA_ALREADY_SENT = gettext_lazy(
    "You have already sent this form: it created “%(row)s”. To add another idea, send it again."
)


@action(gettext_lazy("Idea captured"))
def capture_idea(
    *,
    cohort: Cohort,
    title: str,
    by: User | None,
    at: datetime,
    challenge: Challenge | None = None,
    idempotency_key: UUID | None = None,
    on: date | None = None,
    precision: str = "day",
    **fields: Any,
) -> Idea:
    """Record a new idea under the cohort's next reference, captured on the day `on` (by default that of `at`), and
    return it.

    `precision` ("day", "month" or "year") says how well `on` is known. `fields` are further columns; the owner is `by`
    unless given. The same form sent twice (same `idempotency_key`) returns the first idea. Raises DomainError when the
    form was changed in between.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    values = {"cohort": cohort, "title": title, "challenge": challenge, **fields}
    day = first_day_meant(None, Idea(cohort=cohort), on or local_day(cohort, at), precision)
    earlier = {"captured_on": day, "captured_precision": precision, **values}
    rows = with_capture_event(by) if by else Idea.objects.none()
    if existing := find_earlier_submission(rows, idempotency_key, message=IDEA_ALREADY_SENT, **earlier):
        return existing
    fields.setdefault("owner", by)
    idea = Idea.objects.create(
        cohort=cohort, title=title, challenge=challenge, idempotency_key=idempotency_key or uuid4(), **fields
    )
    idea.refresh_from_db(fields=["number", "reference"])
    record(idea=idea, state=IdeaState.CAPTURED, at=at, by=by, on=on, precision=precision)
    return idea


def with_capture_event(by: User) -> QuerySet[Idea]:
    """Return the ideas that the person `by` may read, annotated with day and precision of their first event.

    The annotations are `captured_on` and `captured_precision`; a form sent twice is compared with them.
    """
    first = IdeaEvent.objects.filter(idea=OuterRef("pk")).order_by("pk")
    day, precision = (Subquery(first.values(name)[:1]) for name in ("effective_on", "precision"))
    return Idea.objects.visible_to(by).annotate(captured_on=day, captured_precision=precision)


@action(gettext_lazy("Published idea recorded"))
def record_published_idea(
    *,
    cohort: Cohort,
    title: str,
    summary: str,
    state: str,
    on: date | None,
    source: str,
    by: User | None,
    at: datetime,
) -> Idea:
    """Record an idea that is only known from publications, with the state that they report, and return it.

    `on` is the day of that state, None where it is not known. Such an idea never changes and counts in no rate. Raises
    DomainError unless the cohort itself is known from publications only.
    """
    if not cohort.retrospective:
        raise DomainError(_("Published ideas belong to a cohort that is only known from publications."))
    idea = Idea.objects.create(cohort=cohort, title=title, summary=summary, source=source, retrospective=True)
    IdeaEvent.objects.create(
        idea=idea,
        state=state,
        effective_on=on,
        is_reported_state=True,
        recorded_at=at,
        recorded_on=local_day(cohort, at),
        source=source,
        by=by,
    )
    idea.refresh_from_db()
    return idea


@action(gettext_lazy("Idea changed"))
def change_idea(
    *,
    idea: Idea,
    by: User | None,
    co_authors: Iterable[User] | None = None,
    version_token: str | None = None,
    **fields: Any,
) -> Idea:
    """Save new values of an idea's title, texts, challenge or owner (`fields`, by name) and of its co-authors; return
    the idea.

    With None the co-authors stay. `version_token` is the hash of the values with which the form was opened (None: no
    check). Raises EditConflict when someone else has saved other values since.
    """
    row = lock_row(idea)
    current = row.form_values()
    assign(row, fields)
    chosen = row.co_author_ids if co_authors is None else {person.pk for person in co_authors}
    check_version(
        version_token, current=current, submitted=row.form_values() | {"co_authors": sorted({*chosen} - {row.owner_id})}
    )
    row.save(update_fields=list(fields))
    if co_authors is not None:
        set_co_authors(row, chosen)
    return row


def set_co_authors(idea: Idea, chosen: Collection[int]) -> None:
    """Make the people with these keys, and no others, the co-authors of the idea; the key of its owner is ignored."""
    chosen = set(chosen) - {idea.owner_id}
    rows = IdeaAuthor.objects.filter(idea=idea)
    rows.exclude(user__in=chosen).delete()
    for pk in sorted(chosen - set(rows.values_list("user_id", flat=True))):
        IdeaAuthor.objects.create(idea=idea, user_id=pk)
    idea.__dict__.pop("co_author_ids", None)


@action(gettext_lazy("Sharing of the idea changed"), security_event=True)
def share_idea(*, idea: Idea, shared: bool, by: User) -> Idea:
    """Let the other cohorts of the edition read the idea and everything on its page; with `shared` False, only its own
    cohort can.

    Returns the idea.
    """
    idea.shared_with_edition = shared
    idea.save(update_fields=["shared_with_edition"])
    return idea


@action(gettext_lazy("Idea accepted"))
def accept_idea(*, idea: Idea, by: User | None, at: datetime, on: date | None = None, **details: Any) -> IdeaEvent:
    """Record that the cohort accepts the idea, and return the event; its months count from the day `on` (by default
    that of `at`).

    A prototype or locked test made before moves the idea on at once. `details` are further columns of the event. Raises
    DomainError when the state of the idea does not allow this.
    """
    event = record(idea=idea, state=IdeaState.ACCEPTED, at=at, by=by, on=on, **details)
    apply_earlier_work(idea=idea, at=at, by=by)
    return event


def apply_earlier_work(*, idea: Idea, at: datetime, by: User | None) -> None:
    """Record that the idea is prototyping or testing, if it already has a prototype, or a locked test that is not
    cancelled.

    The states begin with that work, but not before the acceptance of the idea. `at` and `by` are stored with the
    events.
    """
    trials = Trial.objects.filter(prototype__idea=idea).exclude(state=TrialState.CANCELLED)
    first_made_on = idea.prototypes.aggregate(first=Min("made_on"))["first"]
    first_locked_on = trials.aggregate(first=Min("locked_on"))["first"]
    for state, first in ((IdeaState.PROTOTYPING, first_made_on), (IdeaState.TESTING, first_locked_on)):
        if first:
            advance(idea=idea, to=state, on=first, at=at, by=by)


@action(gettext_lazy("Idea parked"))
def park_idea(
    *, idea: Idea, by: User, at: datetime, reason: str = "", on: date | None = None, **details: Any
) -> IdeaEvent:
    """Record that the idea is set aside, and return the event; the idea can be resumed later in its present state.

    `on` is the day (by default that of `at`), `details` are further columns of the event. Raises DomainError when the
    idea has ended or is parked.
    """
    return record(idea=idea, state=IdeaState.PARKED, at=at, by=by, on=on, reason=reason, **details)


@action(gettext_lazy("Idea resumed"))
def resume_idea(
    *, idea: Idea, by: User, at: datetime, reason: str = "", on: date | None = None, **details: Any
) -> IdeaEvent:
    """Record that a parked idea is resumed in the state it had before, and return the event; a decision keeps its
    tests.

    `on` is the day (by default that of `at`), `details` are further columns of the event. Raises DomainError when the
    idea is not parked.
    """
    if idea.state != IdeaState.PARKED:
        raise DomainError(_("Only a parked idea can be resumed."))
    before = IdeaEvent.objects.uncorrected().filter(idea=idea).exclude(state=IdeaState.PARKED).last()
    assert before is not None  # noqa: S101 - every idea is captured first
    details |= {"decision": before.decision, "reason": reason or before.reason}
    event = record(idea=idea, state=before.state, at=at, by=by, on=on, **details)
    copy_supports(before, event)
    return event


@action(gettext_lazy("Idea abandoned"))
def abandon_idea(
    *,
    idea: Idea,
    reason: str,
    by: User | None,
    at: datetime,
    abandoned_for: str = AbandonReason.OTHER,
    on: date | None = None,
    **details: Any,
) -> IdeaEvent:
    """Record that the idea is abandoned, with the reason in words, and return the event; the idea can be reopened.

    `abandoned_for` is the kind of reason, such as "no_need" or "too_costly"; `on` is the day (by default that of `at`),
    `details` are further columns of the event. Raises DomainError when the idea has ended.
    """
    details |= {"reason": reason, "abandoned_for": abandoned_for}
    return record(idea=idea, state=IdeaState.ABANDONED, at=at, by=by, on=on, **details)


@action(gettext_lazy("Idea opened again"))
def reopen_idea(
    *, idea: Idea, reason: str, by: User, at: datetime, on: date | None = None, **details: Any
) -> IdeaEvent:
    """Record that an abandoned idea is accepted again, and return the event; its months still count from the first
    acceptance.

    `on` is the day (by default that of `at`), `details` are further columns of the event. Raises DomainError when the
    idea is not abandoned.
    """
    if idea.state != IdeaState.ABANDONED:
        raise DomainError(_("Only an abandoned idea can be reopened."))
    return record(idea=idea, state=IdeaState.ACCEPTED, at=at, by=by, on=on, reason=reason, **details)


@action(gettext_lazy("Idea merged into another"))
def merge_idea(
    *, idea: Idea, into: Idea, by: User, at: datetime, reason: str = "", on: date | None = None, **details: Any
) -> IdeaEvent:
    """Record that the idea is merged into another one of its edition, and return the event; together they count once.

    `on` is the day (by default that of `at`), `details` are further columns of the event. Raises DomainError when the
    idea has ended, and when `into` is abandoned, merged or split.
    """
    if into.state in {IdeaState.ABANDONED, *IDEA_REPLACED}:
        raise DomainError(_("The idea you chose has itself ended. Choose an idea that is still running."), field="into")
    return record(idea=idea, state=IdeaState.MERGED, at=at, by=by, on=on, reason=reason, merged_into=into, **details)


@action(gettext_lazy("Decision on the idea recorded"))
def decide_idea(
    *,
    idea: Idea,
    decision: str,
    by: User,
    at: datetime,
    reason: str = "",
    tests: Iterable[Trial] | None = None,
    on: date | None = None,
    **details: Any,
) -> IdeaEvent:
    """Record the `decision` to "adopt" or "adapt" the idea, with the concluded `tests` behind it, and return the event.

    With None these are all its concluded tests. `on` is the day (by default that of `at`), `details` are further
    columns of the event. Raises DomainError when the idea has concluded tests, but neither tests nor a reason are
    given.
    """
    concluded = Trial.objects.filter(prototype__idea=idea, state=TrialState.CONCLUDED).order_by("concluded_on", "pk")
    named = list(concluded) if tests is None else list(tests)
    if not named and not reason and concluded.exists():
        raise DomainError(_("Choose the tests behind the decision, or give its reason."), field="tests")
    details |= {"decision": decision, "reason": reason}
    event = record(idea=idea, state=IdeaState.DECIDED, at=at, by=by, on=on, **details)
    for trial in named:
        Support.objects.create(event=event, trial=trial)
    return event


@action(gettext_lazy("Idea handed over"))
def hand_over_idea(
    *,
    idea: Idea,
    by: User,
    at: datetime,
    evidence: str = "",
    on: date | None = None,
    package: Mapping[str, str] | None = None,
    **details: Any,
) -> IdeaEvent:
    """Record that a department takes over the idea (`evidence` names it), create the package it receives, and return
    the event.

    `package` holds the texts receives, watch, open_points and contact; a copy of the work is added. `on` is the day (by
    default that of `at`), `details` are further columns of the event. Raises DomainError unless the idea is decided.
    """
    event = record(idea=idea, state=IdeaState.HANDED_OVER, at=at, by=by, on=on, evidence=evidence, **details)
    create_package(event, package or {})
    return event


@action(gettext_lazy("Implementation begun"))
def start_implementing(
    *, idea: Idea, by: User, at: datetime, evidence: str = "", on: date | None = None, **details: Any
) -> IdeaEvent:
    """Record that the department has begun to implement the idea on the day `on` (by default that of `at`); return the
    event.

    `evidence` names who takes it on; `details` are further columns of the event. Raises DomainError unless the idea is
    handed over.
    """
    return record(idea=idea, state=IdeaState.IMPLEMENTING, at=at, by=by, on=on, evidence=evidence, **details)
