"""The status of the e-mail service."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import person
from labplatform.monitoring import email_status
from notifications.enums import DeliveryState, ReminderState
from notifications.models import Delivery, Reminder
from notifications.permissions import can_read_emails
from web.decisions import enforce


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Show lab staff the status of the e-mail service; 403 for others.

    It has the checks with what to do, and the numbers of reminders and e-mails by state.
    """
    enforce(can_read_emails(person(request)))
    at = timezone.now()
    reminders, emails = Reminder.objects.by_state(), Delivery.objects.by_state()
    email_counts = [(state, emails.get(state, 0)) for state in DeliveryState]
    context = {
        "checks": email_status.status_checks(email_status.read_email_facts(at), at),
        "reminders": [(state.label, reminders.get(state, 0)) for state in ReminderState],
        "emails": [(state.label, state.tone if count else "neutral", count) for state, count in email_counts],
    }
    return render(request, "labplatform/status.html", context)
