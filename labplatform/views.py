"""The home page, and the accessibility statement."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One page for everyone; the cards on it come from the apps, each for those it concerns."""
    return render(request, "home.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was checked and what was not, in plain words."""
    return render(request, "accessibility.html")
