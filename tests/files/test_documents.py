"""Documents are what their content says, and their name has to say the same."""

import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from files.documents import FORMATS, MOST_OF_CONTENTS, content_type_of, kinds_in_words
from files.unfit import Unfit
from tests.factories.files import DOCUMENTS, ODF, PDF, TEXT, office, package

TEXTS = {"txt", "csv"}


def refused(data: bytes, ending: str) -> str:
    with pytest.raises(Unfit) as caught:
        content_type_of(data, ending)
    return str(caught.value)


def test_all_that_is_taken():
    assert set(FORMATS) == set(DOCUMENTS)
    assert kinds_in_words() == "JPEG, PNG, WebP, PDF, ODT, ODS, ODP, DOCX, XLSX, PPTX, TXT, CSV"


@pytest.mark.parametrize("ending", DOCUMENTS)
def test_each_kind_under_its_own_name_has_its_type(ending: str):
    assert content_type_of(DOCUMENTS[ending], ending) == FORMATS[ending].content_type


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (content, ending)
        for content in DOCUMENTS
        for ending in DOCUMENTS
        if content != ending and not {content, ending} <= TEXTS and not (content == "pdf" and ending in TEXTS)
    ],
)
def test_no_kind_passes_under_the_name_of_another(content: str, ending: str):
    assert refused(DOCUMENTS[content], ending) == (
        f"The content is no {ending.upper()} file, whatever its name says, or it is cut off: save it again, then try."
    )


@pytest.mark.parametrize("ending", ["exe", "html", "js", "zip", "docm", "xlsm", "rtf", "doc", "eml", "md", ""])
def test_other_kinds_are_refused_with_what_is_taken(ending: str):
    assert refused(TEXT, ending) == f"Files of this kind are not taken: send {kinds_in_words()}."


@pytest.mark.parametrize("ending", [ending for ending in DOCUMENTS if ending not in TEXTS])
@pytest.mark.parametrize("kept", [0.3, 0.8])
def test_one_that_is_cut_off_is_refused(ending: str, kept: float):
    data = DOCUMENTS[ending]
    assert "cut off" in refused(data[: int(len(data) * kept)], ending)


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (office("word/document.xml", **{"word/vbaProject.bin": "x"}), "docx"),
        (office("xl/workbook.xml", **{"xl/vbaProject.bin": "x"}), "xlsx"),
        (office("ppt/presentation.xml", **{"PPT/VBAPROJECT.BIN": "x"}), "pptx"),
        (office("word/document.xml", **{"word/activeX/activeX1.xml": "x"}), "docx"),
        (package(mimetype=f"{ODF}text", Basic__script_xml="x"), "odt"),
        (package(mimetype=f"{ODF}spreadsheet", Scripts__python__run_py="x"), "ods"),
    ],
)
def test_macros_are_refused(data: bytes, ending: str):
    assert refused(data, ending) == "This document holds macros: save it without them, or as PDF, then try."


@pytest.mark.parametrize(
    "said",
    [
        "<!DOCTYPE html><script>alert(1)</script>",
        "\ufeff\n  <html>",
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "<?php system($_GET['x']);",
        "<ScRiPt>alert(1)</script>",
        "#!/bin/sh\nrm -rf /",
        "a\0b",
        "\x1b[2J",
    ],
)
@pytest.mark.parametrize("ending", ["txt", "csv"])
def test_a_page_or_a_program_is_no_text(said: str, ending: str):
    assert "whatever its name says" in refused(said.encode(), ending)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_texts_are_read_as_people_write_them(coding: str):
    assert content_type_of("Noté à l’accueil :\r\n\t« oui »".encode(coding), "txt") == "text/plain"


def test_bytes_that_are_no_text_are_refused():
    assert "no TXT file" in refused(bytes(range(256)), "txt")


def test_a_package_with_an_endless_table_of_contents_is_not_read():
    data = bytearray(DOCUMENTS["docx"])
    struct.pack_into("<I", data, data.rfind(b"PK\x05\x06") + 12, MOST_OF_CONTENTS + 1)
    assert "no DOCX file" in refused(bytes(data), "docx")


def test_a_package_that_unpacks_without_end_is_never_unpacked():
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", b"0" * 50_000_000)
    assert len(out.getvalue()) < 100_000
    assert content_type_of(out.getvalue(), "docx") == FORMATS["docx"].content_type


def test_a_document_with_another_behind_it_is_only_ever_saved():
    """It is a PDF all the same; the page that serves it lets nothing of it run (see test_serving)."""
    assert content_type_of(PDF + DOCUMENTS["docx"][:0] + b"", "pdf") == "application/pdf"
    assert "no DOCX file" in refused(PDF + DOCUMENTS["docx"], "docx")
    assert "no PDF file" in refused(b"GIF89a" + PDF, "pdf")
