"""Identify the kind of a document by its content, which has to agree with its name. Files are read piece by piece."""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO, Final

from django.utils.translation import gettext as _

from files.documents.office import EXCEL, OOXML, POWERPOINT, WORD, is_office_document, is_opendocument
from files.documents.opendocument import ODF
from files.rejection import FileRejected

MARKUP: Final = ("<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?xml", "<?php", "#!")
MAX_MARKUP_CHARACTERS: Final = max(map(len, MARKUP))
CONTROLS: Final = frozenset(map(chr, range(32))) - set("\t\n\r\f")
CHUNK_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """A kind of document: what it is served as, and whether a content is one."""

    content_type: str
    fits: Callable[[IO[bytes]], bool]


def content_type_of(file: IO[bytes], ending: str) -> str:
    """Return the content type of a document whose name has this `ending`, in lower case (“pdf”, “docx”).

    Raises FileRejected for kinds that are not accepted, for content that does not fit the name, and for documents that
    could run or fetch something when they are opened.
    """
    document_format = FORMATS.get(ending)
    if document_format is None:
        raise FileRejected(_("Files of this kind are not accepted: send %(kinds)s.") % {"kinds": kinds_in_words()})
    if not document_format.fits(file):
        raise FileRejected(
            _(
                "The content does not match the ending of the file name (%(ending)s), or the file is incomplete."
                " Save the file again, then try again."
            )
            % {"ending": ending.upper()}
        )
    return document_format.content_type


def kinds_in_words() -> str:
    """Return the endings of all accepted kinds of files, pictures too, in capitals: “JPEG, PNG, WebP, PDF, …”."""
    return ", ".join(["JPEG", "PNG", "WebP", *(ending.upper() for ending in FORMATS)])


def _is_pdf(file: IO[bytes]) -> bool:
    """Return whether a file begins with the mark of a PDF and has its end mark in the last 2048 bytes."""
    size = file.seek(0, 2)
    file.seek(0)
    if file.read(5) != b"%PDF-":
        return False
    file.seek(max(size - 2048, 0))
    return b"%%EOF" in file.read(2048)


def _is_text(file: IO[bytes]) -> bool:
    """Return whether a file is plain text: without control characters, and not a web page or program under another
    name.

    It is read as UTF-16 when it begins with its byte order mark, else as UTF-8, else as Windows-1252.
    """
    file.seek(0)
    by_mark = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for coding in ("utf-16",) if by_mark else ("utf-8", "cp1252"):
        try:
            return _is_harmless(_decoded(file, coding))
        except UnicodeDecodeError:
            continue
    return False


def _is_harmless(pieces: Iterator[str]) -> bool:
    """Return whether a text has no control characters and does not begin as a web page or a program.

    `pieces` are parts of the text in order; they are read to the end, so that undecodable bytes are noticed.
    """
    opening, controls = "", False
    for piece in pieces:
        controls = controls or not CONTROLS.isdisjoint(piece)
        if len(opening) < MAX_MARKUP_CHARACTERS:
            opening = (opening + piece).lstrip("\ufeff \t\r\n")[:MAX_MARKUP_CHARACTERS]
    return not controls and not opening.lower().startswith(MARKUP)


def _decoded(file: IO[bytes], coding: str) -> Iterator[str]:
    """Yield the text of a file piece by piece in the encoding `coding`.

    Raises UnicodeDecodeError where it does not fit.
    """
    decoder = codecs.getincrementaldecoder(coding)()
    file.seek(0)
    while data := file.read(CHUNK_BYTES):
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


FORMATS: Final[dict[str, DocumentFormat]] = {
    "pdf": DocumentFormat("application/pdf", _is_pdf),
    "odt": DocumentFormat(f"{ODF}text", partial(is_opendocument, kind="text")),
    "ods": DocumentFormat(f"{ODF}spreadsheet", partial(is_opendocument, kind="spreadsheet")),
    "odp": DocumentFormat(f"{ODF}presentation", partial(is_opendocument, kind="presentation")),
    "docx": DocumentFormat(f"{OOXML}wordprocessingml.document", partial(is_office_document, office=WORD)),
    "xlsx": DocumentFormat(f"{OOXML}spreadsheetml.sheet", partial(is_office_document, office=EXCEL)),
    "pptx": DocumentFormat(f"{OOXML}presentationml.presentation", partial(is_office_document, office=POWERPOINT)),
    "txt": DocumentFormat("text/plain", _is_text),
    "csv": DocumentFormat("text/csv", _is_text),
}
