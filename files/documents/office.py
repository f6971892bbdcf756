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
from files.documents.packages import MAX_UNPACKED_BYTES, ArchiveTooLarge, BadPackage, PasswordProtected, ZipPackage
from files.documents.unsafe_content import (
    data_link_refused,
    inner_file_refused,
    inserted_file_refused,
    is_remote,
    macros_refused,
    remote_content_refused,
    unknown_inner_file,
)
from files.rejection import FileRejected

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
INSERTED_FILE: Final = "afchunk"
OLE: Final = "oleobject"
# Parts of word-processing documents that hold fields: their content types, and their relationships.
FIELD_TYPE: Final = "wordprocessingml"
FIELD_PARTS: Final = {"header", "footer", "footnotes", "endnotes", "comments", "glossarydocument"}
# Parts of workbooks that hold formulas: the ends of their content types, and their relationships.
FORMULA_TYPES: Final = ("spreadsheetml.sheet.main+xml", "spreadsheetml.worksheet+xml", "spreadsheetml.table+xml")
FORMULA_PARTS: Final = {"worksheet", "table"}
DATA_PARTS: Final = {"externallink", "connections"}  # of workbooks
ARCHIVE_ENDINGS: Final = {"docx", "docm", "xlsx", "xlsm", "pptx", "pptm", "odt", "ods", "odp", "zip"}
ZIP_SIGNATURE: Final = b"PK\x03\x04"  # how an archive begins, whatever its name
OLE_SIGNATURE: Final = bytes.fromhex("d0cf11e0a1b11ae1")  # how an OLE object begins
MAX_INNER_BYTES: Final = 50_000_000  # bytes of all documents inside a document
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
    """Return whether a file is a complete Office Open XML document of the kind `office` (Word, Excel or PowerPoint).

    Raises FileRejected with the reason where it is one and could run or load something, is too large, or needs a
    password.
    """
    return _is_accepted(file, lambda package: _fits_office(package, office))


def is_opendocument(file: IO[bytes], kind: str) -> bool:
    """Return whether a file is a complete OpenDocument of this kind (“text”, “spreadsheet”, “presentation”).

    Raises FileRejected with the reason where it is one and could run or load something, is too large, or needs a
    password.
    """
    return _is_accepted(file, lambda package: fits_opendocument(package, kind))


def _is_accepted(file: IO[bytes], fits: Callable[[ZipPackage], bool]) -> bool:
    """Return whether a file is a complete archive that `fits` accepts and whose inner documents are accepted too.

    Raises FileRejected, with a sentence that says what to do, for one that needs a password, is too large, or is
    refused.
    """
    try:
        package = ZipPackage(file)
        if not fits(package):
            return False
        package.check_all()
        _check_inner_documents(package)
    except PasswordProtected as error:
        raise FileRejected(
            _("This document is protected by a password: save it without the password, then try again.")
        ) from error
    except ArchiveTooLarge as error:
        raise FileRejected(
            _(
                "This document has too many parts, or is too large once unpacked: save it again,"
                " or as PDF, then try again."
            )
        ) from error
    except BadPackage:
        return False
    return True


# --- Office Open XML -------------------------------------------------------------------------------------------------


def _fits_office(package: ZipPackage, office: OfficeFormat) -> bool:
    """Return whether a package is an Office document of the kind `office` (Word, Excel or PowerPoint).

    Raises FileRejected if it could run or fetch something.
    """
    if CONTENT_TYPES not in package.entries:
        return False
    main, kind = _check_office(package)
    return (
        main in package.entries
        and kind == office.main_type
        and _first_elements(package, main, office) == office.opening
    )


def _check_office(package: ZipPackage) -> tuple[str, str]:
    """Check an Office document, and return the name of its main part and that part's content type; both "" without one.

    Raises FileRejected when the document could run or fetch something when it is opened.
    """
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
    """Return what follows the last point in the name of a part, in lower case.

    The whole name where there is no point.
    """
    return name.rpartition(".")[2].lower()


def _refuse_data_links(package: ZipPackage, part: str) -> None:
    """Raise FileRejected for a workbook part that links to another program or queries data when it is opened.

    `part` is the part's name; one that does not exist passes.
    """
    for name, attributes in stream_elements(package, part) if part in package.entries else ():
        if name.endswith("ddeLink") or attributes.get("refreshOnLoad", "").lower() in {"1", "true"}:
            raise data_link_refused()


def _first_elements(package: ZipPackage, name: str, office: OfficeFormat) -> tuple[str, ...]:
    """Return the names, without namespace, of the first elements of the part `name`.

    As many as a document of the kind `office` must begin with; fewer where the part has fewer.
    """
    first = islice(stream_elements(package, name), len(office.opening))
    return tuple(element.rpartition(" ")[2] for element, _attributes in first)


