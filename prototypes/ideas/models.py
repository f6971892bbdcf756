"""Ideas, and the append-only events that tell what happened to them."""

from collections.abc import Iterable
from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import Concat, Lower, Replace
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort
from prototypes.challenges.models import Challenge
from prototypes.columns import FIXED, entry_field, known
from prototypes.enums import IDEA_OPEN, IDEA_REPLACED, AbandonedFor, Decision, IdeaState
from prototypes.ideas.stale import silence
from prototypes.ideas.triggers import EventEvidence, EventFate, EventMerge, EventPlace, EventSequence, IdeaNumber
from prototypes.visibility import confirms, readable
from web.database.created_on import born_field, born_fixed
from web.database.text_search import together, words_index
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule
from web.dates.clock import Day, day_of_rows
from web.dates.precision import Precision, precision_field
from web.forms.edit_conflicts import by_field

KEPT = (
    "state",
    "state_since",
    "state_precision",
    "state_label",
    "accepted_on",
    "reached_test_on",
    "implemented_on",
    "merged_into_id",
    "last_sign_on",
)
UNTOUCHED = "'', NULL::date, 'day', '', NULL::date, NULL::date, NULL::date, NULL::bigint, NULL::date"


# What is searched. PostgreSQL reads “PDL-003” as “pdl” and minus three: a reference is found by its number, too.
IDEA_TEXT = together("reference", Replace("reference", Value("-"), Value(" ")), "title", "summary")


def _row(side: str) -> str:
    return ", ".join(f"{side}.{column}" for column in KEPT)


class IdeaQuerySet(models.QuerySet["Idea"]):
    def visible_to(self, user: User) -> "IdeaQuerySet":
        return self.filter(readable(user))

    def opened_by(self, user: User) -> "IdeaQuerySet":
        """With `readable`, whether the person may open its page: asked of cohorts, and so of no idea but these."""
        return self.annotate(readable=ExpressionWrapper(readable(user), models.BooleanField()))

    def newest_sign_first(self) -> "IdeaQuerySet":
        return self.order_by(F("last_sign_on").desc(nulls_last=True), F("id").desc())

    def by(self, user: User) -> "IdeaQuerySet":
        """The person's own, as owner or as co-author."""
        return self.filter(Q(owner=user) | Q(pk__in=user.co_authored_ideas.values("pk")))

    def open(self) -> "IdeaQuerySet":
        return self.filter(state__in=IDEA_OPEN)

    def measured(self) -> "IdeaQuerySet":
        """Work done on the platform, published facts left out."""
        return self.filter(retrospective=False)

    def counted(self) -> "IdeaQuerySet":
        """Those of which somebody can say how they are: accepted, and neither merged into another idea nor split."""
        return self.measured().filter(accepted_on__isnull=False).exclude(state__in=IDEA_REPLACED)

    def unconfirmed(self, today: Day) -> "IdeaQuerySet":
        """Counted ideas without any sign for six months: how they stand is not sure any more."""
        return self.counted().filter(last_sign_on__lte=day_of_rows(today, "cohort__authority", silence))

    def marked(self, user: User, today: Day) -> "IdeaQuerySet":
        """With `faded`, whether each is among those, and `to_confirm`, whether that is also for the person to say."""
        silent_since = day_of_rows(today, "cohort__authority", silence)
        faded = Q(retrospective=False, accepted_on__isnull=False, last_sign_on__lte=silent_since)
        faded &= ~Q(state__in=IDEA_REPLACED)
        may = Q() if user.is_lab_staff else confirms(user, today)
        found = {"faded": faded, "to_confirm": faded & may}
        return self.annotate(**{name: ExpressionWrapper(q, models.BooleanField()) for name, q in found.items()})

    def confirmable_by(self, user: User, today: Day) -> "IdeaQuerySet":
        """Those the person may confirm that day: the row of `permissions.TABLE`, asked of many ideas at once."""
        return self if user.is_lab_staff else self.filter(confirms(user, today))

    def saying(self, words: str) -> "IdeaQuerySet":
        """Every word occurs in the reference, title or summary; accents and capitals do not matter."""
        text = Concat("reference", Value(" "), "title", Value(" "), "summary", output_field=models.TextField())
        found = self.annotate(said=Lower(Unaccent(text)))
        for word in words.split():
            found = found.filter(said__contains=Lower(Unaccent(Value(word))))
        return found


