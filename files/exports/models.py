"""Files that are created in the background for one person to download."""

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
from files.exports.enums import EXPORT_TRANSITIONS, UNDER_WAY, ExportFormat, ExportState, FailureReason
from files.fields import StoredNameField
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine

_REQUEST_COLUMNS = ("kind", "file_format", "language", "query", "name", "person_id", "requested_at")


def _request_columns(row: str) -> str:
    """Return the columns of the request (kind, query, name, person and so on) as SQL for a trigger that keeps them
    fixed.

    `row` is NEW or OLD.
    """
    return ", ".join(f"{row}.{column}" for column in _REQUEST_COLUMNS)


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: User) -> ExportQuerySet:
        """Filter the user's own files to download: nobody else, not even the lab, can see them."""
        return self.filter(person=user)

    def under_way(self) -> ExportQuerySet:
        """Filter the exports that wait or are being written: not those that are done, failed, cancelled or expired."""
        return self.filter(state__in=UNDER_WAY)

    def waiting(self) -> ExportQuerySet:
        """Filter the exports that wait for a worker, the oldest request first."""
        return self.filter(state=ExportState.WAITING).order_by("requested_at", "pk")

    def stale_since(self, moment: datetime) -> ExportQuerySet:
        """Filter the running exports whose worker has not reported since the moment `moment`: it probably died."""
        return self.filter(state=ExportState.RUNNING, heartbeat_at__lt=moment)

    def to_delete(self, at: datetime) -> ExportQuerySet:
        """Filter the exports that are done and whose seven days of retention are over at the moment `at`."""
        return self.filter(state=ExportState.DONE, expires_at__lte=at)


@tracked(exclude=["rows_done", "heartbeat_at"])
class Export(models.Model):
    """A file that is created in the background for the `person` who requested it, and deleted some days later.

    Apps register what can be exported by `kind`; `query` is a query string in their words. `heartbeat_at` is when the
    worker last reported, `attempt` how many times one began. `stored` is the random name of the file on the disk.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports", verbose_name=_("requested by")
    )
    kind = models.SlugField(_("what"), max_length=40, db_index=False)
    file_format = models.CharField(_("format"), max_length=4, choices=ExportFormat.choices)
    language = models.CharField(_("language"), max_length=2)
    query = models.TextField(_("what was chosen"), blank=True)
    name = models.CharField(pgettext_lazy("of a file", "name"), max_length=120)
    requested_at = models.DateTimeField(_("requested on"))
    state = models.CharField(_("state"), max_length=9, choices=ExportState.choices, default=ExportState.WAITING)
    failure_reason = models.CharField(_("reason for failure"), max_length=9, choices=FailureReason.choices, blank=True)
    rows_total = models.PositiveIntegerField(_("rows in all"))
    rows_done = models.PositiveIntegerField(_("rows written"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    heartbeat_at = models.DateTimeField(_("last update"), null=True, blank=True)
    ended_at = models.DateTimeField(_("finished on"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    stored = StoredNameField(_("stored as"), max_length=32, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("file to download")
        verbose_name_plural = _("files to download")
        ordering: ClassVar[list[str]] = ["-requested_at", "-id"]
        indexes = [
            models.Index(fields=["requested_at", "id"], condition=Q(state__in=UNDER_WAY), name="export_under_way"),
            models.Index(fields=["expires_at"], condition=Q(state="done"), name="export_to_delete"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(file_format__in=ExportFormat.values), name="export_file_format_known"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="export_language_known"),
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_known"),
            models.CheckConstraint(condition=Q(rows_done__lte=F("rows_total")), name="export_counts"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(heartbeat_at__isnull=False, attempt__gt=0),
                name="export_running_heartbeat",
            ),
            models.CheckConstraint(
                condition=Q(state="done", stored__regex=r"^[0-9a-f]{32}$", expires_at__isnull=False)
                | (~Q(state="done") & Q(stored="")),
                name="export_file_when_done",
            ),
            models.UniqueConstraint(fields=["stored"], condition=~Q(stored=""), name="export_stored_once"),
            models.CheckConstraint(
                condition=Q(state="failed", failure_reason__in=FailureReason.values)
                | (~Q(state="failed") & Q(failure_reason="")),
                name="export_failure_reason",
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "file_format", "language", "query"],
                condition=Q(state__in=UNDER_WAY),
                name="export_once_at_a_time",
            ),
        ]
        triggers = [
            StateMachine(name="export_state", transitions=EXPORT_TRANSITIONS, initial=[ExportState.WAITING]),
            Rule(
                name="export_fixed",
                broken=f"TG_OP = 'UPDATE' AND ({_request_columns('NEW')}) IS DISTINCT FROM ({_request_columns('OLD')})",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the URL of the page with the progress and the download of the file."""
        return reverse("files:export", args=[self.pk])

    @property
    def counts_rows(self) -> bool:
        """Return whether the file is a table, of which pages tell the number of rows."""
        return self.file_format in {ExportFormat.CSV, ExportFormat.XLSX}

    @property
    def under_way(self) -> bool:
        """Return whether the export waits or is being written."""
        return self.state in UNDER_WAY

    @property
    def share(self) -> float:
        """Return the share of rows written, from 0 to 1; 0 for an export without rows."""
        return self.rows_done / self.rows_total if self.rows_total else 0.0

    @property
    def current_state(self) -> ExportState:
        """Return the state as an enumeration member, for its label and tone."""
        return ExportState(self.state)
