"""A word of a page of figures with what it means, for the page, for paper and for the files."""

from typing import NamedTuple


class Definition(NamedTuple):
    """`anchor` is where links on the page lead."""

    heading: str
    paragraphs: tuple[str, ...]
    anchor: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.paragraphs)
