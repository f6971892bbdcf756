"""The constraints and triggers of canvases, tested with raw SQL."""

from typing import Any

import pytest
from django.db import connection, transaction

from canvases.canvas_schema import PATTERNS, CanvasKind
from canvases.models import Canvas, CanvasCell, JourneyMap, Persona, ServiceBlueprint, ServiceModel
from tests.factories.accounts import UserFactory
from tests.factories.canvases import CanvasCellFactory, CanvasFactory, CanvasStepFactory, drawn
from tests.factories.cohorts import SessionFactory
from tests.factories.fieldwork import InsightFactory, NoteFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.sql import delete, execute, insert_like, refused_by, update

pytestmark = pytest.mark.django_db

NEW_KEY = "00000000-0000-4000-8000-000000000000"
NO_ROWS: dict[str, Any] = dict.fromkeys(("session_id", "trial_id", "note_id", "insight_id"))
NOTHING: dict[str, Any] = {"assumption": False, **NO_ROWS, "stance": ""}


def a_trial(canvas: Canvas, state: str = "concluded", **fields: Any) -> Any:
    """A test of the canvas's own cohort."""
    idea = IdeaFactory(cohort=canvas.cohort, state="prototyping")
    return TrialFactory(prototype=PrototypeFactory(idea=idea), state=state, **fields)


@pytest.fixture
def cell() -> CanvasCell:
    return CanvasCellFactory()


class TestCanvas:
    def test_the_idempotency_key_of_a_canvas_is_unique(self):
        with refused_by("canvas_idempotency_key_unique"):
            insert_like(CanvasFactory())

    def test_a_canvas_has_a_title(self):
        with refused_by("canvas_titled"):
            update(CanvasFactory(), title="")

    def test_a_canvas_has_a_valid_kind(self):
        with refused_by("canvas_kind"):
            insert_like(CanvasFactory(), kind="poster", idempotency_key=NEW_KEY)

    @pytest.mark.parametrize(("column", "value"), [("kind", "journey_map"), ("copied_from_id", 1)])
    def test_kind_and_original_of_a_canvas_never_change(self, column: str, value: Any):
        with refused_by("canvas_fixed"):
            update(CanvasFactory(), **{column: value})

    def test_the_cohort_of_a_canvas_never_changes(self):
        with refused_by("canvas_fixed"):
            update(CanvasFactory(), cohort_id=CanvasFactory().cohort_id)

    def test_a_canvas_is_about_one_subject(self):
        canvas = CanvasFactory()
        idea, challenge = IdeaFactory(cohort=canvas.cohort), ChallengeFactory(cohort=canvas.cohort)
        update(canvas, idea_id=idea.pk)
        with refused_by("canvas_about_one"):
            update(canvas, challenge_id=challenge.pk)

    @pytest.mark.parametrize(("column", "make"), [("idea_id", IdeaFactory), ("challenge_id", ChallengeFactory)])
    def test_the_subject_is_of_the_same_cohort(self, column: str, make: Any):
        with refused_by("canvas_about_of_cohort"):
            update(CanvasFactory(), **{column: make().pk})

    def test_a_copy_is_of_the_same_kind(self):
        canvas = CanvasFactory()
        insert_like(canvas, copied_from_id=canvas.pk, idempotency_key=NEW_KEY)
        with refused_by("canvas_copy_of_kind"):
            insert_like(canvas, copied_from_id=canvas.pk, kind="persona", idempotency_key=NEW_KEY[:-1] + "1")

    def test_each_kind_has_a_proxy_model(self):
        made = {kind: CanvasFactory(kind=kind).pk for kind in CanvasKind}
        found = {model: [row.pk for row in model.objects.all()] for model in (Persona, JourneyMap)}
        found |= {model: [row.pk for row in model.objects.all()] for model in (ServiceBlueprint, ServiceModel)}
        assert found == {
            Persona: [made["persona"]],
            JourneyMap: [made["journey_map"]],
            ServiceBlueprint: [made["service_blueprint"]],
            ServiceModel: [made["service_model"]],
        }


class TestStep:
    def test_two_steps_never_have_one_position(self):
        step = CanvasStepFactory()
        with refused_by("canvas_step_order_once"):
            insert_like(step, idempotency_key=NEW_KEY)
            execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_two_steps_can_swap_positions_within_a_transaction(self):
        one = CanvasStepFactory()
        other = CanvasStepFactory(canvas=one.canvas)
        with transaction.atomic():
            update(one, position=2)
            update(other, position=1)
        connection.check_constraints()

    def test_the_idempotency_key_of_a_step_is_unique(self):
        with refused_by("canvas_step_idempotency_key_unique"):
            insert_like(CanvasStepFactory(), position=2)

    @pytest.mark.parametrize("position", [0, 61])
    def test_a_canvas_has_at_most_sixty_steps(self, position: int):
        step = CanvasStepFactory()
        update(step, position=60)
        with refused_by("canvas_step_room"):
            update(step, position=position)

    def test_a_step_has_a_name(self):
        with refused_by("canvas_step_named"):
            update(CanvasStepFactory(), name="")

    def test_a_step_cannot_move_to_another_canvas(self):
        with refused_by("canvas_step_fixed"):
            update(CanvasStepFactory(), canvas_id=CanvasFactory().pk)

    def test_a_service_model_has_no_steps(self):
        CanvasStepFactory(canvas__kind="persona")
        with refused_by("canvas_step_of_kind"):
            CanvasStepFactory(canvas__kind="service_model")


