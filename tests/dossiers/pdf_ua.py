"""What a program can check of PDF/UA-1 (ISO 14289-1), clause by clause. It is no validator: see `faults`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ContentStream, DictionaryObject

PAINTS: Final = frozenset(
    {b"Tj", b"TJ", b"'", b'"', b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*", b"Do", b"sh"}
)
STANDARD: Final = frozenset((
    "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct",
    "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD",
    "THead", "TBody", "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Figure",
    "Formula", "Form",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tag:
    """An element of the structure: its type, its dictionary, the type of its parent, and the content it marks."""

    kind: str
    node: Mapping[str, Any]
    parent: str
    marks: tuple[tuple[int, int], ...]  # object number of the page, number of the content in it


def tags_of(pdf: PdfReader | PdfWriter) -> list[Tag]:
    """Return the elements of the structure in reading order."""
    root: Any = pdf.root_object
    tree = root.get("/StructTreeRoot")
    roles = tree.get_object().get("/RoleMap", {}) if tree else {}
    return list(_walk(tree.get_object().get("/K"), "", None, roles)) if tree else []


def _walk(node: Any, parent: str, page: Any, roles: Mapping[str, Any]) -> Iterator[Tag]:
    for child in _children(node):
        if not isinstance(child, DictionaryObject) or "/S" not in child:
            continue
        kind, here = str(child["/S"]), child.raw_get("/Pg") if "/Pg" in child else page
        kind = str(roles.get(kind, kind)).removeprefix("/")
        yield Tag(kind, child, parent, tuple(_marks(child, here)))
        yield from _walk(child.get("/K"), kind, here, roles)


def _children(node: Any) -> list[Any]:
    node = node.get_object() if node is not None else []
    return [child.get_object() for child in node] if isinstance(node, list) else [node]


def _marks(node: Any, page: Any) -> Iterator[tuple[int, int]]:
    for child in _children(node.get("/K")):
        if isinstance(child, int):
            yield page.idnum, int(child)
        elif isinstance(child, DictionaryObject) and child.get("/Type") == "/MCR":
            yield (child.raw_get("/Pg") if "/Pg" in child else page).idnum, int(child["/MCID"])


def faults(pdf: PdfReader | PdfWriter) -> list[str]:
    """Return what breaks one of these clauses: metadata (5), tagging of all content (7.1), headings (7.4),
    tables (7.5), alternative texts (7.3), annotations (7.18), fonts (7.21), title and language (7.1, 7.2).

    Not checked, because only a reader can: whether texts describe their pictures, whether the order makes sense.
    Not checked either: character maps of fonts glyph by glyph, colour, notes, forms (there are none).
    """
    root: Any = pdf.root_object
    tags = tags_of(pdf)
    return [
        *_document_faults(root),
        *_tag_faults(tags),
        *_page_faults(pdf, {mark for tag in tags for mark in tag.marks}),
    ]


def _document_faults(root: Any) -> Iterator[str]:
    metadata = root["/Metadata"].get_object().get_data().decode() if "/Metadata" in root else ""
    for name in ("<pdfuaid:part>1</pdfuaid:part>", "<dc:title>"):
        if name not in metadata:
            yield f"5: no {name} in the metadata"
    if root.get("/MarkInfo", {}).get("/Marked") is None or not root["/MarkInfo"]["/Marked"].value:
        yield "7.1: not marked as tagged"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "7.1: the title of the window is not that of the document"
    if not root.get("/Lang"):
        yield "7.2: no language"
    if not root.get("/Outlines"):
        yield "7.17: no bookmarks"


def _tag_faults(tags: list[Tag]) -> Iterator[str]:
    if not tags:
        yield "7.1: no structure"
    yield from (f"7.1: {tag.kind} is no type of the standard" for tag in tags if tag.kind not in STANDARD | {"Title"})
    yield from (
        "7.3: a figure without alternative text" for tag in tags if tag.kind == "Figure" and not tag.node.get("/Alt")
    )
    level = 0
    for tag in tags:
        if tag.kind[:1] == "H" and tag.kind[1:].isdigit():
            if int(tag.kind[1:]) > level + 1:
                yield f"7.4: {tag.kind} after H{level}"
            level = int(tag.kind[1:])
    parents = {"TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}, "LI": {"L"}, "LBody": {"LI"}}
    for tag in tags:
        if tag.parent not in parents.get(tag.kind, {tag.parent}):
            yield f"7.5: {tag.kind} in {tag.parent}"
        if tag.kind == "TH" and "/Scope" not in str(tag.node.get("/A")):
            yield "7.5: a heading of a table without scope"


def _page_faults(pdf: PdfReader | PdfWriter, tagged: set[tuple[int, int]]) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        assert page.indirect_reference is not None
        found = set(_painted(page, pdf))
        if None in found:
            yield f"7.1: content of page {number} is neither tagged nor an artifact"
        if {(page.indirect_reference.idnum, mark) for mark in found if mark is not None} - tagged:
            yield f"7.1: content of page {number} is not in the structure"
        links = [each.get_object() for each in page.get("/Annots", [])]
        if links and page.get("/Tabs") != "/S":
            yield f"7.18: the order of links on page {number} is not that of the structure"
        yield from (
            f"7.18: a link on page {number} without a description" for link in links if not link.get("/Contents")
        )
        for font in page["/Resources"].get_object().get("/Font", {}).values():
            program: Any = font.get_object()
            inner = program["/DescendantFonts"][0].get_object() if "/DescendantFonts" in program else program
            if not any(name.startswith("/FontFile") for name in inner["/FontDescriptor"].get_object()):
                yield f"7.21: a font of page {number} is not embedded"
            if "/ToUnicode" not in program:
                yield f"7.21: a font of page {number} without characters"


def _painted(page: Any, pdf: PdfReader | PdfWriter) -> Iterator[int | None]:
    """Yield for each thing that is painted on a page the number of its tagged content, -1 for an artifact, or None."""
    stack: list[int | None] = []
    for operands, operator in ContentStream(page["/Contents"].get_object(), pdf).operations:
        if operator in {b"BDC", b"BMC"}:
            properties = operands[1] if len(operands) > 1 and isinstance(operands[1], dict) else {}
            mark = properties.get("/MCID")
            stack.append(-1 if operands[0] == "/Artifact" else None if mark is None else int(mark))
        elif operator == b"EMC":
            stack.pop()
        elif operator in PAINTS:
            marks = [mark for mark in stack if mark is not None]
            if -1 not in marks:
                yield marks[-1] if marks else None
