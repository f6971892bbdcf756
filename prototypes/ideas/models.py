"""Ideas, their co-authors, and the append-only events that record what happened to them."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import Replace
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort
from prototypes.challenges.models import Challenge
from prototypes.enums import IDEA_OPEN, IDEA_REPLACED, AbandonReason, IdeaDecision, IdeaState
from prototypes.ideas import recorded_reasons
from prototypes.ideas.stale import stale_cutoff
from prototypes.ideas.triggers import (
    EventEvidence,
    EventImplementations,
    EventMerge,
    EventPosition,
    EventSequence,
    IdeaNumber,
)
from prototypes.visibility import confirmable_ideas, readable_by
from web.database.columns import choices_constraint, idempotency_key_field
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.text_search import joined_text, name_order, parts_field, stem_query, words_field
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Frozen, NoTruncate, Rule
from web.dates.clock import Day, day_of_rows, earliest_of, latest_of
from web.dates.precision import Precision, precision_field
from web.forms.edit_conflicts import column_values
from web.site_addresses import cached_reverse

DERIVED_COLUMNS = (
    "state",
    "state_since",
    "state_precision",
    "state_label",
    "accepted_on",
    "reached_test_on",
    "implemented_on",
    "merged_into_id",
    "last_update_on",
)
DERIVED_DEFAULTS = "'', NULL::date, 'day', '', NULL::date, NULL::date, NULL::date, NULL::bigint, NULL::date"


KEYWORD_TEXT = joined_text("reference", "title", "summary")  # in which the list of ideas finds parts of words
# The searched text. PostgreSQL reads “PDL-003” as “pdl” and minus three, so the reference is added without its dash.
IDEA_TEXT = joined_text("reference", Replace("reference", Value("-"), Value(" ")), "title", "summary")


def _row(side: str) -> str:
    """Return the SQL list of the idea's columns that triggers derive from its events, such as its state and the day it
    was accepted.

    `side` is "NEW" or "OLD", the row after or before the change.
    """
    return ", ".join(f"{side}.{column}" for column in DERIVED_COLUMNS)


class IdeaQuerySet(models.QuerySet["Idea"]):
    def visible_to(self, user: User) -> "IdeaQuerySet":
        """Return the ideas that the person may read: those of their cohorts, and those shared with their editions.

        Lab staff read all, admins of an authority those of its cohorts, everyone signed in published facts. Past
        members read the ideas that existed on their last day.
        """
        return self.filter(readable_by(user))

    def with_readable(self, user: User) -> "IdeaQuerySet":
        """Annotate each idea with `readable`: whether it is of the person's cohorts or shared with their editions, so
        that they may open it.
        """
        return self.annotate(readable=ExpressionWrapper(readable_by(user), models.BooleanField()))

    def latest_update_first(self) -> "IdeaQuerySet":
        """Order ideas by the day of their last update, the latest first and those without one last; on one day, the
        newest idea first.
        """
        return self.order_by(F("last_update_on").desc(nulls_last=True), F("id").desc())

    def authored_by(self, user: User) -> "IdeaQuerySet":
        """Return the ideas of which the person is owner or co-author."""
        return self.filter(Q(owner=user) | Q(pk__in=user.co_authored_ideas.values("pk")))

    def open(self) -> "IdeaQuerySet":
        """Return the ideas that have not ended: neither implemented, abandoned, merged nor split. Parked ideas are
        included.
        """
        return self.filter(state__in=IDEA_OPEN)

    def measured(self) -> "IdeaQuerySet":
        """Return the ideas that come from work on the platform; those only known from publications (published facts)
        are left out.
        """
        return self.filter(retrospective=False)

    def counted(self) -> "IdeaQuerySet":
        """Return the ideas that count in the implementation rates on their own: ever accepted, neither merged nor
        split, no published facts.
        """
        return self.measured().filter(accepted_on__isnull=False).exclude(state__in=IDEA_REPLACED)

    def unconfirmed(self, today: Day) -> "IdeaQuerySet":
        """Return the ideas that count in the rates and had no update in the six months before the day `today`.

        They count when they were accepted, are neither merged nor split, and are no published facts.
        """
        # The index `idea_counted` finds the ideas that are unconfirmed on the latest day that it is today anywhere.
        # Ideas that are unconfirmed by the earliest day too need no look at the time zone of their authority.
        indexable = Q(last_update_on__lte=stale_cutoff(latest_of(today)))
        on_earliest_day = Q(last_update_on__lte=stale_cutoff(earliest_of(today)))
        on_day_of_authority = Q(last_update_on__lte=day_of_rows(today, "cohort__authority", stale_cutoff))
        return self.counted().filter(indexable, on_earliest_day | on_day_of_authority)

    def with_confirmation_flags(self, user: User, today: Day) -> "IdeaQuerySet":
        """Annotate ideas with `is_unconfirmed` and `can_confirm`, for this person on the day `today`.

        `is_unconfirmed`: the idea counts in the rates and had no update for six months. `can_confirm`: it is, and the
        person may confirm its state: as lab staff, as coordinator, pilot or admin, or as its owner or co-author.
        """
        cutoff = day_of_rows(today, "cohort__authority", stale_cutoff)
        is_unconfirmed = Q(retrospective=False, accepted_on__isnull=False, last_update_on__lte=cutoff)
        is_unconfirmed &= ~Q(state__in=IDEA_REPLACED)
        can_confirm = Q() if user.is_lab_staff else confirmable_ideas(user, today)
        flags: dict[str, Any] = {"is_unconfirmed": is_unconfirmed, "can_confirm": is_unconfirmed & can_confirm}
        if user.is_lab_reader:
            flags["can_confirm"] = Value(False)
        return self.annotate(**{name: ExpressionWrapper(q, models.BooleanField()) for name, q in flags.items()})

    def confirmable_by(self, user: User, today: Day) -> "IdeaQuerySet":
        """Return the ideas whose state the person may confirm on the day `today`, whether or not they need it.

        These are all ideas for lab staff but its readers, those of cohorts that they coordinate, pilot or administer,
        and those they own or co-author in cohorts where they are members.
        """
        if user.is_lab_reader:
            return self.none()
        return self if user.is_lab_staff else self.filter(confirmable_ideas(user, today))

    def matching(self, words: str) -> "IdeaQuerySet":
        """Return the ideas with every one of the words in reference, title or summary, as parts of words, in any order,
        and those with words of the same stems: “telephone” also finds “téléphonique”.

        Accents and capitals do not matter. A hyphen, quotation marks or OR mean nothing more than any other character.
        """
        parts = Q(*(Q(keyword_text__contains=name_order(Value(word))) for word in words.split()))
        return self.filter(parts | Q(search_vector=stem_query(words, search_type="plain"))) if parts else self


@tracked(
    model_name="IdeaHistory", obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history")
)
class Idea(models.Model):
    """A policy idea. Triggers derive the columns of `DERIVED_COLUMNS` from its events, for fast lists.

    A trigger sets number and reference (PDL-003). Without an uncorrected event the state is empty, which means not
    known.
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
    last_update_on = models.DateField(_("last update"), null=True, editable=False)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    idempotency_key = idempotency_key_field()
    created_on = created_on_field()
    search_vector = words_field("title", IDEA_TEXT)
    keyword_text = parts_field(KEYWORD_TEXT)

    # Texts of an idea besides its title: in forms, on pages, in exports, packages and personal data.
    TEXTS: ClassVar[tuple[str, ...]] = ("summary",)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "reference"], name="idea_reference_once"),
            models.UniqueConstraint(fields=["idempotency_key"], name="idea_idempotency_key_unique"),
        ]
        indexes = [
            models.Index(F("last_update_on").desc(nulls_last=True), F("id").desc(), name="idea_last_update"),
            models.Index(fields=["cohort", "number"], name="idea_cohort_number"),  # the trigger asks for the last one
            models.Index(fields=["cohort", "state"], name="idea_cohort_state"),
            # The home page counts captured and unconfirmed ideas up to a limit, the earliest first, for lab staff among
            # all: these two indexes spare PostgreSQL the table.
            models.Index(
                fields=["state_since", "cohort"],
                condition=Q(state="captured", retrospective=False),
                name="idea_captured",
            ),
            models.Index(
                fields=["last_update_on", "cohort"],
                condition=Q(accepted_on__isnull=False, retrospective=False) & ~Q(state__in=IDEA_REPLACED),
                name="idea_counted",
            ),
            # For the home page: cohorts of which no idea has reached a test.
            models.Index(fields=["cohort"], condition=Q(reached_test_on__isnull=False), name="idea_in_test"),
            GinIndex(fields=["search_vector"], name="idea_words"),
            GinIndex(OpClass("keyword_text", name="gin_trgm_ops"), name="idea_text_parts"),
        ]
        triggers = [
            IdeaNumber(name="idea_number"),
            Rule(
                name="idea_state_by_events",
                broken="pg_trigger_depth() < 2 AND ((TG_OP = 'INSERT' AND "
                f"ROW({_row('NEW')}) IS DISTINCT FROM ROW({DERIVED_DEFAULTS})) OR (TG_OP = 'UPDATE' AND "
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
            FixedColumns("retrospective", name="idea_retrospective_fixed"),
            created_on_is_fixed("idea_created_on_fixed"),
        ]

    def __str__(self) -> str:
        """Return the reference and the title of the idea."""
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        """Return the URL of the idea's page."""
        return cached_reverse("prototypes:idea", self.pk)

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the form to edit the idea, by field: title, summary, challenge, owner and
        co_authors, as keys.
        """
        return column_values(self, "title", *self.TEXTS, "challenge", "owner") | {
            "co_authors": sorted(self.co_author_ids)
        }

    @classmethod
    def text_field_labels(cls) -> list[str]:
        """Return the labels of an idea's texts besides its title, in the order in which pages and exports show them."""
        fields = {field.name: field for field in cls._meta.fields}
        return [capfirst(str(fields[name].verbose_name)) for name in cls.TEXTS]

    @property
    def filled_texts(self) -> list[tuple[str, str]]:
        """Return pairs of label and value of the idea's texts besides its title that are not empty; the summary has the
        label "".
        """
        return self.filled_texts_in({name: getattr(self, name) for name in self.TEXTS})

    @classmethod
    def filled_texts_in(cls, values: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return pairs of label and value of those texts in `values` that are not empty, in the order of pages and
        exports.

        `values` holds the texts of an idea by column. The summary has the label "".
        """
        labels = dict(zip(cls.TEXTS, cls.text_field_labels(), strict=True)) | {"summary": ""}
        return [(labels[name], text) for name in cls.TEXTS if (text := values.get(name))]

    @property
    def tone(self) -> str:
        """Return the name of the colour for the idea's state: "waiting", "open", "done", "stopped" or "neutral".

        It is "neutral" when the state is not known.
        """
        return IdeaState(self.state).tone if self.state else "neutral"

    @property
    def state_text(self) -> StrOrPromise:
        """Return the published free text about the state, else the label of the state, else “not known”."""
        return self.state_label or (IdeaState(self.state).label if self.state else _("not known"))

    @cached_property
    def co_author_ids(self) -> frozenset[int]:
        """Return the keys of the idea's co-authors, without the owner (one statement, unless read before); empty for an
        unsaved idea.
        """
        return frozenset(self.co_authors.values_list("pk", flat=True)) if self.pk else frozenset()

    def is_author(self, user: User) -> bool:
        """Return whether the person is the owner or a co-author of the idea."""
        return self.owner_id == user.pk or user.pk in self.co_author_ids


@tracked()
class IdeaAuthor(models.Model):
    """A co-author: a member of the cohort who may edit the idea like its owner."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="+", verbose_name=_("idea"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("co-author"))

    class Meta:
        verbose_name = _("co-author of an idea")
        verbose_name_plural = _("co-authors of ideas")
        constraints = [models.UniqueConstraint(fields=["idea", "user"], name="idea_author_once")]
        triggers = [
            Rule(
                name="idea_author_of_cohort",
                operation=pgtrigger.Insert,
                broken="NOT EXISTS (SELECT 1 FROM cohorts_membership m JOIN prototypes_idea i"
                " ON i.cohort_id = m.cohort_id WHERE i.id = NEW.idea_id AND m.user_id = NEW.user_id)",
            )
        ]

    def __str__(self) -> str:
        """Return the name of the co-author."""
        return str(self.user)


class IdeaEventQuerySet(models.QuerySet["IdeaEvent"]):
    def uncorrected(self) -> "IdeaEventQuerySet":
        """Return the events that no correction replaces, in the order of the timeline: by idea, day, and position
        within the day.
        """
        return self.filter(corrections=None).order_by("idea", "effective_on", "position")


@tracked(
    model_name="IdeaEventHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history"),
)
class IdeaEvent(models.Model):
    """An event of an idea: appended and never changed. A new event with `corrects` replaces a wrong one.

    `effective_on` is when it happened, `recorded_on` the local date of the authority when it was recorded. `position`
    orders the events of one day: a correction takes the position of the event it corrects.
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
        _("reason for abandonment"), max_length=11, choices=AbandonReason.choices, blank=True
    )
    evidence = models.TextField(_("evidence"), blank=True)
    decision = models.CharField(_("decision"), max_length=5, choices=IdeaDecision.choices, blank=True)
    merged_into = models.ForeignKey(
        Idea, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("merged into")
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    position = models.BigIntegerField(_("position in the timeline"), default=0, editable=False)
    is_reported_state = models.BooleanField(_("as published"), default=False)
    source = models.TextField(_("source"), blank=True)

    objects = IdeaEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of an idea")
        verbose_name_plural = _("events of ideas")
        ordering: ClassVar[list[str]] = ["idea", "effective_on", "position", "id"]
        constraints = [
            choices_constraint("state", IdeaState, "idea_event_state_known"),
            choices_constraint("precision", Precision, "idea_event_precision_known"),
            choices_constraint("decision", IdeaDecision, "idea_event_decision_known", blank=True),
            choices_constraint("abandoned_for", AbandonReason, "idea_event_abandoned_for_known", blank=True),
            models.CheckConstraint(
                condition=Q(is_reported_state=True) | Q(effective_on__isnull=False), name="idea_event_date_known"
            ),
            models.CheckConstraint(
                condition=Q(is_reported_state=True) | Q(effective_on__lte=F("recorded_on")),
                name="idea_event_not_future",
            ),
            models.CheckConstraint(
                condition=Q(is_reported_state=True) | ~Q(state="abandoned", reason=""),
                name="idea_event_abandoned_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="abandoned") | Q(abandoned_for=""), name="idea_event_abandoned_for"
            ),
            models.CheckConstraint(
                condition=Q(is_reported_state=True)
                | (Q(state="decided") & ~Q(decision=""))
                | (~Q(state="decided") & Q(decision="")),
                name="idea_event_decision",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None))
                | Q(is_reported_state=True, merged_into=None),
                name="idea_event_merge_target",
            ),
        ]
        indexes = [
            models.Index(fields=["idea"], condition=Q(state="abandoned"), name="idea_event_abandoned"),
            models.Index(fields=["idea"], condition=~Q(precision="day"), name="idea_event_imprecise"),
        ]
        triggers = [
            EventPosition(name="idea_event_correction"),
            EventEvidence(name="idea_event_evidence"),
            EventMerge(name="idea_event_merge"),
            EventSequence(name="idea_event_sequence"),
            EventImplementations(name="idea_event_implementations"),
            Frozen(name="idea_event_append_only", mutable_columns=["by_id"]),
            NoTruncate(name="idea_event_no_truncate"),
        ]

    def __str__(self) -> str:
        """Return the state that the event led to and the day it happened, like “accepted · 2026-03-02”; “?” without a
        day.
        """
        return f"{self.get_state_display()} · {self.effective_on or '?'}"

    @property
    def why(self) -> StrOrPromise:
        """The reason as a sentence of the platform or a person's words; "" without one."""
        return recorded_reasons.reason_text(self.reason)


def last_event_into(events: Iterable[IdeaEvent], state: str) -> IdeaEvent | None:
    """Return the event by which an idea last came into `state`; None if it never did.

    `events` are its uncorrected events in order. When a parked idea is resumed in its former state, the earlier event
    is returned.
    """
    last, before = None, ""
    for event in events:
        if event.state == state and before not in {state, IdeaState.PARKED}:
            last = event
        before = event.state
    return last