class TestCell:
    def test_a_lane_of_a_step_has_one_cell(self, cell: CanvasCell):
        insert_like(cell, lane="backstage")
        with refused_by("canvas_cell_once"):
            insert_like(cell)

    def test_a_section_has_one_cell(self):
        section = CanvasCellFactory(canvas=CanvasFactory(kind="service_model"), step=None, lane="value")
        with refused_by("canvas_cell_once"):
            insert_like(section)

    def test_a_text_has_at_most_twenty_thousand_characters(self, cell: CanvasCell):
        update(cell, text="é" * 20_000, version=2)
        with refused_by("canvas_cell_length"):
            update(cell, text="é" * 20_001, version=3)

    def test_a_text_needs_evidence(self, cell: CanvasCell):
        with refused_by("canvas_cell_basis"):
            update(cell, assumption=False, version=2)

    def test_an_empty_cell_has_no_evidence(self, cell: CanvasCell):
        with refused_by("canvas_cell_basis"):
            update(cell, text="", version=2)
        update(cell, text="", **NOTHING, version=2)

    def test_an_assumption_cites_no_session(self, cell: CanvasCell):
        with refused_by("canvas_cell_basis"):
            update(cell, session_id=SessionFactory(cohort=cell.canvas.cohort).pk, version=2)

    def test_an_assumption_is_not_supported_by_a_test(self, cell: CanvasCell):
        with refused_by("canvas_cell_basis"):
            update(cell, trial_id=a_trial(cell.canvas).pk, stance="supports", version=2)

    def test_a_text_cites_one_session_note_insight_or_test(self, cell: CanvasCell):
        of_cohort = {"cohort": cell.canvas.cohort}
        single = [
            {"session_id": SessionFactory(**of_cohort).pk},
            {"note_id": NoteFactory(**of_cohort).pk},
            {"insight_id": InsightFactory(**of_cohort).pk},
            {"trial_id": a_trial(cell.canvas).pk, "stance": "supports"},
        ]
        for version, evidence in enumerate(single, start=2):
            update(cell, **NOTHING | evidence, version=version)
        for another in single[:3]:
            with refused_by("canvas_cell_basis"):
                update(cell, **another, version=6)
        with refused_by("canvas_cell_basis"):
            update(cell, **NOTHING | single[1] | {"assumption": True}, version=6)

    def test_a_cited_test_has_a_stance(self, cell: CanvasCell):
        with refused_by("canvas_cell_basis"):
            update(cell, **NOTHING | {"trial_id": a_trial(cell.canvas).pk, "stance": "mentions"}, version=2)

    @pytest.mark.parametrize("state", ["planned", "locked", "held", "cancelled"])
    def test_only_a_concluded_test_has_a_stance(self, state: str, cell: CanvasCell):
        with refused_by("canvas_cell_test_concluded"):
            update(cell, **NOTHING | {"trial_id": a_trial(cell.canvas, state).pk, "stance": "supports"}, version=2)

    def test_an_assumption_may_name_an_open_test(self, cell: CanvasCell):
        update(cell, trial_id=a_trial(cell.canvas, "locked").pk, version=2)
        cell.refresh_from_db()
        assert cell.basis == f"awaits-{cell.trial_id}"

    @pytest.mark.parametrize(
        "make",
        [
            lambda: {"session_id": SessionFactory().pk},
            lambda: {"note_id": NoteFactory().pk},
            lambda: {"insight_id": InsightFactory().pk},
            lambda: {"trial_id": TrialFactory(state="concluded").pk, "stance": "contradicts"},
        ],
        ids=["session", "note", "insight", "test"],
    )
    def test_evidence_is_of_the_same_cohort(self, make: Any, cell: CanvasCell):
        with refused_by("canvas_cell_evidence_of_cohort"):
            update(cell, **NOTHING | make(), version=2)

    @pytest.mark.parametrize("version", [1, 3])
    def test_every_change_raises_the_version_by_one(self, version: int, cell: CanvasCell):
        with refused_by("canvas_cell_version"):
            update(cell, text="Autre", version=version)
        update(cell, text="Autre", version=2)

    def test_other_updates_keep_the_version(self, cell: CanvasCell):
        update(cell, edited_by_id=UserFactory().pk)
        with refused_by("canvas_cell_version"):
            update(cell, version=2)

    def test_the_first_version_is_one(self, cell: CanvasCell):
        with refused_by("canvas_cell_version"):
            insert_like(cell, lane="support", version=2)

    @pytest.mark.parametrize("column", ["lane", "canvas_id", "step_id"])
    def test_a_cell_cannot_move(self, column: str, cell: CanvasCell):
        value = {"lane": "user", "canvas_id": CanvasFactory().pk, "step_id": CanvasStepFactory(canvas=cell.canvas).pk}
        with refused_by("canvas_cell_fixed"):
            update(cell, **{column: value[column]})

    def test_the_step_of_a_cell_is_of_the_same_canvas(self, cell: CanvasCell):
        with refused_by("canvas_cell_step_of_canvas"):
            insert_like(cell, step_id=CanvasStepFactory().pk)

    @pytest.mark.parametrize(("step", "lane"), [(True, "value"), (False, "frontstage"), (True, "nowhere")])
    def test_the_kind_of_canvas_has_the_lane_of_the_cell(self, step: bool, lane: str, cell: CanvasCell):
        with refused_by("canvas_cell_of_kind"):
            insert_like(cell, lane=lane, **({} if step else {"step_id": None}))

    @pytest.mark.parametrize("kind", PATTERNS)
    def test_every_lane_of_every_kind_is_accepted(self, kind: str):
        places = list(PATTERNS[kind].all_lanes())
        assert drawn(1, kind=kind).cells.count() == len(places)

    @pytest.mark.parametrize(
        ("kind", "lane", "good", "bad"),
        [("journey_map", "emotion", [-2, 2], [-3, 3]), ("persona", "digital_ease", [1, 5], [0, 6])],
    )
    def test_a_level_is_on_the_scale(self, kind: str, lane: str, good: list[int], bad: list[int]):
        found = drawn(1, kind=kind).cells.get(lane=lane)
        for version, level in enumerate(good, start=2):
            update(found, level=level, version=version)
        for level in bad:
            with refused_by("canvas_cell_level"):
                update(found, level=level, version=4)

    def test_a_lane_without_a_scale_has_no_level(self, cell: CanvasCell):
        with refused_by("canvas_cell_level"):
            update(cell, level=1, version=2)

    def test_a_level_without_a_text_needs_evidence(self):
        found = drawn(1, kind="journey_map").cells.get(lane="emotion")
        with refused_by("canvas_cell_basis"):
            update(found, text="", level=-2, assumption=False, version=2)
        update(found, text="", level=-2, version=2)

    def test_cited_rows_cannot_be_deleted(self, cell: CanvasCell):
        trial = a_trial(cell.canvas, "planned")
        update(cell, trial_id=trial.pk, version=2)
        with refused_by(_key_to("prototypes_trial")):
            delete(trial)
            connection.check_constraints()


