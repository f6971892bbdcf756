"""The reference page of the API: what the OpenAPI document says, in the order and words of a page."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from api.enums import ACCOUNT, Area

NULL: Final = " | null"


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter of an address, or a field of a body or a response."""

    name: str
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class OperationText:
    """An operation as the page shows it; a description that is not translated is English.

    `answer` is the name of the object that it returns, of which `is_list` says that there are several. `example` is one
    of the body, as JSON.
    """

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    is_translated: bool
    scope: str
    parameters: list[Value]
    body: list[Value]
    example: str
    status: str
    answer: str
    is_list: bool


@dataclass(frozen=True, slots=True)
class OperationGroup:
    """The operations of an area, whose name is `label`."""

    label: StrOrPromise
    operations: list[OperationText]


@dataclass(frozen=True, slots=True)
class ObjectText:
    """An object that operations return: its fields, and an example as JSON."""

    name: str
    description: str
    fields: list[Value]
    example: str


def operation_groups(document: Mapping[str, Any]) -> list[OperationGroup]:
    """Return the operations of an OpenAPI document by area, in the order of the document."""
    operations = [
        (operation["tags"][0], _operation(document, path, method, operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    areas = {ACCOUNT: _("Your account"), **dict(Area.choices)}
    return [OperationGroup(label, [each for tag, each in operations if tag == area]) for area, label in areas.items()]


def returned_objects(document: Mapping[str, Any]) -> list[ObjectText]:
    """Return the objects that have an example, and so are returned by operations, by name."""
    schemas = sorted((name, each) for name, each in document["components"]["schemas"].items() if "examples" in each)
    return [
        ObjectText(
            _object_name(name),
            str(schema.get("description", "")),
            list(_fields(document, schema)),
            _json(schema["examples"][0]),
        )
        for name, schema in schemas
        if name.endswith("Out") or name == "Problem"
    ]


def _json(example: Mapping[str, Any]) -> str:
    """Return an example as JSON; "" for an empty one."""
    return json.dumps(example, indent=2, ensure_ascii=False) if example else ""


def _object_name(schema: str) -> str:
    """Return the name of an object as people read it: Idea for the schema IdeaOut."""
    return schema.removesuffix("Out")


def _operation(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> OperationText:
    """Return an operation of the document as the page shows it."""
    status, response = next((code, each) for code, each in operation["responses"].items() if str(code).startswith("2"))
    answer, is_list = _answer(document, response["content"])
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    body = _resolved(document, schema)
    return OperationText(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=str(operation["summary"]),
        description=str(operation.get("description", "")),
        is_translated=isinstance(operation.get("description"), Promise),
        scope=", ".join(operation["security"][0]["TokenAuth"]),
        parameters=[
            Value(each["name"], _type(document, each["schema"]), each["required"], _parameter_text(each))
            for each in operation["parameters"]
            if "$ref" not in each  # header fields, which the beginning of the page explains
        ],
        body=list(_fields(document, body)),
        example=_json(next(iter(body.get("examples", [])), {})),
        status=str(status),
        answer=answer,
        is_list=is_list,
    )


def _parameter_text(parameter: Mapping[str, Any]) -> str:
    """Return what a parameter means, and what its value names."""
    texts = (parameter.get("description"), parameter["schema"].get("description"))
    return " · ".join(str(text) for text in dict.fromkeys(texts) if text)


def _answer(document: Mapping[str, Any], content: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the name of the object that a response holds, and whether it is a part of a list; "" for a file."""
    if "application/json" not in content:
        return "", False
    reference = content["application/json"]["schema"]["$ref"]
    properties = _resolved(document, {"$ref": reference})["properties"]
    is_list = set(properties) == {"items", "next"}
    name = properties["items"]["items"]["$ref"] if is_list else reference
    return _object_name(name.rpartition("/")[2]), is_list


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema that a reference names; any other schema is returned unchanged."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Value]:
    """Yield the fields of an object; those that are required are never null."""
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        type_ = _type(document, each)
        is_required = name in required
        yield Value(
            name, type_.removesuffix(NULL) if is_required else type_, is_required, str(each.get("description", ""))
        )


def _type(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return the type of a value in short: `string`, `date or null`, `one of met, not_met`."""
    if options := schema.get("anyOf"):
        plain = {key: value for key, value in schema.items() if key != "anyOf"}
        return " | ".join(_type(document, {**plain, **each}) for each in options if each.get("type") != "null") + (
            NULL if any(each.get("type") == "null" for each in options) else ""
        )
    if values := schema.get("enum"):
        return " | ".join(json.dumps(value) for value in values)
    if "$ref" in schema:
        return "{" + ", ".join(_resolved(document, schema).get("properties", {})) + "}"
    if schema.get("type") == "array":
        return f"[{_type(document, schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type", "object"))
