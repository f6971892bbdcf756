"""What anyone reads of open data, without a session: the pages, the files of packages, and the catalogue."""

import json
import logging
from typing import Any, Final
from zipfile import ZipFile

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from files.enums import StoredSize
from files.storage import open_stored
from opendata.catalogue import catalogue as catalogue_of
from opendata.content import public_datasets, read_content
from opendata.models import EVERYTHING, LATEST, PACKAGE_FILE, Release
from opendata.packages import (
    LICENCES_IN_ROWS,
    PackageVersion,
    as_zip,
    citation_of,
    content_type_of,
    dataset_path,
    package_files,
    title_of,
)
from opendata.page_data import WRITERS
from opendata.tables import FIGURES_LICENCE, TABLES
from programmes.models import Edition
from publications.enums import LICENCE_TEXTS
from publications.models import Publication
from publications.rendering import CACHE_HEADERS, LANGUAGES, NOT_INDEXED, gone, public_response
from web.dates.clock import platform_today
from web.exports.downloads import download

logger = logging.getLogger(__name__)

OPEN_HEADERS: Final = {**CACHE_HEADERS, "Access-Control-Allow-Origin": "*"}


@login_not_required
@require_safe
def home(_request: HttpRequest, language: str) -> HttpResponse:
    """Show what the open data of all editions is, with its files and releases, and the editions that have their own."""
    return _page(language, None)


@login_not_required
@require_safe
def dataset(_request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Show the open data of one edition; 410 if all of it was withdrawn, 404 if nothing of it was ever released."""
    return _page(language, get_object_or_404(Edition, slug=slug))


@login_not_required
@require_safe
def file(_request: HttpRequest, slug: str, version: str, name: str) -> HttpResponse:
    """Return a file of the latest package or of a release, whatever site a script that reads it comes from.

    410 if something in it was withdrawn, 404 if it never was there, 503 if the disk lacks the file of a release.
    """
    edition = None if slug == EVERYTHING else get_object_or_404(Edition, slug=slug)
    try:
        content = _latest_file(edition, name) if version == LATEST else _released_file(edition, version, name)
    except FileNotFoundError:
        logger.exception("The file of release %s of %s is missing", version, slug)
        return _plain_text("Fichier absent pour le moment. This file is missing at the moment.\n", status=503)
    if content is None:
        text = "Retiré, ou publié à nouveau sans ce qui a été retiré. Withdrawn, or released again without it.\n"
        return _plain_text(text, status=410)
    return _open_download(content, f"{slug}-{version}-{name}")


@login_not_required
@require_safe
def page_data(_request: HttpRequest, kind: str, slug: str, file_format: str) -> HttpResponse:
    """Return the data of a public page as CSV or JSON; 410 if it was withdrawn, 404 if nothing was ever public here.

    At most two statements.
    """
    versions = Publication.objects.ever_published().filter(kind=kind, slug=slug)
    row = versions.published().select_related("cohort__edition", "lesson__edition").first()
    if file_format not in WRITERS or not (row or versions.exists()):
        raise Http404
    if row is None:
        return _plain_text("Retiré. Withdrawn.\n", status=410)
    return _open_download(WRITERS[file_format](row, platform_today()), f"{slug}.{file_format}")


@login_not_required
@require_safe
def catalogue(_request: HttpRequest) -> HttpResponse:
    """Return the catalogue of all packages and releases, for portals to harvest."""
    today = platform_today()
    releases = Release.objects.select_related("edition").with_servability(today)
    node = catalogue_of(public_datasets(today), releases, today)
    return HttpResponse(
        json.dumps(node, ensure_ascii=False, indent=2), content_type="application/ld+json", headers=OPEN_HEADERS
    )


def _open_download(content: bytes, name: str) -> HttpResponse:
    """Return a file to download, which scripts of any site may read."""
    response = download(content, name=name, content_type=content_type_of(name))
    for header, value in OPEN_HEADERS.items():
        response.headers[header] = value
    return response


def _plain_text(text: str, *, status: int) -> HttpResponse:
    """Return the answer that there is no file, in both languages."""
    headers = CACHE_HEADERS | NOT_INDEXED
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)


def _page(language: str, edition: Edition | None) -> HttpResponse:
    """Return the page about the data of an edition, or of all."""
    if language not in LANGUAGES:
        raise Http404
    today = platform_today()
    datasets = public_datasets(today)
    releases = list(Release.objects.of(edition).select_related("edition").with_servability(today))
    if edition and edition not in datasets:
        if releases:
            return gone(language)
        raise Http404
    with translation.override(language):
        context: dict[str, Any] = {
            "title": _("Open data of %(edition)s") % {"edition": edition} if edition else _("Open data"),
            "description": _(
                "What is public, as tables to download: totals over the cohorts that publish their figures, and what"
                " was published of their work."
            ),
            "dataset_name": title_of(edition),
            "dataset": edition.slug if edition else EVERYTHING,
            "edition": edition,
            "is_empty": not datasets,
            "editions": [(each.name, dataset_path(each, language)) for each in datasets if each],
            "releases": releases,
            "tables": TABLES,
            "licences_in_rows": LICENCES_IN_ROWS,
            "licence_url": LICENCE_TEXTS[FIGURES_LICENCE],
            "citation": citation_of(edition, next((row.name for row in releases if row.is_servable), LATEST)),
            "addresses": {code: dataset_path(edition, code) for code in LANGUAGES},
        }
        return public_response("opendata/page.html", language, context)


def _latest_file(edition: Edition | None, name: str) -> bytes | None:
    """Return a file of the package of what is public now; None if nothing is any more. Raises Http404."""
    today = platform_today()
    content = read_content(edition, as_of=today, today=today)
    if content.is_empty:
        if Release.objects.of(edition).exists():
            return None
        raise Http404
    files = package_files(content, PackageVersion())
    if name == PACKAGE_FILE:
        return as_zip(files)
    if name not in files:
        raise Http404
    return files[name]


def _released_file(edition: Edition | None, version: str, name: str) -> bytes | None:
    """Return a file of a release; None if something in it was withdrawn. Raises Http404 and FileNotFoundError."""
    rows = Release.objects.of(edition).select_related("edition").with_servability(platform_today())
    release = next((row for row in rows if row.name == version), None)
    if release is None:
        raise Http404
    if not release.is_servable:
        return None
    with open_stored(release.stored, StoredSize.FULL) as file:
        if name == PACKAGE_FILE:
            return file.read()
        try:
            with ZipFile(file) as package:
                return package.read(name)
        except KeyError as error:
            raise Http404 from error
