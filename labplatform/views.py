"""The status of worker, scheduler, tasks, e-mails and replica."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import person
from labplatform.monitoring.status import read_status_facts, status_checks
from notifications.enums import DeliveryState, ReminderState
from notifications.models import Delivery, Reminder
from notifications.permissions import can_read_emails
from web.database.replica import replica_state
from web.decisions import enforce
from web.pages.pagination import COUNT_CAP


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Show lab staff whether worker, scheduler, tasks, e-mails and replica are in order; 403 for others.

    It has the checks with what to do, and the numbers of reminders and e-mails by state; sent e-mails, by far the most,
    are counted up to a thousand.
    """
    enforce(can_read_emails(person(request)))
    at = timezone.now()
    reminders, emails = Reminder.objects.by_state(), Delivery.objects.unsent_by_state()
    emails[DeliveryState.SENT] = Delivery.objects.sent().order_by()[: COUNT_CAP + 1].count()
    email_counts = [(state, emails.get(state, 0)) for state in DeliveryState]
    context = {
        "checks": status_checks(read_status_facts(at, replica_state()), at),
        "reminders": [(state.label, reminders.get(state, 0)) for state in ReminderState],
        "emails": [
            (state.label, state.tone if count else "neutral", count, state == DeliveryState.SENT and count > COUNT_CAP)
            for state, count in email_counts
        ],
        "count_cap": COUNT_CAP,
    }
    return render(request, "labplatform/status.html", context)
