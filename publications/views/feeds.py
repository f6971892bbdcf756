"""What machines read: the Atom feed with tombstones of what was withdrawn, the sitemap, and robots.txt."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from accounts.models import Lab
from cohorts.calls.models import Call
from publications.enums import PublicationState
from publications.models import Publication
from publications.rendering import CACHE_HEADERS, LANGUAGES, check_language
from publications.views.calls import call_path
from web.dates.clock import platform_today
from web.site_addresses import absolute_url

MAX_ENTRIES = 50
MAX_ADDRESSES = 20_000


@login_not_required
@require_safe
def feed(request: HttpRequest, language: str) -> HttpResponse:
    """Return the Atom feed of what was published and withdrawn, the latest first; withdrawn entries are tombstones."""
    check_language(language)
    published = list(Publication.objects.published().order_by("-published_at", "-pk")[:MAX_ENTRIES])
    entries = [
        (row, absolute_url(row.public_url(language)), row.title(language), row.summary(language)) for row in published
    ]
    withdrawn = _withdrawn()
    calls = list(Call.objects.public(platform_today()).order_by("-published_at", "-pk")[:MAX_ENTRIES])
    moments: list[datetime] = [row.published_at for row in published if row.published_at]
    moments += [row.published_at for row in calls if row.published_at]
    moments += [row.ended_at for row in withdrawn if row.ended_at]
    context = {
        "language": language,
        "lab": Lab.objects.current(),
        "home": absolute_url(reverse("publications:home", args=[language])),
        "address": absolute_url(request.path),
        "updated": max(moments, default=None),
        "entries": entries,
        "calls": [(row, absolute_url(call_path(row, language)), row.title_in(language)) for row in calls],
        "withdrawn": [(row, absolute_url(row.public_url(language))) for row in withdrawn],
    }
    return _xml("publications/feed.xml", context, language, "application/atom+xml; charset=utf-8")


def _withdrawn() -> list[Publication]:
    """Return the last versions withdrawn of things of which nothing is public now, the latest first."""
    rows = Publication.objects.filter(state=PublicationState.WITHDRAWN).order_by("-ended_at", "-pk")[:MAX_ENTRIES]
    now_public = {
        (row.kind, row.slug) for row in Publication.objects.published().filter(slug__in=[r.slug for r in rows])
    }
    latest = {(row.kind, row.slug): row for row in reversed(rows) if (row.kind, row.slug) not in now_public}
    return sorted(latest.values(), key=lambda row: (row.ended_at, row.pk), reverse=True)


@login_not_required
@require_safe
def sitemap(_request: HttpRequest) -> HttpResponse:
    """Return the addresses of all public pages, each with its other languages."""
    rows = Publication.objects.published().order_by("pk")[:MAX_ADDRESSES]
    pages: list[tuple[dict[str, str], datetime | None]] = [
        ({code: absolute_url(reverse(route, args=[code])) for code in LANGUAGES}, None)
        for route in ("publications:home", "publications:figures", "publications:calls", "opendata:home")
    ]
    pages += [({code: absolute_url(row.public_url(code)) for code in LANGUAGES}, row.published_at) for row in rows]
    calls = Call.objects.public(platform_today()).order_by("pk")
    pages += [({code: absolute_url(call_path(row, code)) for code in LANGUAGES}, row.published_at) for row in calls]
    return _xml("publications/sitemap.xml", {"pages": pages}, LANGUAGES[0], "application/xml; charset=utf-8")


@login_not_required
@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Return what search engines may read: the public pages; nothing of a demonstration."""
    allowed = [] if settings.DEMO else ["Allow: /public/", "Allow: /static/"]
    sitemap_line = [] if settings.DEMO else ["", f"Sitemap: {absolute_url(reverse('publications:sitemap'))}"]
    lines = ["User-agent: *", *allowed, "Disallow: /", *sitemap_line]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _xml(template: str, context: dict[str, Any], language: str, content_type: str) -> HttpResponse:
    """Return the response with an XML document."""
    with translation.override(language):
        body = render_to_string(template, context)
    return HttpResponse(body, content_type=content_type, headers=CACHE_HEADERS)
