"""Actions on the switch that pauses all e-mails: after a restore from a backup, or when something is wrong."""

from datetime import datetime

from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.privacy.erasure_journal import erasures_to_repeat
from notifications.models import MailSwitch
from notifications.sending.worker_wakeup import wake_worker
from web.actions import action
from web.errors import DomainError


@action(gettext_lazy("All e-mails paused"), security_event=True)
def pause_all_emails(*, reason: str, at: datetime, by: User | None) -> MailSwitch:
    """Pause all e-mails from the moment `at` on and return the switch.

    When they are already paused, the first reason stays. Lab staff read the reason. `by` is None for the operator of
    the server, for example after a restore.
    """
    switch, _created = MailSwitch.objects.select_for_update().get_or_create(pk=1)
    if switch.held_since is None:
        switch.held_since, switch.held_by, switch.reason = at, by, reason
        switch.save()
    return switch


def resume_refusal() -> str:
    """Return a sentence on why the pause of all e-mails cannot end; "" when it can.

    It cannot while the database lacks erasures or unsubscriptions that were made after the restored backup.
    """
    count = len(erasures_to_repeat())
    if not count:
        return ""
    return ngettext(
        "The restore lost %(count)d erasure or unsubscription. Run the command replay_erasures, then resume sending.",
        "The restore lost %(count)d erasures or unsubscriptions. Run the command replay_erasures, then resume sending.",
        count,
    ) % {"count": count}


@action(gettext_lazy("Sending of e-mails resumed"), security_event=True)
def resume_all_emails(*, by: User) -> MailSwitch | None:
    """End the pause of all e-mails and return the switch; None when there was no pause. The worker is woken.

    E-mails that expired during the pause are dropped. Raises DomainError while the database lacks erasures that were
    made after the restored backup.
    """
    switch = MailSwitch.objects.select_for_update().paused().filter(pk=1).first()
    if switch:
        if reason := resume_refusal():
            raise DomainError(reason)
        switch.held_since, switch.held_by, switch.reason = None, None, ""
        switch.save()
        wake_worker()
    return switch
