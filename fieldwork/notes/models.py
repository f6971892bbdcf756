"""Field notes: an observation, a quote, an interview, a picture, a voice memo, a document."""

from datetime import date, datetime
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cohorts.models import Cohort, Session
from fieldwork.insights.models import Insight
from fieldwork.notes.codes import ALPHABET, LENGTH, printed_code
from fieldwork.notes.enums import WRITTEN_KINDS, NoteKind, Removal
from fieldwork.visibility import in_cohorts_of_work, usable_notes
from files.enums import NOTE_CONSENTS, PEOPLE_AGREED, Consent, ConsentMethod
from prototypes.models import Challenge
from web.database.columns import choices_constraint, idempotency_key_field
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.lengths import MAX_CHARACTERS, max_length_constraint
from web.database.text_search import joined_text, words_index
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Frozen, Rule
from web.dates.plausible import plausible_dates
from web.forms.edit_conflicts import column_values

MAX_NAME = 80  # characters of the text that name a note in lists and links
NOTE_TEXT = joined_text("text", "place", "segment")
CONTENT = ("text", "place", "segment", "attribution", "withdrawal_code")
WITHOUT_CONTENT = Q(**dict.fromkeys(("text", "place", "segment", "attribution"), ""), withdrawal_code=None)
# A note and the early withdrawal of its code wait for each other.
LOCK_CODE = "PERFORM pg_advisory_xact_lock(hashtext('withdrawal_code'), hashtext({}));"
CONSENT_FIELDS = ("consent", "consent_until", "consent_how", "attribution")


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User) -> "NoteQuerySet":
        """Return the notes that the person may read: those with consent in cohorts in which they work, and their own.

        A note without consent, or whose consent has ended, is for its author alone. Removed notes are for nobody.
        People who left a cohort read what others could read on their last day.
        """
        own = (Q(author=user) if user.is_authenticated else Q(pk__in=[])) & in_cohorts_of_work(user)
        shared = usable_notes() & in_cohorts_of_work(user, "consent_changed_on")
        return self.filter(own | shared, removed_at=None)

    def usable(self) -> "NoteQuerySet":
        """Return the notes with consent, which insights and other work may use."""
        return self.filter(usable_notes())

    def own_since(self, user: User, cohort: Cohort, since: datetime) -> "NoteQuerySet":
        """Return what the person has noted in the cohort since this moment, the latest first."""
        return self.filter(author=user, cohort=cohort, happened_at__gte=since, removed_at=None).latest_first()

    def latest_first(self) -> "NoteQuerySet":
        """Sort by date and time of the note, the latest first."""
        return self.order_by("-happened_at", "-pk")


def _is_of_other_cohort(table: str, column: str) -> str:
    """Return the SQL condition that a row which the note names belongs to another cohort."""
    return f"EXISTS (SELECT 1 FROM {table} o WHERE o.id = NEW.{column} AND o.cohort_id <> NEW.cohort_id)"


