"""The home page: what needs the person now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One page for everyone; the cards on it come from the apps, each for those it concerns."""
    return render(request, "home.html")
