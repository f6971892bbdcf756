"""Read the XML of document parts element by element, within limits: no tree, no entities, nothing fetched."""

from collections.abc import Iterator, Mapping
from typing import Final
from xml.parsers import expat

from files.packages import ArchiveTooLarge, BadPackage, Package

MOST_OF_XML: Final = 4_000_000  # bytes of a part that is read whole
DEEPEST: Final = 50
Element = tuple[str, Mapping[str, str]]  # its name, as "namespace name", and its attributes


class _XmlReader:
    """Collects the elements that start in a piece."""

    def __init__(self) -> None:
        self.started: list[Element] = []
        self.depth = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadPackage("XML too deep")
        self.started.append((name, attributes))

    def end(self, _decode_name: str) -> None:
        self.depth -= 1

    def doctype(self, *_: object) -> None:
        raise BadPackage("XML with definitions of its own")

    def parse(self, piece: bytes, *, last: bool = False) -> list[Element]:
        """Return the elements that begin in a piece. Raises BadPackage for what is no XML."""
        self.started = []
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise BadPackage("no XML") from error
        return self.started


def elements(package: Package, name: str) -> Iterator[Element]:
    """Yield all elements of a part that lists others, in order. Raises ArchiveTooLarge beyond MOST_OF_XML bytes."""
    if package.entries[name].unpacked > MOST_OF_XML:
        raise ArchiveTooLarge("a list in it is too long")
    yield from stream_elements(package, name)


def stream_elements(package: Package, name: str) -> Iterator[Element]:
    """Yield the elements of a part of any size; it is unpacked as far as the caller iterates."""
    reader = _XmlReader()
    for piece in package.unpacked(name):
        yield from reader.parse(piece)
    yield from reader.parse(b"", last=True)
