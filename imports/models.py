"""Imports of tables: a batch with its rows, and the columns that a person chose before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from imports.enums import (
    BATCH_TRANSITIONS,
    CHANGING,
    CHANGING_TARGET,
    ENDED,
    QUEUED,
    ROW_TRANSITIONS,
    UNCONFIRMED,
    UNDOABLE,
    BatchState,
    ImportRowState,
    RowOutcome,
    StopReason,
)
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine

STALE_AFTER: Final = timedelta(minutes=5)  # without a report of its worker, which comes every few seconds
UNDO_WITHIN: Final = timedelta(days=30)
UNCONFIRMED_RETENTION: Final = timedelta(days=1)
_FIXED_COLUMNS: Final = ("person_id", "kind", "target_slug", "target_key", "created_at")


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: User) -> ImportBatchQuerySet:
        """Filter the user's own imports; lab staff also see those of the command, which belong to nobody."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(person=user) | Q(person=None)) if user.is_lab_staff else self.filter(person=user)

    def of_same_file(self, batch: ImportBatch) -> ImportBatchQuerySet:
        """Filter the imports of the sheets of the file that the import comes from, itself included."""
        return self.filter(
            person=batch.person_id, kind=batch.kind, target_key=batch.target_key, created_at=batch.created_at
        )

    def with_people(self) -> ImportBatchQuerySet:
        """Read the people with whose rights it is worked on in the same statement."""
        return self.select_related("person", "requested_by")

    def to_work_on(self, at: datetime) -> ImportBatchQuerySet:
        """Filter the imports that a worker can take at the moment `at`, the oldest first.

        No worker reported on them lately, and no other import changes their target.
        """
        busy = ImportBatch.objects.filter(state__in=CHANGING_TARGET, target_key=OuterRef("target_key")).exclude(
            pk=OuterRef("pk")
        )
        unclaimed = Q(heartbeat_at=None) | Q(heartbeat_at__lt=at - STALE_AFTER)
        rows = self.filter(unclaimed, state__in=QUEUED).exclude(Exists(busy), state=BatchState.WAITING)
        return rows.order_by("queued_at", "pk")

    def unconfirmed_before(self, before: datetime) -> ImportBatchQuerySet:
        """Filter the imports that nobody confirmed, last checked before the moment `before`."""
        return self.filter(state__in=UNCONFIRMED, queued_at__lt=before)

    def with_content_ended_before(self, before: datetime) -> ImportBatchQuerySet:
        """Filter the imports that ended before the moment `before` and still have what their file contained."""
        return self.filter(state__in=ENDED, ended_at__lt=before).exclude(header=[], file_name="")

    def delete_content(self) -> None:
        """Delete the files, rows and headings of these imports, and the names of files and sheets; the counts stay."""
        FilePart.objects.filter(batch__in=self.values("pk")).delete()
        ImportRow.objects.filter(batch__in=self.values("pk")).delete()
        self.update(header=[], mapping=[], notes=[], file_name="", sheet="")


