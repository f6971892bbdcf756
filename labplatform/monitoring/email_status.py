"""Is the post in time? When planning and sending last ran, who runs them, what waits, and what to do when it is bad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from notifications.models import Delivery, MailSwitch, Reminder, Run
from notifications.sending.delivery import LEASE
from web.text import formats

MISSED_PERIODS: Final = 3  # so many without a run mean that something is wrong
PATIENCE: Final = 2  # times lease and scan period: what one lost round and the next make late

TASKS: Final[Mapping[str, StrOrPromise]] = {
    "notifications.tasks.send_letters": gettext_lazy("Sending e-mails"),
    "cohorts.tasks.send_invitation_lists": gettext_lazy("Sending lists of invitations"),
    "exchanges.tasks.plan_exchanges": gettext_lazy("Planning Intertransfos"),
    "exchanges.tasks.purge_needs": gettext_lazy("Erasing the needs that people stated"),
    "figures.tasks.keep_rates": gettext_lazy("Calculating the rates in advance"),
    "prototypes.tasks.ask_for_confirmations": gettext_lazy("Asking about ideas without a recent update"),
    "labplatform.tasks.sweep_files": gettext_lazy("Deleting unused files"),
    "labplatform.tasks.purge": gettext_lazy("Deleting data at the end of their retention period"),
    "labplatform.tasks.write_exports": gettext_lazy("Creating files to download"),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to look at: how it is, and what to do when it is not `good`. `trouble` says so to machines.

    One that `waits` cannot be called good yet, and needs nobody.
    """

    label: StrOrPromise
    said: str
    good: bool = True
    remedy: StrOrPromise = ""
    href: str = ""
    trouble: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows; `failed` counts letters that failed for good."""

    oldest_due: datetime | None = None
    runs: Mapping[str, Run] = field(default_factory=dict)
    switch: MailSwitch | None = None
    failed: int = 0


def facts(at: datetime) -> Facts:
    """Five statements, whatever there is."""
    return Facts(
        oldest_due=_oldest_due(at),
        runs={run.task: run for run in Run.objects.all()},
        switch=MailSwitch.objects.held().select_related("held_by").first(),
        failed=Delivery.objects.dead().count(),
    )


def signs(found: Facts, at: datetime) -> list[Sign]:
    """Everything a person looks at, in the order in which one thing depends on the other."""
    return [
        _worker(found, at),
        _beat(found, at),
        *(_task(task, period, found, at) for task, period in periods().items()),
        _letters(found, at),
        _switch(found),
        _failed(found),
    ]


def troubles(found: Facts, at: datetime) -> list[str]:
    """What machines are told, in English: nothing while the post is in time. A switch thrown on purpose is none."""
    return [sign.trouble for sign in signs(found, at) if sign.trouble and not sign.good]


def periods() -> dict[str, timedelta]:
    """How often beat asks for each task."""
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    return {str(entry["task"]): timedelta(seconds=float(str(entry["schedule"]))) for entry in entries}


def late_after() -> timedelta:
    """A letter due for longer than this is late: a sender lost with its lease, and the scan that finds it."""
    return (LEASE + min(periods().values())) * PATIENCE


def _oldest_due(at: datetime) -> datetime | None:
    reminder = Reminder.objects.due(at).values_list("due_at", flat=True).first()
    letter = Delivery.objects.claimable(at).values_list("next_attempt_at", flat=True).first()
    return min(filter(None, [reminder, letter]), default=None)


def worker_seen(found: Facts) -> datetime | None:
    """When a task last began."""
    return max((run.started_at for run in found.runs.values()), default=None)


def beat_seen(found: Facts) -> datetime | None:
    """When something that beat asked for last began."""
    return max((run.by_beat_at for run in found.runs.values() if run.by_beat_at), default=None)


def _worker(found: Facts, at: datetime) -> Sign:
    seen = worker_seen(found)
    return Sign(
        _("Worker (sends)"),
        _seen(seen),
        good=_recent(seen, min(periods().values()), at),
        remedy=_(
            "Start a worker: celery -A labplatform worker. If one is already running, check that it can reach"
            " Redis and PostgreSQL."
        ),
        trouble="no worker seen",
    )


def _beat(found: Facts, at: datetime) -> Sign:
    seen = beat_seen(found)
    return Sign(
        _("Scheduler"),
        _seen(seen),
        good=_recent(seen, min(periods().values()), at),
        remedy=_(
            "Start the scheduler: celery -A labplatform beat. While no worker runs, the scheduler also appears"
            " as not seen."
        ),
        trouble="beat not seen",
    )


def _task(task: str, period: timedelta, found: Facts, at: datetime) -> Sign:
    """Good while it ended well within some periods; one that never ran has that long from the first run of any."""
    run, label = found.runs.get(task), TASKS.get(task, task)
    finished = run.finished_at if run else None
    since = finished or min((row.first_at for row in found.runs.values()), default=None)
    failing = run is not None and run.failed_at is not None and (finished is None or run.failed_at > finished)
    said = (
        _("Last successful run: %(when)s.") % {"when": _when(finished)} if finished else _("This task has not run yet.")
    )
    if run and failing:
        said = _("The last run failed on %(when)s: %(why)s") % {"when": _when(run.failed_at), "why": run.error}
    good = _recent(since, period, at) and not failing
    if waits := good and finished is None and since is not None:
        said = _("Waiting for the first run, due before %(when)s.") % {"when": _when(since + period * MISSED_PERIODS)}
    return Sign(
        label,
        said,
        good=good,
        waits=waits,
        remedy=_("Read the worker’s log. Nothing is lost: the next run will do what is due."),
        trouble=f"{task} does not run",
    )


def _letters(found: Facts, at: datetime) -> Sign:
    due = found.oldest_due
    late = due is not None and due < at - late_after()
    said = _("The oldest e-mail has been due since %(when)s.") % {"when": _when(due)} if due else _("No e-mail is due.")
    return Sign(
        _("Oldest due e-mail"),
        said,
        good=not late,
        remedy=_("If sending is paused, resume it. If not, check the worker, beat and the mail server."),
        href=reverse("notifications:ledger"),
        trouble="" if found.switch else "letters are late",
    )


def _switch(found: Facts) -> Sign:
    switch = found.switch
    if switch is None:
        return Sign(_("Sending status"), _("E-mails are being sent."))
    said = _("All e-mails are paused: %(why)s.") % {"why": switch.reason.rstrip(".")}
    remedy = _("Resume sending once the reason for the pause is dealt with.")
    return Sign(_("Sending status"), said, good=False, remedy=remedy, href=reverse("notifications:release"))


def _failed(found: Facts) -> Sign:
    n = found.failed
    return Sign(
        _("Failed e-mails"),
        ngettext("%(n)d e-mail failed.", "%(n)d e-mails failed.", n) % {"n": n} if n else _("None."),
        good=not n,
        remedy=_("Read the mail server’s answer, fix the cause, then send the e-mails again."),
        href=f"{reverse('notifications:ledger')}?state=dead",
    )


def _recent(seen: datetime | None, period: timedelta, at: datetime) -> bool:
    return seen is not None and seen >= at - period * MISSED_PERIODS


def _seen(seen: datetime | None) -> str:
    return _("Last seen on %(when)s.") % {"when": _when(seen)} if seen else _("Not seen yet.")


def _when(moment: datetime | None) -> str:
    """Day and time of day as people read them."""
    if moment is None:
        return ""
    local, language = timezone.localtime(moment), (get_language() or "fr")[:2]
    return f"{formats.short_day(local.date(), language)}, {formats.clock(local.time(), language)}"
