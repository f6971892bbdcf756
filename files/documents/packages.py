"""Read ZIP archives within limits: check names and sizes in the table of contents first, then unpack each part.

`zipfile` is not used: it lists all parts before they can be counted, and where an archive has several tables it picks
one, while other programs pick another. An archive passes only when there is one way to read it: the table ends where
the end record begins, parts do not overlap, and the header of each part agrees with the table.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

MAX_ENTRIES: Final = 5000
MAX_TABLE_BYTES: Final = 1_000_000
MAX_UNPACKED_BYTES: Final = 200_000_000  # bytes of all parts
MAX_RATIO: Final = 100  # unpacked to packed; texts reach 20, tables 50
RATIO_FREE_BYTES: Final = 10_000_000  # bytes that any archive may unpack to
MAX_NAME_CHARACTERS: Final = 250
MAX_NAME_FOLDERS: Final = 12
CHUNK_BYTES: Final = 64 * 1024

END: Final = struct.Struct("<4s4H2LH")
END_64: Final = struct.Struct("<4sQ2H2L4Q")
LOCATOR_64: Final = struct.Struct("<4sLQL")
ENTRY: Final = struct.Struct("<4s6H3L5H2L")
LOCAL: Final = struct.Struct("<4s5H3L2H")
STORED, DEFLATED = 0, 8
ENCRYPTED: Final = 0x1 | 0x40


class BadPackage(ValueError):
    """The content is not a complete archive, or programs could read it differently."""


class ArchiveTooLarge(BadPackage):
    """The archive holds more parts, or unpacks to more, than is accepted."""


class PasswordProtected(BadPackage):
    """The archive needs a password."""


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """A part of an archive as its table of contents describes it; sizes in bytes."""

    name: str
    method: int
    crc: int
    packed: int
    unpacked: int
    start: int


class ZipPackage:
    """A ZIP archive whose table of contents is consistent. Raises BadPackage, ArchiveTooLarge or PasswordProtected."""

    def __init__(self, file: IO[bytes]) -> None:
        """Read and check the table of contents of the archive; parts are unpacked later.

        Raises BadPackage where programs could read it differently, ArchiveTooLarge or PasswordProtected.
        """
        self.file = file
        self.size = file.seek(0, 2)
        self.elements_read = 0  # by `files.documents.markup`, which limits them
        table, count, self.table_start = self._table()
        self.entries = {entry.name: entry for entry in _listed_parts(table, count)}
        if len({name.casefold() for name in self.entries}) != count:
            raise BadPackage("two parts have one name")
        self.first = min(self.entries.values(), key=lambda entry: entry.start, default=None)
        if self.first is None or self.first.start:
            raise BadPackage("something stands before the archive")
        self._starts = self._data_starts()
        self._check_sizes()

    def _read_at(self, start: int, size: int) -> bytes:
        """Return `size` bytes of the file from the position `start`.

        Raises BadPackage when they reach beyond its end.
        """
        if start < 0 or start + size > self.size:
            raise BadPackage("cut off")
        self.file.seek(start)
        return self.file.read(size)

    def _table(self) -> tuple[bytes, int, int]:
        """Return the bytes of the table of contents, the number of parts it lists, and its position in the file.

        Raises BadPackage where it is not right before the end record, ArchiveTooLarge for more than 5000 parts.
        """
        at = self._end()
        _, disk, table_disk, here, count, size, start, _ = END.unpack(self._read_at(at, END.size))
        end_of_table = at
        if at >= LOCATOR_64.size and self._read_at(at - LOCATOR_64.size, 4) == b"PK\x06\x07":
            _, _, end_of_table, _ = LOCATOR_64.unpack(self._read_at(at - LOCATOR_64.size, LOCATOR_64.size))
            if end_of_table + END_64.size + LOCATOR_64.size != at:
                raise BadPackage("something stands between the records at the end")
            signature, _, _, _, disk, table_disk, here, count, size, start = END_64.unpack(
                self._read_at(end_of_table, END_64.size)
            )
            if signature != b"PK\x06\x06":
                raise BadPackage("no ZIP64 record where there should be one")
        if count > MAX_ENTRIES or size > MAX_TABLE_BYTES:
            raise ArchiveTooLarge("more parts than are accepted")
        if disk or table_disk or here != count or start + size != end_of_table:
            raise BadPackage("the table is not where it should be")
        return self._read_at(start, size), count, start

    def _end(self) -> int:
        """Return the position of the end record, whose comment must reach to the end of the file.

        Raises BadPackage when there is none, or when something follows it.
        """
        tail_start = max(self.size - END.size - 0xFFFF, 0)
        tail = self._read_at(tail_start, self.size - tail_start)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < END.size:
            raise BadPackage("no end record")
        if END.unpack_from(tail, at)[-1] != len(tail) - at - END.size:
            raise BadPackage("something stands behind the archive")
        return tail_start + at

    def _data_starts(self) -> dict[str, int]:
        """Return the position of each part's data in the file, by name.

        Raises BadPackage where parts overlap or differ from the table, PasswordProtected for an encrypted part.
        """
        starts, free = {}, 0
        for entry in sorted(self.entries.values(), key=lambda entry: entry.start):
            signature, _, flags, method, *_, name_size, extra_size = LOCAL.unpack(
                self._read_at(entry.start, LOCAL.size)
            )
            if signature != b"PK\x03\x04" or entry.start < free or method != entry.method:
                raise BadPackage("parts overlap, or say something else of themselves than the table")
            if flags & ENCRYPTED:
                raise PasswordProtected("encrypted")
            if _decode_name(self._read_at(entry.start + LOCAL.size, name_size), flags) != entry.name:
                raise BadPackage("a part has another name than in the table")
            starts[entry.name] = entry.start + LOCAL.size + name_size + extra_size
            free = starts[entry.name] + entry.packed
        if free > self.table_start:
            raise BadPackage("a part reaches into the table")
        return starts

    def _check_sizes(self) -> None:
        """Raise ArchiveTooLarge where the parts unpack to over 200 million bytes, or to over a hundred times the
        archive's size.

        The ratio counts only beyond ten million bytes.
        """
        total = sum(entry.unpacked for entry in self.entries.values())
        if total > MAX_UNPACKED_BYTES or total > max(RATIO_FREE_BYTES, MAX_RATIO * self.size):
            raise ArchiveTooLarge("it unpacks to more than is accepted")

    def unpacked(self, name: str) -> Iterator[bytes]:
        """Yield the content of the part with this name piece by piece; KeyError when there is no such part.

        Raises ArchiveTooLarge when it is longer than the table says, BadPackage when it is shorter, damaged or cut off.
        """
        entry = self.entries[name]
        left, crc = entry.unpacked, 0
        for piece in self._packed(entry) if entry.method == STORED else self._inflated(entry):
            left, crc = left - len(piece), zlib.crc32(piece, crc)
            if left < 0:
                raise ArchiveTooLarge("a part is larger than the table says")
            yield piece
        if left or crc != entry.crc:
            raise BadPackage("a part is damaged")

    def _inflated(self, entry: ArchivePart) -> Iterator[bytes]:
        """Yield the unpacked content of a compressed part piece by piece.

        Raises BadPackage where it is damaged or cut off.
        """
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in self._packed(entry):
                yield inflater.decompress(packed, CHUNK_BYTES)
                while inflater.unconsumed_tail:
                    yield inflater.decompress(inflater.unconsumed_tail, CHUNK_BYTES)
        except zlib.error as error:
            raise BadPackage("a part is damaged") from error
        if not inflater.eof:
            raise BadPackage("a part is cut off")

    def _packed(self, entry: ArchivePart) -> Iterator[bytes]:
        """Yield the bytes of a part as they are stored in the archive, piece by piece."""
        start = self._starts[entry.name]
        for offset in range(0, entry.packed, CHUNK_BYTES):
            yield self._read_at(start + offset, min(CHUNK_BYTES, entry.packed - offset))

    def check_all(self) -> None:
        """Unpack every part and discard its content, to check it.

        Raises ArchiveTooLarge or BadPackage if one is longer, shorter or other than the table of contents says.
        """
        for name in self.entries:
            for _ in self.unpacked(name):
                pass


def _listed_parts(table: bytes, count: int) -> Iterator[ArchivePart]:
    """Yield the parts that the table of contents `table` lists, of which there must be exactly `count`.

    Raises BadPackage otherwise, PasswordProtected for an encrypted part.
    """
    at = 0
    for _ in range(count):
        if at + ENTRY.size > len(table):
            raise BadPackage("the table is cut off")
        fields = ENTRY.unpack_from(table, at)
        signature, flags, method, crc, packed, unpacked = fields[0], fields[3], fields[4], *fields[7:10]
        name_size, extra_size, comment_size, start = *fields[10:13], fields[16]
        if signature != b"PK\x01\x02" or method not in (STORED, DEFLATED) or 0xFFFFFFFF in (packed, unpacked, start):
            raise BadPackage("a part of a kind that is not read")
        if flags & ENCRYPTED:
            raise PasswordProtected("encrypted")
        at += ENTRY.size
        yield ArchivePart(_decode_name(table[at : at + name_size], flags), method, crc, packed, unpacked, start)
        at += name_size + extra_size + comment_size
    if at != len(table):
        raise BadPackage("the table holds something else")


def _decode_name(raw_name: bytes, flags: int) -> str:
    """Return the name of a part as text; `flags` say whether it is UTF-8 or the older code page 437.

    Raises BadPackage for one that leads out of the archive, or is too long or too deep.
    """
    try:
        name = raw_name.decode("utf-8" if flags & 0x800 else "cp437")
    except UnicodeDecodeError as error:
        raise BadPackage("a name that cannot be read") from error
    folders = name.rstrip("/").split("/")
    if not 0 < len(name) <= MAX_NAME_CHARACTERS or len(folders) > MAX_NAME_FOLDERS:
        raise BadPackage("a name beyond reason")
    if "\\" in name or "\0" in name or {"", ".", ".."} & set(folders) or ":" in folders[0]:
        raise BadPackage("a name that leads elsewhere")
    return name
