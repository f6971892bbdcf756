"""What people noted of tests on their phones, as it arrived: taken into the test, or kept beside what stood there."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.people.enums import Role
from prototypes.columns import known
from prototypes.enums import NoteChoice, NoteOutcome, Settlement
from prototypes.trials.models import Trial
from prototypes.visibility import EDITING_ROLES, readable, working_cohorts
from web.database.created_on import born_field, born_fixed
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule
from web.dates.clock import Day

PEOPLE = ("by_id", "settled_by_id")


class FieldNoteQuerySet(models.QuerySet["FieldNote"]):
    def visible_to(self, user: User) -> "FieldNoteQuerySet":
        between = ("trial__prototype__born_on", "trial__born_on")
        return self.filter(readable(user, "trial__prototype__idea__", *between, "born_on"))

    def beside(self) -> "FieldNoteQuerySet":
        """Second versions, those that wait first."""
        return self.filter(outcome="beside").order_by(F("settled_at").asc(nulls_first=True), "id")

    def settleable_by(self, user: User, today: Day) -> "FieldNoteQuerySet":
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


@tracked()
class FieldNote(models.Model):
    """One draft of a phone, received once: `key` is the phone's own and never taken twice.

    `said` holds the fields of the log form as they were sent. A note that met something else than its writer had seen
    is kept `beside` it, as a second version, until somebody settles which holds.

    `follows` is the key of the note that its phone wrote before on the same test: it is stored after that one, whatever
    the order of arrival. `version_after` marks what the test said once the note was taken, so that the next one of the
    phone knows whether anyone else wrote between them. `choice` says what a second note does to the first.
    """

    key = models.UUIDField(_("identifier of the draft"))
    trial = models.ForeignKey(Trial, models.PROTECT, related_name="notes", verbose_name=_("test"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    said = models.JSONField(_("content of the note"), encoder=DjangoJSONEncoder)
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
        _("choice between the two versions"), max_length=6, choices=Settlement.choices, blank=True
    )
    born_on = born_field()

    objects = FieldNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note from the field")
        verbose_name_plural = _("notes from the field")
        ordering: ClassVar[list[str]] = ["received_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="field_note_key_once"),
            models.CheckConstraint(condition=Q(outcome__in=NoteOutcome.values), name="field_note_outcome_known"),
            known("choice", NoteChoice, "field_note_choice_known", blank=True),
            models.CheckConstraint(
                condition=~Q(choice=NoteChoice.REPLACE, replace_reason=""), name="field_note_replace_reason"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, settlement="")
                | Q(
                    outcome=NoteOutcome.BESIDE,
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                    settlement__in=Settlement.values,
                ),
                name="field_note_settled_whole",
            ),
        ]
        triggers = [
            Rule(
                name="field_note_in_order",
                operation=pgtrigger.Insert,
                broken="NEW.follows IS NOT NULL AND NOT EXISTS (SELECT 1 FROM prototypes_fieldnote n"
                " WHERE n.key = NEW.follows AND n.trial_id = NEW.trial_id)",
            ),
            Frozen(name="field_note_fixed", but=[*PEOPLE, "settled_at", "settlement"]),
            Frozen(
                name="field_note_settled_once", once="TG_OP = 'UPDATE' AND OLD.settled_at IS NOT NULL", but=[*PEOPLE]
            ),
            NoTruncate(name="field_note_no_truncate"),
            born_fixed("field_note_born"),
        ]

    def __str__(self) -> str:
        return f"{self.trial} ({self.received_at:%Y-%m-%d})"

    @property
    def waits(self) -> bool:
        """True for a second version nobody has settled."""
        return self.outcome == NoteOutcome.BESIDE and self.settled_at is None
