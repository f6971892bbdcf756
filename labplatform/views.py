"""The home page, the network, the accessibility statement, and the status of the e-mail service."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.requests import person
from labplatform.monitoring import email_status
from figures.network.report import DEFINITIONS, network_table
from figures.network.context import network_page
from notifications.enums import DeliveryState, ReminderState
from notifications.models import Delivery, Reminder
from notifications.permissions import may_keep_letters
from figures.scope.visibility import reach_of
from figures.implementation.sentences import whose
from figures.scope.forms import ReachForm
from web import home as contents
from web.clock import platform_today
from web.decisions import enforce
from web.downloads import download_table
from web.panels import rendered


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


@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """Who stays: everyone reads what is within their reach; the form refuses an address that names anything else."""
    user = person(request)
    reach = reach_of(user)
    form = ReachForm(request.GET, reach=reach, today=platform_today())
    scope = form.scope
    context: dict[str, Any] = {
        "form": form,
        "whose": whose(reach, scope),
        "nowhere": reach.owns_nothing(scope),
        "definitions": DEFINITIONS,
    }
    if form.is_valid() and not context["nowhere"]:
        context |= network_page(reach, scope, user, form.cleaned_data["as_of"])
    return render(request, "figures/network/page.html", context)


@require_safe
def network_figures(request: HttpRequest, kind: str) -> HttpResponse:
    """The numbers of that page, at the same choices; what its form refuses, it says there."""
    user = person(request)
    form = ReachForm(request.GET, reach=reach_of(user), today=platform_today())
    if not form.is_valid():
        return redirect(f"{reverse('network')}?{request.GET.urlencode()}")
    as_of = form.cleaned_data["as_of"]
    shown = None if form.reach.owns_nothing(form.scope) else network_page(form.reach, form.scope, user, as_of)
    name = f"{pgettext('name of a file', 'network')}-{as_of.isoformat()}.{kind}"
    return download_table(network_table(form, shown), kind, name=name, language=request.LANGUAGE_CODE)


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
