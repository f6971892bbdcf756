"""XML of parts of documents read element by element, within bounds: no tree, no entities, nothing fetched."""

from collections.abc import Iterator, Mapping
from typing import Final
from xml.parsers import expat

from files.packages import BadPackage, Package, TooMuch

MOST_OF_XML: Final = 4_000_000  # bytes of a part that is read whole
DEEPEST: Final = 50
Element = tuple[str, Mapping[str, str]]  # its name, as "namespace name", and its attributes


class _Reader:
    """Collects the elements that the pieces parsed so far begin."""

    def __init__(self) -> None:
        self.begun: list[Element] = []
        self.depth = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadPackage("XML too deep")
        self.begun.append((name, attributes))

    def end(self, _name: str) -> None:
        self.depth -= 1

    def doctype(self, *_: object) -> None:
        raise BadPackage("XML with definitions of its own")

    def parse(self, piece: bytes, *, last: bool = False) -> list[Element]:
        """Return the elements that begin in a piece. Raises BadPackage for what is no XML."""
        self.begun = []
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise BadPackage("no XML") from error
        return self.begun


def elements(package: Package, name: str) -> Iterator[Element]:
    """Yield all elements of a part, in order. Raises TooMuch for a part that is too large to be a list of others."""
    if package.entries[name].unpacked > MOST_OF_XML:
        raise TooMuch("a list in it is too long")
    yield from elements_so_far(package, name)


def elements_so_far(package: Package, name: str) -> Iterator[Element]:
    """Yield the elements of a part of any size; only as much of it is unpacked as the caller asks for."""
    reader = _Reader()
    for piece in package.unpacked(name):
        yield from reader.parse(piece)
    yield from reader.parse(b"", last=True)
