"""ZIP files, written in chunks."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest

from web.exports import zip_files


def written(parts: dict[str, list[bytes]]) -> dict[str, bytes]:
    file = BytesIO()
    zip_files.write(parts.items(), file)
    with ZipFile(file) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"account.json": [b"{}"]},
        {"a.json": [], "files/é.txt": [b"un ", b"deux"]},
        {f"{number}.txt": [bytes([number]) * 3] for number in range(20)},
    ],
)
def test_every_file_is_complete_and_in_order(parts: dict[str, list[bytes]]):
    found = written(parts)
    assert list(found.items()) == [(name, b"".join(chunks)) for name, chunks in parts.items()]


def test_a_file_is_read_in_chunks_and_closed():
    file = BytesIO(b"x" * (zip_files.CHUNK_BYTES + 5))
    assert [len(chunk) for chunk in zip_files.chunks(file)] == [zip_files.CHUNK_BYTES, 5]
    assert file.closed


def test_parts_are_read_only_when_they_are_written():
    read_names: list[str] = []

    def parts() -> Iterator[tuple[str, list[bytes]]]:
        for name in ("a", "b"):
            read_names.append(name)
            yield name, [name.encode()]

    bundle = zip_files.Bundle(parts())
    assert read_names == []
    zip_files.write(bundle.parts, BytesIO())
    assert read_names == ["a", "b"]
