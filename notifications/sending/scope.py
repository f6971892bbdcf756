"""Limits a sending round to the events of an edition, a cohort or an authority."""

from django.db.models import Q

from notifications.models import Reminder
from notifications.registries import CommandScope, event_kinds
from notifications.reminders.models import ReminderQuerySet


def reminders_in_scope(scope: CommandScope) -> ReminderQuerySet:
    """Return the reminders of all events in the scope of a command: an edition, a cohort or an authority.

    Each kind of event says which of its events these are (one statement each).
    """
    limits = Q(pk__in=[])
    for slug, kind in event_kinds.items():
        limits |= Q(kind=slug, object_id__in=list(kind.in_scope(scope)))
    return Reminder.objects.filter(limits)
