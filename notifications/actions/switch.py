"""The switch that stops every letter: after a restore from a backup, or when something is wrong."""

from datetime import datetime

from accounts.models import User
from notifications.models import MailSwitch
from notifications.nudges import nudge
from web.verbs import verb


@verb
def hold_mail(*, reason: str, at: datetime, by: User | None) -> MailSwitch:
    """Nothing leaves until it is released; held already, the first reason stays."""
    switch, _created = MailSwitch.objects.select_for_update().get_or_create(pk=1)
    if switch.held_since is None:
        switch.held_since, switch.held_by, switch.reason = at, by, reason
        switch.save()
    return switch


@verb
def release_mail(*, by: User) -> MailSwitch | None:
    """Let letters leave again; the sender drops what has become useless meanwhile."""
    switch = MailSwitch.objects.select_for_update().held().filter(pk=1).first()
    if switch:
        switch.held_since, switch.held_by, switch.reason = None, None, ""
        switch.save()
        nudge()
    return switch
