"""Notes on tests that were written on phones: used in the test, or kept as a second version."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.people.enums import MembershipRole
from prototypes.enums import NoteChoice, NoteOutcome, Settlement
from prototypes.trials.models import Trial
from prototypes.visibility import EDITING_ROLES, readable_by, working_cohorts
from web.database.columns import choices_constraint
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule
from web.dates.clock import Day

PERSON_COLUMNS = ("by_id", "settled_by_id")


class TrialNoteQuerySet(models.QuerySet["TrialNote"]):
    def visible_to(self, user: User) -> "TrialNoteQuerySet":
        """Return the notes that the person may read: on tests of ideas of their cohorts, or shared with their editions.

        Lab staff read all. Past members read the notes that existed on their last day.
        """
        between = ("trial__prototype__created_on", "trial__created_on")
        return self.filter(readable_by(user, "trial__prototype__idea__", *between, "created_on"))

    def second_versions(self) -> "TrialNoteQuerySet":
        """Return the notes kept as second versions of a test, those for which no choice was made first, then by day of
        the choice.
        """
        return self.filter(outcome="beside").order_by(F("settled_at").asc(nulls_first=True), "id")

    def settleable_by(self, user: User, today: Day) -> "TrialNoteQuerySet":
        """Return the second versions without a choice between which this person may choose on the day `today`.

        They may as lab staff, coordinator, resident or pilot of a cohort; as ambassador for tests they planned, and
        those of ideas that they own or co-author or that are shared.
        """
        waiting = self.second_versions().filter(settled_at=None)
        cohort, idea = "trial__prototype__idea__cohort__in", "trial__prototype__idea__"
        edits = Q(**{cohort: working_cohorts(user, today, EDITING_ROLES)})
        if user.is_lab_staff:
            return waiting.filter(edits)
        own = Q(trial__planned_by=user) | Q(**{f"{idea}owner": user}) | Q(**{f"{idea}shared_with_edition": True})
        own |= Q(trial__prototype__idea__in=user.co_authored_ideas.order_by().values("pk"))
        works = Q(**{cohort: working_cohorts(user, today, (MembershipRole.AMBASSADOR,))})
        return waiting.filter(edits | (own & works))


@tracked()
class TrialNote(models.Model):
    """A draft written on a phone, received once: `key` comes from the phone and is unique.

    `answers` holds the fields of the log form as sent. When the writer had not seen the current test, the note is kept
    as a second version until someone chooses between the two.

    `follows` is the key of the previous note of this phone on the same test, which is always stored first.
    `version_after` is the version of the test after this note was used, by which the next note shows whether anyone
    else wrote in between. `choice` says what a second note does to the first.
    """

    key = models.UUIDField(_("identifier of the draft"))
    trial = models.ForeignKey(Trial, models.PROTECT, related_name="notes", verbose_name=_("test"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    answers = models.JSONField(_("content of the note"), encoder=DjangoJSONEncoder)
    outcome = models.CharField(_("outcome"), max_length=6, choices=NoteOutcome.choices)
    written_at = models.DateTimeField(_("written at"), null=True, blank=True)
    follows = models.UUIDField(_("identifier of the earlier note"), null=True, blank=True)
    choice = models.CharField(_("choice"), max_length=7, choices=NoteChoice.choices, blank=True, default="")
    replace_reason = models.TextField(_("reason for the replacement"), blank=True, default="")
    version_after = models.CharField(_("version after the note"), max_length=64, blank=True, default="")
    received_at = models.DateTimeField(_("received at"))
    settled_at = models.DateTimeField(_("chosen at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chosen by")
    )
    settlement = models.CharField(
        _("choice between the two versions"), max_length=8, choices=Settlement.choices, blank=True
    )
    created_on = created_on_field()

    objects = TrialNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("test logged on a phone")
        verbose_name_plural = _("tests logged on a phone")
        ordering: ClassVar[list[str]] = ["received_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="trial_note_key_once"),
            models.CheckConstraint(condition=Q(outcome__in=NoteOutcome.values), name="trial_note_outcome_known"),
            choices_constraint("choice", NoteChoice, "trial_note_choice_known", blank=True),
            models.CheckConstraint(
                condition=~Q(choice=NoteChoice.REPLACE, replace_reason=""), name="trial_note_replace_reason"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, settlement="")
                | Q(
                    outcome=NoteOutcome.SECOND_VERSION,
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                    settlement__in=Settlement.values,
                ),
                name="trial_note_settlement_complete",
            ),
        ]
        triggers = [
            Rule(
                name="trial_note_in_order",
                operation=pgtrigger.Insert,
                broken="NEW.follows IS NOT NULL AND NOT EXISTS (SELECT 1 FROM prototypes_trialnote n"
                " WHERE n.key = NEW.follows AND n.trial_id = NEW.trial_id)",
            ),
            Frozen(name="trial_note_fixed", mutable_columns=[*PERSON_COLUMNS, "settled_at", "settlement"]),
            Frozen(
                name="trial_note_settled_once",
                frozen_if="TG_OP = 'UPDATE' AND OLD.settled_at IS NOT NULL",
                mutable_columns=[*PERSON_COLUMNS],
            ),
            NoTruncate(name="trial_note_no_truncate"),
            created_on_is_fixed("trial_note_created_on_fixed"),
        ]

    def __str__(self) -> str:
        """Return the hypothesis of the test and the day the note was received."""
        return f"{self.trial} ({self.received_at:%Y-%m-%d})"

    @property
    def is_waiting(self) -> bool:
        """Return whether this note is a second version for which no choice was made yet."""
        return self.outcome == NoteOutcome.SECOND_VERSION and self.settled_at is None
