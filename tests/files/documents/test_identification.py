"""Documents are identified by their content, which has to agree with their name."""

import struct
from io import BytesIO
from zipfile import ZIP_STORED

import openpyxl
import pytest

from files.documents.identification import CHUNK_BYTES, FORMATS, content_type_of, kinds_in_words
from files.documents.packages import MAX_ENTRIES
from files.rejection import FileRejected
from tests.factories.files import DOCUMENTS, PDF, TEXT, file_of
from tests.factories.packages import (
    MAIN,
    MANIFEST,
    OOXML,
    WORD,
    archive,
    content_types,
    crowded,
    office,
    office_parts,
    opendocument,
    opendocument_parts,
    related,
    relationships,
)

TEXTS = {"txt", "csv"}


def type_of(data: bytes, ending: str) -> str:
    with file_of(data) as file:
        return content_type_of(file, ending)


def refused(data: bytes, ending: str) -> str:
    with pytest.raises(FileRejected) as caught:
        type_of(data, ending)
    return str(caught.value)


def test_list_of_accepted_kinds():
    assert set(FORMATS) == set(DOCUMENTS)
    assert kinds_in_words() == "JPEG, PNG, WebP, PDF, ODT, ODS, ODP, DOCX, XLSX, PPTX, TXT, CSV"


@pytest.mark.parametrize("ending", DOCUMENTS)
def test_each_kind_under_its_own_name_has_its_type(ending: str):
    assert type_of(DOCUMENTS[ending], ending) == FORMATS[ending].content_type


@pytest.mark.parametrize("content", DOCUMENTS)
def test_no_kind_passes_under_the_name_of_another(content: str):
    others = [
        ending
        for ending in DOCUMENTS
        if content != ending and not {content, ending} <= TEXTS and not (content == "pdf" and ending in TEXTS)
    ]
    assert {ending: refused(DOCUMENTS[content], ending) for ending in others} == {
        ending: f"The content does not match the ending of the file name ({ending.upper()}), or the file is incomplete."
        " Save the file again, then try again."
        for ending in others
    }


@pytest.mark.parametrize("ending", ["exe", "html", "js", "zip", "docm", "xlsm", "rtf", "doc", "eml", "md", ""])
def test_other_kinds_are_refused_with_the_accepted_ones(ending: str):
    assert refused(TEXT, ending) == f"Files of this kind are not accepted: send {kinds_in_words()}."


@pytest.mark.parametrize("ending", [ending for ending in DOCUMENTS if ending not in TEXTS])
@pytest.mark.parametrize("share", [0.3, 0.8])
def test_truncated_document_is_refused(ending: str, share: float):
    data = DOCUMENTS[ending]
    assert "the file is incomplete" in refused(data[: int(len(data) * share)], ending)


MACROS = "This document contains macros: save it without them, or as PDF, then try again."
ELSEWHERE = "This document loads a template, a picture or a linked file from another place"
TOO_MUCH = "This document has too many parts, or is too large once unpacked: save it again, or as PDF, then try again."
RUNNING = {
    "a macro by its content type": ("docx", {"word__any_bin": "application/vnd.ms-office.vbaProject"}),
    "controls by their content type": ("xlsx", {"xl__any_xml": "application/vnd.ms-office.activeX+xml"}),
    "a sheet of macros": ("xlsx", {"xl__any_xml": "application/vnd.ms-excel.macrosheet+xml"}),
}


@pytest.mark.parametrize("what", RUNNING)
def test_macros_are_found_by_content_type(what: str):
    ending, overrides = RUNNING[what]
    main, kind, _content = MAIN[ending]
    own = {main.replace("/", "__").replace(".", "_"): f"{OOXML}{kind}"}
    parts = office_parts(ending) | {"[Content_Types].xml": content_types(**own, **overrides)}
    assert refused(archive(parts), ending) == MACROS


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pptx"])
def test_a_document_of_the_kind_with_macros_is_refused(ending: str):
    parts = office_parts(ending)
    kind = MAIN[ending][1].replace(".main+xml", ".macroEnabled.main+xml")
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace(MAIN[ending][1], kind)
    assert refused(archive(parts), ending) == MACROS


@pytest.mark.parametrize("kind", ["vbaProject", "wordVbaData", "control", "xlMacrosheet"])
def test_macros_are_found_by_relationship(kind: str):
    assert refused(related("docx", (kind, "any.bin")), "docx") == MACROS


