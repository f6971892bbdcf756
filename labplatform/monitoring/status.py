"""The status of worker, scheduler, tasks, e-mails and replica, and what to do when something is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from notifications.models import Delivery, MailSwitch, Reminder, TaskRun
from notifications.sending.leases import LEASE
from web.database.replica import ReplicaState
from web.text import formats
from web.text.language import active_language

MISSED_PERIODS: Final = 3  # a task that misses this many runs needs attention
REPLICA_BEHIND_SECONDS: Final = 60  # from then on the replica needs attention
LATE_FACTOR: Final = 2  # multiplies lease and scan period: the delay that one lost round explains

TASK_LABELS: Final[Mapping[str, StrOrPromise]] = {
    "notifications.tasks.send_emails": gettext_lazy("Sending e-mails"),
    "webhooks.tasks.send_webhooks": gettext_lazy("Sending webhooks"),
    "imports.tasks.run_imports": gettext_lazy("Importing tables"),
    "exchanges.tasks.plan_exchanges": gettext_lazy("Planning Intertransfos"),
    "exchanges.tasks.purge_needs": gettext_lazy("Erasing the needs that people stated"),
    "prototypes.tasks.ask_for_confirmations": gettext_lazy("Asking about ideas without a recent update"),
    "publications.tasks.withdraw_where_consent_ended": gettext_lazy("Withdrawing pages whose consent has ended"),
    "labplatform.tasks.sweep_files": gettext_lazy("Deleting unused files"),
    "labplatform.tasks.purge": gettext_lazy("Deleting data at the end of their retention period"),
    "planning.tasks.calculate_plans": gettext_lazy("Plans of residencies and editions"),
    "opendata.tasks.update_releases": gettext_lazy("Releases of open data"),
    "labplatform.tasks.run_bulk_actions": gettext_lazy("Actions on many rows"),
    "labplatform.tasks.write_exports": gettext_lazy("Creating files to download"),
}


@dataclass(frozen=True, slots=True)
class StatusCheck:
    """One line of the status page: a label, its state, and the remedy when it is not `is_good`.

    `trouble` is the text for machines, in English. A check that `is_waiting` cannot be judged yet and needs no action.
    """

    label: StrOrPromise
    text: str
    is_good: bool = True
    remedy: StrOrPromise = ""
    href: str = ""
    trouble: str = ""
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What the checks read from the database: the oldest due e-mail, the last run of each task, the pause of e-mails,
    the replica.

    `failed` is the number of e-mails that failed for good.
    """

    oldest_due: datetime | None = None
    runs: Mapping[str, TaskRun] = field(default_factory=dict)
    switch: MailSwitch | None = None
    failed: int = 0
    replica: ReplicaState | None = None


def read_status_facts(at: datetime, replica: ReplicaState | None = None) -> StatusFacts:
    """Return what the checks need at the moment `at`, read from the database (five statements).

    It is the oldest due e-mail, the last run of each task, whether e-mails are paused and the number that failed. The
    state of the replica is given by who can wait for it.
    """
    return StatusFacts(
        oldest_due=_oldest_due(at),
        runs={run.task: run for run in TaskRun.objects.all()},
        switch=MailSwitch.objects.paused().select_related("held_by").first(),
        failed=Delivery.objects.dead().count(),
        replica=replica,
    )


def status_checks(facts: StatusFacts, at: datetime) -> list[StatusCheck]:
    """Return all lines of the status page at the moment `at`: worker, scheduler, each task, the e-mails, the replica.

    A fault in one line can explain those after it, so the first bad one is to be dealt with first.
    """
    return [
        _worker_check(facts, at),
        _beat_check(facts, at),
        *(_task_check(task, period, facts, at) for task, period in periods().items()),
        _oldest_email_check(facts, at),
        _switch_check(facts),
        _failed_check(facts),
        *([_replica_check(facts.replica)] if facts.replica else []),
    ]


