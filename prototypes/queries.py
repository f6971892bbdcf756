"""Questions about challenges, ideas, prototypes and tests. Every page starts from `visible_to`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models import Case, Count, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Lower

from cohorts.enums import Role
from cohorts.models import Cohort
from cohorts.queries import (
    MembershipQuerySet,
    active_on,
    beyond_any_day,
    was_there,
    with_last_day,
    within_reach,
    without_last_day,
)
from prototypes.enums import (
    BEEN_LIVE,
    COUNTED_SCOPES,
    IDEA_OPEN,
    IDEA_REPLACED,
    TO_LOG,
    IdeaState,
    ImplementationKind,
    TrialState,
)
from prototypes.lanes import CellState, Stance
from prototypes.silence import silence
from web.clock import Day, day_of_rows

if TYPE_CHECKING:
    from accounts.models import User
    from prototypes.models.canvases import Canvas, CanvasCell
    from prototypes.models.challenges import Challenge
    from prototypes.models.confirmations import Confirmation
    from prototypes.models.handover import Package
    from prototypes.models.ideas import Idea, IdeaEvent
    from prototypes.models.implementations import Implementation
    from prototypes.models.notes import FieldNote
    from prototypes.models.trial_corrections import TrialCorrection
    from prototypes.models.trials import Prototype, Trial


WORKING_ROLES = (Role.COORDINATOR, Role.RESIDENT, Role.PILOT, Role.AMBASSADOR)
LEADING_ROLES = (Role.COORDINATOR, Role.PILOT)
EDITING_ROLES = (Role.COORDINATOR, Role.RESIDENT, Role.PILOT)


def readable(user: User, idea: str = "", *below: str) -> Q:
    """Rows whose idea the person may read: those within reach, and those shared with the person's editions.

    `idea` leads to the idea ("prototype__idea__"), empty for ideas themselves; or to a canvas, which is shared alike.
    `below` names the days since which the row, and what lies between it and the idea, are there: see `within_reach`.
    Cohorts are found first, in statements within: asked of each idea, PostgreSQL holds every idea against every cohort.
    """
    if not user.is_authenticated or user.is_lab_staff:
        return within_reach(user, f"{idea}cohort__")
    near = Cohort.objects.filter(beyond_any_day(user)).values("pk")
    shared = Q(**{f"{idea}shared_with_edition": True})
    beside = shared & Q(**{f"{idea}cohort__in": _of_editions(without_last_day(user))})
    return Q(**{f"{idea}cohort__in": near}) | beside | _left(user, idea, shared, [f"{idea}born_on", *below])


def _left(user: User, idea: str, shared: Q, born: Collection[str]) -> Q:
    """What past members read: what was there on their last day in the cohort, or of what is shared in its edition."""
    ours, theirs = with_last_day(user), OuterRef(f"{idea}cohort")
    own = Q(**{f"{idea}cohort__in": ours.values("cohort")}) & was_there(user, born, cohort=theirs)
    near = Q(**{f"{idea}cohort__in": _of_editions(ours)}) & was_there(user, born, cohort__edition__cohorts=theirs)
    return own | (shared & near)


def _of_editions(memberships: MembershipQuerySet) -> QuerySet[Cohort, Any]:
    """The keys of all cohorts of their editions."""
    return Cohort.objects.filter(edition__in=memberships.values("cohort__edition")).values("pk")


def working_cohorts(user: User, day: Day, roles: Collection[str] = WORKING_ROLES) -> QuerySet[Cohort]:
    """Cohorts in which the person adds work that day: for lab staff all that run or are suspended.

    Published facts take none.
    """
    cohorts = Cohort.objects.filter(retrospective=False).exclude(state="withdrawn")
    if user.is_lab_staff:
        return cohorts.filter(state__in=["running", "suspended"])
    own = active_on(day, "memberships__") & Q(memberships__user=user, memberships__role__in=roles)
    return cohorts.filter(own).distinct()


def confirms(user: User, today: Day) -> Q:
    """Ideas of cohorts the person leads that day or answers for, and their own where they are a member."""
    near = user.memberships.filter(active_on(today))
    led = Q(cohort__in=near.filter(role__in=LEADING_ROLES).values("cohort"))
    administered = Q(cohort__authority__in=user.administered.active(today).values("authority"))
    own = Q(owner=user) | Q(pk__in=user.co_authored_ideas.order_by().values("pk"))
    return led | administered | (own & Q(cohort__in=near.values("cohort")))


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def visible_to(self, user: User) -> ChallengeQuerySet:
        return self.filter(within_reach(user, "cohort__", "born_on"))

    def alive(self) -> ChallengeQuerySet:
        """Those an idea can still be added to."""
        return self.exclude(state__in=["closed", "dropped"])


class IdeaQuerySet(models.QuerySet["Idea"]):
    def visible_to(self, user: User) -> IdeaQuerySet:
        return self.filter(readable(user))

    def opened_by(self, user: User) -> IdeaQuerySet:
        """With `readable`, whether the person may open its page: asked of cohorts, and so of no idea but these."""
        return self.annotate(readable=ExpressionWrapper(readable(user), models.BooleanField()))

    def newest_sign_first(self) -> IdeaQuerySet:
        return self.order_by(F("last_sign_on").desc(nulls_last=True), F("id").desc())

    def by(self, user: User) -> IdeaQuerySet:
        """The person's own, as owner or as co-author."""
        return self.filter(Q(owner=user) | Q(pk__in=user.co_authored_ideas.values("pk")))

    def open(self) -> IdeaQuerySet:
        return self.filter(state__in=IDEA_OPEN)

    def measured(self) -> IdeaQuerySet:
        """Work done on the platform, published facts left out."""
        return self.filter(retrospective=False)

    def counted(self) -> IdeaQuerySet:
        """Those of which somebody can say how they are: accepted, and neither merged into another idea nor split."""
        return self.measured().filter(accepted_on__isnull=False).exclude(state__in=IDEA_REPLACED)

    def unconfirmed(self, today: Day) -> IdeaQuerySet:
        """Counted ideas without any sign for six months: how they stand is not sure any more."""
        return self.counted().filter(last_sign_on__lte=day_of_rows(today, "cohort__authority", silence))

    def marked(self, user: User, today: Day) -> IdeaQuerySet:
        """With `faded`, whether each is among those, and `to_confirm`, whether that is also for the person to say."""
        silent_since = day_of_rows(today, "cohort__authority", silence)
        faded = Q(retrospective=False, accepted_on__isnull=False, last_sign_on__lte=silent_since)
        faded &= ~Q(state__in=IDEA_REPLACED)
        may = Q() if user.is_lab_staff else confirms(user, today)
        found = {"faded": faded, "to_confirm": faded & may}
        return self.annotate(**{name: ExpressionWrapper(q, models.BooleanField()) for name, q in found.items()})

    def confirmable_by(self, user: User, today: Day) -> IdeaQuerySet:
        """Those the person may confirm that day: the row of `permissions.TABLE`, asked of many ideas at once."""
        return self if user.is_lab_staff else self.filter(confirms(user, today))

    def saying(self, words: str) -> IdeaQuerySet:
        """Every word occurs in the reference, title or summary; accents and capitals do not matter."""
        text = Concat("reference", Value(" "), "title", Value(" "), "summary", output_field=models.TextField())
        found = self.annotate(said=Lower(Unaccent(text)))
        for word in words.split():
            found = found.filter(said__contains=Lower(Unaccent(Value(word))))
        return found


