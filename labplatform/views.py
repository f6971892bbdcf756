"""The home page, the accessibility statement, and the status of the e-mail service."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import person
from labplatform.monitoring import email_status
from notifications.enums import DeliveryState, ReminderState
from notifications.models import Delivery, Reminder
from notifications.permissions import may_keep_letters
from web.dates.clock import platform_today
from web.decisions import enforce
from web.pages import home as contents
from web.pages.panels import rendered


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs the person now; notes, cards and the main action come from the apps, for those they concern."""
    context = {
        "today": platform_today(),
        "notes": contents.notes(request),
        "cards": rendered(contents.home_cards, request),
        "main_action": contents.main_action(request),
    }
    return render(request, "home.html", context)


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was checked and what was not, in plain words."""
    return render(request, "accessibility.html")


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Whether planning and sending run, what waits, and what to do about it; for lab staff."""
    enforce(may_keep_letters(person(request)))
    at = timezone.now()
    reminders, letters = Reminder.objects.by_state(), Delivery.objects.by_state()
    counted = [(state, letters.get(state, 0)) for state in DeliveryState]
    context = {
        "signs": email_status.signs(email_status.facts(at), at),
        "reminders": [(state.label, reminders.get(state, 0)) for state in ReminderState],
        "letters": [(state.label, state.tone if count else "neutral", count) for state, count in counted],
    }
    return render(request, "status.html", context)
