"""Read the XML of document parts element by element, within limits: no tree, no entities, nothing fetched."""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Final
from xml.parsers import expat

from files.documents.packages import ArchiveTooLarge, BadPackage, ZipPackage

MAX_XML_BYTES: Final = 4_000_000  # of a part that is read as a list
MAX_ELEMENTS: Final = 1_000_000  # of all parts of a document that are read, and of documents inside it
MAX_TAG_BYTES: Final = 2_000_000  # bytes, attributes included
MAX_TEXT_CHARACTERS: Final = 100_000  # of an element whose text is needed
MAX_DEPTH: Final = 50
MAX_CONTENT_DEPTH: Final = 250  # of a part of any size: tables in frames in tables
TEXT: Final = "#text"  # the name under which the text of an element stands among its attributes
Element = tuple[str, Mapping[str, str]]  # its name, as "namespace name", and its attributes


class _XmlReader:
    """Collects the elements that start in a piece; elements whose text is needed are collected where they end."""

    def __init__(self, deepest: int, texts_of: Collection[str]) -> None:
        """Prepare a parser for XML at most `deepest` levels deep.

        `texts_of` are the local names of elements whose text is needed.
        """
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
        """Collect an element that starts, unless its text is needed; raises BadPackage where it is too deep.

        `name` is namespace and local name, separated by a space.
        """
        self.depth += 1
        if self.depth > self.deepest:
            raise BadPackage("XML too deep")
        self.text = ""
        if not self._has_text(name):
            self.started.append((name, attributes))

    def end(self, name: str) -> None:
        """Collect an element that ends and whose text is needed, with that text in place of its attributes."""
        self.depth -= 1
        if self._has_text(name):
            self.started.append((name, {TEXT: self.text}))

    def characters(self, text: str) -> None:
        """Add to the text of the current element, up to 100,000 characters; more is dropped."""
        self.text = (self.text + text)[:MAX_TEXT_CHARACTERS]

    def _has_text(self, name: str) -> bool:
        """Return whether the caller needs the text of the element called `name` (namespace and local name)."""
        return bool(self.texts_of) and name.rpartition(" ")[2] in self.texts_of

    def doctype(self, *_: object) -> None:
        """Raise BadPackage: definitions in a document type can make an XML file grow without limit."""
        raise BadPackage("XML with definitions of its own")

    def parse(self, piece: bytes, *, last: bool = False) -> list[Element]:
        """Return the elements that the next piece of the XML completes; `last` marks the end.

        Each is its name and its attributes. Raises BadPackage for what is no XML or too deep, ArchiveTooLarge for a tag
        that is too long.
        """
        self.started = []
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise BadPackage("no XML") from error
        self.fed += len(piece)
        if self.fed - self.parser.CurrentByteIndex > MAX_TAG_BYTES:
            raise ArchiveTooLarge("a tag longer than is accepted")
        return self.started


def elements(package: ZipPackage, name: str) -> Iterator[Element]:
    """Yield all elements of a part that is a list (content types, relationships), in order, as name and attributes.

    `name` is the part's. Raises ArchiveTooLarge where the part is larger than four million bytes.
    """
    if package.entries[name].unpacked > MAX_XML_BYTES:
        raise ArchiveTooLarge("a list in it is too long")
    yield from stream_elements(package, name, deepest=MAX_DEPTH)


def stream_elements(
    package: ZipPackage, name: str, *, deepest: int = MAX_CONTENT_DEPTH, texts_of: Collection[str] = ()
) -> Iterator[Element]:
    """Yield the elements of the part `name`, of any size, as name and attributes.

    It is unpacked as far as the caller reads. Elements with a local name in `texts_of` come where they end, with their
    text under “#text” instead of attributes. Raises ArchiveTooLarge after a million elements of the package, BadPackage
    deeper than `deepest` levels.
    """
    reader = _XmlReader(deepest, texts_of)
    for piece in chain(package.unpacked(name), [None]):
        for element in reader.parse(piece or b"", last=piece is None):
            if package.elements_read >= MAX_ELEMENTS:
                raise ArchiveTooLarge("more elements than are accepted")
            package.elements_read += 1
            yield element
