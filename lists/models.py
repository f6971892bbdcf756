"""Models of the lists: saved views, and the record of bulk actions with what becomes of each row."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.hooks import account_hooks
from accounts.models import User
from lists.enums import ROW_TRANSITIONS, UNDER_WAY, BulkRowState
from web.database.triggers import Rule, StateMachine
from web.dates.clock import Day

WITH_LAB: Final = "lab"  # the group of all lab staff
MAX_QUERY: Final = 2000  # characters of the parameters of an address
UNDO_PERIOD: Final = timedelta(days=1)


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User, today: Day) -> SavedViewQuerySet:
        """Return the views that the person saved, and those shared with a group they belong to on the day `today`."""
        if not user.is_authenticated:
            return self.none()
        visible = Q(person=user)
        if user.is_lab_staff:
            visible |= Q(shared_with=WITH_LAB)
        for hooks in account_hooks:
            if (slugs := hooks.group_slugs(user, today)) is not None:
                visible |= Q(shared_with__in=slugs)
        return self.filter(visible)


class SavedView(models.Model):
    """A saved view of a list: the parameters of its address, under a name.

    It holds no rows: whoever opens it sees what they may see. `list_slug` is the slug of the list, `subject_key` the
    key of the object it belongs to. `shared_with` is the slug of a group of people, empty for a view of one's own.
    It is in no history, as the bookmarks of a browser.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("saved by")
    )
    list_slug = models.SlugField(_("list"), max_length=40, db_index=False)
    subject_key = models.CharField(_("list of"), max_length=120, blank=True)
    name = models.CharField(pgettext_lazy("of a view", "name"), max_length=60)
    query = models.CharField(_("parameters"), max_length=MAX_QUERY)
    shared_with = models.SlugField(_("shared with"), max_length=40, blank=True, db_index=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "list_slug", "subject_key", "name"], name="saved_view_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_name"),
            models.CheckConstraint(condition=~Q(query=""), name="saved_view_query"),
        ]
        indexes = [
            models.Index(fields=["list_slug", "subject_key", "shared_with"], name="saved_view_of_list"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the lasting URL of the view, which leads to the list."""
        return reverse("lists:view", args=[self.pk])


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def visible_to(self, user: User) -> BulkRunQuerySet:
        """Return the bulk actions that the person took themselves."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def under_way(self) -> BulkRunQuerySet:
        """Return the bulk actions with rows that are still to be done or undone, the oldest first."""
        waiting = BulkRow.objects.filter(state__in=UNDER_WAY, run=models.OuterRef("pk"))
        return self.filter(models.Exists(waiting)).order_by("pk")


class BulkRun(models.Model):
    """One bulk action that a person took on selected rows of a list; each row has its `BulkRow`.

    `values` are what they filled in, as a query string. It is in no history: the actions on the rows are.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="bulk_runs", verbose_name=_("taken by")
    )
    list_slug = models.SlugField(_("list"), max_length=40, db_index=False)
    subject_key = models.CharField(_("list of"), max_length=120, blank=True)
    query = models.CharField(_("parameters"), max_length=MAX_QUERY, blank=True)
    action_slug = models.SlugField(_("action"), max_length=40, db_index=False)
    values = models.TextField(_("values"), blank=True)
    language = models.CharField(_("language"), max_length=2)
    requested_at = models.DateTimeField(_("requested on"))
    undo_requested_at = models.DateTimeField(_("undo requested on"), null=True, blank=True)
    idempotency_key = models.UUIDField(_("key of the form"), default=uuid.uuid4, editable=False)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        ordering: ClassVar[list[str]] = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["idempotency_key"], name="bulk_run_idempotency_key_unique"),
            models.CheckConstraint(
                condition=Q(undo_requested_at=None) | Q(undo_requested_at__lte=models.F("requested_at") + UNDO_PERIOD),
                name="bulk_run_undo_in_time",
            ),
        ]
        triggers = [
            Rule(
                name="bulk_run_undone_once",
                broken="TG_OP = 'UPDATE' AND OLD.undo_requested_at IS NOT NULL"
                " AND NEW.undo_requested_at IS DISTINCT FROM OLD.undo_requested_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_slug} · {self.action_slug}"

    def get_absolute_url(self) -> str:
        """Return the URL of the page with the progress and the outcome of the bulk action."""
        return reverse("lists:run", args=[self.pk])


class BulkRow(models.Model):
    """One row of a bulk action, by its primary key, with what became of it.

    `reason` says why it was refused or not undone; `details` are what the undo needs; before
    the row is done, the values that its person saw.
    """

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="rows", verbose_name=_("bulk action"))
    key = models.PositiveBigIntegerField(_("row"))
    state = models.CharField(_("state"), max_length=9, choices=BulkRowState.choices, default=BulkRowState.WAITING)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    details: models.JSONField[Any, Any] = models.JSONField(_("what the undo needs"), default=dict, blank=True)

    class Meta:
        verbose_name = _("row of a bulk action")
        verbose_name_plural = _("rows of bulk actions")
        ordering: ClassVar[list[str]] = ["run", "id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="bulk_row_once"),
            models.CheckConstraint(condition=Q(state__in=BulkRowState.values), name="bulk_row_state_known"),
        ]
        indexes = [
            models.Index(fields=["run", "id"], condition=Q(state__in=UNDER_WAY), name="bulk_row_under_way"),
        ]
        triggers = [
            StateMachine(name="bulk_row_state", transitions=ROW_TRANSITIONS, initial=[BulkRowState.WAITING]),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} · {self.key}"
