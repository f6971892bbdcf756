"""Check documents of office programs: the kind their name says, no macros, no OLE objects, nothing from elsewhere.

The kind of a part of Office Open XML is read from content types and relationships, never from its name. Documents
inside a document are held to the same rules; those have none inside them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from posixpath import dirname, join, normpath
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from urllib.parse import unquote

from django.utils.translation import gettext as _

from files.documents.fields import check_fields
from files.documents.formulas import check_formulas
from files.documents.markup import elements, stream_elements
from files.documents.opendocument import MANIFEST, check_opendocument, fits_opendocument
from files.documents.packages import MOST_UNPACKED, ArchiveTooLarge, BadPackage, Package, PasswordProtected
from files.documents.unsafe_content import (
    data_link_refused,
    inner_file_refused,
    inserted_file_refused,
    is_remote,
    macros_refused,
    remote_content_refused,
    unknown_inner_file,
)
from files.rejection import Unfit

OOXML: Final = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES: Final = "[Content_Types].xml"
TYPES_NAMESPACE: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONSHIP: Final = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
# Of parts that can run: words in their content types, and last words of their relationship types, in lower case.
RUNNING_TYPES: Final = ("macroenabled", "vbaproject", "vbadata", "activex", "macrosheet")
RUNNING_RELATIONSHIPS: Final = (
    *("vbaproject", "wordvbadata", "activexcontrol", "activexcontrolbinary", "control"),
    *("xlmacrosheet", "xlintlmacrosheet"),
)
HYPERLINK: Final = "hyperlink"
MAIN: Final = "officedocument"
INSERTED: Final = "afchunk"
OLE: Final = "oleobject"
# Parts of word-processing documents that hold fields: their content types, and their relationships.
FIELD_TYPE: Final = "wordprocessingml"
FIELD_PARTS: Final = {"header", "footer", "footnotes", "endnotes", "comments", "glossarydocument"}
# Parts of workbooks that hold formulas: the ends of their content types, and their relationships.
FORMULA_TYPES: Final = ("spreadsheetml.sheet.main+xml", "spreadsheetml.worksheet+xml", "spreadsheetml.table+xml")
FORMULA_PARTS: Final = {"worksheet", "table"}
DATA_PARTS: Final = {"externallink", "connections"}  # of workbooks
ARCHIVE_ENDINGS: Final = {"docx", "docm", "xlsx", "xlsm", "pptx", "pptm", "odt", "ods", "odp", "zip"}
PACKED: Final = b"PK\x03\x04"  # how an archive begins, whatever its name
COMPOUND: Final = bytes.fromhex("d0cf11e0a1b11ae1")  # how an OLE object begins
MOST_INNER: Final = 50_000_000  # bytes of all documents inside a document
IN_MEMORY: Final = 1_000_000  # bytes of one of them


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
    return _is_accepted(file, lambda package: fits_opendocument(package, kind))


def _is_accepted(file: IO[bytes], fits: Callable[[Package], bool]) -> bool:
    try:
        package = Package(file)
        if not fits(package):
            return False
        package.check_all()
        _check_inner_documents(package)
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
    main, kind = _check_office(package)
    return (
        main in package.entries
        and kind == office.main_type
        and _first_elements(package, main, office) == office.opening
    )


def _check_office(package: Package) -> tuple[str, str]:
    """Return the main part and its content type. Raises Unfit when the document could run or fetch something."""
    defaults, overrides = _content_types(package)
    _refuse_running_types(chain(defaults.values(), overrides.values()))
    main, with_fields, with_formulas = "", set(), set()
    for relationship in _relationships(package):
        _refuse_relationship(relationship)
        target = relationship.target.lstrip("/")
        if relationship.of_package and relationship.kind == MAIN:
            main = target
        elif relationship.kind in FIELD_PARTS:
            with_fields.add(target)
        elif relationship.kind in FORMULA_PARTS:
            with_formulas.add(target)
        elif relationship.kind in DATA_PARTS:
            _refuse_data_links(package, target)
    kinds = {name: overrides.get(name.lower(), defaults.get(_ending(name), "")) for name in package.entries}
    for name, kind in ((name, kind.lower()) for name, kind in kinds.items()):
        if OLE in kind:
            raise unknown_inner_file()
        if (name in with_fields or FIELD_TYPE in kind) and "xml" in kind:
            check_fields(package, name)
        if (name in with_formulas and "xml" in kind) or kind.endswith(FORMULA_TYPES):
            check_formulas(package, name)
    return main, kinds.get(main, "")


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _refuse_data_links(package: Package, part: str) -> None:
    """Refuse a workbook's links to other programs, and its data sources that are asked when it is opened."""
    for name, attributes in stream_elements(package, part) if part in package.entries else ():
        if name.endswith("ddeLink") or attributes.get("refreshOnLoad", "").lower() in {"1", "true"}:
            raise data_link_refused()


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
    if not external and not is_remote(target):
        target = normpath(join("/", dirname(dirname(part)), target))
    kind = attributes.get("Type", "").strip().rpartition("/")[2].lower()
    return Relationship(kind, target, external, of_package=part.lower() == "_rels/.rels")