@tracked(exclude=CONTENT)
class Note(models.Model):
    """A note from the field, without names, with the consent of the people concerned.

    Without consent only its author sees it; `consent_changed_on` is the day on which it became readable for others, or
    for its author alone, if that was not when it was added. Once removed, its row stays without content, so that what
    cites it shows that it is gone. Its content is in no history: what is deleted must be gone.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="notes", verbose_name=_("cohort"))
    kind = models.CharField(_("kind"), max_length=11, choices=NoteKind.choices)
    text = models.TextField(_("text"), blank=True)
    place = models.CharField(pgettext_lazy("of a field note", "place"), max_length=160, blank=True)
    segment = models.CharField(_("group of people"), max_length=120, blank=True)
    happened_at = models.DateTimeField(_("noted on"))
    session = models.ForeignKey(
        Session, models.SET_NULL, null=True, blank=True, related_name="notes", verbose_name=_("session")
    )
    challenge = models.ForeignKey(
        Challenge, models.SET_NULL, null=True, blank=True, related_name="notes", verbose_name=_("challenge")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    consent = models.CharField(_("consent"), max_length=9, choices=NOTE_CONSENTS, default=Consent.PENDING)
    consent_changed_on = models.DateField(_("consent changed on"), null=True, blank=True)
    consent_until = models.DateField(_("used until"), null=True, blank=True)
    consent_how = models.CharField(_("how they agreed"), max_length=6, choices=ConsentMethod.choices, blank=True)
    attribution = models.CharField(_("how they are named"), max_length=160, blank=True)
    withdrawal_code = models.CharField(_("withdrawal code"), max_length=10, null=True, blank=True)
    written_on = models.DateField(_("text of the recording written on"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    removal = models.CharField(_("why it was removed"), max_length=9, choices=Removal.choices, blank=True)
    insight = models.ForeignKey(
        Insight, models.SET_NULL, null=True, blank=True, related_name="notes", verbose_name=_("insight")
    )
    contradicts = models.BooleanField(_("contradicts the insight"), default=False)
    idempotency_key = idempotency_key_field()
    created_on = created_on_field()

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("field note")
        verbose_name_plural = _("field notes")
        indexes = [
            words_index(NOTE_TEXT, name="note_words"),
            models.Index(fields=["cohort", "-happened_at"], name="note_by_moment"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["idempotency_key"], name="note_idempotency_key_unique"),
            models.UniqueConstraint(fields=["withdrawal_code"], name="note_withdrawal_code_unique"),
            choices_constraint("kind", NoteKind, "note_kind_known"),
            choices_constraint("consent_how", ConsentMethod, "note_consent_how_known", blank=True),
            choices_constraint("removal", Removal, "note_removal_known", blank=True),
            models.CheckConstraint(
                condition=~Q(kind__in=WRITTEN_KINDS, removed_at=None) | Q(text__regex=r"\S"), name="note_written"
            ),
            models.CheckConstraint(
                condition=Q(consent__in=PEOPLE_AGREED, consent_until__isnull=False)
                | Q(consent__in=[Consent.PENDING, Consent.NOBODY], consent_until=None, consent_how="", attribution=""),
                name="note_consent_ends",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=False, withdrawal_code=None)
                | (Q(removed_at=None) & (~Q(consent__in=PEOPLE_AGREED) | Q(withdrawal_code__isnull=False))),
                name="note_withdrawal_code_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removal="")
                | (Q(removed_at__isnull=False) & ~Q(removal="") & WITHOUT_CONTENT),
                name="note_removed_without_content",
            ),
            models.CheckConstraint(
                condition=Q(insight=None, contradicts=False) | (Q(insight__isnull=False) & ~Q(consent=Consent.PENDING)),
                name="note_in_insight_with_consent",
            ),
            models.CheckConstraint(condition=Q(written_on=None) | Q(kind=NoteKind.VOICE), name="note_written_on_voice"),
            models.CheckConstraint(
                condition=~Q(kind=NoteKind.VOICE, consent=Consent.NOBODY), name="note_voice_recognisable"
            ),
            max_length_constraint(MAX_CHARACTERS, "text", name="note_length"),
            plausible_dates("note_dates_plausible", "consent_until"),
        ]
        triggers = [
            FixedColumns("cohort_id", "kind", "author_id", "idempotency_key", name="note_fixed"),
            Rule(
                name="note_of_cohort",
                broken=" OR ".join(
                    _is_of_other_cohort(table, column)
                    for table, column in (
                        ("cohorts_session", "session_id"),
                        ("prototypes_challenge", "challenge_id"),
                        ("fieldwork_insight", "insight_id"),
                    )
                ),
            ),
            Frozen(
                name="note_removed_stays",
                frozen_if="OLD.removed_at IS NOT NULL AND TG_OP = 'UPDATE'",
                mutable_columns=["insight_id", "contradicts", "session_id", "challenge_id"],
            ),
            Rule(
                name="note_withdrawn_before_arrival",
                operation=pgtrigger.Insert,
                before=LOCK_CODE.format("NEW.withdrawal_code"),
                broken="EXISTS (SELECT 1 FROM fieldwork_earlywithdrawal w WHERE w.code = NEW.withdrawal_code)",
            ),
            created_on_is_fixed("note_created_on_fixed"),
        ]

    TEXTS: ClassVar[tuple[str, ...]] = ("text", "place", "segment")

    def __str__(self) -> str:
        """Return the beginning of the text; the kind for a note without text."""
        return Truncator(" ".join(self.text.split())).chars(MAX_NAME) or str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        """Return the URL of the note's page."""
        return reverse("fieldwork:note_page", args=[self.pk])

    @property
    def icon(self) -> str:
        """Return the name of the icon of the note's kind."""
        return NoteKind(self.kind).icon

    @property
    def is_verbatim(self) -> bool:
        """Return whether the text is what someone said, word for word."""
        return self.kind == NoteKind.VERBATIM

    @property
    def printed_code(self) -> str:
        """Return the withdrawal code as people read it; "" for a note without one."""
        return printed_code(self.withdrawal_code) if self.withdrawal_code else ""

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the form to edit the note, by field."""
        return column_values(self, "text", "place", "segment", "session", "challenge")

    def board_values(self) -> dict[str, object]:
        """Return the position of the note on the board: its insight, and whether the note contradicts it."""
        return column_values(self, "insight", "contradicts")

    def consent_values(self) -> dict[str, object]:
        """Return the saved values of the form about the consent, by field."""
        return column_values(self, *CONSENT_FIELDS)

    def is_usable(self, today: date) -> bool:
        """Return whether the cohort may use the note on this day: nobody is recognisable, or the consent has not
        ended.
        """
        return self.consent == Consent.NOBODY or bool(self.consent_until and self.consent_until >= today)


class EarlyWithdrawal(models.Model):
    """The code of a note that was withdrawn before the phone on which it was written had sent it: it is refused."""

    code = models.CharField(_("withdrawal code"), max_length=LENGTH)
    created_on = created_on_field()

    class Meta:
        verbose_name = _("early withdrawal")
        verbose_name_plural = _("early withdrawals")
        constraints = [
            models.UniqueConstraint(fields=["code"], name="early_withdrawal_once"),
            models.CheckConstraint(
                condition=Q(code__regex=f"^[{ALPHABET}]{{{LENGTH}}}$"), name="early_withdrawal_code"
            ),
        ]
        triggers = [
            Rule(
                name="early_withdrawal_of_arrived_note",
                before=LOCK_CODE.format("NEW.code"),
                broken="EXISTS (SELECT 1 FROM fieldwork_note n WHERE n.withdrawal_code = NEW.code)",
            ),
            FixedColumns("code", name="early_withdrawal_fixed"),
            created_on_is_fixed("early_withdrawal_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return printed_code(self.code)
