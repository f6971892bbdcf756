"""What is left of an exchange: its minutes, who promised what until when, and what people thought of it."""

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
    MEETING,
    MOST_OF_A_COMMITMENT,
    MOST_OF_MINUTES,
    CommitmentState,
)
from exchanges.content.models.contributions import in_state
from exchanges.exchange.models import Exchange
from exchanges.registration.models.registrations import Registration
from exchanges.triggers.people import of_edition
from exchanges.visibility import said_at
from web.database.created_on import born_field, born_fixed
from web.database.lengths import at_most
from web.database.text_search import words_index
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule, StateMachine
from web.dates.plausible import plausible_dates


@tracked()
class Minutes(models.Model):
    """What was said and decided: one text, and who wrote it last."""

    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="minutes", verbose_name=_("Intertransfo"))
    text = models.TextField(_("minutes"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="minutes", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))
    born_on = born_field()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        indexes = [words_index("text", name="minutes_words")]
        constraints = [
            models.UniqueConstraint(fields=["exchange"], name="minutes_once"),
            models.CheckConstraint(condition=~Q(text=""), name="minutes_said"),
            at_most(MOST_OF_MINUTES, "text", name="minutes_length"),
        ]
        triggers = [Rule(name="minutes_in_time", broken=f"NOT {in_state('NEW', MEETING)}"), born_fixed("minutes_born")]

    def __str__(self) -> str:
        return self.text


_OWNER_ACTIVE = f"""EXISTS (
    SELECT 1 FROM accounts_user u JOIN exchanges_exchange x ON x.id = NEW.exchange_id WHERE u.id = NEW.owner_id
    AND (u.is_lab_staff OR {of_edition("NEW.made_on")}))"""


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def open(self) -> CommitmentQuerySet:
        return self.filter(state=CommitmentState.OPEN)

    def visible_to(self, user: User) -> CommitmentQuerySet:
        """Those of the exchanges the person may see."""
        return self.filter(said_at(user))

    def with_people(self) -> CommitmentQuerySet:
        return self.select_related("owner", "cohort", "exchange__edition", "exchange__host__authority")

    def carried_to(self, edition: Any, first_day: Any) -> CommitmentQuerySet:
        """Promises made earlier in the edition and still open when the exchange of that first day begins.

        Both may be values or references to an outer row.
        """
        still_open = Q(state=CommitmentState.OPEN) | Q(closed_on__gte=first_day)
        return self.filter(still_open, exchange__edition=edition, exchange__first_day__lt=first_day)


@tracked()
class Commitment(models.Model):
    """What somebody active in the edition promised at an exchange. It opens the next ones until kept or dropped.

    `cohort` is the one its owner speaks for, none for lab staff; `reason` says why it was dropped.
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
    born_on = born_field()

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering: ClassVar[list[str]] = ["due_on", "id"]
        indexes = [words_index("what", name="commitment_words")]
        constraints = [
            models.UniqueConstraint("exchange", "owner", MD5("what"), name="commitment_once"),
            models.CheckConstraint(condition=~Q(what=""), name="commitment_said"),
            at_most(MOST_OF_A_COMMITMENT, "what", name="commitment_length"),
            at_most(MOST_OF_A_COMMITMENT, "reason", name="commitment_reason_length"),
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
            Frozen(name="commitment_closed", once="OLD.state <> 'open'"),
            Rule(name="commitment_in_time", broken=f"TG_OP = 'INSERT' AND NOT {in_state('NEW', MEETING)}"),
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
            Rule(
                name="commitment_exchange_fixed",
                broken="TG_OP = 'UPDATE' AND NEW.exchange_id <> OLD.exchange_id",
            ),
            born_fixed("commitment_born"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def tone(self) -> str:
        return CommitmentState(self.state).tone

    def late(self, today: date) -> bool:
        return self.state == CommitmentState.OPEN and self.due_on < today


def _scale(label: StrOrPromise) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(label)


_ON_THE_SCALE = Q(useful__range=(1, 5), time_together__range=(1, 5), organisation__range=(1, 5))


@tracked(exclude=["keep", "change"])
class Feedback(models.Model):
    """What one of those who came thought, kept with who it was: they may say it otherwise.

    No page shows names: everyone of the edition reads the means of the scales, the host and the lab also the texts word
    for word, each where at least `FEW` were given. The history keeps the scales and when they changed, never the texts.
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
