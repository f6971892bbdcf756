"""Render public pages: without a request, so that nothing of a reader or a session can be in them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Lab
from prototypes.models import Lineage
from publications import wording
from publications.enums import PublicationKind
from publications.models import Publication
from web.maps.france import france
from web.maps.seats import MapLocation, SeatMap, draw
from web.pages.hooks import accessibility_status
from web.site_addresses import absolute_url

LANGUAGES: Final = tuple(code for code, _name in settings.LANGUAGES)
CACHE_HEADERS: Final = {"Cache-Control": "private, no-cache"}  # browsers ask each time, so a withdrawn page is gone
NOT_INDEXED: Final = {"X-Robots-Tag": "noindex"}


def check_language(language: str) -> None:
    """Raise Http404 for a language in which there are no public pages."""
    if language not in LANGUAGES:
        raise Http404


def public_response(
    template: str, language: str, context: Mapping[str, Any], *, status: int = 200, noindex: bool = False
) -> HttpResponse:
    """Return the response with a public page in a language; search engines leave out a page with `noindex`.

    Every page of the demonstration has it, and every status but 200. `context` has `title` and `description`, and
    `addresses` (path by language) for a page with an address.
    """
    noindex = noindex or settings.DEMO or status != 200
    addresses = context.get("addresses", {})
    with translation.override(language):
        body = render_to_string(
            template,
            {
                "language": language,
                "languages": [code for code in LANGUAGES if code != language],
                "lab": Lab.objects.current(),
                "demo": settings.DEMO,
                "contact": settings.DPO_CONTACT,
                "noindex": noindex,
                "accessibility_status": accessibility_status(),
                "canonical": absolute_url(addresses[language]) if addresses else "",
                **context,
            },
        )
    headers = {**CACHE_HEADERS, **(NOT_INDEXED if noindex else {}), "Content-Language": language}
    return HttpResponse(body, status=status, headers=headers)


def gone(language: str) -> HttpResponse:
    """Return the page that says that something was withdrawn, with status 410."""
    context = {
        "title": _("This page was withdrawn"),
        "description": _("The people it was about, or the lab, no longer publish it."),
    }
    return public_response("publications/missing.html", language, context, status=410)


def not_found(language: str) -> HttpResponse:
    """Return the page that says that there is nothing at this address, with status 404."""
    context = {"title": _("Page not found"), "description": _("There is nothing public at this address.")}
    return public_response("publications/missing.html", language, context, status=404)


def page_context(row: Publication, language: str, today: date) -> dict[str, Any]:
    """Return the context of the page of a version in a language, from the row, and its pictures and names with consent
    on `today` (two statements).
    """
    with translation.override(language):
        label, tone = wording.state_text(row.kind, row.facts)
        return {
            "row": row,
            "title": row.title(language),
            "description": row.summary(language),
            "text": row.text(language),
            "state": label,
            "tone": tone,
            "since": wording.day_text(row.facts),
            "phase": wording.phase_text(row.facts),
            "time": wording.time_text(row.facts),
            "story": wording.story_of(row.facts),
            "pictures": [
                {
                    "row": picture,
                    "file": picture.attachment,
                    "alt": picture.alt(language),
                    "address": absolute_url(reverse("publications:picture", args=[picture.pk])),
                }
                for picture in row.pictures.with_consent(today)
            ],
            "names": [name.name for name in row.names.with_consent(today)],
            "outcomes": wording.outcomes_of(row.facts),
            "follow_ups": wording.follow_ups_of(row.facts),
            "effect": wording.before_and_after(
                row.facts, **{name: getattr(row, f"{name}_{language}") for name in ("measure", "unit", "method")}
            ),
            "addresses": {code: row.public_url(code) for code in LANGUAGES},
        }


def related_pages(row: Publication, language: str) -> list[dict[str, Any]]:
    """Return the cards of what is public of an idea's cohort, of the ideas it comes from, and of those that come from
    it (one statement).
    """
    links = Q(idea__in=Lineage.objects.filter(child=row.idea_id).values("parent"))
    links |= Q(idea__in=Lineage.objects.filter(parent=row.idea_id).values("child"))
    links |= Q(kind=PublicationKind.COHORT, cohort=row.cohort_id)
    return cards(Publication.objects.published().filter(links).order_by("kind", "published_at", "pk"), language)


def cards(rows: Iterable[Publication], language: str) -> list[dict[str, Any]]:
    """Return what lists show of each version, in the active language."""
    return [
        {
            "href": row.public_url(language),
            "title": row.title(language),
            "summary": row.summary(language),
            "kind": row.current_kind.label,
            "where": row.facts.get("authority", ""),
            "published_at": row.published_at,
            "state": wording.state_text(row.kind, row.facts),
        }
        for row in rows
    ]


def seats(rows: Iterable[Publication]) -> SeatMap | None:
    """Return the map with the seat of each authority that has something public; None where there is none."""
    places = {
        row.facts["authority"]: (row.facts["latitude"], row.facts["longitude"])
        for row in rows
        if row.facts.get("latitude") is not None
    }
    locations = [MapLocation(name, *degrees) for name, degrees in sorted(places.items())]
    return draw(locations, france()) if locations else None
