"""The JSON documents of canvases: export and import, and every problem with its path."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from jsonschema import Draft202012Validator

from canvases.canvas_schema import PATTERNS
from canvases.json_format import DIALECT, FORMAT, find_problems, parse, schema
from canvases.models import Canvas
from tests.factories.canvases import CanvasCellFactory, CanvasFactory, CanvasStepFactory, drawn
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.pages import messages
from tests.prototypes.pages import signed_in


def document(**changes: Any) -> dict[str, Any]:
    step = {"name": "Arriver", "cells": {"user": {"text": "Elle entre", "assumption": True}}}
    plain = {"format": FORMAT, "kind": "service_blueprint", "title": "Trouver", "sections": {}, "steps": [step]}
    return {name: value for name, value in (plain | changes).items() if value is not None}


def cell(**content: Any) -> dict[str, Any]:
    """Return a document whose only text is this one."""
    return document(steps=[{"name": "Arriver", "cells": {"user": content}}])


def read(content: Any) -> Any:
    """Return the content as it comes out of a file."""
    return parse(json.dumps(content).encode())


def found(content: Any) -> list[tuple[str, str]]:
    return [(problem.path, problem.reason) for problem in find_problems(content)]


HERE = "$.steps[0].cells.user"
FOUNDED = "a text is an assumption, or cites one session or one test; an empty cell cannot have evidence"
MISTAKES = [
    ([], "$", "it must be an object"),
    (document(kind="poster"), "$.kind", f"it must be one of {', '.join(PATTERNS)}"),
    (document(kind=[]), "$.kind", f"it must be one of {', '.join(PATTERNS)}"),
    (document(format="other"), "$.format", f"it must be one of {FORMAT}"),
    (document(title=None), "$.title", "it is missing"),
    (document(title=""), "$.title", "at least 1 characters"),
    (document(title=7), "$.title", "it must be of the type string"),
    (document(colour="red"), "$.colour", "this name is not known here"),
    (document(steps={}), "$.steps", "it must be of the type array"),
    (document(steps=[{"name": "x"}] * 61), "$.steps", "at most 60 entries"),
    (document(steps=[{}]), "$.steps[0].name", "it is missing"),
    (document(sections={"value": {}}), "$.sections.value", "this name is not known here"),
    (document(kind="service_model"), "$.steps", "at most 0 entries"),
    (cell(text="x" * 20_001), f"{HERE}.text", "at most 20000 characters"),
    (cell(text="a\0b"), f"{HERE}.text", "it has characters that cannot be kept"),
    (cell(text="\ud800"), f"{HERE}.text", "it has characters that cannot be kept"),
    (cell(text="x", assumption=1), f"{HERE}.assumption", "it must be of the type boolean"),
    (cell(text="x", session=True), f"{HERE}.session", "it must be of the type integer"),
    (cell(text="x", session=2**63), f"{HERE}.session", f"at most {2**63 - 1}"),
    (cell(text="x", level=1), f"{HERE}.level", "this name is not known here"),
    (cell(text="x", stance="likes", trial=1), f"{HERE}.stance", "it must be one of supports, contradicts"),
    (cell(text="x"), HERE, FOUNDED),
    (cell(text="", assumption=True), HERE, FOUNDED),
    (cell(text="x", assumption=True, session=1), HERE, FOUNDED),
    (
        cell(text="x", session=1, trial=1),
        f"{HERE}.trial",
        "say in “stance” whether the test supports or contradicts the text",
    ),
    (cell(text="x", stance="supports"), f"{HERE}.trial", "it is missing"),
    (document(title=" \u200b "), "$.title", "it is empty"),
    (document(steps=[{"name": "\u2060"}]), "$.steps[0].name", "it is empty"),
    (cell(text="\u200b", assumption=True), HERE, FOUNDED),
    (document(**{"\ud800": 1}), '$["\\ud800"]', "this name is not known here"),
    (document(**{"<b>" * 30: 1}), f'$["{"<b>" * 19}<b…]', "this name is not known here"),
    (cell(text="x", session=79.5), f"{HERE}.session", "it must be of the type integer"),
    (cell(text="x", session=1e300), f"{HERE}.session", f"at most {2**63 - 1}"),
    (cell(text="x", session=1, cites="\0"), f"{HERE}.cites", "it has characters that cannot be kept"),
    (cell(text="x", assumption=False), HERE, FOUNDED),
    (cell(trial=5), f"{HERE}.trial", "say in “stance” whether the test supports or contradicts the text"),
]
GOOD = [
    document(),
    document(sections=None),
    document(kind="persona", steps=[]),
    cell(),
    cell(text=""),
    cell(text=" ", assumption=False),
    cell(text="x", assumption=True, trial=5),
    cell(text="x", session=12),
    cell(text="x", session=79.0, assumption=False, cites="S79"),
    cell(text="x", trial=5, stance="supports"),
    cell(text="x\x07", assumption=True),
]


class TestProblems:
    @pytest.mark.parametrize("content", GOOD)
    def test_a_valid_document_has_no_problems(self, content: Any):
        assert found(read(content)) == []

    @pytest.mark.parametrize(("content", "path", "reason"), MISTAKES)
    def test_each_problem_has_its_path_and_reason(self, content: Any, path: str, reason: str):
        assert found(read(content)) == [(path, reason)]

    @pytest.mark.parametrize("content", [*GOOD, *(content for content, _path, _reason in MISTAKES)])
    def test_a_schema_validator_agrees(self, content: Any):
        assert Draft202012Validator(schema()).is_valid(content) == (found(read(content)) == [])

    def test_several_problems_are_listed_up_to_a_limit(self):
        assert len(found(document(title=7, steps=[{}, {}]))) == 3
        assert len(found(document(steps=[{}] * 60))) == 20

    def test_a_problem_shows_path_value_and_reason(self):
        [problem] = find_problems(document(title=7))
        assert str(problem) == "$.title is 7: it must be of the type string"

    def test_a_long_value_is_cut(self):
        [problem] = find_problems(cell(text="x" * 30_000))
        assert len(str(problem)) < 140


class TestParsing:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "Line 1, column 1: this is not JSON."),
            (b'{\n "a": }', "Line 2, column 7: this is not JSON."),
            (b"\xff\xfe", "Byte 0: this is not text in UTF-8."),
            (b"NaN", "This is not a canvas file."),
            (b"[" * 100_000, "This is not a canvas file."),
            (b"9" * 5_000, "This is not a canvas file."),
            (b'{"a": [{"\\ud800": 1, "b": 2, "\\ud800": 3}]}', r'"\\ud800" appears twice in one object\.'),
        ],
    )
    def test_invalid_files_are_refused_with_a_sentence(self, content: bytes, reason: str):
        with pytest.raises(ValueError, match=reason):
            parse(content)

    def test_a_byte_order_mark_is_skipped(self):
        assert parse("\ufeff{}".encode()) == {}


class TestSchema:
    def test_the_schema_has_every_lane_of_every_kind(self):
        content = {branch["properties"]["kind"]["const"]: branch["properties"] for branch in schema()["oneOf"]}
        assert {
            kind: (
                list(parts["sections"]["properties"]),
                list(parts["steps"]["items"]["properties"]["cells"]["properties"]),
            )
            for kind, parts in content.items()
        } == {
            kind: ([lane.slug for lane in pattern.sections], [lane.slug for lane in pattern.lanes])
            for kind, pattern in PATTERNS.items()
        }

    def test_the_schema_is_json_with_a_dialect(self):
        assert json.loads(json.dumps(schema()))["$schema"] == DIALECT

    def test_every_object_forbids_other_properties(self):
        """An unknown name is a problem at every depth."""

        def objects(part: Any) -> list[dict[str, Any]]:
            inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
            own = [part] if isinstance(part, dict) and part.get("type") == "object" else []
            return own + [found for value in inner for found in objects(value)]

        assert {part["additionalProperties"] for part in objects(schema())} == {False}

    @pytest.mark.django_db
    def test_the_schema_has_a_url(self, cast: Cast):
        assert signed_in(cast["X"]).get("/canvases/schema.json").json() == schema()


def exported(cast: Cast, canvas: Canvas, role: str = "M") -> Any:
    return signed_in(cast[role]).get(reverse("canvases:export_canvas", args=[canvas.pk])).json()


def imported(cast: Cast, content: Any, role: str = "M") -> Any:
    """Import a file, as text or as a document, into the cohort of the person."""
    cohort = cast.other_cohort if role == "N" else cast.cohort
    written = content if isinstance(content, bytes) else json.dumps(content).encode()
    file = SimpleUploadedFile("canvas.json", written)
    return signed_in(cast[role]).post(reverse("canvases:import_canvas", args=[cohort.slug]), {"file": file})


HALF = document(**{"\ud800": 1})


@pytest.mark.django_db
class TestExportAndImport:
    @pytest.fixture
    def journey(self, cast: Cast) -> Canvas:
        canvas = CanvasFactory(cohort=cast.cohort, kind="journey_map", title="Demander l’aide", made_by=cast["M"])
        step = CanvasStepFactory(canvas=canvas, name="Recevoir la facture")
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        concluded, planned = (
            TrialFactory(prototype=PrototypeFactory(idea=idea), state=state) for state in ("concluded", "locked")
        )
        CanvasCellFactory(step=step, lane="doing", session=SessionFactory(cohort=cast.cohort), assumption=False)
        CanvasCellFactory(step=step, lane="emotion", text="", level=-2)
        CanvasCellFactory(step=step, lane="pains", trial=concluded, stance="contradicts")
        CanvasCellFactory(step=step, lane="openings", trial=planned, assumption=True)
        return canvas

    @pytest.mark.parametrize("kind", PATTERNS)
    def test_every_kind_is_the_same_after_export_and_import(self, kind: str, cast: Cast):
        content = exported(cast, drawn(3, kind=kind, cohort=cast.cohort))
        assert (found(content), imported(cast, content).status_code) == ([], 302)
        assert exported(cast, Canvas.objects.latest("pk")) == content

    def test_evidence_is_the_same_after_export_and_import(self, journey: Canvas, cast: Cast):
        content = exported(cast, journey)
        cells = content["steps"][0]["cells"]
        assert {lane: sorted(cell) for lane, cell in cells.items()} == {
            "doing": ["cites", "session", "text"],
            "emotion": ["assumption", "level", "text"],
            "pains": ["cites", "stance", "text", "trial"],
            "openings": ["assumption", "cites", "text", "trial"],
        }
        imported(cast, content)
        assert exported(cast, Canvas.objects.latest("pk")) == content

    def test_evidence_becomes_an_assumption_in_another_cohort_with_a_warning(self, journey: Canvas, cast: Cast):
        answer = imported(cast, exported(cast, journey), "N")
        cells = Canvas.objects.get(cohort=cast.other_cohort).cells.all()
        assert {cell.basis for cell in cells} == {"assumption"}
        assert messages(signed_in(cast["N"]).get(answer.headers["Location"])) == []
        content = "2 texts cited a session or a test that this cohort does not have: they are marked as assumptions."
        assert content in [str(message) for message in answer.wsgi_request._messages]

    def test_a_neighbour_exports_a_shared_canvas_without_evidence(self, journey: Canvas, cast: Cast):
        journey.shared_with_edition = True
        journey.save()
        cells = exported(cast, journey, "N")["steps"][0]["cells"]
        assert {tuple(sorted(cell)) for cell in cells.values()} == {
            ("assumption", "text"),
            ("assumption", "level", "text"),
        }

    def test_the_file_is_named_after_the_canvas(self, journey: Canvas, cast: Cast):
        answer = signed_in(cast["M"]).get(reverse("canvases:export_canvas", args=[journey.pk]))
        assert answer.headers["Content-Disposition"] == 'attachment; filename="demander-laide.json"'

    @pytest.mark.parametrize(
        "content",
        [b"", b"\x89PNG\r\n\x1a\n", b"<svg onload=alert(1)>", b"[]", document(title=7), cell(text="x" * 20_001), HALF],
        ids=["empty", "picture", "svg", "list", "title", "long", "half a pair"],
    )
    def test_an_invalid_file_saves_nothing(self, content: Any, cast: Cast):
        answer = imported(cast, content)
        assert (answer.status_code, list(answer.context["form"].errors), Canvas.objects.count()) == (200, ["file"], 0)

    def test_every_problem_is_shown(self, cast: Cast):
        answer = imported(cast, document(title=7, colour="<b>"))
        assert answer.context["form"].errors["file"] == [
            "$.title is 7: it must be of the type string",
            '$.colour is "<b>": this name is not known here',
        ]

    def test_a_blank_title_is_refused_and_nothing_is_saved(self, cast: Cast):
        assert (imported(cast, document(title="   ")).status_code, Canvas.objects.count()) == (200, 0)
