"""The home page, and the accessibility statement."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from web import home as contents
from web.panels import rendered


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs the person now; notes, cards and the main action come from the apps, for those they concern."""
    context = {
        "today": timezone.localdate(),
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
