"""Verbs on ideas. Each change of state appends an event; `on` is the day it took effect, by default that of `at`."""

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
from prototypes.enums import IDEA_REPLACED, AbandonedFor, IdeaState, TrialState
from prototypes.handover.packages import pack
from prototypes.ideas.actions.story import advance, first_after, record, same_tests, sent_before
from prototypes.models import Challenge, Idea, IdeaAuthor, IdeaEvent, Support, Trial
from prototypes.row_changes import locked, say
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen


@action(gettext_lazy("Idea captured"))
def capture_idea(
    *,
    cohort: Cohort,
    title: str,
    by: User,
    at: datetime,
    challenge: Challenge | None = None,
    entry: UUID | None = None,
    on: date | None = None,
    precision: str = "day",
    **fields: Any,
) -> Idea:
    """Write an idea down. It gets the cohort's next reference; the same form sent again gives the same idea.

    Raises DomainError when the form was changed meanwhile.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    told = {"cohort": cohort, "title": title, "challenge": challenge, **fields}
    day = first_after(None, Idea(cohort=cohort), on or local_day(cohort, at), precision)
    if made := sent_before(as_captured(by), entry, captured_on=day, captured_precision=precision, **told):
        return made
    fields.setdefault("owner", by)
    idea = Idea.objects.create(cohort=cohort, title=title, challenge=challenge, entry=entry or uuid4(), **fields)
    idea.refresh_from_db(fields=["number", "reference"])
    record(idea=idea, state=IdeaState.CAPTURED, at=at, by=by, on=on, precision=precision)
    return idea


def as_captured(by: User) -> QuerySet[Idea]:
    """The ideas the person may read, with what their first event said."""
    first = IdeaEvent.objects.filter(idea=OuterRef("pk")).order_by("pk")
    day, precision = (Subquery(first.values(name)[:1]) for name in ("effective_on", "precision"))
    return Idea.objects.visible_to(by).annotate(captured_on=day, captured_precision=precision)


@action(gettext_lazy("Idea changed"))
def change_idea(
    *, idea: Idea, by: User, co_authors: Iterable[User] | None = None, seen: str | None = None, **fields: Any
) -> Idea:
    """Change its title, summary, challenge, owner or co-authors; `seen` as in `changing.change`."""
    row = locked(idea)
    stands = row.stands()
    say(row, fields)
    chosen = row.author_ids if co_authors is None else {person.pk for person in co_authors}
    check_seen(seen, stands=stands, sent=row.stands() | {"co_authors": sorted({*chosen} - {row.owner_id})})
    row.save(update_fields=list(fields))
    if co_authors is not None:
        name_authors(row, chosen)
    return row


def name_authors(idea: Idea, chosen: Collection[int]) -> None:
    """These and no others are its co-authors; rows that stay are left alone."""
    chosen = set(chosen) - {idea.owner_id}
    rows = IdeaAuthor.objects.filter(idea=idea)
    rows.exclude(user__in=chosen).delete()
    for pk in sorted(chosen - set(rows.values_list("user_id", flat=True))):
        IdeaAuthor.objects.create(idea=idea, user_id=pk)
    idea.__dict__.pop("author_ids", None)


@action(gettext_lazy("Idea shared"), security_event=True)
def share_idea(*, idea: Idea, shared: bool, by: User) -> Idea:
    """Let the other cohorts of the edition read the idea, its prototypes and its tests, or stop that."""
    idea.shared_with_edition = shared
    idea.save(update_fields=["shared_with_edition"])
    return idea


@action(gettext_lazy("Idea accepted"))
def accept_idea(*, idea: Idea, by: User, at: datetime, on: date | None = None, **told: Any) -> IdeaEvent:
    """The clock starts. Work done before acceptance moves the idea on at once."""
    event = record(idea=idea, state=IdeaState.ACCEPTED, at=at, by=by, on=on, **told)
    follow_work(idea=idea, at=at, by=by)
    return event


def follow_work(*, idea: Idea, at: datetime, by: User) -> None:
    """Prototyping since its first prototype, testing since its first locked test; never earlier than its acceptance."""
    trials = Trial.objects.filter(prototype__idea=idea).exclude(state=TrialState.CANCELLED)
    made = idea.prototypes.aggregate(first=Min("made_on"))["first"]
    locked = trials.aggregate(first=Min("locked_on"))["first"]
    for state, first in ((IdeaState.PROTOTYPING, made), (IdeaState.TESTING, locked)):
        if first:
            advance(idea=idea, to=state, on=first, at=at, by=by)


@action(gettext_lazy("Idea parked"))
def park_idea(
    *, idea: Idea, by: User, at: datetime, reason: str = "", on: date | None = None, **told: Any
) -> IdeaEvent:
    """Set it aside; it can be taken up again where it was."""
    return record(idea=idea, state=IdeaState.PARKED, at=at, by=by, on=on, reason=reason, **told)


@action(gettext_lazy("Idea taken up again"))
def resume_idea(
    *, idea: Idea, by: User, at: datetime, reason: str = "", on: date | None = None, **told: Any
) -> IdeaEvent:
    """Take a parked idea up again in the state it was parked in; a decision stands on the same tests as before.

    Raises DomainError when it is not parked.
    """
    if idea.state != IdeaState.PARKED:
        raise DomainError(_("Only a parked idea can be taken up again."))
    before = IdeaEvent.objects.counting().filter(idea=idea).exclude(state=IdeaState.PARKED).last()
    assert before is not None  # noqa: S101 - every idea is captured first
    told |= {"decision": before.decision, "reason": reason or before.reason}
    event = record(idea=idea, state=before.state, at=at, by=by, on=on, **told)
    same_tests(before, event)
    return event


@action(gettext_lazy("Idea abandoned"))
def abandon_idea(
    *,
    idea: Idea,
    reason: str,
    by: User,
    at: datetime,
    abandoned_for: str = AbandonedFor.OTHER,
    on: date | None = None,
    **told: Any,
) -> IdeaEvent:
    """Stop here, and say why: a reason of the kept list, and words; it can be reopened."""
    told |= {"reason": reason, "abandoned_for": abandoned_for}
    return record(idea=idea, state=IdeaState.ABANDONED, at=at, by=by, on=on, **told)


@action(gettext_lazy("Idea opened again"))
def reopen_idea(*, idea: Idea, reason: str, by: User, at: datetime, on: date | None = None, **told: Any) -> IdeaEvent:
    """An abandoned idea is accepted again; its clock keeps its first start. Raises DomainError for any other."""
    if idea.state != IdeaState.ABANDONED:
        raise DomainError(_("Only an abandoned idea can be reopened."))
    return record(idea=idea, state=IdeaState.ACCEPTED, at=at, by=by, on=on, reason=reason, **told)


@action(gettext_lazy("Idea merged into another"))
def merge_idea(
    *, idea: Idea, into: Idea, by: User, at: datetime, reason: str = "", on: date | None = None, **told: Any
) -> IdeaEvent:
    """The idea lives on in another one of its edition, and counts once. Raises DomainError when that one has ended."""
    if into.state in {IdeaState.ABANDONED, *IDEA_REPLACED}:
        raise DomainError(_("The idea you chose has itself ended. Choose an idea that is still running."), field="into")
    return record(idea=idea, state=IdeaState.MERGED, at=at, by=by, on=on, reason=reason, merged_into=into, **told)


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
    **told: Any,
) -> IdeaEvent:
    """Adopt or adapt, on the strength of the concluded `tests` named (None: all there are) or of a written reason."""
    concluded = Trial.objects.filter(prototype__idea=idea, state=TrialState.CONCLUDED).order_by("concluded_on", "pk")
    named = list(concluded) if tests is None else list(tests)
    if not named and not reason and concluded.exists():
        raise DomainError(_("Choose the tests behind the decision, or give its reason."), field="tests")
    told |= {"decision": decision, "reason": reason}
    event = record(idea=idea, state=IdeaState.DECIDED, at=at, by=by, on=on, **told)
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
    **told: Any,
) -> IdeaEvent:
    """A department takes the idea on; `evidence` says which, and what shows it.

    The `package` (receives, watch, open_points, contact) is kept for it with the work as it stands.
    """
    event = record(idea=idea, state=IdeaState.HANDED_OVER, at=at, by=by, on=on, evidence=evidence, **told)
    pack(event, package or {})
    return event


@action(gettext_lazy("Implementation begun"))
def start_implementing(
    *, idea: Idea, by: User, at: datetime, evidence: str = "", on: date | None = None, **told: Any
) -> IdeaEvent:
    """The department has begun to put the idea to work."""
    return record(idea=idea, state=IdeaState.IMPLEMENTING, at=at, by=by, on=on, evidence=evidence, **told)