def troubles(facts: StatusFacts, at: datetime) -> list[str]:
    """Return a short English text for each check of worker, scheduler, tasks, late e-mails and replica that fails; []
    when none does.

    `at` is now. E-mails that lab staff paused, or that failed for good, are no trouble.
    """
    return [check.trouble for check in status_checks(facts, at) if check.trouble and not check.is_good]


def periods() -> dict[str, timedelta]:
    """Return how often the scheduler (beat) starts each task, by the task's name."""
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    return {str(entry["task"]): timedelta(seconds=float(str(entry["schedule"]))) for entry in entries}


def late_after() -> timedelta:
    """Return how long after it is due an e-mail counts as late: longer than one lost sender can explain.

    That is twice the sum of the time for which a sender reserves an e-mail and the period of the scan that finds it
    again.
    """
    return (LEASE + min(periods().values())) * LATE_FACTOR


def _oldest_due(at: datetime) -> datetime | None:
    """Return since when the oldest unsent reminder or e-mail is due, of those due by the moment `at`; None when none
    is.
    """
    reminder = Reminder.objects.due(at).values_list("due_at", flat=True).first()
    email = Delivery.objects.claimable(at).values_list("next_attempt_at", flat=True).first()
    return min(filter(None, [reminder, email]), default=None)


def worker_seen(facts: StatusFacts) -> datetime | None:
    """Return when a task of any kind last started, which shows that a worker runs; None when none has started yet."""
    return max((run.started_at for run in facts.runs.values()), default=None)


def beat_seen(facts: StatusFacts) -> datetime | None:
    """Return when the scheduler (beat) last started a task, which shows that it runs; None when it has not started one
    yet.
    """
    return max((run.by_beat_at for run in facts.runs.values() if run.by_beat_at), default=None)


def _worker_check(facts: StatusFacts, at: datetime) -> StatusCheck:
    """Return the line of the status page on the worker: good when any task started lately.

    Lately is within three periods of the most frequent task before `at`, which is now.
    """
    last_seen = worker_seen(facts)
    return StatusCheck(
        _("Worker (sends)"),
        _seen_text(last_seen),
        is_good=_is_recent(last_seen, min(periods().values()), at),
        remedy=_(
            "Start a worker: celery -A labplatform worker. If one is already running, check that it can reach"
            " Redis and PostgreSQL."
        ),
        trouble="no worker seen",
    )


def _beat_check(facts: StatusFacts, at: datetime) -> StatusCheck:
    """Return the line of the status page on the scheduler (beat): good when it started a task lately.

    Lately is within three periods of the most frequent task before `at`, which is now.
    """
    last_seen = beat_seen(facts)
    return StatusCheck(
        _("Scheduler"),
        _seen_text(last_seen),
        is_good=_is_recent(last_seen, min(periods().values()), at),
        remedy=_(
            "Start the scheduler: celery -A labplatform.scheduler beat. While no worker runs, the scheduler also"
            " appears as not seen."
        ),
        trouble="beat not seen",
    )


def _task_check(task: str, period: timedelta, facts: StatusFacts, at: datetime) -> StatusCheck:
    """Return the line of the status page on one task, which the scheduler starts every `period`.

    It is good when its last run succeeded within three periods before `at`. A task that has not run yet is waiting,
    until three periods have passed since the first run of any task.
    """
    run, label = facts.runs.get(task), TASK_LABELS.get(task, task)
    finished = run.finished_at if run else None
    since = finished or min((row.first_at for row in facts.runs.values()), default=None)
    failing = run is not None and run.failed_at is not None and (finished is None or run.failed_at > finished)
    text = (
        _("Last successful run: %(when)s.") % {"when": _moment_text(finished)}
        if finished
        else _("This task has not run yet.")
    )
    if run and failing:
        text = _("The last run failed on %(when)s: %(why)s") % {"when": _moment_text(run.failed_at), "why": run.error}
    is_good = _is_recent(since, period, at) and not failing
    if is_waiting := is_good and finished is None and since is not None:
        text = _("Waiting for the first run, due before %(when)s.") % {
            "when": _moment_text(since + period * MISSED_PERIODS)
        }
    return StatusCheck(
        label,
        text,
        is_good=is_good,
        is_waiting=is_waiting,
        remedy=_("Read the worker’s log. Nothing is lost: the next run will do what is due."),
        trouble=f"{task} does not run",
    )


