"""The OpenAPI document and the page made from it."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from jsonschema import Draft202012Validator

from api import views
from api.enums import SCOPES
from api.v1.service import api
from prototypes.action_pages.definitions import IDEA_ACTIONS
from tests.factories.accounts import signed_in
from tests.factories.cast import Cast
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
        scopes = operation["security"][0]["TokenAuth"]
        assert {*scopes} <= {*SCOPES}, name
        assert [scope.partition(":")[2] for scope in scopes] == (
            [] if name == "GET /api/v1/me/" else ["read" if name.startswith("GET") else "write"]
        ), name
        assert {"401", "403", "422", "429"} <= set(operation["responses"]), name
        assert operation["summary"], name
        assert operation["description"], name
    for name, schema in document["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            validator = Draft202012Validator({**schema, "components": document["components"]})
            assert [error.message for error in validator.iter_errors(example)] == [], name
    examples = {name for name, schema in document["components"]["schemas"].items() if "examples" in schema}
    assert {name for name in document["components"]["schemas"] if name.endswith("Out")} - examples == {
        *("AttendanceOut", "CriterionOut", "FormatPhaseOut", "IndicatorValueOut", "LeftOut", "NetworkLinkOut"),
        *("NetworkPointOut", "OwnAttendanceOut", "RatedChallengeOut", "SessionDayOut"),
    }


def test_document_names_headers_servers_and_examples_of_bodies(document: Any):
    assert document["servers"] == [{"url": settings.BASE_URL}]
    for name, operation in operations(document):
        names = {each["$ref"].rpartition("/")[2] for each in operation["parameters"] if "$ref" in each}
        adds = "201" in operation["responses"]
        expected = {"If-None-Match"} if name.startswith("GET") else {"Idempotency-Key", *([] if adds else ["If-Match"])}
        assert names == {"Accept-Language", *expected}, name
        assert ("Location" in operation["responses"].get("201", {}).get("headers", ())) == adds, name
        replays = {"Content-Location", "Idempotency-Replayed"}
        for status in operation["responses"].keys() & {"200", "201", "202"}:
            own = replays & operation["responses"][status]["headers"].keys()
            assert own == (set() if name.startswith("GET") else replays), name
        assert names <= document["components"]["parameters"].keys()
        for response in operation["responses"].values():
            assert response["headers"].keys() <= document["components"]["headers"].keys()
        if body := operation.get("requestBody"):
            schema = document["components"]["schemas"][
                body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            ]
            assert {*schema.get("required", ())} <= schema["examples"][0].keys(), name
            assert body["required"] or "required" not in schema, name


def test_bodies_have_the_labels_choices_and_required_fields_of_their_forms(document: Any):
    schemas = document["components"]["schemas"]
    assert schemas["NewIdea"]["required"] == ["title", "target"]
    assert schemas["NewIdea"]["properties"]["title"]["description"] == "The idea in a few words"
    assert schemas["NewTest"]["properties"]["comparator"]["enum"]
    assert "required" not in schemas["IdeaChange"]
    assert schemas["TestResult"]["required"] == ["participants", "result"]
    for name, condition in (
        ("successes", "required if the unit of the test is %"),
        ("observed_value", "required for any other unit than %"),
        ("contradiction_reason", "required if the result differs"),
    ):
        assert schemas["TestResult"]["properties"][name]["description"].endswith(f" · {condition}")
    assert schemas["LockForm"]["properties"]["criterion_change_reason"]["description"].count("required if") == 1


def test_reference_page_shows_every_operation_to_everyone(cast: Cast):
    answer = Client(headers={"accept-language": "en"}).get("/api/v1/")
    folds = texts(answer, "summary")
    assert answer.status_code == 200
    assert 'href="/account/tokens/new/"' in answer.content.decode()
    named = [f"{each['summary']} {name}" for name, each in operations(api.get_openapi_schema())]
    assert {*named} <= {*folds}
    assert [text for text in texts(answer, "pre") if "cohort-3" in text]
    own = signed_in(cast["M"]).get("/api/v1/")
    assert [text for text in texts(own, "pre") if '"target": "cohort-rivage"' in text]
    answer = Client(headers={"accept-language": "fr"}).get("/api/v1/")
    assert "Lister les idées GET /api/v1/ideas/" in texts(answer, "summary")


def test_reference_is_written_once_for_each_language_whatever_the_query():
    for written in (views._operations_html, views._openapi_content):
        written.cache_clear()
    for language in ("en", "fr"):
        client = Client(headers={"accept-language": language})
        for query in ("", "?x=1", "?x=2"):
            client.get(f"/api/v1/{query}")
            document = client.get(f"/api/v1/openapi.json{query}")
        again = client.get("/api/v1/openapi.json?x=3", headers={"if-none-match": document["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert [written.cache_info().misses for written in (views._operations_html, views._openapi_content)] == [2, 2]
