"""Dossiers as ODT and PDF: the same texts in both, whatever was typed; tags, languages, limits."""

from io import BytesIO
from pathlib import Path
from typing import Any

import odfdo
import pytest
from pypdf import PdfReader

from dossiers.layout.blocks import Bullets, Document, Paragraph, Quotation, Span
from dossiers.layout.markdown import markdown_blocks
from dossiers.writers import pdf
from dossiers.writers.odt import write_odt
from dossiers.writers.pdf import TypesettingFailed, write_pdf
from tests.factories.dossiers import HOSTILE, OTHER_SCRIPTS, document_with_everything


def kinds_of_tags(element: Any, found: dict[str, int]) -> dict[str, int]:
    """Count the tags below an element of the structure of a PDF, and the alternative texts as “Alt”."""
    node = element.get_object()
    if isinstance(node, list):
        for child in node:
            kinds_of_tags(child, found)
    elif isinstance(node, dict):
        for name in [node["/S"], *["Alt"] * ("/Alt" in node)] if "/S" in node else []:
            found[name] = found.get(name, 0) + 1
        if "/K" in node:
            kinds_of_tags(node["/K"], found)
    return found


def as_pdf(document: Document) -> PdfReader:
    file = BytesIO()
    write_pdf(document, file)
    return PdfReader(file)


def squeezed(text: str) -> str:
    """Return the text without blanks and places to break, which a page sets where it has room."""
    return "".join(text.split()).replace("\u200b", "").replace("\u00ad", "")


def test_pdf_is_tagged_and_says_its_language_and_what_pictures_show(tmp_path: Path):
    reader = as_pdf(document_with_everything(tmp_path, "Un mur de gommettes"))
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data().decode()
    tags = kinds_of_tags(root["/StructTreeRoot"]["/K"], {})
    # a cover and two pictures with a description, the decorative one is no figure; five chapters and the contents
    assert (tags["/Figure"], tags["Alt"], tags["/H1"], tags["/Table"]) == (3, 3, 6, 1)
    assert {"/Title", "/THead", "/TH", "/L", "/BlockQuote", "/TOC"} <= set(tags)
    assert reader.metadata is not None
    assert reader.metadata.title == "Dossier : Un mur de gommettes"


def test_typed_text_stays_text_in_both_formats(tmp_path: Path):
    document = document_with_everything(tmp_path, HOSTILE)
    pages = squeezed("".join(page.extract_text() for page in as_pdf(document).pages))
    file = BytesIO()
    write_odt(document, file)
    odt = odfdo.Document(file)
    # 60 rows, and at least a dozen other places
    assert pages.count(squeezed(HOSTILE)[-40:]) > 70
    paragraphs = [squeezed(each.inner_text) for each in [*odt.body.get_paragraphs(), *odt.body.get_headers()]]
    assert sum(squeezed(HOSTILE) in each for each in paragraphs) > 70
    assert [frame.svg_title for frame in odt.body.get_frames()] == [HOSTILE, HOSTILE, None, HOSTILE]
    assert (odt.language, odt.meta.title) == ("fr-FR", f"Dossier : {HOSTILE}")


def test_characters_without_a_glyph_have_a_stand_in_and_long_words_break(tmp_path: Path):
    text = f"{OTHER_SCRIPTS} {'x' * 900} \x07\u202e fin"
    document = document_with_everything(tmp_path, text)
    sheets = as_pdf(document).pages
    pages = "".join(sheet.extract_text() for sheet in [*sheets[:4], sheets[-1]])
    assert "□" in pages
    assert "Caractères absents des polices" in pages
    assert "x" * 900 in squeezed(pages)
    file = BytesIO()
    write_odt(document, file)
    assert squeezed(OTHER_SCRIPTS) in squeezed(odfdo.Document(file).body.get_headers()[0].inner_text)


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
