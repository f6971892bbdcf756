"""The scheduled task of this app: withdraw what names a person whose consent has ended."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from notifications.task_runs.recording import record_run
from publications import actions

WITHDRAW_WHERE_CONSENT_ENDED: Final = "publications.tasks.withdraw_where_consent_ended"


@shared_task(name=WITHDRAW_WHERE_CONSENT_ENDED)
def withdraw_where_consent_ended(*, by_beat: bool = False) -> int:
    """Withdraw the public pages whose texts name a person who agreed until a day that is past; return how many.

    Safe to run twice or at the same time. `by_beat` is true for runs that the scheduler starts.
    """
    with record_run(WITHDRAW_WHERE_CONSENT_ENDED, timezone.now, by_beat=by_beat):
        return actions.withdraw_where_consent_ended(by=None, at=timezone.now())
