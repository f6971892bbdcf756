"""The reference page of the API: what the OpenAPI document says, in the order and words of a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from api.enums import Area


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter of an address, or a field of a body or a response."""

    name: str
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class OperationText:
    """An operation as the page shows it; a description that is not translated is English."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    is_translated: bool
    scope: str
    parameters: list[Value]
    body: list[Value]
    answer: list[Value]
    status: str
    example: str


@dataclass(frozen=True, slots=True)
class OperationGroup:
    """The operations of an area."""

    area: Area
    operations: list[OperationText]


def operation_groups(document: Mapping[str, Any]) -> list[OperationGroup]:
    """Return the operations of an OpenAPI document by area, in the order of the document."""
    operations = [
        (operation["tags"][0], _operation(document, path, method, operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return [OperationGroup(area, [each for tag, each in operations if tag == area]) for area in Area]


def _operation(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> OperationText:
    """Return an operation of the document as the page shows it."""
    status, response = next((code, each) for code, each in operation["responses"].items() if str(code).startswith("2"))
    answer = _schema_in(document, response)
    body = _schema_in(document, operation.get("requestBody", {}))
    return OperationText(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=str(operation["summary"]),
        description=str(operation.get("description", "")),
        is_translated=isinstance(operation.get("description"), Promise),
        scope=next(scope for scopes in operation["security"][0].values() for scope in scopes),
        parameters=[
            Value(each["name"], _type(document, each["schema"]), each["required"], str(each.get("description", "")))
            for each in operation["parameters"]
        ],
        body=list(_fields(document, body)),
        answer=list(_fields(document, answer)),
        status=str(status),
        example=_example(document, answer),
    )


def _schema_in(document: Mapping[str, Any], content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of the JSON in a body or response; {} without one."""
    schema = content.get("content", {}).get("application/json", {}).get("schema", {})
    return _resolved(document, schema)


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema that a reference names; any other schema is returned unchanged."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Value]:
    """Yield the fields of an object; of a part of a list those of its items."""
    properties = schema.get("properties", {})
    if set(properties) == {"items", "next"}:
        yield from _fields(document, _resolved(document, properties["items"]["items"]))
        return
    for name, each in properties.items():
        description = str(each.get("description", ""))
        yield Value(name, _type(document, each), name in schema.get("required", ()), description)


def _type(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return the type of a value in short: `string`, `date or null`, `one of met, not_met`."""
    if options := schema.get("anyOf"):
        plain = {key: value for key, value in schema.items() if key != "anyOf"}
        return " | ".join(_type(document, {**plain, **each}) for each in options if each.get("type") != "null") + (
            " | null" if any(each.get("type") == "null" for each in options) else ""
        )
    if values := schema.get("enum"):
        return " | ".join(json.dumps(value) for value in values)
    if "$ref" in schema:
        return "{" + ", ".join(_resolved(document, schema).get("properties", {})) + "}"
    if schema.get("type") == "array":
        return f"[{_type(document, schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type", "object"))


def _example(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return the example of a response as JSON; of a part of a list, with one item."""
    properties = schema.get("properties", {})
    if set(properties) == {"items", "next"}:
        item = _resolved(document, properties["items"]["items"])
        value: Any = {"items": item.get("examples", []), "next": None}
    else:
        value = next(iter(schema.get("examples", ())), None)
    return json.dumps(value, indent=2, ensure_ascii=False) if value else ""