def test_part_that_is_only_named_like_macros_is_accepted():
    assert type_of(office("docx", word__vbaProject_bin="x"), "docx") == FORMATS["docx"].content_type


@pytest.mark.parametrize(
    "data",
    [
        opendocument("text", "Basic/script-lc.xml"),
        opendocument("text", "Scripts/python/run.py"),
        opendocument("text", "./basic/x.xml"),
        opendocument("text", Basic__script_xml="x"),
    ],
)
def test_opendocument_macros_are_found_by_manifest_and_folders(data: bytes):
    assert refused(data, "odt") == MACROS


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "frame", "subDocument", "image", "externalLinkPath"])
def test_remote_content_is_refused(kind: str):
    data = related("docx", (kind, "https://elsewhere.example/t.dotm", "External"))
    assert refused(data, "docx").startswith(ELSEWHERE)


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "\\\\elsewhere\\t.dotm", "//elsewhere/t.dotm", "file:///t"]
)
def test_remote_target_marked_as_internal_is_refused(target: str):
    assert refused(related("docx", ("image", target)), "docx").startswith(ELSEWHERE)


def test_hyperlinks_and_own_parts_are_accepted():
    data = related("docx", ("hyperlink", "https://lab.example/", "External"), ("image", "media/image1.png"))
    assert type_of(data, "docx") == FORMATS["docx"].content_type


@pytest.mark.parametrize(
    ("target", "fine"), [("../../Templates/t.ott", True), ("http://elsewhere.example/t.ott", False)]
)
def test_opendocument_template_must_be_local(target: str, fine: bool):
    meta = (
        '<o:document-meta xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:m="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:x="http://www.w3.org/1999/xlink">'
        f'<m:template x:href="{target}"/></o:document-meta>'
    )
    data = opendocument("text", meta_xml=meta)
    if fine:
        assert type_of(data, "odt") == FORMATS["odt"].content_type
    else:
        assert refused(data, "odt").startswith(ELSEWHERE)


NO_DOCX = (
    "The content does not match the ending of the file name (DOCX), or the file is incomplete."
    " Save the file again, then try again."
)
HOLLOW: dict[str, dict[str, str | bytes]] = {
    "no document": {"word/document.xml": "<document/>"},
    "a document without a body": {"word/document.xml": f'<w:document xmlns:w="{WORD}"/>'},
    "no relationship to a document": {"_rels/.rels": relationships()},
    "a relationship to nothing": {"_rels/.rels": relationships(("officeDocument", "word/other.xml"))},
    "another kind of main part": {"[Content_Types].xml": content_types(word__document_xml="application/xml")},
    "no XML": {"word/document.xml": "PK"},
    "definitions": {"[Content_Types].xml": '<!DOCTYPE a [<!ENTITY a "aaaa">]><Types>&a;</Types>'},
    "XML too deep": {"[Content_Types].xml": "<a>" * 60 + "</a>" * 60},
}


@pytest.mark.parametrize("what", HOLLOW)
def test_a_package_that_holds_no_document_is_refused(what: str):
    assert refused(archive(office_parts() | HOLLOW[what]), "docx") == NO_DOCX


@pytest.mark.parametrize(
    "name", ["../x.xml", "/x.xml", "a//x.xml", "a/./x.xml", "c:/x.xml", "a\\x.xml", "a/" * 12 + "x.xml", "x" * 251]
)
def test_part_names_that_leave_the_archive_are_refused(name: str):
    assert refused(archive(office_parts() | {name: "x"}), "docx") == NO_DOCX


def test_part_names_that_differ_only_in_case_are_refused():
    assert refused(archive(office_parts() | {"WORD/document.xml": "x"}), "docx") == NO_DOCX


@pytest.mark.parametrize("marked", ["table", "part"])
def test_a_document_behind_a_password_is_refused(marked: str):
    data = bytearray(office())
    at = data.rfind(b"PK\x01\x02") + 8 if marked == "table" else data.find(b"PK\x03\x04") + 6
    data[at] |= 1
    protected = "This document is protected by a password: save it without the password, then try again."
    assert refused(bytes(data), "docx") == protected