def _oldest_email_check(facts: StatusFacts, at: datetime) -> StatusCheck:
    """Return the line of the status page on the oldest due e-mail: bad when it has been due for too long at the moment
    `at`.

    Too long is more than a lost sender explains. While e-mails are paused, monitoring is not alarmed.
    """
    due = facts.oldest_due
    late = due is not None and due < at - late_after()
    text = (
        _("The oldest e-mail has been due since %(when)s.") % {"when": _moment_text(due)}
        if due
        else _("No e-mail is due.")
    )
    return StatusCheck(
        _("Oldest due e-mail"),
        text,
        is_good=not late,
        remedy=_("If sending is paused, resume it. If not, check the worker, beat and the mail server."),
        href=reverse("notifications:ledger"),
        trouble="" if facts.switch else "e-mails are late",
    )


def _switch_check(facts: StatusFacts) -> StatusCheck:
    """Return the line of the status page on the pause of e-mails: good while lab staff have not paused them."""
    switch = facts.switch
    if switch is None:
        return StatusCheck(_("Sending status"), _("E-mails are being sent."))
    text = _("All e-mails are paused: %(why)s.") % {"why": switch.reason.rstrip(".")}
    remedy = _("Resume sending once the reason for the pause is dealt with.")
    return StatusCheck(
        _("Sending status"), text, is_good=False, remedy=remedy, href=reverse("notifications:resume_all_emails")
    )


def _failed_check(facts: StatusFacts) -> StatusCheck:
    """Return the line of the status page on e-mails that failed for good: bad as soon as there is one."""
    n = facts.failed
    return StatusCheck(
        _("Failed e-mails"),
        ngettext("%(n)d e-mail failed.", "%(n)d e-mails failed.", n) % {"n": n} if n else _("None."),
        is_good=not n,
        remedy=_("Read the mail server’s answer, fix the cause, then send the e-mails again."),
        href=f"{reverse('notifications:ledger')}?state=dead",
    )


def _replica_check(replica: ReplicaState) -> StatusCheck:
    """Return the line of the status page on the replica: good while it follows by less than a minute."""
    text = _("The replica does not answer.")
    if replica.answers and not replica.follows:
        text = _("The server is no longer a replica.")
    elif replica.answers:
        text = _("Behind by %(seconds)d s (%(kilobytes)d kB).") % {
            "seconds": replica.seconds_behind,
            "kilobytes": replica.bytes_behind // 1000,
        }
    return StatusCheck(
        _("Replica of the database"),
        text,
        is_good=replica.follows and replica.seconds_behind < REPLICA_BEHIND_SECONDS,
        remedy=_("Pages are correct: they read the primary database. Check the replica’s log."),
        trouble="the replica does not follow",
    )


def _is_recent(last_seen: datetime | None, period: timedelta, at: datetime) -> bool:
    """Return whether the moment `last_seen` lies within the last three periods (of the length `period`) before `at`.

    False for None.
    """
    return last_seen is not None and last_seen >= at - period * MISSED_PERIODS


def _seen_text(last_seen: datetime | None) -> str:
    """Return a sentence on when a process was last seen, in the reader's language; for None,
    that it was not seen yet.
    """
    return _("Last seen on %(when)s.") % {"when": _moment_text(last_seen)} if last_seen else _("Not seen yet.")


def _moment_text(moment: datetime | None) -> str:
    """Return a moment as date and time in the reader's language, in the platform’s time zone; "" for None."""
    if moment is None:
        return ""
    local, language = timezone.localtime(moment), active_language()
    return f"{formats.short_day(local.date(), language)}, {formats.clock(local.time(), language)}"
