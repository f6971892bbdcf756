"""Outcomes of an exchange: minutes, commitments and feedback."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort
from exchanges.content.enums import (
    COMMITMENT_TRANSITIONS,
    MAX_COMMITMENT_CHARACTERS,
    MAX_MINUTES_CHARACTERS,
    MEETING_STATES,
    CommitmentState,
)
from exchanges.content.models.contributions import in_state
from exchanges.exchange.models import Exchange
from exchanges.registration.models.registrations import Registration
from exchanges.triggers.people import of_edition
from exchanges.visibility import content_visible_to
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.lengths import max_length_constraint
from web.database.text_search import words_index
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Frozen, Rule, StateMachine
from web.dates.plausible import plausible_dates


@tracked()
class Minutes(models.Model):
    """The minutes of an exchange: one text, and who wrote it last."""

    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="minutes", verbose_name=_("Intertransfo"))
    text = models.TextField(_("minutes"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="minutes", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))
    created_on = created_on_field()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        indexes = [words_index("text", name="minutes_words")]
        constraints = [
            models.UniqueConstraint(fields=["exchange"], name="minutes_once"),
            models.CheckConstraint(condition=~Q(text=""), name="minutes_text_required"),
            max_length_constraint(MAX_MINUTES_CHARACTERS, "text", name="minutes_length"),
        ]
        triggers = [
            Rule(name="minutes_in_time", broken=f"NOT {in_state('NEW', MEETING_STATES)}"),
            created_on_is_fixed("minutes_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return self.text


_OWNER_ACTIVE = f"""EXISTS (
    SELECT 1 FROM accounts_user u JOIN exchanges_exchange x ON x.id = NEW.exchange_id WHERE u.id = NEW.owner_id
    AND (u.is_lab_staff OR {of_edition("NEW.made_on")}))"""


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def open(self) -> CommitmentQuerySet:
        """Return the commitments that are neither done nor dropped."""
        return self.filter(state=CommitmentState.OPEN)

    def visible_to(self, user: User) -> CommitmentQuerySet:
        """Return the commitments made at exchanges that the person may read.

        These are exchanges of editions where they are a member or an authority admin today, and imported published
        facts; all for lab staff. Past members see the commitments made until their last day.
        """
        return self.filter(content_visible_to(user))

    def with_people(self) -> CommitmentQuerySet:
        """Join the owner and the cohort of each commitment, and its exchange with edition and host's authority, into
        the query.
        """
        return self.select_related("owner", "cohort", "exchange__edition", "exchange__host__authority")

    def carried_to(self, edition: Any, first_day: Any) -> CommitmentQuerySet:
        """Return commitments of earlier exchanges of the edition that are open when an exchange begins on `first_day`.

        Those closed on that day or later are included. Both arguments may be values or references to an outer query;
        `edition` is a key.
        """
        still_open = Q(state=CommitmentState.OPEN) | Q(closed_on__gte=first_day)
        return self.filter(still_open, exchange__edition=edition, exchange__first_day__lt=first_day)


@tracked()
class Commitment(models.Model):
    """A commitment that a person of the edition made at an exchange. It carries over until it is kept or dropped.

    `cohort` is the cohort its owner represents, None for lab staff; `reason` says why it was dropped.
    """

    exchange = models.ForeignKey(
        Exchange, models.PROTECT, related_name="commitments", verbose_name=pgettext_lazy("commitment", "made at")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="commitments", verbose_name=_("who")
    )
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("cohort")
    )
    what = models.TextField(_("what"))
    made_on = models.DateField(_("made on"))
    due_on = models.DateField(pgettext_lazy("commitment", "due date"))
    state = models.CharField(_("state"), max_length=7, choices=CommitmentState.choices, default=CommitmentState.OPEN)
    reason = models.TextField(_("reason"), blank=True)
    closed_on = models.DateField(pgettext_lazy("commitment", "closed on"), null=True, blank=True)
    created_on = created_on_field()

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering: ClassVar[list[str]] = ["due_on", "id"]
        indexes = [
            words_index("what", name="commitment_words"),
            models.Index(F("closed_on").desc(nulls_first=True), F("due_on"), F("id"), name="commitment_state_order"),
        ]
        constraints = [
            models.UniqueConstraint("exchange", "owner", MD5("what"), name="commitment_once"),
            models.CheckConstraint(condition=~Q(what=""), name="commitment_text_required"),
            max_length_constraint(MAX_COMMITMENT_CHARACTERS, "what", name="commitment_length"),
            max_length_constraint(MAX_COMMITMENT_CHARACTERS, "reason", name="commitment_reason_length"),
            models.CheckConstraint(condition=Q(due_on__gte=F("made_on")), name="commitment_due_after"),
            models.CheckConstraint(condition=~Q(state="dropped", reason=""), name="commitment_dropped_reason"),
            models.CheckConstraint(
                condition=Q(state="open", closed_on=None) | (~Q(state="open") & Q(closed_on__isnull=False)),
                name="commitment_closed_on",
            ),
            plausible_dates("commitment_plausible_dates", "made_on", "due_on", "closed_on"),
        ]
        triggers = [
            StateMachine(name="commitment_state", transitions=COMMITMENT_TRANSITIONS, initial=[CommitmentState.OPEN]),
            Frozen(name="commitment_closed", frozen_if="OLD.state <> 'open'"),
            Rule(name="commitment_in_time", broken=f"TG_OP = 'INSERT' AND NOT {in_state('NEW', MEETING_STATES)}"),
            Rule(
                name="commitment_owner_active",
                broken="(TG_OP = 'INSERT' OR (NEW.owner_id, NEW.made_on) IS DISTINCT FROM (OLD.owner_id, OLD.made_on))"
                f" AND NOT {_OWNER_ACTIVE}",
            ),
            Rule(
                name="commitment_cohort_of_edition",
                broken="NEW.cohort_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_cohort c"
                " JOIN exchanges_exchange x ON x.id = NEW.exchange_id"
                " WHERE c.id = NEW.cohort_id AND c.edition_id = x.edition_id)",
            ),
            FixedColumns("exchange_id", name="commitment_exchange_fixed"),
            created_on_is_fixed("commitment_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the state of the commitment: "open", "done", "stopped"."""
        return CommitmentState(self.state).tone

    def is_late(self, today: date) -> bool:
        """Return whether the commitment is open and its due date is before `today`."""
        return self.state == CommitmentState.OPEN and self.due_on < today


