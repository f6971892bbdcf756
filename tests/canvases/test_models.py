"""What the database holds of canvases, tried at its own prompt."""

from typing import Any

import pytest
from django.db import connection, transaction

from canvases.canvas_schema import PATTERNS, CanvasKind
from canvases.models import Canvas, CanvasCell, JourneyMap, Persona, ServiceBlueprint, ServiceModel
from tests.factories.accounts import UserFactory
from tests.factories.canvases import CanvasCellFactory, CanvasFactory, CanvasStepFactory, drawn
from tests.factories.cohorts import SessionFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.sql import delete, execute, insert_like, refused_by, update

pytestmark = pytest.mark.django_db

NEW_ENTRY = "00000000-0000-4000-8000-000000000000"
NOTHING: dict[str, Any] = {"assumption": False, "session_id": None, "trial_id": None, "stance": ""}


def a_trial(canvas: Canvas, state: str = "concluded", **fields: Any) -> Any:
    """A test of the canvas's own cohort."""
    idea = IdeaFactory(cohort=canvas.cohort, state="prototyping")
    return TrialFactory(prototype=PrototypeFactory(idea=idea), state=state, **fields)


@pytest.fixture
def cell() -> CanvasCell:
    return CanvasCellFactory()


class TestCanvas:
    def test_a_form_makes_one(self):
        with refused_by("canvas_entry_once"):
            insert_like(CanvasFactory())

    def test_it_has_a_title(self):
        with refused_by("canvas_titled"):
            update(CanvasFactory(), title="")

    def test_it_is_of_a_known_kind(self):
        with refused_by("canvas_kind"):
            insert_like(CanvasFactory(), kind="poster", entry=NEW_ENTRY)

    @pytest.mark.parametrize(("column", "value"), [("kind", "journey_map"), ("copied_from_id", 1)])
    def test_its_kind_and_its_lineage_never_change(self, column: str, value: Any):
        with refused_by("canvas_fixed"):
            update(CanvasFactory(), **{column: value})

    def test_nor_does_its_cohort(self):
        with refused_by("canvas_fixed"):
            update(CanvasFactory(), cohort_id=CanvasFactory().cohort_id)

    def test_it_is_about_one_thing(self):
        canvas = CanvasFactory()
        idea, challenge = IdeaFactory(cohort=canvas.cohort), ChallengeFactory(cohort=canvas.cohort)
        update(canvas, idea_id=idea.pk)
        with refused_by("canvas_about_one"):
            update(canvas, challenge_id=challenge.pk)

    @pytest.mark.parametrize(("column", "make"), [("idea_id", IdeaFactory), ("challenge_id", ChallengeFactory)])
    def test_of_its_own_cohort(self, column: str, make: Any):
        with refused_by("canvas_about_of_cohort"):
            update(CanvasFactory(), **{column: make().pk})

    def test_a_copy_is_of_the_same_kind(self):
        canvas = CanvasFactory()
        insert_like(canvas, copied_from_id=canvas.pk, entry=NEW_ENTRY)
        with refused_by("canvas_copy_of_kind"):
            insert_like(canvas, copied_from_id=canvas.pk, kind="persona", entry=NEW_ENTRY[:-1] + "1")

    def test_each_kind_has_its_model(self):
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
    def test_two_never_stand_in_one_place(self):
        step = CanvasStepFactory()
        with refused_by("canvas_step_order_once"):
            insert_like(step, entry=NEW_ENTRY)
            execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_two_change_places_within_a_transaction(self):
        one = CanvasStepFactory()
        other = CanvasStepFactory(canvas=one.canvas)
        with transaction.atomic():
            update(one, position=2)
            update(other, position=1)
        connection.check_constraints()

    def test_a_form_makes_one(self):
        with refused_by("canvas_step_entry_once"):
            insert_like(CanvasStepFactory(), position=2)

    @pytest.mark.parametrize("position", [0, 61])
    def test_there_is_room_for_sixty(self, position: int):
        step = CanvasStepFactory()
        update(step, position=60)
        with refused_by("canvas_step_room"):
            update(step, position=position)

    def test_it_has_a_name(self):
        with refused_by("canvas_step_named"):
            update(CanvasStepFactory(), name="")

    def test_it_stays_in_its_canvas(self):
        with refused_by("canvas_step_fixed"):
            update(CanvasStepFactory(), canvas_id=CanvasFactory().pk)

    def test_a_service_model_has_none(self):
        CanvasStepFactory(canvas__kind="persona")
        with refused_by("canvas_step_of_kind"):
            CanvasStepFactory(canvas__kind="service_model")


