"""Write the data package of some content: its files, and the descriptor of the Frictionless Data standard (version 1).

A package is a ZIP file that holds every file, written the same way each time: the same content gives the same bytes.
"""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Lab
from opendata.content import PublicContent
from opendata.models import LATEST, PACKAGE_FILE, Release, dataset_of
from opendata.tables import FIGURES_LICENCE, TABLES, Column, DataTable
from programmes.models import Edition
from publications.enums import LICENCE_TEXTS, DataLicence, TextLicence
from publications.rendering import LANGUAGES
from web.site_addresses import absolute_url
from web.text.language import active_language

DESCRIPTOR: Final = "datapackage.json"
README: Final = "README.md"
SCRIPTS: Final = ("recompute.py", "recompute.R")
LICENCES_IN_ROWS: Final = gettext_lazy(
    "Figures are under the Licence Ouverte 2.0. Each publication has the licences of its texts and of its facts in its"
    " row."
)
CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "py": "text/plain; charset=utf-8",
    "R": "text/plain; charset=utf-8",
    "zip": "application/zip",
}
_SHIPPED: Final = Path(__file__).parent / "shipped"
_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP file can have


@dataclass(frozen=True, slots=True)
class PackageVersion:
    """Which package it is: its `name` (“latest”, or that of a release), and whether it has the notice of a reissue."""

    name: str = LATEST
    is_reissue: bool = False


def package_files(content: PublicContent, version: PackageVersion) -> dict[str, bytes]:
    """Return the files of the package, by name."""
    files = {f"{table.name}.csv": table.as_csv(content) for table in TABLES}
    files |= {name: (_SHIPPED / name).read_bytes() for name in SCRIPTS}
    lab = Lab.objects.current()
    with translation.override("en"):
        descriptor = _descriptor(content, version, lab.name if lab else "labplatform")
    files[DESCRIPTOR] = json.dumps(descriptor, ensure_ascii=False, indent=2).encode()
    files[README] = _readme(content, version, descriptor).encode()
    return files


def as_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP file with these files; equal files give equal bytes."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as package:
        for name in sorted(files):
            package.writestr(ZipInfo(name, _BEGINNING), files[name], ZIP_DEFLATED)
    return packed.getvalue()


def file_url(dataset: str, version: str, name: str) -> str:
    """Return the full address of a file of a package."""
    return absolute_url(reverse("opendata:file", args=[dataset, version, name]))


def dataset_path(edition: Edition | None, language: str) -> str:
    """Return the path of the public page about the data of an edition, or of all."""
    if edition is None:
        return reverse("opendata:home", args=[language])
    return reverse("opendata:dataset", args=[language, edition.slug])


def content_type_of(name: str) -> str:
    """Return the content type of a file of a package, by the end of its name."""
    return CONTENT_TYPES[name.rpartition(".")[2]]


def licences_of(content: PublicContent) -> list[DataLicence | TextLicence]:
    """Return the licences in the content: that of figures, and those of the versions, each once."""
    used = {FIGURES_LICENCE.value} if content.totals else set()
    for row in content.versions:
        used |= {row.licence, row.data_licence}
    return [licence for licence in (*DataLicence, *TextLicence) if licence.value in used]


def title_of(edition: Edition | None) -> str:
    """Return the title of the data of an edition, or of all, in the active language."""
    if edition is None:
        return _("Ideas, tests and implementation rates of all editions")
    return _("Ideas, tests and implementation rates of %(edition)s") % {"edition": edition.name}


def citation_of(edition: Edition | None, release: str) -> str:
    """Return how to cite the data of an edition, or of all, in the active language, after the name of the publisher.

    `release` is the name of the release; the latest package changes, so it is cited by its page.
    """
    if release == LATEST:
        return f"{title_of(edition)}, {absolute_url(dataset_path(edition, active_language()))}"
    version = _("version %(name)s") % {"name": release}
    return f"{title_of(edition)}, {version}, {file_url(dataset_of(edition), release, PACKAGE_FILE)}"


def newest_release(edition: Edition | None) -> str:
    """Return the name of the newest release of an edition, or of all, that was not withdrawn; “latest” without one."""
    row = Release.objects.current().of(edition).first()
    return row.name if row else LATEST


def summary_of(content: PublicContent) -> str:
    """Return in a sentence what the package holds, in the active language."""
    text = _(
        "Totals as of %(as_of)s over the cohorts that publish their figures, and what was public on %(public_on)s."
    )
    return text % {"as_of": content.as_of.isoformat(), "public_on": content.public_on.isoformat()}


def _descriptor(content: PublicContent, version: PackageVersion, publisher: str) -> dict[str, Any]:
    """Return the content of `datapackage.json`; texts in French have the suffix `_fr`."""
    notice = _in_both("notice", _reissue_notice) if version.is_reissue else {}
    return {
        "profile": "tabular-data-package",
        "name": f"open-data-{content.dataset}",
        "id": file_url(content.dataset, version.name, DESCRIPTOR),
        **_in_both("title", lambda: title_of(content.edition)),
        **_in_both("description", lambda: summary_of(content)),
        "homepage": absolute_url(dataset_path(content.edition, "fr")),
        "version": version.name,
        "as_of": content.as_of.isoformat(),
        "public_on": content.public_on.isoformat(),
        **notice,
        "contributors": [{"title": publisher, "role": "publisher"}],
        "licenses": [
            {"name": licence.value, "path": LICENCE_TEXTS[licence], "title": str(licence.label)}
            for licence in licences_of(content)
        ],
        "resources": [_resource(table) for table in TABLES],
    }


def _resource(table: DataTable) -> dict[str, Any]:
    """Return the descriptor of a table, with its schema."""
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.refers_to:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": other, "fields": [key]}}
            for column, other, key in table.refers_to
        ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        **_in_both("title", lambda: str(table.title)),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    """Return the descriptor of a column."""
    required = {"constraints": {"required": True}} if column.required else {}
    return {
        "name": column.name,
        "type": column.type,
        **_in_both("description", lambda: str(column.description)),
        **required,
    }


def _readme(content: PublicContent, version: PackageVersion, descriptor: Mapping[str, Any]) -> str:
    """Return the README in French and English; that of the latest package cites the newest release."""
    cited = newest_release(content.edition) if version.name == LATEST else version.name
    parts = []
    for language in LANGUAGES:
        with translation.override(language):
            context = {
                "title": title_of(content.edition),
                "summary": summary_of(content),
                "content": content,
                "version": version.name,
                "notice": _reissue_notice() if version.is_reissue else "",
                "descriptor": descriptor,
                "licences_in_rows": LICENCES_IN_ROWS,
                "tables": TABLES,
                "page": absolute_url(dataset_path(content.edition, language)),
                "citation": citation_of(content.edition, cited),
            }
            parts.append(render_to_string("opendata/readme.txt", context))
    return "\n---\n\n".join(parts)


def _reissue_notice() -> str:
    """Return the sentence about a release that replaces another, in the active language."""
    return _("This release replaces an earlier one: something in that one was withdrawn, and is left out here.")


def _in_both(name: str, text: Callable[[], str]) -> dict[str, str]:
    """Return a text in English under its name, and in French under the name with the suffix `_fr`."""
    texts = {}
    for suffix, language in (("", "en"), ("_fr", "fr")):
        with translation.override(language):
            texts[f"{name}{suffix}"] = text()
    return texts
