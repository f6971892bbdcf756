"""The content of a dossier: a cover and blocks in order. Pure: no database, no file format.

Texts are plain: nothing in them is markup. A writer turns each kind of block into its format.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import IO, Final, TypeAlias

MAX_SHORT_ROWS: Final = 14
MAX_SHORT_TEXT: Final = 1_500  # characters
MIN_CHAPTERS: Final = 5  # of a document with a table of contents
MAX_SECTIONS: Final = 40  # in a table of contents: more would be a book's


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one style; `href` is the address it links to, if any. A line break is “\\n”."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""


RichText: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the chapters of a dossier have level 1."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    text: RichText


@dataclass(frozen=True, slots=True)
class Lead:
    """The paragraph that opens a chapter, set larger."""

    text: RichText


@dataclass(frozen=True, slots=True)
class Quotation:
    """Someone's own words."""

    text: RichText


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark in a box, such as what a figure leaves out."""

    text: RichText


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; its items are numbered if `ordered`."""

    items: tuple[RichText, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Pairs of a label and a text, such as the parts of a test."""

    rows: tuple[tuple[str, RichText], ...]


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table with a row of headings. `widths` are the shares of its columns, `caption` its title or ""."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]

    @property
    def is_short(self) -> bool:
        """Return whether the table surely fits on a page, so that it need not be broken over two."""
        return len(self.rows) < MAX_SHORT_ROWS and sum(len(text) for row in self.rows for text in row) < MAX_SHORT_TEXT


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure as a page words it, what it counts, and what to know about it."""

    value: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Figures next to each other, each as large as a heading."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture with its size in pixels, and its description, empty if it is decorative."""

    name: str
    open: Callable[[], IO[bytes]]
    width: int
    height: int
    alt_text: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures next to each other, in rows of two."""

    pictures: tuple[Picture, ...]


Block: TypeAlias = Heading | Paragraph | Lead | Quotation | Remark | Bullets | Terms | DataTable | KeyFigures | Pictures


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page. `kicker` is the line above the title, `tone` its colour, `lines` stand at the foot."""

    kicker: str
    title: str
    subtitle: str = ""
    lines: tuple[str, ...] = ()
    tone: str = "neutral"
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """The words that writers need, in the language of the dossier."""

    contents: str
    page: str
    unprintable: str


@dataclass(frozen=True, slots=True)
class Document:
    """A dossier, ready to be written; `language` is “fr” or “en”."""

    language: str
    title: str
    author: str
    made_on: date
    cover: Cover
    blocks: tuple[Block, ...]
    labels: Labels


def plain(text: object, *, bold: bool = False) -> RichText:
    """Return a text without any style as rich text; lazily translated texts are translated."""
    return (Span(str(text), bold=bold),)


def contents_of(document: Document) -> list[Heading]:
    """Return the headings of the table of contents: of chapters and, up to forty, of their sections.

    Empty for a document with fewer than five chapters.
    """
    chapters, sections = (
        [block for block in document.blocks if isinstance(block, Heading) and block.level <= level] for level in (1, 2)
    )
    if len(chapters) < MIN_CHAPTERS:
        return []
    return sections if len(sections) - len(chapters) <= MAX_SECTIONS else chapters
