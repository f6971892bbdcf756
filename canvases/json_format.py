"""The JSON documents of canvases: their schema, and the problems of a document that does not follow it.

The schema is built from the kinds and lanes, and `find_problems` checks documents against it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from canvases.canvas_schema import MAX_CHARACTERS, MAX_STEPS, PATTERNS, CanvasKind, CanvasPattern, Lane, Stance
from web.text.visible import VISIBLE, has_visible_text

FORMAT = "labplatform-canvas-1"
MAX_BYTES = 8_000_000
MAX_VALUES = 100_000
TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
MAX_PROBLEMS = 20
MAX_VALUE_CHARACTERS = 60
DIALECT = "https://json-schema.org/draft/2020-12/schema"
KEY = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
STORABLE = {"not": {"pattern": r"[\u0000\ud800-\udfff]"}}  # without NUL and surrogates, which PostgreSQL cannot store
Schema = Mapping[str, Any]
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
}


@dataclass(frozen=True, slots=True)
class DocumentProblem:
    """One problem of a document: the path, the value there, and the reason."""

    path: str
    value: Any
    reason: str

    def __str__(self) -> str:
        """Return the problem as a sentence: the path in the document, the value there, and the reason."""
        values = {"path": self.path, "value": _excerpt(self.value), "reason": self.reason}
        return _("%(path)s is %(value)s: %(reason)s") % values


def _excerpt(value: Any) -> str:
    """Return a value of the file as ASCII JSON, cut after 60 characters with an ellipsis, for display on a page."""
    text = json.dumps(value, ensure_ascii=True)
    return f"{text[:MAX_VALUE_CHARACTERS]}…" if len(text) > MAX_VALUE_CHARACTERS else text


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the canvas documents that are exported and imported, with one alternative for each
    kind.
    """
    return {
        "$schema": DIALECT,
        "title": FORMAT,
        "description": "One canvas. Every text with something in it is an assumption, or cites a session or a test.",
        "oneOf": [_document_schema(kind, pattern) for kind, pattern in PATTERNS.items()],
        "$defs": {"founded": EVIDENCE_RULE},
    }


def _document_schema(kind: str, pattern: CanvasPattern) -> dict[str, Any]:
    """Return the JSON Schema of the documents of one kind of canvas; `pattern` holds the sections and lanes of this
    kind.
    """
    step = _object_schema({"name": _string_schema(1, 120), "cells": _cells_schema(pattern.lanes)}, "name")
    parts: dict[str, Any] = {
        "format": {"const": FORMAT},
        "kind": {"const": str(kind)},
        "title": _string_schema(1, 160),
        "sections": _cells_schema(pattern.sections),
        "steps": {"type": "array", "maxItems": MAX_STEPS if pattern.lanes else 0, "items": step},
    }
    return _object_schema(parts, "format", "kind", "title")


def _cells_schema(lanes: tuple[Lane, ...]) -> dict[str, Any]:
    """Return the JSON Schema of an object with a cell for each of these lanes, by slug; no cell is required."""
    return _object_schema({lane.slug: _cell_schema(lane) for lane in lanes})


def _cell_schema(lane: Lane) -> dict[str, Any]:
    """Return the JSON Schema of a cell in this lane: text, evidence, and a level if the lane has a scale."""
    parts: dict[str, Any] = {
        "text": _string_schema(0, MAX_CHARACTERS),
        "assumption": {"type": "boolean"},
        "session": {**KEY, "description": "The number in the session's address."},
        "trial": {**KEY, "description": "The number in the test's address."},
        "stance": {"enum": list(Stance.values), "description": "What the concluded test says of the text."},
        "cites": {"type": "string", "description": "The same in words; not read."} | STORABLE,
    }
    if lane.scale:
        parts["level"] = {"type": "integer", "minimum": lane.scale[0][0], "maximum": lane.scale[-1][0]}
    return _object_schema(parts) | {"$ref": "#/$defs/founded"}


def _string_schema(min_length: int, max_length: int) -> dict[str, Any]:
    """Return the JSON Schema of a string with `min_length` to `max_length` characters, all of which PostgreSQL can
    store.

    It needs a visible character unless `min_length` is 0.
    """
    visible = {"pattern": VISIBLE} if min_length else {}
    return {"type": "string", "minLength": min_length, "maxLength": max_length} | visible | STORABLE


def _without(*names: str) -> dict[str, Any]:
    """Return the JSON Schema condition that an object has no property with one of these names."""
    return {"not": {"anyOf": [{"required": [name]} for name in names]}}


def _assumption_is(value: bool) -> dict[str, Any]:
    """Return the JSON Schema condition on a cell's property `assumption`: it must be true for `value` True.

    For `value` False the property must be false or missing.
    """
    return {"properties": {"assumption": {"const": value}}} | ({"required": ["assumption"]} if value else {})


