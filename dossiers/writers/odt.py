"""Write a dossier as OpenDocument text (ODT), with the styles that office programs list, for people to change it."""

from collections.abc import Callable, Iterator
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

import odfdo

from dossiers.layout.blocks import (
    Block,
    Bullets,
    Cover,
    DataTable,
    Document,
    Heading,
    KeyFigures,
    Lead,
    Paragraph,
    Picture,
    Pictures,
    Quotation,
    Remark,
    RichText,
    Span,
    Terms,
    contents_of,
)
from dossiers.writers.pictures import write_jpeg
from web.text.visible import DIRECTION_MARKS, clean_text

TEXT_WIDTH: Final = 17.0  # centimetres, of a page A4
PICTURE_WIDTH: Final = 11.0
PICTURE_HEIGHT: Final = 9.0
TONES: Final = {
    "transfo": ("#a93a16", "#fbe8df"),
    "residency": ("#2b5aa3", "#e4ecf8"),
    "neutral": ("#0b5d3b", "#e2f0e8"),
}
STEP_LEVEL: Final = 2  # of the headings at which progress is reported: each idea has one
EN_SPACE: Final = "\u2002"
COUNTRIES: Final = {"fr": "fr-FR", "en": "en-GB"}
SANS: Final = "'Atkinson Hyperlegible Next', 'Liberation Sans', Arial, sans-serif"


def write_odt(document: Document, file: IO[bytes], step: Callable[[], None]) -> None:
    """Write the document as ODT into an open file; call `step` at each heading of a chapter or of a part of one."""
    odt = odfdo.Document("text")
    odt.body.clear()
    _describe(odt, document)
    _add_styles(odt, TONES[document.cover.tone])
    _add_pages(odt, document)
    with TemporaryDirectory(prefix="dossier-") as name:
        builder = _Builder(odt, Path(name))
        for element in [*builder.cover(document.cover), *builder.contents(document)]:
            odt.body.append(element)
        for block in document.blocks:
            if isinstance(block, Heading) and block.level <= STEP_LEVEL:
                step()
            for element in builder.elements(block):
                odt.body.append(element)
        if odt.body.headers:
            odt.body.headers[0].style = "First_Heading"
    result = BytesIO()
    odt.save(result)
    file.write(result.getbuffer())


def _describe(odt: odfdo.Document, document: Document) -> None:
    """Set title, author, date and language of the file, which assistive technology reads out."""
    odt.meta.title = _clean(document.title)
    odt.meta.creator = _clean(document.author)
    odt.meta.creation_date = datetime.combine(document.made_on, time.min)
    odt.meta.language = COUNTRIES[document.language]
    odt.language = COUNTRIES[document.language]


def _add_pages(odt: odfdo.Document, document: Document) -> None:
    """Give the pages a footer with the title and their number; the first page, the cover, has none."""
    footer = odfdo.Paragraph(f"{_clean(document.title)} · {document.labels.page} ", style="Footer")
    footer.append(odfdo.VarPageNumber())
    pages: Any = odt.get_style("master-page", "Standard")
    cover = pages.clone
    cover.set_attribute("style:name", "Cover")
    cover.set_attribute("style:next-style-name", "Standard")
    pages.set_page_footer(footer)
    odt.insert_style(cover)


