"""Readers of pages: texts of elements, links, errors and messages, parsed from the HTML."""

from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[dict[str, Any]] = []
        self.found: list[dict[str, Any]] = []

    def hidden(self) -> bool:
        """Whether the text is inside a template element, which is not displayed: then it is the innermost open one."""
        return bool(self.open) and self.open[-1]["tag"] == "template"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.hidden():
            return
        element = {"tag": tag, "attrs": dict(attrs), "text": ""}
        self.found.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden() and tag != "template":
            return
        while self.open and self.open.pop()["tag"] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element["text"] += data


@lru_cache(maxsize=2)
def _elements_of(page: bytes) -> list[dict[str, Any]]:
    """Return all elements of a page in order; a test mostly looks at one page repeatedly, which is parsed once."""
    reader = _Reader()
    reader.feed(page.decode())
    return reader.found


def elements(response: Any, tag: str, cls: str = "") -> list[dict[str, Any]]:
    """Return the elements of a page in order, with normalised white space."""
    wanted = [
        element
        for element in _elements_of(response.content)
        if element["tag"] == tag and (not cls or cls in (element["attrs"].get("class") or "").split())
    ]
    return [{**element, "text": " ".join(element["text"].split())} for element in wanted]


def texts(response: Any, tag: str, cls: str = "") -> list[str]:
    return [element["text"] for element in elements(response, tag, cls)]


def links(response: Any) -> dict[str, str]:
    """Return addresses by the texts of their links, inside and outside the menu."""
    return {element["text"]: element["attrs"]["href"] for element in elements(response, "a")}


def rows(response: Any) -> list[list[str]]:
    """Return the cells of every row of the tables, without headings and the boxes that select rows."""
    cells: list[list[str]] = []
    for element in _elements_of(response.content):
        if element["tag"] == "tr":
            cells.append([])
        elif element["tag"] == "td" and cells and element["attrs"].get("class") != "pick":
            cells[-1].append(" ".join(element["text"].split()))
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
