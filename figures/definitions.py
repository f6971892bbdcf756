"""A term of a page of figures with its explanation, for the page, for paper and for the files."""

from typing import NamedTuple


class Definition(NamedTuple):
    """A heading with its explanation; `anchor` is the id that links on the page point to."""

    heading: str
    paragraphs: tuple[str, ...]
    anchor: str = ""

    @property
    def text(self) -> str:
        """The explanation as one text, its paragraphs joined by a space, for a cell of a downloaded file."""
        return " ".join(self.paragraphs)