def _refuse_running_types(content_types: Iterable[str]) -> None:
    if any(word in kind.lower() for kind in content_types for word in RUNNING_TYPES):
        raise macros_refused()


def _refuse_relationship(relationship: Relationship) -> None:
    """Refuse what runs, and what a program would fetch when it opens the document; a hyperlink waits for a click."""
    if relationship.kind in RUNNING_RELATIONSHIPS:
        raise macros_refused()
    if relationship.kind == INSERTED:
        raise inserted_file_refused()
    if relationship.kind != HYPERLINK and (relationship.external or is_remote(relationship.target)):
        raise remote_content_refused()
    if relationship.kind == OLE:
        raise unknown_inner_file()


# --- documents inside a document -------------------------------------------------------------------------------------


def _check_inner_documents(package: Package) -> None:
    """Hold every document inside a document to the same rules, whatever its name is.

    Raises Unfit with the reason, and ArchiveTooLarge when together they are larger than is accepted.
    """
    size, unpacked = 0, 0
    for name in _inner_archives(package):
        size += package.entries[name].unpacked
        if size > MOST_INNER:
            raise ArchiveTooLarge("the documents in it are too large")
        with SpooledTemporaryFile(IN_MEMORY) as file:
            for piece in package.unpacked(name):
                file.write(piece)
            unpacked += _check_inner_document(package, file)
        if unpacked > MOST_UNPACKED:
            raise ArchiveTooLarge("the documents in it unpack to more than is accepted")


def _inner_archives(package: Package) -> Iterator[str]:
    """Yield the parts that are archives by their name or by their first bytes. Raises Unfit for an OLE object."""
    for name in package.entries:
        first = _first_bytes(package, name)
        if first == COMPOUND:
            raise unknown_inner_file()
        if _ending(name) in ARCHIVE_ENDINGS or first.startswith(PACKED):
            yield name


def _first_bytes(package: Package, name: str) -> bytes:
    """Return as many bytes of a part as tell what it is; a piece may be empty."""
    return bytes(islice(chain.from_iterable(package.unpacked(name)), len(COMPOUND)))


def _check_inner_document(outer: Package, file: IO[bytes]) -> int:
    """Check a document inside a document, and return how many bytes it unpacks to."""
    try:
        inner = Package(file)
        inner.elements_read = outer.elements_read
        if CONTENT_TYPES in inner.entries:
            _check_office(inner)
        elif MANIFEST in inner.entries:
            check_opendocument(inner)
        else:
            raise BadPackage("an archive of another kind")
        if any(_inner_archives(inner)):
            raise BadPackage("documents inside a document inside a document")
    except (ArchiveTooLarge, PasswordProtected):
        raise
    except BadPackage as error:
        raise unknown_inner_file() from error
    except Unfit as error:
        raise inner_file_refused(str(error)) from error
    outer.elements_read = inner.elements_read
    return sum(entry.unpacked for entry in inner.entries.values())