def _add_styles(odt: odfdo.Document, tone: tuple[str, str]) -> None:
    """Add the styles of texts and tables; `tone` is the programme's colour, and a tint of it."""
    colour, tint = tone
    text: dict[str, dict[str, str]] = {
        "Standard": {"fo:font-family": SANS, "fo:font-size": "10.5pt"},
        "Title": {"fo:font-size": "30pt", "fo:font-weight": "bold"},
        "Subtitle": {"fo:font-size": "15pt", "fo:color": "#5d584d"},
        "Kicker": {"fo:font-size": "12pt", "fo:font-weight": "bold", "fo:color": colour},
        "Heading_20_1": {"fo:font-size": "22pt", "fo:font-weight": "bold"},
        "First_Heading": {},
        "Heading_20_2": {"fo:font-size": "15pt", "fo:font-weight": "bold"},
        "Heading_20_3": {"fo:font-size": "12pt", "fo:font-weight": "bold"},
        "Lead": {"fo:font-size": "13pt"},
        "Quotations": {"fo:font-style": "italic"},
        "Remark": {"fo:font-size": "9.5pt"},
        "Caption": {"fo:font-size": "9pt", "fo:color": "#5d584d", "fo:font-style": "normal"},
        "Table_20_Title": {"fo:font-weight": "bold"},
        "Contents_20_Title": {"fo:font-size": "22pt", "fo:font-weight": "bold"},
        "Contents_20_1": {"fo:font-weight": "bold"},
        "Contents_20_2": {},
        "Footer": {"fo:font-size": "8.5pt", "fo:color": "#5d584d"},
        "Table_20_Heading": {"fo:font-size": "9pt", "fo:font-weight": "bold"},
        "Table_20_Contents": {"fo:font-size": "9pt"},
        "Term": {},
    }
    for name, properties in text.items():
        parent = {"Standard": None, "First_Heading": "Heading_20_1"}.get(name, "Standard")
        style = odfdo.Style("paragraph", name=name, display_name=name.replace("_20_", " "), parent_style=parent)
        spacing = {"fo:margin-top": "0cm", "fo:margin-bottom": "0.2cm"}
        style.set_properties(spacing | _PARAGRAPHS.get(name, {}), area="paragraph")
        style.set_properties(properties, area="text")
        if name in _FIRST_ON_PAGE:
            style.set_attribute("style:master-page-name", _FIRST_ON_PAGE[name])
        odt.insert_style(style)
    figure = {"Figure": {"fo:font-size": "20pt", "fo:font-weight": "bold", "fo:color": colour}}
    for name, properties in {**_CHARACTERS, **figure}.items():
        style = odfdo.Style("text", name=name)
        style.set_properties(properties, area="text")
        odt.insert_style(style)
    for name, marker in _LIST_MARKERS.items():
        list_style: Any = odfdo.Element.from_tag(
            _LIST_STYLE.format(name=name, title=name.replace("_20_", " "), **marker)
        )
        odt.insert_style(list_style)
    outline: Any = odt.get_style("outline", "Outline")
    for level in outline.children:
        level.set_attribute("style:num-format", "")  # chapters have no number
        for name in ("style:num-suffix", "loext:num-list-format"):
            level.del_attribute(name)
    for name, may_break in {"Dossier": "true", "Dossier_Short": "false"}.items():
        table = odfdo.Style("table", name=name, width=f"{TEXT_WIDTH}cm", align="left")
        table.set_properties({"style:may-break-between-rows": may_break}, area="table")
        odt.insert_style(table, automatic=True)
    for name, colours in {"Cell": {}, "Heading_Cell": {"fo:background-color": tint}}.items():
        cell = odfdo.Style("table-cell", name=name)
        borders = {"fo:border-bottom": "0.5pt solid #d9d4c7", "fo:padding": "0.12cm"}
        cell.set_properties(borders | colours, area="table-cell")
        odt.insert_style(cell, automatic=True)


_CHARACTERS: Final = {
    "Bold": {"fo:font-weight": "bold"},
    "Italic": {"fo:font-style": "italic"},
    "Label": {"fo:font-size": "9pt", "fo:font-weight": "bold", "fo:color": "#5d584d"},
    "Code": {"fo:font-family": "'Liberation Mono', monospace"},
}
_FIRST_ON_PAGE: Final = {"Kicker": "Cover", "Contents_20_Title": "Standard", "First_Heading": "Standard"}
_PARAGRAPHS: Final = {
    "Title": {"fo:margin-top": "1cm", "fo:margin-bottom": "0.4cm"},
    "Subtitle": {"fo:margin-bottom": "1.5cm"},
    "Contents_20_Title": {"fo:margin-bottom": "0.5cm"},
    "Contents_20_1": {"fo:margin-top": "0.2cm", "fo:margin-bottom": "0.1cm"},
    "Contents_20_2": {"fo:margin-left": "0.6cm", "fo:margin-bottom": "0.05cm"},
    "Heading_20_1": {"fo:margin-top": "1.2cm", "fo:margin-bottom": "0.5cm", "fo:keep-with-next": "always"},
    "Heading_20_2": {"fo:margin-top": "0.7cm", "fo:margin-bottom": "0.3cm", "fo:keep-with-next": "always"},
    "Heading_20_3": {"fo:margin-top": "0.5cm", "fo:margin-bottom": "0.2cm", "fo:keep-with-next": "always"},
    "Quotations": {"fo:margin-left": "0.8cm", "fo:margin-bottom": "0.3cm"},
    "Remark": {"fo:border": "0.5pt solid #d9d4c7", "fo:padding": "0.25cm", "fo:margin-bottom": "0.3cm"},
    "Table_20_Title": {"fo:margin-top": "0.4cm", "fo:margin-bottom": "0.15cm", "fo:keep-with-next": "always"},
    "Term": {"fo:margin-bottom": "0.1cm"},
    "Table_20_Heading": {"fo:margin-bottom": "0cm"},
    "Table_20_Contents": {"fo:margin-bottom": "0cm"},
    "First_Heading": {"fo:margin-bottom": "0.5cm"},
}