class IdeaEventQuerySet(models.QuerySet["IdeaEvent"]):
    def counting(self) -> IdeaEventQuerySet:
        """Those no correction names, in the order of the story."""
        return self.filter(corrections=None).order_by("idea", "effective_on", "place")


def live_day(implementations: Iterable[Implementation]) -> date | None:
    """Return the day from which an idea counts as live where it was born, from all its implementations."""
    days = (row.live_on for row in counted_implementations(implementations))
    return min(filter(None, days), default=None)


def counted_implementations(implementations: Iterable[Implementation]) -> list[Implementation]:
    """Return those by which their idea counts as implemented, in their order: full or adapted, where it was born."""
    return [
        row
        for row in implementations
        if row.kind == ImplementationKind.ORIGIN and row.scope in COUNTED_SCOPES and row.state in BEEN_LIVE
    ]


def reached(events: Iterable[IdeaEvent], state: str) -> IdeaEvent | None:
    """The event by which an idea came into a state the last time, of its `events` that count, in their order.

    An idea that was parked and goes on where it was did not come there anew: what runs from that day runs on.
    """
    found, before = None, ""
    for event in events:
        if event.state == state and before not in {state, IdeaState.PARKED}:
            found = event
        before = event.state
    return found


class PrototypeQuerySet(models.QuerySet["Prototype"]):
    def visible_to(self, user: User) -> PrototypeQuerySet:
        return self.filter(readable(user, "idea__", "born_on"))


class TrialQuerySet(models.QuerySet["Trial"]):
    def visible_to(self, user: User) -> TrialQuerySet:
        return self.filter(readable(user, "prototype__idea__", "prototype__born_on", "born_on"))

    def documented_failures(self) -> TrialQuerySet:
        """Tests that showed that something does not work, as well told as those that met their threshold.

        They were locked before they were run, and say what was learnt and how strong the evidence is.
        """
        told = self.filter(state="concluded", result="not_met", locked_on__lte=F("held_on"))
        return told.exclude(learning="").exclude(strength="")

    def to_note(self, user: User, day: Day, concluded_for: timedelta) -> TrialQuerySet:
        """Tests the person can write a note on: locked and held ones first, then those concluded within that time."""
        since = day_of_rows(day, "prototype__idea__cohort__authority", lambda today: today - concluded_for)
        recent = Q(state=TrialState.CONCLUDED, concluded_on__gte=since, retrospective=False)
        rows = self.worked_on(user, day).filter(Q(state__in=TO_LOG) | recent)
        open_first = Case(When(state=TrialState.CONCLUDED, then=1), default=0)
        return rows.order_by(open_first, "-locked_at", "-pk")

    def worked_on(self, user: User, day: Day) -> TrialQuerySet:
        """Those in cohorts the person works in, the latest locked or planned first."""
        return self.filter(prototype__idea__cohort__in=working_cohorts(user, day)).order_by("-locked_at", "-pk")

    def to_log(self, user: User, day: Day) -> TrialQuerySet:
        """Those of them that are locked or held."""
        return self.worked_on(user, day).filter(state__in=TO_LOG)