def test_an_opendocument_file_behind_a_password_is_refused():
    parts = opendocument_parts("text")
    parts["META-INF/manifest.xml"] = (
        f'<m:manifest xmlns:m="{MANIFEST}"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    )
    assert "protected by a password" in refused(archive(parts), "odt")


@pytest.mark.parametrize(("more", "fine"), [(MAX_ENTRIES - 3, True), (MAX_ENTRIES - 2, False)])
def test_number_of_parts_is_limited(more: int, fine: bool):
    data = archive(office_parts() | {f"media/{n}": "" for n in range(more)})
    if fine:
        assert type_of(data, "docx") == FORMATS["docx"].content_type
    else:
        assert refused(data, "docx") == TOO_MUCH


@pytest.mark.parametrize("entries", [5000, 320_000])
def test_parts_of_a_zip64_record_are_counted(entries: int):
    assert refused(crowded(entries), "docx") == TOO_MUCH


@pytest.mark.parametrize(("size", "fine"), [(9_990_000, True), (10_000_001, False)])
def test_compression_ratio_is_limited(size: int, fine: bool):
    data = office("docx", media__a="0" * size)
    assert len(data) * 100 < 2_000_000
    if fine:
        assert type_of(data, "docx") == FORMATS["docx"].content_type
    else:
        assert refused(data, "docx") == TOO_MUCH


def test_part_larger_than_the_table_says_is_refused():
    data = bytearray(office("docx", media__a="0" * 100_000))
    struct.pack_into("<L", data, data.rfind(b"PK\x01\x02") + 24, 10)
    assert refused(bytes(data), "docx") == TOO_MUCH


def test_a_part_that_is_damaged_is_refused():
    data = bytearray(archive(office_parts() | {"media/a": b"abcdefgh"}, ZIP_STORED))
    data[data.find(b"abcdefgh")] ^= 1
    assert refused(bytes(data), "docx") == NO_DOCX


def test_overlapping_parts_are_refused():
    data = bytearray(office("docx", media__a="x"))
    second = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, second + 42, 0)
    assert refused(bytes(data), "docx") == NO_DOCX


@pytest.mark.parametrize("data", [b"MZ" + office(), office() + b"<html>"])
def test_data_before_or_after_an_archive_is_refused(data: bytes):
    assert refused(data, "docx") == NO_DOCX


def test_documents_of_current_programs_are_accepted():
    book, out = openpyxl.Workbook(), BytesIO()
    book.active.append(["segment", 8])
    book.save(out)
    assert type_of(out.getvalue(), "xlsx") == FORMATS["xlsx"].content_type


@pytest.mark.parametrize(
    "text",
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
def test_web_page_or_program_is_not_accepted_as_text(text: str, ending: str):
    assert f"ending of the file name ({ending.upper()})" in refused(text.encode(), ending)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_texts_in_common_encodings_are_accepted(coding: str):
    assert type_of("Noté à l’accueil :\r\n\t« oui »".encode(coding), "txt") == "text/plain"


@pytest.mark.parametrize(("before", "coding"), [(CHUNK_BYTES - 1, "utf-8"), (CHUNK_BYTES - 3, "utf-16")])
def test_character_across_two_chunks_is_decoded(before: int, coding: str):
    assert type_of(("a" * before + "é" * 10).encode(coding), "txt") == "text/plain"


@pytest.mark.parametrize("at", [0, CHUNK_BYTES, 2 * CHUNK_BYTES])
def test_control_character_is_found_at_any_position(at: int):
    assert "ending of the file name (TXT)" in refused(b"a" * at + b"\0" + b"a" * 10, "txt")


def test_web_page_after_many_spaces_is_found():
    assert "ending of the file name (TXT)" in refused(b" " * (CHUNK_BYTES + 5) + b"<html>", "txt")


def test_binary_data_is_refused_as_text():
    assert "ending of the file name (TXT)" in refused(bytes(range(256)), "txt")


def test_pdf_with_appended_content_is_accepted():
    """It still is a PDF; the page that serves it runs nothing in it (see test_serving)."""
    assert type_of(PDF + DOCUMENTS["docx"][:0] + b"", "pdf") == "application/pdf"
    assert "ending of the file name (DOCX)" in refused(PDF + DOCUMENTS["docx"], "docx")
    assert "ending of the file name (PDF)" in refused(b"GIF89a" + PDF, "pdf")