@tracked(
    model_name="IdeaHistory", obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history")
)
class Idea(models.Model):
    """A policy idea. Its events are its story; the columns of `KEPT` follow them by trigger, for quick lists.

    Number and reference (PDL-003) are given by a trigger. Without an event that counts, the state is empty: not known.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="ideas", verbose_name=_("cohort"))
    challenge = models.ForeignKey(
        Challenge, models.PROTECT, null=True, blank=True, related_name="ideas", verbose_name=_("challenge")
    )
    number = models.PositiveIntegerField(_("number"), default=0, editable=False)
    reference = models.CharField(_("reference"), max_length=16, default="", editable=False)
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="ideas", verbose_name=_("owner")
    )
    co_authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="prototypes.IdeaAuthor",
        related_name="co_authored_ideas",
        verbose_name=_("co-authors"),
    )
    shared_with_edition = models.BooleanField(_("shared with the edition"), default=False)
    state = models.CharField(
        _("state"), max_length=12, choices=IdeaState.choices, default="", blank=True, editable=False
    )
    state_since = models.DateField(_("in this state since"), null=True, editable=False)
    state_precision = precision_field()
    state_label = models.CharField(_("state, in free text"), max_length=80, blank=True, editable=False)
    accepted_on = models.DateField(_("accepted on"), null=True, editable=False)
    reached_test_on = models.DateField(_("first in test on"), null=True, editable=False)
    implemented_on = models.DateField(_("implemented on"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged_ideas", verbose_name=_("merged into")
    )
    last_sign_on = models.DateField(_("last update"), null=True, editable=False)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    entry = entry_field()
    born_on = born_field()

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "reference"], name="idea_reference_once"),
            models.UniqueConstraint(fields=["entry"], name="idea_entry_once"),
        ]
        indexes = [
            models.Index(F("last_sign_on").desc(nulls_last=True), F("id").desc(), name="idea_last_sign"),
            models.Index(fields=["cohort", "state"], name="idea_cohort_state"),
            words_index(IDEA_TEXT, name="idea_words"),
        ]
        triggers = [
            IdeaNumber(name="idea_number"),
            Rule(
                name="idea_kept_by_events",
                broken="pg_trigger_depth() < 2 AND ((TG_OP = 'INSERT' AND "
                f"ROW({_row('NEW')}) IS DISTINCT FROM ROW({UNTOUCHED})) OR (TG_OP = 'UPDATE' AND "
                f"ROW({_row('NEW')}) IS DISTINCT FROM ROW({_row('OLD')})))",
            ),
            Rule(
                name="idea_reference_fixed",
                broken="TG_OP = 'UPDATE' AND (NEW.cohort_id, NEW.number, NEW.reference)"
                " IS DISTINCT FROM (OLD.cohort_id, OLD.number, OLD.reference)",
            ),
            Rule(
                name="idea_challenge_of_cohort",
                broken="NEW.challenge_id IS NOT NULL AND (SELECT c.cohort_id <> NEW.cohort_id"
                " FROM prototypes_challenge c WHERE c.id = NEW.challenge_id)",
            ),
            Rule(name="idea_retrospective_fixed", broken=FIXED),
            born_fixed("idea_born"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("prototypes:idea", args=[self.pk])

    def stands(self) -> dict[str, object]:
        """What its form starts from, by field."""
        return by_field(self, "title", "summary", "challenge", "owner") | {"co_authors": sorted(self.author_ids)}

    @property
    def tone(self) -> str:
        return IdeaState(self.state).tone if self.state else "neutral"

    @property
    def state_text(self) -> StrOrPromise:
        """The state in the words of our list, else of its source, else that nobody wrote it down."""
        return self.state_label or (IdeaState(self.state).label if self.state else _("not known"))

    @cached_property
    def author_ids(self) -> frozenset[int]:
        """The co-authors, beside the owner (one statement, unless the page has read them already)."""
        return frozenset(self.co_authors.values_list("pk", flat=True)) if self.pk else frozenset()

    def is_by(self, user: User) -> bool:
        """Whether it is the person's own: its owner's, or a co-author's."""
        return self.owner_id == user.pk or user.pk in self.author_ids