class TestCell:
    def test_one_for_each_lane_of_a_step(self, cell: CanvasCell):
        insert_like(cell, lane="backstage")
        with refused_by("canvas_cell_once"):
            insert_like(cell)

    def test_one_for_each_section(self):
        section = CanvasCellFactory(canvas=CanvasFactory(kind="service_model"), step=None, lane="value")
        with refused_by("canvas_cell_once"):
            insert_like(section)

    def test_twenty_thousand_letters_and_no_more(self, cell: CanvasCell):
        update(cell, text="é" * 20_000, version=2)
        with refused_by("canvas_cell_length"):
            update(cell, text="é" * 20_001, version=3)

    def test_a_text_rests_on_something(self, cell: CanvasCell):
        with refused_by("canvas_cell_basis"):
            update(cell, assumption=False, version=2)

    def test_nothing_rests_on_nothing(self, cell: CanvasCell):
        with refused_by("canvas_cell_basis"):
            update(cell, text="", version=2)
        update(cell, text="", **NOTHING, version=2)

    def test_an_assumption_cites_no_session(self, cell: CanvasCell):
        with refused_by("canvas_cell_basis"):
            update(cell, session_id=SessionFactory(cohort=cell.canvas.cohort).pk, version=2)

    def test_nor_does_a_test_support_it(self, cell: CanvasCell):
        with refused_by("canvas_cell_basis"):
            update(cell, trial_id=a_trial(cell.canvas).pk, stance="supports", version=2)

    def test_one_session_or_one_test(self, cell: CanvasCell):
        session, trial = SessionFactory(cohort=cell.canvas.cohort), a_trial(cell.canvas)
        update(cell, **NOTHING | {"session_id": session.pk}, version=2)
        update(cell, **NOTHING | {"trial_id": trial.pk, "stance": "supports"}, version=3)
        with refused_by("canvas_cell_basis"):
            update(cell, session_id=session.pk, version=4)

    def test_a_test_says_something_of_it(self, cell: CanvasCell):
        with refused_by("canvas_cell_basis"):
            update(cell, **NOTHING | {"trial_id": a_trial(cell.canvas).pk, "stance": "mentions"}, version=2)

    @pytest.mark.parametrize("state", ["planned", "locked", "held", "cancelled"])
    def test_only_a_concluded_one(self, state: str, cell: CanvasCell):
        with refused_by("canvas_cell_test_concluded"):
            update(cell, **NOTHING | {"trial_id": a_trial(cell.canvas, state).pk, "stance": "supports"}, version=2)

    def test_one_still_to_conclude_may_tell_about_an_assumption(self, cell: CanvasCell):
        update(cell, trial_id=a_trial(cell.canvas, "locked").pk, version=2)
        cell.refresh_from_db()
        assert cell.basis == f"awaits-{cell.trial_id}"

    @pytest.mark.parametrize("what", ["session_id", "trial_id"])
    def test_evidence_is_of_the_same_cohort(self, what: str, cell: CanvasCell):
        given = {"session_id": SessionFactory().pk} if what == "session_id" else None
        given = given or {"trial_id": TrialFactory(state="concluded").pk, "stance": "contradicts"}
        with refused_by("canvas_cell_evidence_of_cohort"):
            update(cell, **NOTHING | given, version=2)

    @pytest.mark.parametrize("version", [1, 3])
    def test_every_change_counts_one(self, version: int, cell: CanvasCell):
        with refused_by("canvas_cell_version"):
            update(cell, text="Autre", version=version)
        update(cell, text="Autre", version=2)

    def test_nothing_else_counts(self, cell: CanvasCell):
        update(cell, edited_by_id=UserFactory().pk)
        with refused_by("canvas_cell_version"):
            update(cell, version=2)

    def test_it_begins_with_the_first(self, cell: CanvasCell):
        with refused_by("canvas_cell_version"):
            insert_like(cell, lane="support", version=2)

    @pytest.mark.parametrize("column", ["lane", "canvas_id", "step_id"])
    def test_it_stays_in_its_place(self, column: str, cell: CanvasCell):
        value = {"lane": "user", "canvas_id": CanvasFactory().pk, "step_id": CanvasStepFactory(canvas=cell.canvas).pk}
        with refused_by("canvas_cell_fixed"):
            update(cell, **{column: value[column]})

    def test_its_step_is_of_its_canvas(self, cell: CanvasCell):
        with refused_by("canvas_cell_step_of_canvas"):
            insert_like(cell, step_id=CanvasStepFactory().pk)

    @pytest.mark.parametrize(("step", "lane"), [(True, "value"), (False, "frontstage"), (True, "nowhere")])
    def test_its_place_is_one_of_its_kind(self, step: bool, lane: str, cell: CanvasCell):
        with refused_by("canvas_cell_place"):
            insert_like(cell, lane=lane, **({} if step else {"step_id": None}))

    @pytest.mark.parametrize("kind", PATTERNS)
    def test_every_place_of_every_kind_is_known(self, kind: str):
        places = list(PATTERNS[kind].places())
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

    def test_and_nowhere_else(self, cell: CanvasCell):
        with refused_by("canvas_cell_level"):
            update(cell, level=1, version=2)

    def test_a_level_alone_rests_on_something_too(self):
        found = drawn(1, kind="journey_map").cells.get(lane="emotion")
        with refused_by("canvas_cell_basis"):
            update(found, text="", level=-2, assumption=False, version=2)
        update(found, text="", level=-2, version=2)

    def test_what_it_cites_is_not_deleted_under_it(self, cell: CanvasCell):
        trial = a_trial(cell.canvas, "planned")
        update(cell, trial_id=trial.pk, version=2)
        with refused_by(_key_to("prototypes_trial")):
            delete(trial)
            connection.check_constraints()


