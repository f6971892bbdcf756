"""The public pages of calls for authorities, which the cohorts app keeps: published ones, open or closed."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from cohorts.calls.models import Call
from publications.rendering import LANGUAGES, check_language, gone, public_response
from web.dates.clock import platform_today
from web.text import formats

MAX_CALLS = 50


@login_not_required
@require_safe
def calls(_request: HttpRequest, language: str) -> HttpResponse:
    """List the published calls, the one that closes last first; 404 for an unknown language. Three statements."""
    check_language(language)
    rows = Call.objects.public(platform_today()).order_by("-closes_on", "-pk")[:MAX_CALLS]
    with translation.override(language):
        cards = [{"call": row, "href": call_path(row, language), **_state_of(row)} for row in rows]
        context = {
            "title": _("Calls for authorities"),
            "description": _("The calls that authorities can apply to, until when, and how the lab decides."),
            "calls": cards,
            "addresses": {code: reverse("publications:calls", args=[code]) for code in LANGUAGES},
        }
        return public_response("publications/calls.html", language, context)


@login_not_required
@require_safe
def call(_request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Show a published call, from its first day on; 410 for a withdrawn one, 404 for a draft, and for an unknown
    language. Three statements.
    """
    check_language(language)
    row = Call.objects.public(platform_today()).filter(slug=slug).first()
    if row is None:
        if Call.objects.withdrawn().filter(slug=slug).exists():
            return gone(language)
        raise Http404
    with translation.override(language):
        context = {
            "title": str(row),
            "description": _("Authorities can apply from %(first)s to %(last)s.")
            % {"first": formats.long_day(row.opens_on, language), "last": formats.long_day(row.closes_on, language)},
            "call": row,
            "addresses": {code: call_path(row, code) for code in LANGUAGES},
            **_state_of(row),
        }
        return public_response("publications/call.html", language, context)


def call_path(row: Call, language: str) -> str:
    """Return the path of the public page of a call in a language."""
    return reverse("publications:call", args=[language, row.slug])


def _state_of(row: Call) -> dict[str, Any]:
    """Return whether authorities can apply today, and the label and tone of it in the active language."""
    is_open = row.is_open(platform_today())
    label = pgettext("call", "open") if is_open else pgettext("call", "closed")
    return {"is_open": is_open, "label": label, "tone": "open" if is_open else "neutral"}
