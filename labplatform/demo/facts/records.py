"""The file of published facts as it is read: records by section, dates as precisely as they are known."""

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
class Known:
    """A published date: the first day it may stand for (None when nobody published one) and its precision."""

    day: date | None
    precision: Precision


def known(text: str | None) -> Known:
    """Read "2012", "2012-06" or "2012-06-26". Raises ValueError for anything else."""
    if text is None:
        return Known(None, Precision.DAY)
    if len(text) not in PRECISIONS:
        raise ValueError(f"“{text}” is neither a year, a month nor a day.")
    return Known(date.fromisoformat(f"{text}-01-01"[:10]), PRECISIONS[len(text)])


@cache
def read() -> dict[str, Any]:
    """The whole file: `about`, `words_fr`, then one list of records per section."""
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content


def section(name: str) -> list[Record]:
    records: list[Record] = read()[name]
    return records


def word(name: str, kind: str) -> str:
    """The French word for a kind or state our lists do not have; empty for one they do."""
    said: str = read()["words_fr"][name].get(kind, "")
    return said


def compiled_at() -> datetime:
    """When the facts were compiled: published formats carry this moment, not that of their loading."""
    return datetime.combine(date.fromisoformat(read()["about"]["compiled_on"]), datetime.min.time(), PARIS)


def paragraphs(*texts: str | None) -> str:
    """The texts there are, one paragraph each."""
    return "\n\n".join(text for text in texts if text)


def sourced(record: Record, *before: str | None) -> str:
    """Where a record comes from: what has no column of its own, the note on it, then the citations."""
    return paragraphs(*before, record.get("notes_fr"), record["source_fr"])
