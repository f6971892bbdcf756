"""Which kind of document a file is, by what is in it; what its name says has to agree. Nothing is unpacked for it."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

from files.unfit import Unfit

MOST_OF_CONTENTS: Final = 1_000_000  # bytes of a ZIP's table of contents
END_OF_ZIP: Final = b"PK\x05\x06"
ODF: Final = "application/vnd.oasis.opendocument."
OOXML: Final = "application/vnd.openxmlformats-officedocument."
MARKUP: Final = ("<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?xml", "<?php", "#!")
PROGRAMS: Final = ("vbaproject.bin", "basic/", "scripts/", "activex")  # macros, wherever in the package


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of document: what it is served as, and whether a content is one."""

    content_type: str
    fits: Callable[[bytes], bool]


def content_type_of(data: bytes, ending: str) -> str:
    """The type of a document whose name ends so.

    Raises Unfit for other kinds, for content that is not what the name says, and for documents with macros.
    """
    known = FORMATS.get(ending)
    if known is None:
        raise Unfit(_("Files of this kind are not taken: send %(kinds)s.") % {"kinds": kinds_in_words()})
    if not known.fits(data):
        raise Unfit(
            _("The content is no %(ending)s file, whatever its name says, or it is cut off: save it again, then try.")
            % {"ending": ending.upper()}
        )
    return known.content_type


def kinds_in_words() -> str:
    """All that is taken, in capitals."""
    return ", ".join(["JPEG", "PNG", "WebP", *(ending.upper() for ending in FORMATS)])


def _is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]


def _opendocument(kind: str) -> Callable[[bytes], bool]:
    """Its first part, stored as it is, says the type."""

    def fits(data: bytes) -> bool:
        said = f"{ODF}{kind}".encode()
        start = 30 + len("mimetype")
        return (
            data[30:start] == b"mimetype" and data[start : start + len(said) + 2] == said + b"PK" and bool(_parts(data))
        )

    return fits


def _office(main: str) -> Callable[[bytes], bool]:
    def fits(data: bytes) -> bool:
        return {"[content_types].xml", main} <= _parts(data)

    return fits


def _parts(data: bytes) -> set[str]:
    """Names of what is in a ZIP, in small letters; empty for what is none. Raises Unfit for one that holds macros."""
    end = data.rfind(END_OF_ZIP)
    if not data.startswith(b"PK\x03\x04") or end < 0 or len(data) < end + 22:
        return set()
    (size,) = struct.unpack_from("<I", data, end + 12)
    if size > MOST_OF_CONTENTS:
        return set()
    try:
        with ZipFile(BytesIO(data)) as package:
            names = {name.lower() for name in package.namelist()}
    except (BadZipFile, ValueError, NotImplementedError, struct.error):
        return set()
    if any(name.startswith(PROGRAMS) or name.endswith(PROGRAMS[0]) or "/activex" in name for name in names):
        raise Unfit(_("This document holds macros: save it without them, or as PDF, then try."))
    return names


def _is_text(data: bytes) -> bool:
    """Readable, and neither a web page nor a program under the name of a text."""
    said = _read(data)
    if said is None or any(letter < " " and letter not in "\t\n\r\f" for letter in said):
        return False
    return not said.lstrip("\ufeff \t\r\n").lower().startswith(MARKUP)


def _read(data: bytes) -> str | None:
    """As UTF-8, as UTF-16 where it says so, else as Windows writes it in Western Europe."""
    codings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8", "cp1252")
    for coding in codings:
        try:
            return data.decode(coding)
        except UnicodeDecodeError:
            continue
    return None


FORMATS: Final[dict[str, Format]] = {
    "pdf": Format("application/pdf", _is_pdf),
    "odt": Format(f"{ODF}text", _opendocument("text")),
    "ods": Format(f"{ODF}spreadsheet", _opendocument("spreadsheet")),
    "odp": Format(f"{ODF}presentation", _opendocument("presentation")),
    "docx": Format(f"{OOXML}wordprocessingml.document", _office("word/document.xml")),
    "xlsx": Format(f"{OOXML}spreadsheetml.sheet", _office("xl/workbook.xml")),
    "pptx": Format(f"{OOXML}presentationml.presentation", _office("ppt/presentation.xml")),
    "txt": Format("text/plain", _is_text),
    "csv": Format("text/csv", _is_text),
}
