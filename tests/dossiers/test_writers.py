"""Dossiers as ODT and PDF: the same texts in both, whatever was typed; tags, languages, limits."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import odfdo
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, NameObject

from dossiers.layout.blocks import Bullets, DataTable, Document, Heading, Paragraph, Quotation, Span, plain
from dossiers.layout.markdown import markdown_blocks, report_blocks
from dossiers.writers import pdf
from dossiers.writers.odt import write_odt
from dossiers.writers.pdf import TypesettingFailed, write_pdf
from tests.dossiers.pdf_ua import faults, tags_of
from tests.factories.dossiers import HOSTILE, OTHER_SCRIPTS, document_with_everything


def as_pdf(document: Document) -> PdfReader:
    file = BytesIO()
    write_pdf(document, file, lambda: None)
    return PdfReader(file)


def as_odt(document: Document) -> tuple[odfdo.Document, int]:
    """Return the document as ODT, and how often its writer reported progress."""
    file, steps = BytesIO(), []
    write_odt(document, file, lambda: steps.append(1))
    return odfdo.Document(file), len(steps)


def squeezed(text: str) -> str:
    """Return the text without blanks and places to break, which a page sets where it has room."""
    return "".join(text.split()).replace("\u200b", "").replace("\u00ad", "")


def test_pdf_has_what_a_program_can_check_of_pdf_ua(tmp_path: Path):
    reader = as_pdf(document_with_everything(tmp_path, "Un mur de gommettes"))
    root: Any = reader.root_object
    tags = tags_of(reader)
    kinds = [tag.kind for tag in tags]
    # a cover and two pictures with a description, the decorative one is no figure; five chapters and the contents
    assert [kinds.count(kind) for kind in ("Figure", "H1", "Table")] == [3, 6, 1]
    assert [tag.node["/Alt"] for tag in tags if tag.kind == "Figure"] == ["Un mur de gommettes"] * 3
    assert {"THead", "TH", "L", "BlockQuote", "TOC"} <= set(kinds)
    assert reader.metadata is not None
    assert (root["/Lang"], reader.metadata.title) == ("fr", "Dossier : Un mur de gommettes")
    assert faults(reader) == []

    writer = PdfWriter(clone_from=reader)
    broken: Any = writer.root_object
    broken["/MarkInfo"][NameObject("/Marked")] = BooleanObject(False)
    for name in ("/Lang", "/Metadata", "/ViewerPreferences", "/Outlines"):
        del broken[name]
    for tag in tags_of(writer):
        if tag.kind in {"Figure", "H1", "TH"}:
            for name in {"/Alt", "/A"} & set(tag.node):
                del tag.node[name]  # type: ignore[attr-defined]
        if tag.kind == "P":
            tag.node.pop("/K", None)  # type: ignore[attr-defined]
    found = faults(writer)
    assert {
        "5: no <pdfuaid:part>1</pdfuaid:part> in the metadata",
        "7.1: not marked as tagged",
        "7.1: the title of the window is not that of the document",
        "7.1: content of page 1 is not in the structure",
        "7.2: no language",
        "7.3: a figure without alternative text",
        "7.5: a heading of a table without scope",
        "7.17: no bookmarks",
    } <= set(found)


def test_typed_text_stays_text_in_both_formats(tmp_path: Path):
    document = document_with_everything(tmp_path, HOSTILE)
    pages = squeezed("".join(page.extract_text() for page in as_pdf(document).pages))
    odt, steps = as_odt(document)
    assert steps == 6  # a heading of a chapter or of a part each
    # 60 rows, and at least a dozen other places
    assert pages.count(squeezed(HOSTILE)[-40:]) > 70
    paragraphs = [squeezed(each.inner_text) for each in [*odt.body.get_paragraphs(), *odt.body.get_headers()]]
    assert sum(squeezed(HOSTILE) in each for each in paragraphs) > 70
    assert [frame.svg_title for frame in odt.body.get_frames()] == [HOSTILE, HOSTILE, None, HOSTILE]
    styles = {header.style for header in odt.body.get_headers()}
    assert styles == {"First_Heading", "Heading_20_1", "Heading_20_2"}
    assert (odt.language, odt.meta.title) == ("fr-FR", f"Dossier : {HOSTILE}")


def test_characters_without_a_glyph_have_a_stand_in_and_long_words_break(tmp_path: Path):
    text = f"{OTHER_SCRIPTS} {'x' * 900} \x07\u202e fin"
    document = document_with_everything(tmp_path, text)
    sheets = as_pdf(document).pages
    pages = "".join(sheet.extract_text() for sheet in [*sheets[:4], sheets[-1]])
    assert "□" in pages
    assert "Caractères absents des polices" in pages
    assert "x" * 900 in squeezed(pages)
    assert squeezed(OTHER_SCRIPTS) in squeezed(as_odt(document)[0].body.get_headers()[0].inner_text)


def test_tables_of_an_odt_share_the_styles_of_their_columns(tmp_path: Path):
    """A style for each column of each table made a large ODT take minutes: each new one is looked up among all."""
    table = DataTable("", ("A", "B"), (("1", "2"), ("3", "4")), (3, 1))
    blocks = (Heading(1, "Tables"), table, table, replace(table, widths=(1, 1)))
    odt, _steps = as_odt(replace(document_with_everything(tmp_path, "Un mur"), blocks=blocks))
    widths = [style.get_properties(area="table-column") for style in odt.content.get_styles("table-column")]
    assert [properties["style:column-width"] for properties in widths] == ["12.75cm", "4.25cm", "8.50cm"]
    tables = odt.body.tables
    assert [len({column.style for column in each.columns}) for each in tables] == [2, 2, 1]
    assert [each.get_values() for each in tables] == [[["A", "B"], ["1", "2"], ["3", "4"]]] * 3


def test_typesetter_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.01)
    with pytest.raises(TypesettingFailed, match="not within"):
        as_pdf(document_with_everything(tmp_path, "Un mur"))


def test_markdown_of_reports_becomes_blocks():
    text = "**Vu** et *dit*\nsuite [lien](https://example.org/)\n\n- un\n- deux\n\n> Je ne savais pas\n\n`code` <b>#x"
    assert list(markdown_blocks(text)) == [
        Paragraph(
            (
                Span("Vu", bold=True),
                Span(" et "),
                Span("dit", italic=True),
                Span("\n"),
                Span("suite "),
                Span("lien", href="https://example.org/"),
            )
        ),
        Bullets(((Span("un"),), (Span("deux"),))),
        Quotation((Span("Je ne savais pas"),)),
        Paragraph((Span("code", code=True), Span(" <b>#x"))),
    ]
    assert list(markdown_blocks("*" * 2000)) == [Paragraph((Span("*" * 2000),))]
    for length, href in ((2000, "https://example.org/"), (2001, "")):  # a typesetter refuses very long links
        address = "https://example.org/".ljust(length, "x")
        [block] = markdown_blocks(f"[lien]({address})")
        assert block == Paragraph((Span("lien", href=href and address),))


def test_lines_in_bold_are_the_headings_of_a_report_unless_nothing_follows():
    text = "Avant\n\n**Vu**\n\n**Surpris**\n\nRien, **sauf** les clés\n\n**La suite**\n"
    blocks = [
        Paragraph(plain("Avant")),
        Heading(3, "Surpris"),
        Paragraph((Span("Rien, "), Span("sauf", bold=True), Span(" les clés"))),
    ]
    assert list(report_blocks(text, 3)) == blocks
