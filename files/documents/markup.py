"""Read the XML of document parts element by element, within limits: no tree, no entities, nothing fetched."""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Final
from xml.parsers import expat

from files.documents.packages import ArchiveTooLarge, BadPackage, Package

MOST_OF_XML: Final = 4_000_000  # bytes of a part that is read whole
MOST_ELEMENTS: Final = 1_000_000  # of all parts of a document that are read, and of documents inside it
LONGEST_TAG: Final = 2_000_000  # bytes, attributes included
LONGEST_TEXT: Final = 100_000  # characters of an element whose text is asked for
DEEPEST: Final = 50
DEEPEST_CONTENT: Final = 250  # of a part of any size: tables in frames in tables
TEXT: Final = "#text"  # the name under which the text of an element stands among its attributes
Element = tuple[str, Mapping[str, str]]  # its name, as "namespace name", and its attributes


class _XmlReader:
    """Collects the elements that start in a piece; those whose text is asked for where they end."""

    def __init__(self, deepest: int, texts_of: Collection[str]) -> None:
        self.started: list[Element] = []
        self.depth, self.deepest, self.fed = 0, deepest, 0
        self.texts_of, self.text = texts_of, ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype
        if texts_of:
            self.parser.CharacterDataHandler = self.characters

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > self.deepest:
            raise BadPackage("XML too deep")
        self.text = ""
        if not self._has_text(name):
            self.started.append((name, attributes))

    def end(self, name: str) -> None:
        self.depth -= 1
        if self._has_text(name):
            self.started.append((name, {TEXT: self.text}))

    def characters(self, text: str) -> None:
        self.text = (self.text + text)[:LONGEST_TEXT]

    def _has_text(self, name: str) -> bool:
        return bool(self.texts_of) and name.rpartition(" ")[2] in self.texts_of

    def doctype(self, *_: object) -> None:
        raise BadPackage("XML with definitions of its own")

    def parse(self, piece: bytes, *, last: bool = False) -> list[Element]:
        """Return the elements that begin in a piece. Raises BadPackage for what is no XML."""
        self.started = []
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise BadPackage("no XML") from error
        self.fed += len(piece)
        if self.fed - self.parser.CurrentByteIndex > LONGEST_TAG:
            raise ArchiveTooLarge("a tag longer than is accepted")
        return self.started


def elements(package: Package, name: str) -> Iterator[Element]:
    """Yield all elements of a part that lists others, in order. Raises ArchiveTooLarge beyond MOST_OF_XML bytes."""
    if package.entries[name].unpacked > MOST_OF_XML:
        raise ArchiveTooLarge("a list in it is too long")
    yield from stream_elements(package, name, deepest=DEEPEST)


def stream_elements(
    package: Package, name: str, *, deepest: int = DEEPEST_CONTENT, texts_of: Collection[str] = ()
) -> Iterator[Element]:
    """Yield the elements of a part of any size; it is unpacked as far as the caller iterates.

    Elements with a local name in `texts_of` come where they end, with their text under TEXT instead of attributes.
    Raises ArchiveTooLarge when MOST_ELEMENTS elements of the package were read before.
    """
    reader = _XmlReader(deepest, texts_of)
    for piece in chain(package.unpacked(name), [None]):
        for element in reader.parse(piece or b"", last=piece is None):
            if package.elements_read >= MOST_ELEMENTS:
                raise ArchiveTooLarge("more elements than are accepted")
            package.elements_read += 1
            yield element
