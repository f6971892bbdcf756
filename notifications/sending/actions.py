"""Actions on the switch that pauses all emails: after a restore from a backup, or when something is wrong."""

from datetime import datetime

from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.privacy.erasure_journal import people_to_erase_again
from notifications.models import MailSwitch
from notifications.sending.worker_wakeup import wake_worker
from web.actions import action
from web.errors import DomainError


@action(gettext_lazy("All e-mails paused"), security_event=True)
def hold_mail(*, reason: str, at: datetime, by: User | None) -> MailSwitch:
    """Pause all emails from the moment `at` on; when they are already paused, the first reason stays."""
    switch, _created = MailSwitch.objects.select_for_update().get_or_create(pk=1)
    if switch.held_since is None:
        switch.held_since, switch.held_by, switch.reason = at, by, reason
        switch.save()
    return switch


def release_refusal() -> str:
    """Return why the pause of all emails cannot end: people erased since the restored backup are back; "" otherwise."""
    count = len(people_to_erase_again())
    if not count:
        return ""
    return ngettext(
        "%(count)d person who was erased is back since the restore. Run the command replay_erasures, then"
        " resume sending.",
        "%(count)d people who were erased are back since the restore. Run the command replay_erasures,"
        " then resume sending.",
        count,
    ) % {"count": count}


@action(gettext_lazy("Sending of e-mails resumed"), security_event=True)
def release_mail(*, by: User) -> MailSwitch | None:
    """End the pause of all emails; the sender drops those that are no longer useful.

    Returns None when there was no pause. Raises DomainError while people are back who were erased after the restored
    backup was made.
    """
    switch = MailSwitch.objects.select_for_update().held().filter(pk=1).first()
    if switch:
        if reason := release_refusal():
            raise DomainError(reason)
        switch.held_since, switch.held_by, switch.reason = None, None, ""
        switch.save()
        wake_worker()
    return switch