def _scale(label: StrOrPromise) -> models.PositiveSmallIntegerField[int, int]:
    """Return the model field, with this label, for an answer on a scale from 1 to 5; a constraint of the table checks
    the range.
    """
    return models.PositiveSmallIntegerField(label)


_ON_THE_SCALE = Q(useful__range=(1, 5), time_together__range=(1, 5), organisation__range=(1, 5))


@tracked(exclude=["keep", "change"])
class Feedback(models.Model):
    """The feedback of one participant, stored with their registration so that they can change it.

    No page shows names. Everyone in the edition reads the mean values; the host and the lab also read the texts. Both
    need at least `MIN_PEOPLE` answers. The history keeps the scales and when they changed, never the texts.
    """

    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="feedback", verbose_name=_("registration")
    )
    useful = _scale(_("useful"))
    time_together = _scale(_("time together"))
    organisation = _scale(_("organisation"))
    keep = models.TextField(_("what to keep"), blank=True)
    change = models.TextField(_("what to change"), blank=True)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.UniqueConstraint(fields=["registration"], name="feedback_once"),
            models.CheckConstraint(condition=_ON_THE_SCALE, name="feedback_scales"),
        ]
        triggers = [
            Rule(
                name="feedback_of_attendee",
                broken="NOT EXISTS (SELECT 1 FROM exchanges_registration r"
                " JOIN exchanges_exchange x ON x.id = r.exchange_id WHERE r.id = NEW.registration_id"
                " AND r.state IN ('registered', 'attended')"
                " AND x.state IN ('registration_closed', 'held', 'followed_up'))",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.useful} · {self.time_together} · {self.organisation}"
