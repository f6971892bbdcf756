"""A canvas as a JSON document: its schema, and what is wrong with a document that does not follow it.

The schema is made from the kinds and lanes, so that it says what the platform takes; `problems` reads it. Pure.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from canvases.canvas_schema import MOST_SAID, MOST_STEPS, PATTERNS, CanvasKind, Lane, Pattern, Stance
from web.text.visible import VISIBLE, shows

FORMAT = "labplatform-canvas-1"
MOST_BYTES = 8_000_000
MOST_VALUES = 100_000
TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
MOST_PROBLEMS = 20
SHOWN = 60
DIALECT = "https://json-schema.org/draft/2020-12/schema"
KEY = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
KEPT = {"not": {"pattern": r"[\u0000\ud800-\udfff]"}}  # what no database keeps: NUL, and halves of a pair
Schema = Mapping[str, Any]
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Where a document is wrong, what stands there, and why that cannot be taken."""

    path: str
    value: Any
    reason: str

    def __str__(self) -> str:
        told = {"path": self.path, "value": _shown(self.value), "reason": self.reason}
        return _("%(path)s is %(value)s: %(reason)s") % told


def _shown(value: Any) -> str:
    """In ASCII, and cut: whatever stands in a file can be shown on a page."""
    text = json.dumps(value, ensure_ascii=True)
    return f"{text[:SHOWN]}…" if len(text) > SHOWN else text


def schema() -> dict[str, Any]:
    """JSON Schema of the documents that are exported and imported."""
    return {
        "$schema": DIALECT,
        "title": FORMAT,
        "description": "One canvas. Every text with something in it is an assumption, or cites a session or a test.",
        "oneOf": [_document(kind, pattern) for kind, pattern in PATTERNS.items()],
        "$defs": {"founded": FOUNDED},
    }


def _document(kind: str, pattern: Pattern) -> dict[str, Any]:
    step = _object({"name": _string(1, 120), "cells": _cells(pattern.lanes)}, "name")
    parts: dict[str, Any] = {
        "format": {"const": FORMAT},
        "kind": {"const": str(kind)},
        "title": _string(1, 160),
        "sections": _cells(pattern.sections),
        "steps": {"type": "array", "maxItems": MOST_STEPS if pattern.lanes else 0, "items": step},
    }
    return _object(parts, "format", "kind", "title")


def _cells(lanes: tuple[Lane, ...]) -> dict[str, Any]:
    return _object({lane.slug: _cell(lane) for lane in lanes})


def _cell(lane: Lane) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "text": _string(0, MOST_SAID),
        "assumption": {"type": "boolean"},
        "session": {**KEY, "description": "The number in the session's address."},
        "trial": {**KEY, "description": "The number in the test's address."},
        "stance": {"enum": list(Stance.values), "description": "What the concluded test says of the text."},
        "cites": {"type": "string", "description": "The same in words; not read."} | KEPT,
    }
    if lane.scale:
        parts["level"] = {"type": "integer", "minimum": lane.scale[0][0], "maximum": lane.scale[-1][0]}
    return _object(parts) | {"$ref": "#/$defs/founded"}


def _string(least: int, most: int) -> dict[str, Any]:
    shown = {"pattern": VISIBLE} if least else {}
    return {"type": "string", "minLength": least, "maxLength": most} | shown | KEPT


def _without(*names: str) -> dict[str, Any]:
    return {"not": {"anyOf": [{"required": [name]} for name in names]}}


def _assumed(value: bool) -> dict[str, Any]:
    return {"properties": {"assumption": {"const": value}}} | ({"required": ["assumption"]} if value else {})


# What `_unfounded` tells in words: something is said, and it rests on one thing; or nothing is said, and on nothing.
_TEXT: Final = {"required": ["text"], "properties": {"text": {"pattern": VISIBLE}}}
_SAYS: Final = {"anyOf": [_TEXT, {"required": ["level"]}]}
FOUNDED: Final = {
    "description": "A text is an assumption, or cites one session or one test; no text, no evidence.",
    "oneOf": [
        {"allOf": [{"not": _SAYS}, _assumed(False), _without("session", "trial", "stance")]},
        {"allOf": [_SAYS, _assumed(True), _without("session", "stance")]},
        {"allOf": [_SAYS, _assumed(False), _without("trial", "stance")], "required": ["session"]},
        {"allOf": [_SAYS, _assumed(False), _without("session")], "required": ["trial", "stance"]},
    ],
}


