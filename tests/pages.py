"""Readers of pages: texts of elements, links, errors and messages, parsed from the HTML."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Any

HOSTILE = """<b>&"'"""  # at the end of names and texts that pages have to escape
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass(slots=True)
class _Element:
    """A tag with its attributes; its text is the pieces of the page's text from `start` to `end`."""

    tag: str
    attrs: dict[str, str | None]
    start: int
    end: int | None = None


class _Reader(HTMLParser):
    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.open: list[_Element] = []
        self.found: list[_Element] = []
        self.pieces: list[str] = []
        self.feed(page.decode())

    def hidden(self) -> bool:
        """Whether the text is inside a template element, which is not displayed: then it is the innermost open one."""
        return bool(self.open) and self.open[-1].tag == "template"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.hidden():
            return
        element = _Element(tag, dict(attrs), len(self.pieces))
        self.found.append(element)
        if tag in VOID:
            element.end = element.start
        else:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden() and tag != "template":
            return
        while self.open:
            element = self.open.pop()
            element.end = len(self.pieces)
            if element.tag == tag:
                break

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def text_of(self, element: _Element) -> str:
        """Return the text of an element with normalised white space."""
        return " ".join("".join(self.pieces[element.start : element.end]).split())


@lru_cache(maxsize=2)
def _read(page: bytes) -> _Reader:
    """Return the elements of a page in order; a test mostly looks at one page repeatedly, which is parsed once."""
    return _Reader(page)


def elements(response: Any, tag: str, cls: str = "") -> list[dict[str, Any]]:
    """Return the elements of a page in order, with normalised white space."""
    page = _read(response.content)
    return [
        {"tag": tag, "attrs": element.attrs, "text": page.text_of(element)}
        for element in page.found
        if element.tag == tag and (not cls or cls in (element.attrs.get("class") or "").split())
    ]


def texts(response: Any, tag: str, cls: str = "") -> list[str]:
    return [element["text"] for element in elements(response, tag, cls)]


def links(response: Any) -> dict[str, str]:
    """Return addresses by the texts of their links, inside and outside the menu."""
    return {element["text"]: element["attrs"]["href"] for element in elements(response, "a")}


def rows(response: Any) -> list[list[str]]:
    """Return the cells of every row of the tables, without headings and the boxes that select rows."""
    page = _read(response.content)
    cells: list[list[str]] = []
    for element in page.found:
        if element.tag == "tr":
            cells.append([])
        elif element.tag == "td" and cells and element.attrs.get("class") != "pick":
            cells[-1].append(page.text_of(element))
    return [line for line in cells if line]


def row_heads(response: Any) -> list[str]:
    """Return the texts of the cells that head the rows of tables."""
    return [element["text"] for element in elements(response, "th") if element["attrs"].get("scope") == "row"]


def errors(response: Any) -> list[str]:
    """Return the errors next to fields, and those above the form."""
    return list(dict.fromkeys(texts(response, "ul", "errorlist")))


def messages(response: Any) -> list[str]:
    """Return the messages on the page."""
    return texts(response, "p", "message")


def not_escaped(html: str, texts: Iterable[str]) -> list[str]:
    """Return those of the texts that the HTML has as they are, or does not have escaped."""
    return [text for text in texts if text in html or escape(text) not in html]
