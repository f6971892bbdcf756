"""Check OpenDocument files and their sub-objects: no scripts, nothing loaded from elsewhere, nothing of other programs.

Elements and attributes are known by their local names, because programs read older namespaces as well.
"""

import re
from collections.abc import Iterable, Mapping
from posixpath import dirname, join, normpath
from typing import Final
from urllib.parse import unquote

from files.documents.formulas import refuse_fetching
from files.documents.markup import elements, stream_elements
from files.documents.packages import PasswordProtected, ZipPackage
from files.documents.unsafe_content import (
    data_link_refused,
    is_remote,
    macros_refused,
    remote_content_refused,
    unknown_inner_file,
)

ODF: Final = "application/vnd.oasis.opendocument."
MANIFEST: Final = "META-INF/manifest.xml"
MANIFEST_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
META_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
PRESENTATION: Final = "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"
CONTENT: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 document-content"
LINK: Final = "http://www.w3.org/1999/xlink href"
SCRIPT_FOLDER: Final = re.compile(r"(^|/)(basic|scripts|dialogs)/", re.IGNORECASE)
CHECKED_PARTS: Final = re.compile(r"(^|/)(content|styles|settings)\.xml$", re.IGNORECASE)
META_PART: Final = re.compile(r"(^|/)meta\.xml$", re.IGNORECASE)
SCRIPT_ADDRESS: Final = re.compile(r"\s*(vnd\.sun\.star\.script|macro|script|javascript|service|slot):", re.IGNORECASE)
RUNNING_ELEMENTS: Final = {"script", "execute-macro", "event-listener"}
CLICKABLE: Final = {"a", "area-rectangle", "area-circle", "area-polygon"}  # hyperlinks and image maps wait for a click
EMPTY_LISTS: Final = {"dde-links", "dde-connection-decls"}  # ask for nothing themselves
OLE: Final = "object-ole"  # of a drawing: in a part of its own, or in the element
FORMULA_ATTRIBUTES: Final = {"formula", "expression", "condition"}  # attributes


def fits_opendocument(package: ZipPackage, kind: str) -> bool:
    """Return whether a package is an OpenDocument of this kind (“text”, “spreadsheet”, “presentation”).

    Raises FileRejected where it is one and could run or fetch something when it is opened.
    """
    first = package.first
    if first is None or first.name != "mimetype" or first.unpacked > len(ODF) + 20 or first.method:
        return False
    if b"".join(package.unpacked("mimetype")) != f"{ODF}{kind}".encode():
        return False
    if not {"content.xml", MANIFEST} <= set(package.entries):
        return False
    check_opendocument(package)
    return next(stream_elements(package, "content.xml"), ("", {}))[0] == CONTENT


def check_opendocument(package: ZipPackage) -> None:
    """Raise FileRejected when an OpenDocument, or a document embedded in it, could run or fetch something when it is
    opened.

    Raises PasswordProtected where it is encrypted.
    """
    _refuse_script_folders(package.entries)
    for name, attributes in elements(package, MANIFEST):
        if name == f"{MANIFEST_NAMESPACE} encryption-data":
            raise PasswordProtected("encrypted")
        _refuse_script_folders([attributes.get(f"{MANIFEST_NAMESPACE} full-path", "")])
    for part in package.entries:
        if META_PART.search(part):
            _refuse_template(package, part)
        elif CHECKED_PARTS.search(part):
            for name, attributes in stream_elements(package, part):
                _refuse_element(part, name, attributes)


def _refuse_script_folders(paths: Iterable[str]) -> None:
    """Raise FileRejected when one of the paths in the package lies in a folder for scripts.

    These are called Basic, Scripts or Dialogs.
    """
    if any(SCRIPT_FOLDER.search(path) for path in paths):
        raise macros_refused()


def _refuse_template(package: ZipPackage, part: str) -> None:
    """Raise FileRejected when the metadata in the part named `part` refer to a template on another machine."""
    for name, attributes in elements(package, part):
        if name == f"{META_NAMESPACE} template" and is_remote(attributes.get(LINK, "")):
            raise remote_content_refused()


def _refuse_element(part: str, name: str, attributes: Mapping[str, str]) -> None:
    """Raise FileRejected for an element that runs, asks another program for data, or loads something from elsewhere.

    `part` is the path of its part, `name` its namespace and local name, separated by a space.
    """
    namespace, _space, local = name.rpartition(" ")
    if local in RUNNING_ELEMENTS and namespace != PRESENTATION:
        raise macros_refused()
    if local.startswith("dde-") and local not in EMPTY_LISTS:
        raise data_link_refused()
    if local == OLE:
        raise unknown_inner_file()
    for attribute, value in attributes.items():
        name = attribute.rpartition(" ")[2]
        if name == "href":
            _refuse_address(part, local, value)
        elif name in FORMULA_ATTRIBUTES:
            refuse_fetching(value)


def _refuse_address(part: str, element: str, address: str) -> None:
    """Raise FileRejected for an address that runs a script, or loads something from outside without a click.

    `part` is the path of the part it is in, `element` the local name of the element: links (`a`) wait for a click.
    """
    if SCRIPT_ADDRESS.match(address):
        raise macros_refused()
    if element not in CLICKABLE and _leads_away(part, address):
        raise remote_content_refused()


def _leads_away(part: str, address: str) -> bool:
    """Return whether an address in the part with the path `part` leads anywhere but to another part of the same
    package.
    """
    path = unquote(address).strip()
    return is_remote(path) or path.startswith(("/", "\\")) or normpath(join(dirname(part), path)).startswith("..")
