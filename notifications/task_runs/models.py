"""The record of when each scheduled task last ran."""

from typing import ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track(pghistory.DeleteEvent())
class TaskRun(models.Model):
    """When a scheduled task last ran: one row per task, written by the worker that runs it.

    `by_beat_at` is the last run that the scheduler (beat) asked for; other parts ask for runs too. `first_at` never
    changes.
    """

    task = models.CharField(_("task"), max_length=120)
    first_at = models.DateTimeField(_("first ran at"))
    by_beat_at = models.DateTimeField(_("asked for by beat at"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    error = models.TextField(_("why it failed"), blank=True)

    class Meta:
        verbose_name = _("run of a task")
        verbose_name_plural = _("runs of tasks")
        ordering: ClassVar[list[str]] = ["task"]
        constraints = [models.UniqueConstraint(fields=["task"], name="task_run_once")]

    def __str__(self) -> str:
        return self.task