# The rule of `_evidence_problems`: a cell with content has one piece of evidence, an empty cell has none.
_HAS_TEXT: Final = {"required": ["text"], "properties": {"text": {"pattern": VISIBLE}}}
_HAS_CONTENT: Final = {"anyOf": [_HAS_TEXT, {"required": ["level"]}]}
EVIDENCE_RULE: Final = {
    "description": "A text is an assumption, or cites one session or one test; no text, no evidence.",
    "oneOf": [
        {"allOf": [{"not": _HAS_CONTENT}, _assumption_is(False), _without("session", "trial", "stance")]},
        {"allOf": [_HAS_CONTENT, _assumption_is(True), _without("session", "stance")]},
        {"allOf": [_HAS_CONTENT, _assumption_is(False), _without("trial", "stance")], "required": ["session"]},
        {"allOf": [_HAS_CONTENT, _assumption_is(False), _without("session")], "required": ["trial", "stance"]},
    ],
}


def _object_schema(properties: Schema, *required: str) -> dict[str, Any]:
    """Return the JSON Schema of an object that has only these properties; `required` names those it must have."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def parse(content: bytes) -> Any:
    """Return the JSON value in a file, whether or not it describes a canvas.

    Raises ValueError with a message for the person when it is not JSON in UTF-8, has a name twice in one object, or has
    more than 100,000 values.
    """
    if _count_values(content) > MAX_VALUES:
        raise ValueError(_("This is not a canvas file."))
    try:
        text = content.decode("utf-8-sig")
        return json.loads(
            text, parse_constant=_refuse_constant, parse_float=_number, object_pairs_hook=_dict_without_duplicates
        )
    except _DuplicateName:
        raise
    except json.JSONDecodeError as error:
        position = {"line": error.lineno, "column": error.colno}
        raise ValueError(_("Line %(line)s, column %(column)s: this is not JSON.") % position) from error
    except UnicodeDecodeError as error:
        raise ValueError(_("Byte %(place)s: this is not text in UTF-8.") % {"place": error.start}) from error
    except (RecursionError, ValueError) as error:
        raise ValueError(_("This is not a canvas file.")) from error


def _count_values(content: bytes) -> int:
    """Return the approximate number of values of a JSON document, to refuse a file that would take too much memory."""
    without_texts = TEXT.sub(b"", content)
    return sum(without_texts.count(mark) for mark in (b",", b"[", b"{"))


def _refuse_constant(word: str) -> Any:
    """Raise ValueError for NaN, Infinity and -Infinity (`word`), which Python's JSON reader accepts although JSON has
    none.
    """
    raise ValueError(word)


def _number(word: str) -> float:
    """Return the number that a JSON decimal (`word`) stands for; 79.0 becomes an integer, as in JSON Schema."""
    value = float(word)
    return int(value) if value.is_integer() else value


class _DuplicateName(ValueError):
    """A name that occurs twice in one object; JSON readers differ on which of the two counts."""


def _dict_without_duplicates(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return the dictionary of a JSON object from its pairs of name and value. Raises ValueError when a name occurs
    twice.
    """
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise _DuplicateName(_("%(name)s appears twice in one object.") % {"name": _excerpt(name)})
        values[name] = value
    return values


def find_problems(document: Any) -> list[DocumentProblem]:
    """Return the first problems of a parsed JSON document, at most 20; [] when it can be imported as a canvas."""
    return [problem for problem, _number in zip(_all_problems(document), range(MAX_PROBLEMS), strict=False)]


def _all_problems(document: Any) -> Iterator[DocumentProblem]:
    """Yield the problems of a parsed JSON document; none when it can be imported as a canvas.

    A document that is no object, or of an unknown kind, has this one problem. Else these are what the JSON Schema
    forbids and, only without any of those, texts with missing or superfluous evidence.
    """
    kinds = ", ".join(CanvasKind.values)
    if not isinstance(document, dict):
        yield DocumentProblem("$", document, _("it must be an object"))
    elif document.get("kind") not in list(CanvasKind.values):
        yield DocumentProblem("$.kind", document.get("kind"), _("it must be one of %(values)s") % {"values": kinds})
    else:
        kind = CanvasKind(document["kind"])
        mismatches = list(_mismatches(document, _document_schema(kind, PATTERNS[kind]), "$"))
        yield from mismatches or _evidence_problems(document)