class FieldNoteQuerySet(models.QuerySet["FieldNote"]):
    def visible_to(self, user: User) -> FieldNoteQuerySet:
        between = ("trial__prototype__born_on", "trial__born_on")
        return self.filter(readable(user, "trial__prototype__idea__", *between, "born_on"))

    def beside(self) -> FieldNoteQuerySet:
        """Second versions, those that wait first."""
        return self.filter(outcome="beside").order_by(F("settled_at").asc(nulls_first=True), "id")

    def settleable_by(self, user: User, today: Day) -> FieldNoteQuerySet:
        """Second versions that wait for a choice this person may make: `permissions.may_edit_trial`, for many rows."""
        waiting = self.beside().filter(settled_at=None)
        cohort, idea = "trial__prototype__idea__cohort__in", "trial__prototype__idea__"
        edits = Q(**{cohort: working_cohorts(user, today, EDITING_ROLES)})
        if user.is_lab_staff:
            return waiting.filter(edits)
        own = Q(trial__planned_by=user) | Q(**{f"{idea}owner": user}) | Q(**{f"{idea}shared_with_edition": True})
        own |= Q(trial__prototype__idea__in=user.co_authored_ideas.order_by().values("pk"))
        works = Q(**{cohort: working_cohorts(user, today, (Role.AMBASSADOR,))})
        return waiting.filter(edits | (own & works))


class TrialCorrectionQuerySet(models.QuerySet["TrialCorrection"]):
    def visible_to(self, user: User) -> TrialCorrectionQuerySet:
        between = ("trial__prototype__born_on", "trial__born_on")
        return self.filter(readable(user, "trial__prototype__idea__", *between, "born_on"))


class PackageQuerySet(models.QuerySet["Package"]):
    def visible_to(self, user: User) -> PackageQuerySet:
        return self.filter(readable(user, "event__idea__", "born_on"))


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def latest_first(self) -> ConfirmationQuerySet:
        return self.order_by("-recorded_at", "-pk")


class ImplementationQuerySet(models.QuerySet["Implementation"]):
    def visible_to(self, user: User) -> ImplementationQuerySet:
        return self.filter(readable(user, "idea__", "born_on"))

    def live_that_day(self, day: date) -> ImplementationQuerySet:
        """Those that count, and are live at the end of the day, as the rates have it; published facts do not."""
        standing = Q(ended_on=None) | Q(ended_on__gt=day)
        counted = self.filter(scope__in=COUNTED_SCOPES, state__in=BEEN_LIVE, retrospective=False)
        return counted.filter(standing, live_on__lte=day).exclude(evidence="")

    def told(self) -> ImplementationQuerySet:
        """Those that no correction took back."""
        return self.exclude(state="withdrawn")


class CanvasQuerySet(models.QuerySet["Canvas"]):
    def visible_to(self, user: User) -> CanvasQuerySet:
        return self.filter(readable(user))

    def with_counts(self) -> CanvasQuerySet:
        """With how many `texts` each has, and how many of those are `assumptions`."""
        said = ~Q(cells__text="", cells__level=None)
        return self.annotate(
            texts=Count("cells", filter=said), assumptions=Count("cells", filter=Q(cells__assumption=True))
        )


class CanvasManager(models.Manager.from_queryset(CanvasQuerySet)):  # type: ignore[misc] # as Django documents it
    """Canvases of all kinds, or of the kind its model stands for."""

    def get_queryset(self) -> CanvasQuerySet:
        found: CanvasQuerySet = super().get_queryset()
        return found.filter(kind=self.model.KIND) if self.model.KIND else found


# How a text stands: what its test said of it, or what the test that was to tell has found.
STANDING = Case(
    When(text="", level=None, then=Value("")),
    When(stance=Stance.SUPPORTS, then=Value(CellState.SUPPORTED)),
    When(stance=Stance.CONTRADICTS, then=Value(CellState.CONTRADICTED)),
    When(assumption=True, trial__state="concluded", trial__result="met", then=Value(CellState.SUPPORTED)),
    When(assumption=True, trial__state="concluded", trial__result="not_met", then=Value(CellState.CONTRADICTED)),
    When(assumption=True, then=Value(CellState.ASSUMPTION)),
    default=Value(CellState.CITED),
    output_field=models.CharField(),
)


class CanvasCellQuerySet(models.QuerySet["CanvasCell"]):
    def with_standing(self) -> CanvasCellQuerySet:
        """With `standing`, how the text stands (`CellState`), and what it rests on read along."""
        return self.annotate(standing=STANDING).select_related("session", "trial", "edited_by")
