"""Dossiers: a request, and a document to write."""

from datetime import date
from pathlib import Path

import factory

from dossiers.layout.blocks import (
    Bullets,
    Cover,
    DataTable,
    Document,
    Heading,
    KeyFigure,
    KeyFigures,
    Labels,
    Lead,
    Paragraph,
    Picture,
    Pictures,
    Quotation,
    Remark,
    Span,
    Terms,
    plain,
)
from dossiers.models import Dossier
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.cohorts import CohortFactory
from tests.factories.files import picture

# What a typesetter or a browser would take for a program, characters without a glyph, words without a place to break.
HOSTILE = (
    '#import "@preview/x:1.0.0": * $x^2$ \\ #eval("1") #read("/etc/passwd") <script>alert(1)</script> [a]{b} *gras* _i_'
    " `c` // @ref <label> & \" '"
)
OTHER_SCRIPTS = "🙂 👨‍👩‍👧 مرحبا بالعالم שלום עולם 中文字符"


class DossierFactory(factory.django.DjangoModelFactory):
    """A dossier of a cohort, for oneself."""

    class Meta:
        model = Dossier

    person = factory.SubFactory(UserFactory)
    cohort = factory.SubFactory(CohortFactory)
    audience = "me"
    parts = ["about"]
    requested_at = NOW


def stored_picture(folder: Path, name: str, alt_text: str) -> Picture:
    """Return a picture as files are stored: in a folder with a random name, in its large size."""
    path = folder / name / "large"
    path.parent.mkdir()
    path.write_bytes(picture("WEBP", size=(1280, 800)))
    return Picture(name, lambda: path.open("rb"), 1280, 800, alt_text)


def document_with_everything(folder: Path, text: str) -> Document:
    """Return a document with every kind of block, and `text` in each place where people write; pictures in `folder`."""
    cover = stored_picture(folder, "0" * 32, text)
    decorative = stored_picture(folder, "1" * 32, "")
    return Document(
        language="fr",
        title=f"Dossier : {text}",
        author="Ville de Rivage",
        made_on=date(2026, 11, 24),
        cover=Cover("Résidence", text, text, (text, "Licence Ouverte"), "residency", cover),
        blocks=(
            Heading(1, text),
            Lead(plain(text)),
            Paragraph((Span(text, bold=True), Span(f"\n{text}", italic=True, href="https://example.org/"))),
            Heading(2, text),
            Quotation(plain(text)),
            Remark((Span(text, code=True),)),
            Bullets((plain(text), plain("fin"))),
            Bullets((plain(text),), ordered=True),
            Terms(((text, plain(text)),)),
            KeyFigures(tuple(KeyFigure(text[:20], text, text) for _number in range(4))),
            Heading(1, "Tableaux et images"),
            DataTable(text, (text, "B"), tuple((text, str(number)) for number in range(60)), (3, 1)),
            Pictures((cover, decorative, cover)),
            *(
                block
                for name in ("Suite", "Remerciements", "Fin")
                for block in (Heading(1, name), Paragraph(plain(text)))
            ),
        ),
        labels=Labels("Sommaire", "Page", "Caractères absents des polices : □."),
    )
