"""E-mails that a person writes to a group of people: a draft until it is sent, then unchanged."""

from __future__ import annotations

from typing import ClassVar, Final

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.emails.placeholders import Wording
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule

KIND: Final = "group_email"  # of event, as reminders store it
MAX_SUBJECT: Final = 150
MAX_BODY: Final = 5000
LANGUAGES: Final = ("fr", "en")
TEXTS: Final = ("subject_fr", "body_fr", "subject_en", "body_en")


class GroupEmailQuerySet(models.QuerySet["GroupEmail"]):
    def drafts_of(self, user: User) -> GroupEmailQuerySet:
        """Return the drafts that the person wrote and has not sent; nobody else reads them."""
        return self.filter(sent_at=None, written_by=user)

    def sent(self) -> GroupEmailQuerySet:
        """Return the e-mails that were sent, or wait to be sent, to a group."""
        return self.filter(sent_at__isnull=False)

    def about(self, circle: str, object_id: int) -> GroupEmailQuerySet:
        """Return the e-mails to the people of one target, such as a cohort; `circle` is the slug of its kind."""
        return self.filter(circle=circle, object_id=object_id)


@tracked(exclude=TEXTS)
class GroupEmail(models.Model):
    """An e-mail that a person writes to the people of a target: its kind (`circle`), its id and an `audience` of it.

    It has a subject and a body in French, in English or in both. People read the one in their language.
    """

    circle = models.SlugField(_("people of"), max_length=20)
    object_id = models.PositiveBigIntegerField(_("which one"))
    audience = models.SlugField(_("to whom"), max_length=40)
    subject_fr = models.CharField(_("subject in French"), max_length=MAX_SUBJECT, blank=True)
    body_fr = models.CharField(_("text in French"), max_length=MAX_BODY, blank=True)
    subject_en = models.CharField(_("subject in English"), max_length=MAX_SUBJECT, blank=True)
    body_en = models.CharField(_("text in English"), max_length=MAX_BODY, blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = GroupEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("group e-mail")
        verbose_name_plural = _("group e-mails")
        ordering: ClassVar[list[str]] = ["-written_at", "-id"]
        indexes = [models.Index(fields=["circle", "object_id"], name="group_email_about")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(subject_fr="", body_fr="") | (~Q(subject_fr="") & ~Q(body_fr="")))
                & (Q(subject_en="", body_en="") | (~Q(subject_en="") & ~Q(body_en=""))),
                name="group_email_both_parts",
            ),
            models.CheckConstraint(
                condition=~Q(subject_fr="", subject_en="") | Q(sent_at__isnull=False), name="group_email_has_text"
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(sent_at__gte=F("written_at")), name="group_email_in_order"
            ),
        ]
        triggers = [
            Frozen(name="group_email_sent_frozen", frozen_if="OLD.sent_at IS NOT NULL", mutable_columns=TEXTS),
            Rule(  # the texts may be deleted, but not changed
                name="group_email_sent_texts",
                rule="group_email_sent_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.sent_at IS NOT NULL"),
                broken=" OR ".join(f"(NEW.{name} <> '' AND NEW.{name} <> OLD.{name})" for name in TEXTS),
            ),
            NoTruncate(name="group_email_no_truncate"),
        ]

    def __str__(self) -> str:
        return self.subject_fr or self.subject_en

    def get_absolute_url(self) -> str:
        return reverse("notifications:group_email", args=[self.pk])

    def wording(self, language: str) -> Wording:
        """Return subject and body in a language ("fr" or "en"), else in the other; both empty once they are deleted."""
        if not getattr(self, f"subject_{language}"):
            language = "en" if language == "fr" else "fr"
        return Wording(getattr(self, f"subject_{language}"), getattr(self, f"body_{language}"))