def _mismatches(value: Any, schema: Schema, path: str) -> Iterator[DocumentProblem]:
    """Yield where a JSON value and what it contains do not follow this JSON Schema; `path` is the path to the value."""
    reason = _value_problem(value, schema)
    if reason:
        yield DocumentProblem(path, value, reason)
    elif isinstance(value, dict):
        yield from _mismatches_inside(value, schema, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _mismatches(item, schema["items"], f"{path}[{index}]")


def _mismatches_inside(value: dict[str, Any], schema: Schema, path: str) -> Iterator[DocumentProblem]:
    """Yield the problems of the JSON object at `path`: missing names, unknown names, and values that the schema does
    not allow.
    """
    for name in schema["required"]:
        if name not in value:
            yield DocumentProblem(f"{path}.{name}", None, _("it is missing"))
    for name, item in value.items():
        if name in schema["properties"]:
            yield from _mismatches(item, schema["properties"][name], f"{path}.{name}")
        else:
            yield DocumentProblem(_path_to(path, name), item, _("this name is not known here"))


def _path_to(path: str, name: str) -> str:
    """Return the path to a property of the object at `path`; an unusual name is quoted in ASCII and cut after 60
    characters.
    """
    return f"{path}.{name}" if PLAIN_NAME.fullmatch(name) else f"{path}[{_excerpt(name)}]"


def _value_problem(value: Any, schema: Schema) -> str:
    """Return the reason why a value, without what it contains, does not follow this JSON Schema; "" if it does."""
    allowed = [schema["const"]] if "const" in schema else schema.get("enum")
    if allowed is not None:
        return "" if value in allowed else _("it must be one of %(values)s") % {"values": ", ".join(allowed)}
    kind = schema["type"]
    if not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        return _("it must be of the type %(type)s") % {"type": kind}
    return _bounds_problem(value, schema)


def _bounds_problem(value: Any, schema: Schema) -> str:
    """Return the reason why a text or list is too short or long, or a number too small or large, for its schema; else
    "".

    A text with characters that cannot be stored, or without the visible character it needs, is refused here too.
    """
    if isinstance(value, str):
        long = _size_problem(len(value), schema, "minLength", "maxLength", _("characters"))
        return _character_problem(value) or long or _empty_problem(value, schema)
    if isinstance(value, list):
        return _size_problem(len(value), schema, "minItems", "maxItems", _("entries"))
    return _size_problem(value, schema, "minimum", "maximum") if isinstance(value, int) else ""


def _character_problem(text: str) -> str:
    """Return the reason why a text with NUL or surrogates is refused, which PostgreSQL cannot store; else ""."""
    is_storable = "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
    return "" if is_storable else _("it has characters that cannot be kept")


def _empty_problem(text: str, schema: Schema) -> str:
    """Return the reason why a text without visible characters is refused where the schema asks for one; else ""."""
    return _("it is empty") if "pattern" in schema and not has_visible_text(text) else ""


def _size_problem(size: int, schema: Schema, low: str, high: str, unit: str = "") -> str:
    """Return the reason why a size is below or above the limits in the schema, like “at most 160 characters”; "" within
    them.

    `low` and `high` are the schema's names for the limits, like "minLength" and "maxLength"; `unit` follows the number.
    """
    minimum, maximum = schema.get(low), schema.get(high)
    if minimum is not None and size < minimum:
        return (_("at least %(limit)s %(unit)s") % {"limit": minimum, "unit": unit}).strip()
    if maximum is not None and size > maximum:
        return (_("at most %(limit)s %(unit)s") % {"limit": maximum, "unit": unit}).strip()
    return ""


def _evidence_problems(document: dict[str, Any]) -> Iterator[DocumentProblem]:
    """Yield the problems of a document's cells: text without exactly one piece of evidence, or evidence without text.

    Evidence is to be marked as an assumption, or to cite a session, or a test and what it says of the text.
    """
    for path, cell in _all_cells(document):
        has_content = has_visible_text(cell.get("text", "")) or cell.get("level") is not None
        evidence = [bool(cell.get("assumption")), "session" in cell, "stance" in cell]
        if sum(evidence) != has_content:
            yield DocumentProblem(
                path,
                cell,
                _("a text is an assumption, or cites one session or one test; an empty cell cannot have evidence"),
            )
        elif "trial" in cell and not (cell.get("assumption") or "stance" in cell):
            yield DocumentProblem(
                f"{path}.trial", cell["trial"], _("say in “stance” whether the test supports or contradicts the text")
            )
        elif "stance" in cell and "trial" not in cell:
            yield DocumentProblem(f"{path}.trial", None, _("it is missing"))


def _all_cells(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every cell of a JSON document with its path: of the sections, then of each step, like
    "$.steps[0].cells.doing".
    """
    yield from ((f"$.sections.{slug}", cell) for slug, cell in document.get("sections", {}).items())
    for index, step in enumerate(document.get("steps", [])):
        yield from ((f"$.steps[{index}].cells.{slug}", cell) for slug, cell in step.get("cells", {}).items())


def count_citations(document: dict[str, Any]) -> int:
    """Return the number of texts in a JSON document of a canvas that cite a session or test as evidence.

    Assumptions that only name a test which will check them are not counted.
    """
    return sum("session" in cell or "stance" in cell for _path, cell in _all_cells(document))