class IdeaEventQuerySet(models.QuerySet["IdeaEvent"]):
    def counting(self) -> "IdeaEventQuerySet":
        """Those no correction names, in the order of the story."""
        return self.filter(corrections=None).order_by("idea", "effective_on", "place")


@tracked(
    model_name="IdeaEventHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history"),
)
class IdeaEvent(models.Model):
    """Something that happened to an idea: appended, never changed. A mistake is named by a new event (`corrects`).

    `effective_on` is when it happened, `recorded_on` the authority's local date when it was written. `place` orders the
    events of one day: a correction takes the place of what it corrects.
    """

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="events", verbose_name=_("idea"))
    state = models.CharField(_("state"), max_length=12, choices=IdeaState.choices)
    state_label = models.CharField(_("state, in free text"), max_length=80, blank=True)
    effective_on = models.DateField(_("happened on"), null=True, blank=True)
    precision = precision_field()
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_on = models.DateField(_("recorded on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    reason = models.TextField(_("reason"), blank=True)
    abandoned_for = models.CharField(
        _("reason for abandonment"), max_length=11, choices=AbandonedFor.choices, blank=True
    )
    evidence = models.TextField(_("evidence"), blank=True)
    decision = models.CharField(_("decision"), max_length=5, choices=Decision.choices, blank=True)
    merged_into = models.ForeignKey(
        Idea, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("merged into")
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    place = models.BigIntegerField(_("position in the timeline"), default=0, editable=False)
    known_as = models.BooleanField(_("as published"), default=False)
    source = models.TextField(_("source"), blank=True)

    objects = IdeaEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of an idea")
        verbose_name_plural = _("events of ideas")
        ordering: ClassVar[list[str]] = ["idea", "effective_on", "place", "id"]
        constraints = [
            known("state", IdeaState, "idea_event_state_known"),
            known("precision", Precision, "idea_event_precision_known"),
            known("decision", Decision, "idea_event_decision_known", blank=True),
            known("abandoned_for", AbandonedFor, "idea_event_abandoned_for_known", blank=True),
            models.CheckConstraint(
                condition=Q(known_as=True) | Q(effective_on__isnull=False), name="idea_event_date_known"
            ),
            models.CheckConstraint(
                condition=Q(known_as=True) | Q(effective_on__lte=F("recorded_on")), name="idea_event_not_future"
            ),
            models.CheckConstraint(
                condition=Q(known_as=True) | ~Q(state="abandoned", reason=""), name="idea_event_abandoned_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="abandoned") | Q(abandoned_for=""), name="idea_event_abandoned_for"
            ),
            models.CheckConstraint(
                condition=Q(known_as=True)
                | (Q(state="decided") & ~Q(decision=""))
                | (~Q(state="decided") & Q(decision="")),
                name="idea_event_decision",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None))
                | Q(known_as=True, merged_into=None),
                name="idea_event_merge_target",
            ),
        ]
        indexes = [
            models.Index(fields=["idea"], condition=Q(state="abandoned"), name="idea_event_given_up"),
            models.Index(fields=["idea"], condition=~Q(precision="day"), name="idea_event_vague"),
        ]
        triggers = [
            EventPlace(name="idea_event_correction"),
            EventEvidence(name="idea_event_evidence"),
            EventMerge(name="idea_event_merge"),
            EventSequence(name="idea_event_sequence"),
            EventFate(name="idea_event_what_is_live"),
            Frozen(name="idea_event_append_only", but=["by_id"]),
            NoTruncate(name="idea_event_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} · {self.effective_on or '?'}"


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
