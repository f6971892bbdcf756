"""The OpenAPI document and the page made from it."""

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from api.enums import SCOPES
from api.v1.service import api
from prototypes.action_pages.definitions import IDEA_ACTIONS
from tests.pages import texts

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def document() -> Any:
    return Client(headers={"accept-language": "en"}).get("/api/v1/openapi.json").json()


def operations(document: Any) -> list[tuple[str, Any]]:
    return [(f"{m.upper()} {p}", each) for p, methods in document["paths"].items() for m, each in methods.items()]


def test_document_is_openapi_31_and_open_to_everyone(document: Any):
    assert document["openapi"] == "3.1.0"
    found = {name for name, _ in operations(document)}
    assert {f"POST /api/v1/ideas/{{pk}}/{slug}/" for slug in IDEA_ACTIONS} <= found
    names = [each["operationId"] for _, each in operations(document)]
    assert len(names) == len({*names})
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_names_its_scope_its_problems_and_an_example_that_fits(document: Any):
    for name, operation in operations(document):
        [scope] = operation["security"][0]["TokenAuth"]
        assert scope in SCOPES, name
        assert scope.endswith(":read") == name.startswith("GET"), name
        assert {"401", "403", "422", "429"} <= set(operation["responses"]), name
        assert operation["summary"], name
        assert operation["description"], name
    for name, schema in document["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            validator = Draft202012Validator({**schema, "components": document["components"]})
            assert [error.message for error in validator.iter_errors(example)] == [], name
    examples = {name for name, schema in document["components"]["schemas"].items() if "examples" in schema}
    assert {name for name in document["components"]["schemas"] if name.endswith("Out")} - examples == {
        "LeftOut",
        "SessionDayOut",
    }


def test_bodies_have_the_labels_choices_and_required_fields_of_their_forms(document: Any):
    schemas = document["components"]["schemas"]
    assert schemas["NewIdea"]["required"] == ["title", "target"]
    assert schemas["NewIdea"]["properties"]["title"]["description"] == "The idea in a few words"
    assert schemas["NewTest"]["properties"]["comparator"]["enum"]
    assert "required" not in schemas["IdeaChange"]


def test_reference_page_shows_every_operation_to_everyone():
    answer = Client(headers={"accept-language": "en"}).get("/api/v1/")
    headings = texts(answer, "h2")
    assert answer.status_code == 200
    assert {each["summary"] for _, each in operations(api.get_openapi_schema())} <= {*headings}
    answer = Client(headers={"accept-language": "fr"}).get("/api/v1/")
    assert "Lister les idées" in texts(answer, "h2")