def _content_types(package: ZipPackage) -> tuple[dict[str, str], dict[str, str]]:
    """Return the content types in an Office document as two dicts: by the ending of a name, and by the name of a part.

    Endings and names are in lower case; the second overrides the first.
    """
    defaults, overrides = {}, {}
    for name, attributes in elements(package, CONTENT_TYPES):
        if name == f"{TYPES_NAMESPACE} Default":
            defaults[attributes.get("Extension", "").lower()] = attributes.get("ContentType", "")
        elif name == f"{TYPES_NAMESPACE} Override":
            overrides[attributes.get("PartName", "").lstrip("/").lower()] = attributes.get("ContentType", "")
    return defaults, overrides


def _relationships(package: ZipPackage) -> Iterator[Relationship]:
    """Yield the relationships of an Office document: from it, and from each of its parts, to other parts or to URLs."""
    for part in package.entries:
        if part.lower().endswith(".rels"):
            for name, attributes in elements(package, part):
                if name == RELATIONSHIP:
                    yield _relationship(part, attributes)


def _relationship(part: str, attributes: Mapping[str, str]) -> Relationship:
    """Return the relationship that an element of the part `part` describes.

    Its target is a path in the package or a URL. `attributes` are the element's.
    """
    external = attributes.get("TargetMode", "").lower() == "external"
    target = unquote(attributes.get("Target", ""))
    if not external and not is_remote(target):
        target = normpath(join("/", dirname(dirname(part)), target))
    kind = attributes.get("Type", "").strip().rpartition("/")[2].lower()
    return Relationship(kind, target, external, of_package=part.lower() == "_rels/.rels")


def _refuse_running_types(content_types: Iterable[str]) -> None:
    """Raise FileRejected when one of the content types is of a part that can run: macros or ActiveX controls."""
    if any(word in kind.lower() for kind in content_types for word in RUNNING_TYPES):
        raise macros_refused()


def _refuse_relationship(relationship: Relationship) -> None:
    """Raise FileRejected for a relationship to what runs, or to what a program would fetch on opening the document.

    These are macros, controls, inserted files, OLE objects and anything external. A hyperlink is allowed: it waits for
    a click.
    """
    if relationship.kind in RUNNING_RELATIONSHIPS:
        raise macros_refused()
    if relationship.kind == INSERTED_FILE:
        raise inserted_file_refused()
    if relationship.kind != HYPERLINK and (relationship.external or is_remote(relationship.target)):
        raise remote_content_refused()
    if relationship.kind == OLE:
        raise unknown_inner_file()


# --- documents inside a document -------------------------------------------------------------------------------------


def _check_inner_documents(package: ZipPackage) -> None:
    """Check every document inside a document by the rules for documents, whatever its name.

    Raises FileRejected with the reason, ArchiveTooLarge when together they have more than 50 million bytes, or unpack
    to more than 200 million.
    """
    size, unpacked = 0, 0
    for name in _inner_archives(package):
        size += package.entries[name].unpacked
        if size > MAX_INNER_BYTES:
            raise ArchiveTooLarge("the documents in it are too large")
        with SpooledTemporaryFile(IN_MEMORY) as file:
            for piece in package.unpacked(name):
                file.write(piece)
            unpacked += _check_inner_document(package, file)
        if unpacked > MAX_UNPACKED_BYTES:
            raise ArchiveTooLarge("the documents in it unpack to more than is accepted")


def _inner_archives(package: ZipPackage) -> Iterator[str]:
    """Yield the names of parts that are archives, by their name or their first bytes.

    Raises FileRejected for an OLE object.
    """
    for name in package.entries:
        first = _first_bytes(package, name)
        if first == OLE_SIGNATURE:
            raise unknown_inner_file()
        if _ending(name) in ARCHIVE_ENDINGS or first.startswith(ZIP_SIGNATURE):
            yield name


def _first_bytes(package: ZipPackage, name: str) -> bytes:
    """Return the first eight bytes of a part, as many as tell an archive or an OLE object."""
    return bytes(islice(chain.from_iterable(package.unpacked(name)), len(OLE_SIGNATURE)))


def _check_inner_document(outer: ZipPackage, file: IO[bytes]) -> int:
    """Check a document inside the document `outer`, and return the number of bytes it unpacks to.

    Raises FileRejected where it is refused, cannot be read, or contains documents itself; ArchiveTooLarge and
    PasswordProtected as they come.
    """
    try:
        inner = ZipPackage(file)
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
    except FileRejected as error:
        raise inner_file_refused(str(error)) from error
    outer.elements_read = inner.elements_read
    return sum(entry.unpacked for entry in inner.entries.values())
