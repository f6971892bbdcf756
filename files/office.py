"""Check documents of office programs: the kind their name says, no macros, nothing loaded from elsewhere.

The kind of a part is read from content types and relationships (Office Open XML) or from the manifest (OpenDocument),
never from its name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from posixpath import dirname, join, normpath
from typing import IO, Final
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from files.markup import elements, stream_elements
from files.packages import ArchiveTooLarge, BadPackage, Package, PasswordProtected
from files.unfit import Unfit

ODF: Final = "application/vnd.oasis.opendocument."
OOXML: Final = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES: Final = "[Content_Types].xml"
TYPES_NAMESPACE: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONSHIP: Final = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
MANIFEST: Final = "META-INF/manifest.xml"
MANIFEST_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
META_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
CONTENT: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 document-content"
LINK: Final = "http://www.w3.org/1999/xlink href"
# Of parts that can run: words in their content types, and last words of their relationship types, in lower case.
RUNNING_TYPES: Final = ("macroenabled", "vbaproject", "vbadata", "activex", "macrosheet")
RUNNING_RELATIONSHIPS: Final = (
    *("vbaproject", "wordvbadata", "activexcontrol", "activexcontrolbinary", "control"),
    *("xlmacrosheet", "xlintlmacrosheet"),
)
HYPERLINK: Final = "hyperlink"
MAIN: Final = "officedocument"
SCRIPTS: Final = ("basic/", "scripts/")


@dataclass(frozen=True, slots=True)
class OfficeFormat:
    """A kind of Office Open XML document: the content type of its main part, and that part's first two elements."""

    main_type: str
    opening: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship of a part, or of the package, to a target; `kind` is the last word of its type."""

    kind: str
    target: str
    external: bool
    of_package: bool


WORD = OfficeFormat(f"{OOXML}wordprocessingml.document.main+xml", ("document", "body"))
EXCEL = OfficeFormat(f"{OOXML}spreadsheetml.sheet.main+xml", ("workbook",))
POWERPOINT = OfficeFormat(f"{OOXML}presentationml.presentation.main+xml", ("presentation",))


def is_office_document(file: IO[bytes], office: OfficeFormat) -> bool:
    """Return whether a file is a document of this kind. Raises Unfit with the reason for one that is not accepted."""
    return _is_accepted(file, lambda package: _fits_office(package, office))


def is_opendocument(file: IO[bytes], kind: str) -> bool:
    """Return whether a file is an OpenDocument of this kind. Raises Unfit as `is_office_document` does."""
    return _is_accepted(file, lambda package: _fits_opendocument(package, kind))


def _is_accepted(file: IO[bytes], fits: Callable[[Package], bool]) -> bool:
    try:
        package = Package(file)
        if not fits(package):
            return False
        package.check_all()
    except PasswordProtected as error:
        raise Unfit(
            _("This document is protected by a password: save it without the password, then try again.")
        ) from error
    except ArchiveTooLarge as error:
        raise Unfit(
            _(
                "This document has too many parts, or is too large once unpacked: save it again,"
                " or as PDF, then try again."
            )
        ) from error
    except BadPackage:
        return False
    return True


# --- Office Open XML -------------------------------------------------------------------------------------------------


def _fits_office(package: Package, office: OfficeFormat) -> bool:
    if CONTENT_TYPES not in package.entries:
        return False
    defaults, overrides = _content_types(package)
    _refuse_running_types(chain(defaults.values(), overrides.values()))
    main = ""
    for relationship in _relationships(package):
        _refuse_relationship(relationship)
        if relationship.of_package and relationship.kind == MAIN:
            main = relationship.target.lstrip("/")
    kind = overrides.get(main.lower(), defaults.get(main.rpartition(".")[2].lower()))
    return (
        main in package.entries
        and kind == office.main_type
        and _first_elements(package, main, office) == office.opening
    )


def _first_elements(package: Package, name: str, office: OfficeFormat) -> tuple[str, ...]:
    """Return the names of the first elements of a part, as many as a document of this kind has to begin with."""
    first = islice(stream_elements(package, name), len(office.opening))
    return tuple(element.rpartition(" ")[2] for element, _attributes in first)


def _content_types(package: Package) -> tuple[dict[str, str], dict[str, str]]:
    """Return content types by the ending of a name, and by the name of a part, in small letters."""
    defaults, overrides = {}, {}
    for name, attributes in elements(package, CONTENT_TYPES):
        if name == f"{TYPES_NAMESPACE} Default":
            defaults[attributes.get("Extension", "").lower()] = attributes.get("ContentType", "")
        elif name == f"{TYPES_NAMESPACE} Override":
            overrides[attributes.get("PartName", "").lstrip("/").lower()] = attributes.get("ContentType", "")
    return defaults, overrides


def _relationships(package: Package) -> Iterator[Relationship]:
    """Yield the relationships of all parts, and of the package itself."""
    for part in package.entries:
        if part.lower().endswith(".rels"):
            for name, attributes in elements(package, part):
                if name == RELATIONSHIP:
                    yield _relationship(part, attributes)


def _relationship(part: str, attributes: Mapping[str, str]) -> Relationship:
    external = attributes.get("TargetMode", "").lower() == "external"
    target = unquote(attributes.get("Target", ""))
    if not external and not _is_remote(target):
        target = normpath(join("/", dirname(dirname(part)), target))
    kind = attributes.get("Type", "").rpartition("/")[2].lower()
    return Relationship(kind, target, external, of_package=part.lower() == "_rels/.rels")


def _refuse_running_types(content_types: Iterable[str]) -> None:
    if any(word in kind.lower() for kind in content_types for word in RUNNING_TYPES):
        raise _macros_refused()


def _refuse_relationship(relationship: Relationship) -> None:
    """Refuse what runs, and what a program would fetch when it opens the document; a hyperlink waits for a click."""
    if relationship.kind in RUNNING_RELATIONSHIPS:
        raise _macros_refused()
    if relationship.kind != HYPERLINK and (relationship.external or _is_remote(relationship.target)):
        raise _remote_content_refused()


# --- OpenDocument ----------------------------------------------------------------------------------------------------


def _fits_opendocument(package: Package, kind: str) -> bool:
    first, entries = package.first, package.entries
    if first is None or first.name != "mimetype" or first.unpacked > len(ODF) + 20 or first.method:
        return False
    if b"".join(package.unpacked("mimetype")) != f"{ODF}{kind}".encode() or not {"content.xml", MANIFEST} <= set(
        entries
    ):
        return False
    _refuse_scripts(package)
    if "meta.xml" in entries:
        _refuse_template(package)
    return next(stream_elements(package, "content.xml"), ("", {}))[0] == CONTENT


def _refuse_scripts(package: Package) -> None:
    _refuse_script_paths(package.entries)
    for name, attributes in elements(package, MANIFEST):
        if name == f"{MANIFEST_NAMESPACE} encryption-data":
            raise PasswordProtected("encrypted")
        _refuse_script_paths([attributes.get(f"{MANIFEST_NAMESPACE} full-path", "")])


def _refuse_script_paths(paths: Iterable[str]) -> None:
    if any(path.lower().lstrip("./").startswith(SCRIPTS) for path in paths):
        raise _macros_refused()


def _refuse_template(package: Package) -> None:
    for name, attributes in elements(package, "meta.xml"):
        if name == f"{META_NAMESPACE} template" and _is_remote(attributes.get(LINK, "")):
            raise _remote_content_refused()


# --- refusals --------------------------------------------------------------------------------------------------------


def _is_remote(target: str) -> bool:
    """Return whether a target is on another machine, or anywhere by a full address."""
    return target.startswith(("\\\\", "//")) or bool(urlsplit(target).scheme)


def _macros_refused() -> Unfit:
    return Unfit(_("This document holds macros: save it without them, or as PDF, then try."))


def _remote_content_refused() -> Unfit:
    return Unfit(
        _(
            "This document loads a template, a picture or a linked file from another place when it is"
            " opened: insert it into the document, break the link, or save the document as PDF, then"
            " try again."
        )
    )