@tracked(
    exclude=["rows_done", "heartbeat_at", "file_name", "sheet", "header", "mapping", "defaults", "notes", "plan_hash"]
)
class ImportBatch(models.Model):
    """A table that a person imports: its rows are imported, and undone, as one.

    `target_key` is the key of what it is imported into, such as “cohort:dunkerque”; `kind` a registered slug. `mapping`
    names the column that each column of the table becomes, "" for those that are not imported; `defaults` are values,
    by column, for rows without one. `notes` are pairs of slug and value. Counts stay when the rows are deleted.
    `requested_by` confirmed it, or asked for its undo: lab staff do so for imports of the command, which are nobody's.
    `plan_hash` tells one plan of its rows from another.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="imports",
        verbose_name=_("imported by"),
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed or undone by"),
    )
    kind = models.SlugField(_("what"), max_length=40, db_index=False)
    target_slug = models.CharField(_("into"), max_length=120, blank=True)
    target_key = models.CharField(_("key of what it goes into"), max_length=140)
    file_name = models.CharField(_("file"), max_length=120, blank=True)
    sheet = models.CharField(_("sheet"), max_length=120, blank=True)
    idempotency_key = models.UUIDField(default=uuid4, editable=False)
    header = models.JSONField(_("headings"), default=list)
    mapping = ArrayField(models.CharField(max_length=40, blank=True), verbose_name=_("columns"))
    month_first = models.BooleanField(_("month before day"), default=False)
    defaults = models.JSONField(_("values for rows without one"), default=dict, blank=True)
    notes = models.JSONField(_("notes on the file"), default=list, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    plan_hash = models.CharField(_("plan"), max_length=16, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=BatchState.choices, default=BatchState.CHECKING)
    corrects_emails = models.BooleanField(_("e-mails corrected when undone"), default=False)
    stop_reason = models.CharField(_("reason it stopped"), max_length=13, choices=StopReason.choices, blank=True)
    rows_total = models.PositiveIntegerField(_("rows in all"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    created_count = models.PositiveIntegerField(pgettext_lazy("rows", "created"), default=0)
    updated_count = models.PositiveIntegerField(pgettext_lazy("rows", "updated"), default=0)
    unchanged_count = models.PositiveIntegerField(pgettext_lazy("rows", "unchanged"), default=0)
    refused_count = models.PositiveIntegerField(pgettext_lazy("rows", "refused"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    heartbeat_at = models.DateTimeField(_("last report of the worker"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    queued_at = models.DateTimeField(_("queued at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a table", "import")
        verbose_name_plural = pgettext_lazy("of tables", "imports")
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes = [
            models.Index(fields=["queued_at"], condition=Q(state__in=QUEUED), name="import_batch_queue"),
            models.Index(fields=["person", "-id"], name="import_batch_own"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="import_batch_state_known"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="import_batch_language_known"),
            models.CheckConstraint(condition=Q(rows_done__lte=F("rows_total")), name="import_batch_rows_done"),
            models.CheckConstraint(
                condition=Q(
                    rows_total__gte=F("created_count") + F("updated_count") + F("unchanged_count") + F("refused_count")
                ),
                name="import_batch_counts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNCONFIRMED, confirmed_at=None)
                | Q(state=BatchState.FAILED)
                | (~Q(state__in=UNCONFIRMED) & Q(confirmed_at__isnull=False)),
                name="import_batch_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | ~Q(state__in=ENDED), name="import_batch_ended"
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.FAILED) | Q(stop_reason__in=StopReason.values),
                name="import_batch_stop_reason",
            ),
            models.UniqueConstraint(fields=["idempotency_key"], name="import_batch_idempotency_key_unique"),
            models.UniqueConstraint(
                fields=["target_key"], condition=Q(state__in=CHANGING_TARGET), name="import_batch_one_per_target"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state=BatchState.READING), name="import_batch_one_unread_file"
            ),
        ]
        triggers = [
            StateMachine(
                name="import_batch_state",
                transitions=BATCH_TRANSITIONS,
                initial=[BatchState.READING, BatchState.CHECKING],
            ),
            Rule(
                name="import_batch_fixed",
                broken="TG_OP = 'UPDATE' AND ("
                + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FIXED_COLUMNS)
                + " OR (OLD.rows_total > 0 AND NEW.rows_total <> OLD.rows_total)"
                " OR (OLD.confirmed_at IS NOT NULL AND ((NEW.month_first, NEW.defaults, NEW.confirmed_at)"
                " IS DISTINCT FROM (OLD.month_first, OLD.defaults, OLD.confirmed_at)"
                " OR (NEW.mapping IS DISTINCT FROM OLD.mapping AND cardinality(NEW.mapping) > 0))))",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.file_name or self.created_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Return the URL of the page with the preview, the progress or the result of the import."""
        return reverse("imports:batch", args=[self.pk])

    @property
    def current_state(self) -> BatchState:
        """Return the state as an enumeration member, for its label and tone."""
        return BatchState(self.state)

    @property
    def actor(self) -> User | None:
        """Return the person with whose rights it is worked on: who confirmed it or undoes it, else who uploaded it.

        None is the command.
        """
        return self.requested_by or self.person

    @property
    def plan_token(self) -> str:
        """Return what tells the plan of the rows from another one: how many have each outcome, and the hash."""
        counts = (self.created_count, self.updated_count, self.unchanged_count, self.refused_count)
        return "-".join([*map(str, counts), self.plan_hash])

    @property
    def is_queued(self) -> bool:
        """Return whether a worker has to act, or acts: the page then reloads."""
        return self.state in QUEUED

    @property
    def percent(self) -> int:
        """Return the share of rows done, from 0 to 100."""
        return 100 * self.rows_done // self.rows_total if self.rows_total else 100

    @property
    def to_import(self) -> int:
        """Return how many rows create or change something."""
        return self.created_count + self.updated_count

    def can_still_undo(self, at: datetime) -> bool:
        """Return whether the import can be undone at the moment `at`: it ended less than 30 days before."""
        return bool(self.state in UNDOABLE and self.confirmed_at and self.ended_at and at < self.ended_at + UNDO_WITHIN)

    @property
    def undo_until(self) -> datetime | None:
        """Return the moment until which the import can be undone; None while it has not ended."""
        return self.ended_at + UNDO_WITHIN if self.ended_at else None


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def refused(self) -> ImportRowQuerySet:
        """Filter the rows that are refused."""
        return self.filter(outcome=RowOutcome.REFUSED)

    def imported(self) -> ImportRowQuerySet:
        """Filter the rows that created or changed something, and are not undone."""
        return self.filter(state=ImportRowState.IMPORTED)

    def to_import(self) -> ImportRowQuerySet:
        """Filter the rows that will create or change something and have not yet."""
        return self.filter(state=ImportRowState.CHECKED, outcome__in=CHANGING)

    def by_outcome(self) -> ImportRowQuerySet:
        """Sort the rows: refused ones first, then those that change, are unchanged, are new; each by their number."""
        return self.order_by("position", "line")