_LIST_MARKERS: Final = {
    "List_20_1": {"kind": "bullet", "marker": 'text:bullet-char="•"'},
    "Numbering_20_1": {"kind": "number", "marker": 'style:num-format="1" style:num-suffix="."'},
}
_LIST_STYLE: Final = (
    '<text:list-style style:name="{name}" style:display-name="{title}"><text:list-level-style-{kind} text:level="1"'
    ' {marker}><style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
    '<style:list-level-label-alignment text:label-followed-by="listtab" text:list-tab-stop-position="0.7cm"'
    ' fo:text-indent="-0.5cm" fo:margin-left="0.7cm"/></style:list-level-properties></text:list-level-style-{kind}>'
    "</text:list-style>"
)


class _Builder:
    """Turns blocks into elements of one ODT file, whose pictures it adds to the file."""

    def __init__(self, odt: odfdo.Document, folder: Path) -> None:
        """Build elements for `odt`; pictures are scaled down in the empty `folder`."""
        self.odt, self.folder, self.tables = odt, folder, 0
        self.column_styles: dict[str, str] = {}  # names by width

    def cover(self, cover: Cover) -> Iterator[Any]:
        """Yield the elements of the first page."""
        yield self.paragraph(cover.kicker, "Kicker")
        yield self.paragraph(cover.title, "Title")
        if cover.subtitle:
            yield self.paragraph(cover.subtitle, "Subtitle")
        if cover.picture:
            yield from self.picture(cover.picture)
        for line in cover.lines:
            yield self.paragraph(line, "Standard")

    def contents(self, document: Document) -> Iterator[Any]:
        """Yield the table of contents, which office programs update with page numbers; none below five chapters."""
        headings = contents_of(document)
        if headings:
            level = max(heading.level for heading in headings)
            title = _clean(document.labels.contents)
            table = odfdo.TOC(title, outline_level=level, title_style="Contents_20_Title")
            body: Any = table.body
            body.get_paragraph().style = "Contents_20_Title"
            for heading in headings:
                body.append(self.paragraph(heading.text, f"Contents_20_{heading.level}"))
            yield table

    def elements(self, block: Block) -> Iterator[Any]:
        """Yield the elements of one block."""
        match block:
            case Heading():
                header = odfdo.Header(block.level, _clean(block.text))
                header.style = f"Heading_20_{block.level}"
                yield header
            case Paragraph() | Lead() | Quotation() | Remark():
                yield self.rich(block.text, _STYLES[type(block)])
            case Bullets():
                items = [self.rich(item, "Standard") for item in block.items]
                yield odfdo.List(items, style="Numbering_20_1" if block.ordered else "List_20_1")
            case Terms():
                for label, text in block.rows:
                    yield self.labelled(label, "Label", text, "Term")
            case DataTable():
                if block.caption:
                    yield self.paragraph(block.caption, "Table_20_Title")
                yield self.table(block)
            case KeyFigures():
                for figure in block.figures:
                    detail = f" ({figure.detail})" if figure.detail else ""
                    text = (Span(figure.label, bold=True), Span(detail))
                    yield self.labelled(figure.value, "Figure", text, "Standard")
            case Pictures():
                for picture in block.pictures:
                    yield from self.picture(picture)

    def paragraph(self, text: str, style: str) -> Any:
        """Return a paragraph of plain text."""
        return self.rich((Span(text),), style)

    def labelled(self, label: str, label_style: str, text: RichText, style: str) -> Any:
        """Return a paragraph that begins with a label in a style of its own."""
        paragraph = self.rich(text, style)
        paragraph.insert(odfdo.Span(f"{_clean(label)}{EN_SPACE}", style=label_style), position=0)
        return paragraph

    def rich(self, spans: RichText, style: str) -> Any:
        """Return a paragraph with its pieces in their styles."""
        paragraph = odfdo.Paragraph(style=style)
        for span in spans:
            is_plain = not (span.bold or span.italic or span.code or span.href)
            paragraph.append(_clean(span.text) if is_plain else self._piece(span))
        return paragraph

    def _piece(self, span: Span) -> Any:
        """Return a piece of text: as it is, in a style, or as a link."""
        names = [name for name, wanted in (("Bold", span.bold), ("Italic", span.italic), ("Code", span.code)) if wanted]
        element: Any = odfdo.Span(_clean(span.text), style=names[0] if names else None)
        for name in names[1:]:
            outer = odfdo.Span(style=name)
            outer.append(element)
            element = outer
        if not span.href:
            return element
        link = odfdo.Link(span.href)
        link.append(element)
        return link

    def table(self, block: DataTable) -> Any:
        """Return a table with a row of headings that is repeated on each page."""
        self.tables += 1
        table = odfdo.Table(f"Table{self.tables}", style="Dossier_Short" if block.is_short else "Dossier")
        for width in block.widths:
            table.append(odfdo.Column(style=self._column_style(TEXT_WIDTH * width / sum(block.widths))))
        header = odfdo.Element.from_tag("table:table-header-rows")
        header.append(self._row(block.header, "Table_20_Heading", "Heading_Cell"))
        table.append(header)
        body = odfdo.Element.from_tag("table:table-rows")  # a table to which rows are appended reads all rows each time
        for row in block.rows:
            body.append(self._row(row, "Table_20_Contents", "Cell"))
        table.append(body)
        return table

    def _column_style(self, width: float) -> str:
        """Return the name of the style of columns of this width in centimetres, which is added at its first use."""
        size = f"{width:.2f}cm"
        if size not in self.column_styles:
            name = self.column_styles[size] = f"Column{len(self.column_styles) + 1}"
            self.odt.insert_style(odfdo.Style("table-column", name=name, width=size), automatic=True)
        return self.column_styles[size]

    def _row(self, texts: tuple[str, ...], style: str, cell_style: str) -> Any:
        """Return a row of a table with these texts."""
        row = odfdo.Row()
        for text in texts:
            cell: Any = odfdo.Element.from_tag("table:table-cell")
            cell.set_attribute("office:value-type", "string")
            cell.set_attribute("table:style-name", cell_style)
            cell.append(self.paragraph(text, style))
            row.append_cell(cell, clone=False)
        return row

    def picture(self, picture: Picture) -> Iterator[Any]:
        """Yield the paragraph with a picture, and its description, which is also its alternative text."""
        path = self.folder / f"{picture.name}.jpg"
        width, height = write_jpeg(picture.open, path)
        share = min(PICTURE_WIDTH / width, PICTURE_HEIGHT / height)
        frame = odfdo.Frame.image_frame(
            self.odt.add_file(path),
            name=path.stem,
            size=(f"{width * share:.2f}cm", f"{height * share:.2f}cm"),
            anchor_type="as-char",
        )
        if picture.alt_text:
            frame.svg_title = _clean(picture.alt_text)
        paragraph = odfdo.Paragraph(style="Standard")
        paragraph.append(frame)
        yield paragraph
        if picture.alt_text:
            yield self.paragraph(picture.alt_text, "Caption")


_STYLES: Final[dict[type, str]] = {
    Paragraph: "Standard",
    Lead: "Lead",
    Quotation: "Quotations",
    Remark: "Remark",
}


def _clean(text: str) -> str:
    """Return a text without the characters that XML cannot hold, and without marks of writing direction."""
    return DIRECTION_MARKS.sub("", clean_text(text)).translate(_NOT_IN_XML)


_NOT_IN_XML: Final = dict.fromkeys((0, 65534, 65535, *range(55296, 57344)))