def _key_to(table: str) -> str:
    """Return the foreign key from cells to a table."""
    [(name,)] = execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'canvases_canvascell'::regclass AND contype = 'f'"
        " AND confrelid = %s::regclass",
        table,
    )
    return str(name)


class TestCellState:
    """The state of a text follows from its evidence."""

    def state(self, cell: CanvasCell) -> str:
        return str(CanvasCell.objects.with_state().get(pk=cell.pk).cell_state)

    def test_an_assumption_has_the_state_assumption(self, cell: CanvasCell):
        assert self.state(cell) == "assumption"

    def test_an_empty_cell_has_no_state(self, cell: CanvasCell):
        update(cell, text="", **NOTHING, version=2)
        assert self.state(cell) == ""

    def test_a_cited_session_gives_the_state_cited(self, cell: CanvasCell):
        update(cell, **NOTHING | {"session_id": SessionFactory(cohort=cell.canvas.cohort).pk}, version=2)
        assert self.state(cell) == "cited"

    @pytest.mark.parametrize(("column", "factory"), [("note_id", NoteFactory), ("insight_id", InsightFactory)])
    def test_a_cited_note_or_insight_gives_the_state_field(self, column: str, factory: Any, cell: CanvasCell):
        update(cell, **NOTHING | {column: factory(cohort=cell.canvas.cohort).pk}, version=2)
        assert self.state(cell) == "field"

    @pytest.mark.parametrize(("stance", "state"), [("supports", "supported"), ("contradicts", "contradicted")])
    def test_a_concluded_test_gives_its_state(self, stance: str, state: str, cell: CanvasCell):
        update(cell, **NOTHING | {"trial_id": a_trial(cell.canvas).pk, "stance": stance}, version=2)
        assert self.state(cell) == state

    @pytest.mark.parametrize(
        ("result", "observed", "state"),
        [("met", 90, "supported"), ("not_met", 75, "contradicted"), ("inconclusive", None, "assumption")],
    )
    def test_the_result_of_an_awaited_test_gives_the_state(
        self, result: str, observed: int, state: str, cell: CanvasCell
    ):
        awaited = a_trial(cell.canvas, "concluded", result=result, observed_value=observed)
        update(cell, trial_id=awaited.pk, version=2)
        assert self.state(cell) == state

    def test_an_awaited_test_without_result_leaves_an_assumption(self, cell: CanvasCell):
        update(cell, trial_id=a_trial(cell.canvas, "held").pk, version=2)
        assert self.state(cell) == "assumption"
