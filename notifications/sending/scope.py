"""Limits a round to the events of an edition, a cohort or an authority, as far as each kind can tell."""

from django.db.models import Q

from notifications.models import Reminder
from notifications.registries import Scope, event_kinds
from notifications.reminders.models import ReminderQuerySet


def reminders_within(scope: Scope) -> ReminderQuerySet:
    """Reminders of events in the scope; none where no kind has one."""
    limits = Q(pk__in=[])
    for slug, kind in event_kinds.items():
        limits |= Q(kind=slug, object_id__in=list(kind.within(scope)))
    return Reminder.objects.filter(limits)