def _key_to(table: str) -> str:
    """The foreign key of texts that leads to a table."""
    [(name,)] = execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'canvases_canvascell'::regclass AND contype = 'f'"
        " AND confrelid = %s::regclass",
        table,
    )
    return str(name)


class TestStanding:
    """A concluded test colours what it supports or contradicts."""

    def standing(self, cell: CanvasCell) -> str:
        return str(CanvasCell.objects.with_standing().get(pk=cell.pk).standing)

    def test_an_assumption(self, cell: CanvasCell):
        assert self.standing(cell) == "assumption"

    def test_nothing_said(self, cell: CanvasCell):
        update(cell, text="", **NOTHING, version=2)
        assert self.standing(cell) == ""

    def test_seen_in_a_session(self, cell: CanvasCell):
        update(cell, **NOTHING | {"session_id": SessionFactory(cohort=cell.canvas.cohort).pk}, version=2)
        assert self.standing(cell) == "cited"

    @pytest.mark.parametrize(("stance", "standing"), [("supports", "supported"), ("contradicts", "contradicted")])
    def test_what_a_concluded_test_says(self, stance: str, standing: str, cell: CanvasCell):
        update(cell, **NOTHING | {"trial_id": a_trial(cell.canvas).pk, "stance": stance}, version=2)
        assert self.standing(cell) == standing

    @pytest.mark.parametrize(
        ("result", "observed", "standing"),
        [("met", 90, "supported"), ("not_met", 75, "contradicted"), ("inconclusive", None, "assumption")],
    )
    def test_what_the_awaited_test_has_found(self, result: str, observed: int, standing: str, cell: CanvasCell):
        awaited = a_trial(cell.canvas, "concluded", result=result, observed_value=observed)
        update(cell, trial_id=awaited.pk, version=2)
        assert self.standing(cell) == standing

    def test_nothing_until_then(self, cell: CanvasCell):
        update(cell, trial_id=a_trial(cell.canvas, "held").pk, version=2)
        assert self.standing(cell) == "assumption"
