"""Write a dossier as tagged PDF (PDF/UA-1): the typesetter gets it as data and runs as a child process with limits."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from django.conf import settings

from dossiers.layout.blocks import Block, DataTable, Document, Picture, contents_of
from dossiers.writers.pictures import write_jpeg
from web.text.visible import DIRECTION_MARKS, clean_text

TEMPLATE: Final = Path(__file__).with_name("template.typ")
TYPESETTER: Final = Path(__file__).with_name("typesetter.py")  # a program of its own: its libraries take 7 MiB
FONTS: Final = "@fontsource-variable"
SECONDS: Final = 150
LONG_WORD: Final = re.compile(r"\S{24}(?=\S)")
BREAK: Final = "\u200b"  # a place where a word may go on on the next line


class TypesettingFailed(Exception):
    """The typesetter did not end in time, took too much memory, or met what it cannot typeset."""


def write_pdf(document: Document, file: IO[bytes], step: Callable[[], None]) -> None:
    """Write the document as tagged PDF into an open file; call `step` before it is typeset.

    Raises TypesettingFailed where the limits on time and memory end the typesetter.
    """
    with TemporaryDirectory(prefix="dossier-") as name:
        folder = Path(name)
        _copy_fonts(folder / "fonts")
        shutil.copy(TEMPLATE, folder / TEMPLATE.name)
        (folder / "document.json").write_text(json.dumps(document_data(document, folder)))
        step()
        _run_typesetter(folder)
        with (folder / "dossier.pdf").open("rb") as result:
            shutil.copyfileobj(result, file)


def _copy_fonts(folder: Path) -> None:
    """Copy the house fonts, as they come from npm, into a new folder."""
    folder.mkdir()
    for path in sorted((Path(settings.NODE_MODULES) / FONTS).glob("*/files/*-latin*-wght-*.woff2")):
        shutil.copy(path, folder / path.name)


def _run_typesetter(folder: Path) -> None:
    """Run the typesetter on what is in the folder; it leaves `dossier.pdf` there. Raises TypesettingFailed."""
    command = [sys.executable, "-I", str(TYPESETTER), str(folder)]
    try:
        result = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, cwd=folder)  # noqa: S603 - our own program, and a folder of our own
    except subprocess.TimeoutExpired as error:
        raise TypesettingFailed(f"not within {SECONDS} seconds") from error
    if result.returncode:
        raise TypesettingFailed(result.stderr.decode(errors="replace")[-2000:])


def document_data(document: Document, folder: Path) -> dict[str, Any]:
    """Return the document as values for JSON, which the template reads; pictures are written into the folder."""
    data: dict[str, Any] = _values(document, folder)
    day = document.made_on
    return data | {
        "contents_depth": max((heading.level for heading in contents_of(document)), default=0),
        "made_on": {"year": day.year, "month": day.month, "day": day.day},
        "blocks": [_block(block, folder) for block in document.blocks],
    }


def _block(block: Block, folder: Path) -> dict[str, Any]:
    """Return a block as values for JSON, with its kind."""
    values: dict[str, Any] = _values(block, folder)
    if isinstance(block, DataTable):
        values["is_short"] = block.is_short
    return {"kind": type(block).__name__, **values}


def _values(row: Any, folder: Path) -> Any:
    """Return a part of a document as values for JSON: texts as they can be typeset, pictures as names of files."""
    if isinstance(row, Picture):
        name = f"{row.name}.jpg"
        width, height = write_jpeg(row.open, folder / name)
        return {"path": name, "width": width, "height": height, "alt_text": printable(row.alt_text)}
    if is_dataclass(row) and not isinstance(row, type):
        return {
            field.name: _values(getattr(row, field.name), folder) for field in fields(row) if field.name != "blocks"
        }
    if isinstance(row, str):
        return printable(row)
    return [_values(child, folder) for child in row] if isinstance(row, tuple) else row


def printable(text: str) -> str:
    """Return a text as it can be typeset: without control characters, and with places to break very long words."""
    return LONG_WORD.sub(lambda match: match[0] + BREAK, DIRECTION_MARKS.sub("", clean_text(text)))
