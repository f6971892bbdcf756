"""Read the file of published facts: its records by section, and dates with their precision."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from web.dates.precision import Precision

FILE = Path(__file__).parent / "la_transfo.json"
PARIS = ZoneInfo("Europe/Paris")
PRECISIONS = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}

Record: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """A published date: its first possible day (None where none was published) and its precision."""

    day: date | None
    precision: Precision


def published_date(text: str | None) -> PublishedDate:
    """Return the day and precision of a text such as "2012", "2012-06" or "2012-06-26"; the day None for None.

    The day is the first possible one. Raises ValueError for any other text.
    """
    if text is None:
        return PublishedDate(None, Precision.DAY)
    if len(text) not in PRECISIONS:
        raise ValueError(f"“{text}” is neither a year, a month nor a day.")
    return PublishedDate(date.fromisoformat(f"{text}-01-01"[:10]), PRECISIONS[len(text)])


@cache
def read() -> dict[str, Any]:
    """Return the content of the file of published facts: `about`, `words_fr`, then a list of records by section; read
    once.
    """
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content


def section(name: str) -> list[Record]:
    """Return the records of a section of the file of published facts, such as “cohorts”; raise KeyError for another
    name.
    """
    records: list[Record] = read()[name]
    return records


def french_word(name: str, kind: str) -> str:
    """Return the French word for a kind or state (`kind`) that our own lists do not have; "" for those they have.

    `name` is the list of words in the file of published facts, such as “sessions”.
    """
    text: str = read()["words_fr"][name].get(kind, "")
    return text


def compiled_at() -> datetime:
    """Return when the published facts were compiled, midnight in Paris: published formats carry this moment."""
    return datetime.combine(date.fromisoformat(read()["about"]["compiled_on"]), datetime.min.time(), PARIS)


def paragraphs(*texts: str | None) -> str:
    """Return the texts that are neither empty nor None, joined by empty lines."""
    return "\n\n".join(text for text in texts if text)


def source_text(record: Record, *before: str | None) -> str:
    """Return the text for the field `source` of a row: `before` (facts without a field of their own), note, citations.

    Parts that are empty or None are left out.
    """
    return paragraphs(*before, record.get("notes_fr"), record["source_fr"])
