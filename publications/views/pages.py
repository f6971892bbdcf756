"""The pages that anyone reads, in both languages; `publications.middleware` calls these views, without a session."""

from pathlib import PurePath
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from figures.implementation.definitions import definitions
from files.attachments.views.serving import stored_file_response
from files.enums import StoredSize
from publications.enums import OF_COHORT, PublicationKind, PublicationState
from publications.figures import public_figures
from publications.forms import SearchForm
from publications.models import Publication, PublicationPicture
from publications.rendering import (
    CACHE_HEADERS,
    LANGUAGES,
    cards,
    check_language,
    gone,
    not_found,
    page_context,
    public_response,
    related_pages,
    seats,
)
from web.dates.clock import platform_today
from web.exports.downloads import SAFE_PICTURE_HEADERS
from web.pages.pagination import paginate

PER_PAGE = 30
MAX_ON_MAP = 500  # publications whose seats are drawn, the latest


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Redirect to what is public, in a language that the browser asks for."""
    language = get_language_from_request(request)[:2]
    response = redirect("publications:home", language if language in LANGUAGES else LANGUAGES[0])
    patch_vary_headers(response, ["Accept-Language"])
    return response


@login_not_required
@require_safe
def home(request: HttpRequest, language: str) -> HttpResponse:
    """List what is public, the latest first, with search, filters and a map; 404 for an unknown language."""
    check_language(language)
    rows = Publication.objects.published().order_by("-published_at", "-pk")
    with translation.override(language):
        placed = list(rows.filter(kind__in=OF_COHORT).only("kind", "facts")[:MAX_ON_MAP])
        authorities = sorted({row.facts["authority"] for row in placed})
        form = SearchForm(request.GET, authorities=authorities)
        found = paginate(form.found_in(rows), request.GET.get("page"), per_page=PER_PAGE)
        context = {
            "title": _("What is public"),
            "description": _("Ideas of public innovation labs, what was tried, and what became of them."),
            "form": form,
            "page": found,
            "cards": cards(found, language),
            "map": seats(placed),
            "addresses": {code: reverse("publications:home", args=[code]) for code in LANGUAGES},
            "previous_href": _page_href(request, found.previous),
            "next_href": _page_href(request, found.next),
        }
    return public_response("publications/home.html", language, context, noindex=bool(request.GET))


@login_not_required
@require_safe
def page(request: HttpRequest, language: str, kind: str, slug: str) -> HttpResponse:
    """Show what is public of a thing; 410 if it was withdrawn, 404 if nothing was ever public here. Six statements."""
    check_language(language)
    versions = Publication.objects.ever_published().filter(kind=kind, slug=slug)
    row = versions.published().first()
    if row is None:
        if versions.exists():
            return gone(language)
        raise Http404
    context: dict[str, Any] = page_context(row, language, platform_today())
    if kind == PublicationKind.IDEA:
        with translation.override(language):
            context["related"] = related_pages(row, language)
    if kind == PublicationKind.COHORT:
        ideas = Publication.objects.published().filter(kind=PublicationKind.IDEA, cohort=row.cohort_id)
        with translation.override(language):
            context["ideas"] = cards(ideas.order_by("-published_at", "-pk"), language)
    return public_response("publications/page.html", language, context)


@login_not_required
@require_safe
def picture(_request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a picture of a public page, as long as the page is public and the people on it agree; 404 otherwise."""
    rows = PublicationPicture.objects.filter(publication__state=PublicationState.PUBLISHED)
    row = get_object_or_404(rows.with_consent(platform_today()), pk=pk)
    file = row.attachment
    try:
        answer = stored_file_response(
            file.stored,
            StoredSize.LARGE,
            name=f"picture-{row.pk}{PurePath(file.name).suffix}",  # nobody has reviewed the file’s own name
            content_type=file.served_type(StoredSize.LARGE),
            saved=False,
        )
    except FileNotFoundError as error:
        raise Http404 from error
    for name, value in {**SAFE_PICTURE_HEADERS, **CACHE_HEADERS}.items():
        answer.headers[name] = value
    return answer


@login_not_required
@require_safe
def figures(_request: HttpRequest, language: str) -> HttpResponse:
    """Show the totals of each edition over the cohorts that publish their figures, with definitions and revisions."""
    check_language(language)
    with translation.override(language):
        context = {
            "title": _("Figures"),
            "description": _(
                "How many ideas were accepted, implemented and abandoned, over the cohorts that publish their figures."
            ),
            "editions": public_figures(platform_today()),
            "definitions": definitions(),
            "addresses": {code: reverse("publications:figures", args=[code]) for code in LANGUAGES},
        }
        return public_response("publications/figures.html", language, context)


def missing(request: HttpRequest) -> HttpResponse:
    """Return the page that says that there is nothing at this address, with status 404."""
    first_part = request.path_info.split("/")[2]
    language = first_part if first_part in LANGUAGES else LANGUAGES[0]
    return not_found(language)


def _page_href(request: HttpRequest, number: int | None) -> str:
    """Return the address of another page of the list, with what the visitor looks for; "" where there is none."""
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}" if number else ""