def _object(properties: Schema, *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def parsed(content: bytes) -> Any:
    """The document in a file. Raises ValueError, with a sentence, for what is no JSON."""
    if _count_values(content) > MOST_VALUES:
        raise ValueError(_("This is not a canvas file."))
    try:
        text = content.decode("utf-8-sig")
        return json.loads(text, parse_constant=_no_number, parse_float=_number, object_pairs_hook=_once_each)
    except _Twice:
        raise
    except json.JSONDecodeError as error:
        told = {"line": error.lineno, "column": error.colno}
        raise ValueError(_("Line %(line)s, column %(column)s: this is not JSON.") % told) from error
    except UnicodeDecodeError as error:
        raise ValueError(_("Byte %(place)s: this is not text in UTF-8.") % {"place": error.start}) from error
    except (RecursionError, ValueError) as error:
        raise ValueError(_("This is not a canvas file.")) from error


def _count_values(content: bytes) -> int:
    """Return about how many values a JSON document has: each takes far more memory than its few characters."""
    bare = TEXT.sub(b"", content)
    return sum(bare.count(mark) for mark in (b",", b"[", b"{"))


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _number(word: str) -> float:
    """79.0 is an integer, as JSON Schema has it."""
    value = float(word)
    return int(value) if value.is_integer() else value


class _Twice(ValueError):
    """A name that stands twice in one object: readers differ on which of the two counts."""


def _once_each(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise _Twice(_("%(name)s appears twice in one object.") % {"name": _shown(name)})
        made[name] = value
    return made


def problems(document: Any) -> list[Problem]:
    """What is wrong with a document, the first `MOST_PROBLEMS`; empty for one that can be imported."""
    found = _wrong(document)
    return [problem for problem, _place in zip(found, range(MOST_PROBLEMS), strict=False)]


def _wrong(document: Any) -> Iterator[Problem]:
    kinds = ", ".join(CanvasKind.values)
    if not isinstance(document, dict):
        yield Problem("$", document, _("it must be an object"))
    elif document.get("kind") not in list(CanvasKind.values):
        yield Problem("$.kind", document.get("kind"), _("it must be one of %(values)s") % {"values": kinds})
    else:
        kind = CanvasKind(document["kind"])
        shape = list(_mismatches(document, _document(kind, PATTERNS[kind]), "$"))
        yield from shape or _unfounded(document)


def _mismatches(value: Any, wanted: Schema, path: str) -> Iterator[Problem]:
    """Where a value is not what its schema asks for."""
    reason = _why_not(value, wanted)
    if reason:
        yield Problem(path, value, reason)
    elif isinstance(value, dict):
        yield from _mismatches_inside(value, wanted, path)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _mismatches(item, wanted["items"], f"{path}[{place}]")


def _mismatches_inside(value: dict[str, Any], wanted: Schema, path: str) -> Iterator[Problem]:
    for name in wanted["required"]:
        if name not in value:
            yield Problem(f"{path}.{name}", None, _("it is missing"))
    for name, item in value.items():
        if name in wanted["properties"]:
            yield from _mismatches(item, wanted["properties"][name], f"{path}.{name}")
        else:
            yield Problem(_inside(path, name), item, _("this name is not known here"))


def _inside(path: str, name: str) -> str:
    """A name that somebody made up is quoted, in ASCII, and cut."""
    return f"{path}.{name}" if PLAIN_NAME.fullmatch(name) else f"{path}[{_shown(name)}]"


def _why_not(value: Any, wanted: Schema) -> str:
    """Why a value alone does not fit; empty when it does."""
    allowed = [wanted["const"]] if "const" in wanted else wanted.get("enum")
    if allowed is not None:
        return "" if value in allowed else _("it must be one of %(values)s") % {"values": ", ".join(allowed)}
    kind = wanted["type"]
    if not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        return _("it must be of the type %(type)s") % {"type": kind}
    return _out_of_bounds(value, wanted)


def _out_of_bounds(value: Any, wanted: Schema) -> str:
    if isinstance(value, str):
        long = _beyond(len(value), wanted, "minLength", "maxLength", _("characters"))
        return _unreadable(value) or long or _unseen(value, wanted)
    if isinstance(value, list):
        return _beyond(len(value), wanted, "minItems", "maxItems", _("entries"))
    return _beyond(value, wanted, "minimum", "maximum") if isinstance(value, int) else ""


def _unreadable(text: str) -> str:
    """Characters that no database keeps: NUL, and halves of a pair."""
    kept = "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
    return "" if kept else _("it has characters that cannot be kept")


def _unseen(text: str, wanted: Schema) -> str:
    return _("it is empty") if "pattern" in wanted and not shows(text) else ""


def _beyond(size: int, wanted: Schema, low: str, high: str, unit: str = "") -> str:
    least, most = wanted.get(low), wanted.get(high)
    if least is not None and size < least:
        return (_("at least %(limit)s %(unit)s") % {"limit": least, "unit": unit}).strip()
    if most is not None and size > most:
        return (_("at most %(limit)s %(unit)s") % {"limit": most, "unit": unit}).strip()
    return ""


def _unfounded(document: dict[str, Any]) -> Iterator[Problem]:
    """Texts without exactly one thing that they rest on."""
    for path, cell in _every_cell(document):
        said = shows(cell.get("text", "")) or cell.get("level") is not None
        rests_on = [bool(cell.get("assumption")), "session" in cell, "stance" in cell]
        if sum(rests_on) != said:
            yield Problem(
                path,
                cell,
                _("a text is an assumption, or cites one session or one test; an empty cell cannot have evidence"),
            )
        elif "trial" in cell and not (cell.get("assumption") or "stance" in cell):
            yield Problem(
                f"{path}.trial", cell["trial"], _("say in “stance” whether the test supports or contradicts the text")
            )
        elif "stance" in cell and "trial" not in cell:
            yield Problem(f"{path}.trial", None, _("it is missing"))


def _every_cell(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((f"$.sections.{slug}", cell) for slug, cell in document.get("sections", {}).items())
    for place, step in enumerate(document.get("steps", [])):
        yield from ((f"$.steps[{place}].cells.{slug}", cell) for slug, cell in step.get("cells", {}).items())


def citing(document: dict[str, Any]) -> int:
    """How many texts of a document cite a session or a test."""
    return sum("session" in cell or "stance" in cell for _path, cell in _every_cell(document))
