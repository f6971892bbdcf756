"""The catalogue that data portals harvest: DCAT as JSON-LD, with a tombstone for each release that was withdrawn."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Lab
from opendata.models import LATEST, PACKAGE_FILE, Release, dataset_of
from opendata.packages import DESCRIPTOR, LICENCES_IN_ROWS, dataset_path, file_url, title_of
from opendata.tables import FIGURES_LICENCE, TABLES
from programmes.models import Edition
from publications.enums import LICENCE_TEXTS, DataLicence
from publications.rendering import LANGUAGES
from web.site_addresses import absolute_url

Node = dict[str, Any]  # of JSON-LD

EUROPA: Final = "http://publications.europa.eu/resource/authority"
IANA: Final = "https://www.iana.org/assignments/media-types"
CONTEXT: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalogue(editions: Iterable[Edition | None], releases: Iterable[Release], today: date) -> Node:
    """Return the catalogue of these data sets, whose latest packages are of `today`, and of their releases.

    Releases have `is_servable`; the others are tombstones, also those of which the data set is gone.
    """
    lab = Lab.objects.current()
    publisher = {"@id": absolute_url("/"), "@type": "foaf:Agent", "foaf:name": lab.name if lab else "labplatform"}
    latest = [_latest(edition) | _described(edition, today, publisher) for edition in editions]
    frozen = [
        (_release(row) | _described(row.edition, row.as_of, publisher)) if row.is_servable else _tombstone(row)
        for row in releases
    ]
    return {
        "@context": CONTEXT,
        "@id": absolute_url(reverse("opendata:catalogue")),
        "@type": "dcat:Catalog",
        "dct:title": _in_both(lambda: _("Open data of %(lab)s") % {"lab": publisher["foaf:name"]}),
        "dct:description": _in_both(lambda: _("What is public of the programmes, as data packages.")),
        "dct:publisher": publisher,
        "dct:license": {"@id": LICENCE_TEXTS[FIGURES_LICENCE]},
        "dct:language": [{"@id": f"{EUROPA}/language/FRA"}, {"@id": f"{EUROPA}/language/ENG"}],
        "dct:modified": _typed("date", today.isoformat()),
        "foaf:homepage": {"@id": absolute_url(reverse("opendata:home", args=["fr"]))},
        "dcat:dataset": [*latest, *frozen],
    }


def _described(edition: Edition | None, as_of: date, publisher: Node) -> Node:
    """Return what the latest package and the releases of an edition, or of all, have in common."""
    return {
        "@type": "dcat:Dataset",
        "dct:title": _in_both(lambda: title_of(edition)),
        "dct:description": _in_both(
            lambda: _("Totals over the cohorts that publish their figures, and what was published of their work.")
        ),
        "dct:publisher": publisher,
        **_licence_node(None),
        "dct:modified": _typed("date", as_of.isoformat()),
        "dcat:keyword": ["innovation publique", "public innovation"],
        "dcat:theme": {"@id": f"{EUROPA}/data-theme/GOVE"},
        "dcat:landingPage": {"@id": absolute_url(dataset_path(edition, "fr"))},
    }


def _latest(edition: Edition | None) -> Node:
    """Return the identity and the distributions of the latest package: the ZIP file, and each table."""
    dataset = dataset_of(edition)
    tables = [_distribution(dataset, LATEST, f"{table.name}.csv", str(table.title), table.licence) for table in TABLES]
    return {
        "@id": file_url(dataset, LATEST, DESCRIPTOR),
        "dct:identifier": dataset,
        "dct:accrualPeriodicity": {"@id": f"{EUROPA}/frequency/CONT"},
        "dcat:distribution": [_package(dataset, LATEST), *tables],
    }


def _release(row: Release) -> Node:
    """Return the identity and the distribution of a release, with its checksum."""
    checksum = {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": _typed("hexBinary", row.sha256),
    }
    package = _package(row.dataset, row.name)
    return {
        **_identity(row),
        "dct:issued": _typed("dateTime", row.made_at.isoformat()),
        "dcat:distribution": [package | {"spdx:checksum": checksum, "dcat:byteSize": row.size}],
    }


def _tombstone(row: Release) -> Node:
    """Return what is left of a release of which something was withdrawn: that it was, and when."""
    when = {"dct:modified": _typed("dateTime", row.ended_at.isoformat())} if row.ended_at else {}
    return {
        **_identity(row),
        "@type": "dcat:Dataset",
        "dct:title": _in_both(lambda: _("Release withdrawn")),
        "adms:status": {"@id": f"{EUROPA}/dataset-status/WITHDRAWN"},
        **when,
    }


def _identity(row: Release) -> Node:
    """Return how a release is identified."""
    return {
        "@id": file_url(row.dataset, row.name, DESCRIPTOR),
        "dct:identifier": f"{row.dataset}/{row.name}",
        "dcat:version": row.name,
        "dct:isVersionOf": {"@id": file_url(row.dataset, LATEST, DESCRIPTOR)},
    }


def _package(dataset: str, version: str) -> Node:
    """Return the distribution of a package as one ZIP file."""
    return _distribution(dataset, version, PACKAGE_FILE, "Data Package", None) | {
        "dct:conformsTo": {"@id": "https://specs.frictionlessdata.io/data-package/"}
    }


def _distribution(dataset: str, version: str, name: str, title: str, licence: DataLicence | None) -> Node:
    """Return the distribution of one file."""
    address = file_url(dataset, version, name)
    file_type, media_type = ("ZIP", "application/zip") if name == PACKAGE_FILE else ("CSV", "text/csv")
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": title,
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"{IANA}/{media_type}"},
        "dct:format": {"@id": f"{EUROPA}/file-type/{file_type}"},
        **_licence_node(licence),
    }


def _licence_node(licence: DataLicence | None) -> Node:
    """Return the licence; without one, the statement that each publication has the licences in its row."""
    if licence is None:
        return {"dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": _in_both(lambda: str(LICENCES_IN_ROWS))}}
    return {"dct:license": {"@id": LICENCE_TEXTS[licence]}}


def _in_both(text: Callable[[], str]) -> list[Node]:
    """Return a text in each language."""
    texts = []
    for language in LANGUAGES:
        with translation.override(language):
            texts.append({"@language": language, "@value": text()})
    return texts


def _typed(kind: str, value: str) -> Node:
    """Return a value with its type."""
    return {"@type": f"xsd:{kind}", "@value": value}
