"""Tables that are written in the background for one person to take away."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from files.exports.enums import EXPORT_TRANSITIONS, UNDER_WAY, ExportState, FailedFor, Form
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine

_ASKED = ("kind", "form", "language", "asked", "name", "person_id", "asked_at")


def _asked(row: str) -> str:
    """What was asked for, in SQL; `row` is NEW or OLD."""
    return ", ".join(f"{row}.{column}" for column in _ASKED)


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: User) -> ExportQuerySet:
        """A person's own: nobody else, not the lab either, knows of them."""
        return self.filter(person=user)

    def under_way(self) -> ExportQuerySet:
        return self.filter(state__in=UNDER_WAY)

    def waiting(self) -> ExportQuerySet:
        """First come, first served."""
        return self.filter(state=ExportState.WAITING).order_by("asked_at", "pk")

    def left_since(self, moment: datetime) -> ExportQuerySet:
        """Being written by a worker that has given no sign since then."""
        return self.filter(state=ExportState.RUNNING, seen_at__lt=moment)

    def to_delete(self, at: datetime) -> ExportQuerySet:
        return self.filter(state=ExportState.DONE, expires_at__lte=at)


@tracked(exclude=["rows_done", "seen_at"])
class Export(models.Model):
    """A table that is written in the background for the one `person` who asked for it, and deleted some days later.

    What can be written the apps above register by `kind`; `asked` is a query string in their words. `seen_at` is when
    its worker last gave a sign, `attempt` how often one began. `stored` is the random name the file is kept under.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports", verbose_name=_("requested by")
    )
    kind = models.SlugField(_("what"), max_length=40, db_index=False)
    form = models.CharField(_("format"), max_length=4, choices=Form.choices)
    language = models.CharField(_("language"), max_length=2)
    asked = models.TextField(_("what was chosen"), blank=True)
    name = models.CharField(pgettext_lazy("of a file", "name"), max_length=120)
    asked_at = models.DateTimeField(_("requested on"))
    state = models.CharField(_("state"), max_length=9, choices=ExportState.choices, default=ExportState.WAITING)
    failed_for = models.CharField(_("reason for failure"), max_length=9, choices=FailedFor.choices, blank=True)
    rows_total = models.PositiveIntegerField(_("rows in all"))
    rows_done = models.PositiveIntegerField(_("rows written"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    seen_at = models.DateTimeField(_("last update"), null=True, blank=True)
    ended_at = models.DateTimeField(_("finished on"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    stored = models.CharField(_("stored as"), max_length=32, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("file to download")
        verbose_name_plural = _("files to download")
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["asked_at", "id"], condition=Q(state__in=UNDER_WAY), name="export_under_way"),
            models.Index(fields=["expires_at"], condition=Q(state="done"), name="export_to_delete"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(form__in=Form.values), name="export_form_known"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="export_language_known"),
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_known"),
            models.CheckConstraint(condition=Q(rows_done__lte=F("rows_total")), name="export_counts"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(seen_at__isnull=False, attempt__gt=0), name="export_running_seen"
            ),
            models.CheckConstraint(
                condition=Q(state="done", stored__regex=r"^[0-9a-f]{32}$", expires_at__isnull=False)
                | (~Q(state="done") & Q(stored="")),
                name="export_file_when_done",
            ),
            models.UniqueConstraint(fields=["stored"], condition=~Q(stored=""), name="export_stored_once"),
            models.CheckConstraint(
                condition=Q(state="failed", failed_for__in=FailedFor.values) | (~Q(state="failed") & Q(failed_for="")),
                name="export_failed_for",
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "form", "language", "asked"],
                condition=Q(state__in=UNDER_WAY),
                name="export_once_at_a_time",
            ),
        ]
        triggers = [
            StateMachine(name="export_state", transitions=EXPORT_TRANSITIONS, initial=[ExportState.WAITING]),
            Rule(
                name="export_fixed",
                broken=f"TG_OP = 'UPDATE' AND ({_asked('NEW')}) IS DISTINCT FROM ({_asked('OLD')})",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where one sees how far it is, and fetches it."""
        return reverse("files:export", args=[self.pk])

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def share(self) -> float:
        """How much is written, from 0 to 1."""
        return self.rows_done / self.rows_total if self.rows_total else 0.0

    @property
    def shown(self) -> ExportState:
        return ExportState(self.state)