class ImportRow(models.Model):
    """A row of a table: its number there, the texts of its cells, and what importing it does or did.

    `corrections` are the texts, by name of the column, that the person typed in place of cells that could not be read.
    `changes` are triples of column, old and new value, as texts that do not depend on the language: the slug of a
    choice, an ISO date. `column` names the column that a refusal is about; `reason` and `suggestion` are in the
    language of the import. `object_id` is the thing that the row created or changed; `previous` are the values to go
    back to. `position` sorts outcomes.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name=_("import"))
    line = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(_("cells"), default=list)
    corrections = models.JSONField(_("corrections"), default=dict, blank=True)
    outcome = models.CharField(_("outcome"), max_length=9, choices=RowOutcome.choices, default=RowOutcome.UNCHANGED)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    changes = models.JSONField(_("changes"), default=list, blank=True)
    column = models.CharField(_("column"), max_length=40, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    suggestion = models.TextField(_("suggestion"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ImportRowState.choices, default=ImportRowState.CHECKED)
    object_id = models.BigIntegerField(_("object"), null=True, blank=True)
    previous = models.JSONField(_("values before"), default=dict, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        indexes = [
            models.Index(fields=["batch", "position", "line"], name="import_row_order"),
            models.Index(
                fields=["batch", "line"],
                condition=Q(state=ImportRowState.CHECKED, outcome__in=CHANGING),
                name="import_row_to_import",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="import_row_once"),
            models.CheckConstraint(condition=Q(outcome__in=RowOutcome.values), name="import_row_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome=RowOutcome.REFUSED, reason__regex=r"\S")
                | (~Q(outcome=RowOutcome.REFUSED) & Q(reason="", suggestion="", column="")),
                name="import_row_refused_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=ImportRowState.CHECKED)
                | Q(
                    state__in=[ImportRowState.IMPORTED, ImportRowState.UNDONE],
                    outcome__in=CHANGING,
                    object_id__isnull=False,
                ),
                name="import_row_imported_what",
            ),
        ]
        triggers = [
            StateMachine(name="import_row_state", transitions=ROW_TRANSITIONS, initial=[ImportRowState.CHECKED]),
            Rule(
                name="import_row_fixed",
                broken="TG_OP = 'UPDATE' AND (NEW.batch_id <> OLD.batch_id OR NEW.line <> OLD.line"
                " OR (OLD.state <> 'checked' AND (NEW.outcome, NEW.object_id, NEW.changes)"
                " IS DISTINCT FROM (OLD.outcome, OLD.object_id, OLD.changes)))",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.line}"

    @property
    def current_outcome(self) -> RowOutcome:
        """Return the outcome as an enumeration member, for its label and tone."""
        return RowOutcome(self.outcome)


class FilePart(models.Model):
    """A part of a large file that waits for the worker, which deletes it once the file is read."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="file_parts", verbose_name=_("import"))
    position = models.PositiveSmallIntegerField(_("position"))
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("part of a file")
        verbose_name_plural = _("parts of files")
        ordering: ClassVar[list[str]] = ["batch", "position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="import_file_part_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.position}"


class ColumnChoice(models.Model):
    """The columns that a person chose for the headings of their tables of one kind, for their next table.

    `columns` names the column by heading, as words are compared; "" is a heading that is not imported.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="column_choices", verbose_name=_("person")
    )
    kind = models.SlugField(_("what"), max_length=40, db_index=False)
    columns = models.JSONField(_("columns"), default=dict)

    class Meta:
        verbose_name = _("choice of columns")
        verbose_name_plural = _("choices of columns")
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="column_choice_once")]

    def __str__(self) -> str:
        return self.kind
