"""The actions on canvases: copies with their original, complete imports or none, and the history."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from canvases import actions
from canvases.models import Canvas, CanvasCell, CanvasStep
from tests.factories.canvases import CanvasCellFactory, CanvasFactory, CanvasStepFactory, drawn
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from web.errors import DomainError
from web.forms.edit_conflicts import EditConflict, fingerprint

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def cells(canvas: Canvas) -> list[tuple[str, str, str]]:
    """Return step, lane and evidence of each text, in the order of the canvas."""
    rows = canvas.cells.select_related("step").order_by("step__position", "pk")
    return [(str(cell.step or ""), cell.lane, cell.basis) for cell in rows]


@pytest.fixture
def blueprint(cast: Cast) -> Canvas:
    """A blueprint with two steps: one text seen in a session, one supported by a test, one assumed."""
    canvas = CanvasFactory(cohort=cast.cohort, idea=IdeaFactory(cohort=cast.cohort), made_by=cast["M"])
    arrive, wait = (CanvasStepFactory(canvas=canvas, name=name) for name in ("Arriver", "Attendre"))
    trial = TrialFactory(prototype=PrototypeFactory(idea=canvas.idea), state="concluded")
    CanvasCellFactory(step=arrive, lane="user", session=SessionFactory(cohort=cast.cohort), assumption=False)
    CanvasCellFactory(step=wait, lane="user", trial=trial, stance="supports")
    CanvasCellFactory(step=wait, lane="support")
    return canvas


class TestWriting:
    def write(self, cell: CanvasCell, by: Any, **values: Any) -> CanvasCell:
        values = {"text": "Autre", "assumption": True, "at": AT} | values
        return actions.write_cell(canvas=cell.canvas, step=cell.step, lane=cell.lane, by=by, **values)

    def test_the_first_text_of_a_cell_has_version_one(self, cast: Cast):
        step = CanvasStepFactory(canvas__cohort=cast.cohort)
        values = {"step": step, "lane": "user", "text": " Elle entre ", "assumption": True, "version_token": ""}
        made = actions.write_cell(canvas=step.canvas, by=cast["M"], at=AT, **values)
        assert (made.text, made.version, made.edited_by, made.edited_at) == ("Elle entre", 1, cast["M"], AT)

    def test_saving_the_same_text_is_no_change(self, cast: Cast):
        cell = CanvasCellFactory(canvas__cohort=cast.cohort)
        same = self.write(cell, cast["P"], text=cell.text, version_token="long ago")
        assert (same.version, same.edited_by) == (1, cell.edited_by)

    def test_a_change_adds_one_version(self, cast: Cast):
        cell = CanvasCellFactory()
        found = [self.write(cell, cast["P"], text=text).version for text in ("a", "b", "b", "c")]
        assert found == [2, 3, 3, 4]

    def test_an_old_version_token_raises_the_current_values(self, cast: Cast):
        cell = CanvasCellFactory()
        with pytest.raises(EditConflict) as conflict:
            self.write(cell, cast["P"], version_token="")
        assert conflict.value.current == {"text": cell.text, "level": None, "basis": "assumption"}

    def test_a_text_that_is_too_long_is_refused_with_a_sentence(self, cast: Cast):
        with pytest.raises(DomainError, match=r"longer than 20,000 characters"):
            self.write(CanvasCellFactory(), cast["P"], text="x" * 20_001)

    def test_a_text_without_evidence_is_refused(self, cast: Cast):
        with pytest.raises(DomainError, match="A text is an assumption, or cites"):
            self.write(CanvasCellFactory(), cast["P"], assumption=False)

    def test_a_test_of_another_cohort_is_refused(self, cast: Cast):
        trial = TrialFactory(state="concluded")
        with pytest.raises(DomainError, match="of the same cohort"):
            self.write(CanvasCellFactory(), cast["P"], assumption=False, trial=trial, stance="supports")


class TestSteps:
    def test_the_same_form_sent_twice_adds_one_step(self, blueprint: Canvas, cast: Cast):
        idempotency_key = uuid4()
        made = [
            actions.add_step(canvas=blueprint, name="Repartir", by=cast["M"], idempotency_key=idempotency_key)
            for _ in range(2)
        ]
        assert (made[0], made[0].position) == (made[1], 3)
        with pytest.raises(DomainError, match=r"it created “Repartir”\. To add another step, send it again"):
            actions.add_step(canvas=blueprint, name="Revenir", by=cast["M"], idempotency_key=idempotency_key)

    def test_removing_a_step_deletes_its_texts_and_closes_the_gap(self, blueprint: Canvas, cast: Cast):
        first = blueprint.steps.get(position=1)
        actions.remove_step(step=first, by=cast["M"], version_token=fingerprint("L'agente se lève et accompagne."))
        assert list(blueprint.steps.values_list("name", "position")) == [("Attendre", 1)]
        assert cells(blueprint)[0][0] == "Attendre"

    def test_removing_twice_changes_nothing(self, blueprint: Canvas, cast: Cast):
        step = blueprint.steps.get(position=1)
        for _ in range(2):
            actions.remove_step(step=step, by=cast["M"])
        assert blueprint.steps.count() == 1

    def test_renaming_a_removed_step_is_refused(self, blueprint: Canvas, cast: Cast):
        step = blueprint.steps.get(position=1)
        CanvasStep.objects.filter(pk=step.pk).delete()
        with pytest.raises(DomainError, match="Someone else has removed this step since you opened it"):
            actions.rename_step(step=step, name="Entrer", by=cast["M"])


class TestCopies:
    def copy(self, canvas: Canvas, cohort: Any, by: Any, **more: Any) -> Canvas:
        return actions.duplicate_canvas(canvas=canvas, cohort=cohort, title="Copie", by=by, at=AT, **more)

    def test_a_copy_in_the_same_cohort_keeps_everything(self, blueprint: Canvas, cast: Cast):
        made = self.copy(blueprint, cast.cohort, cast["M"])
        assert (made.copied_from, made.idea, made.made_by, made.title) == (
            blueprint,
            blueprint.idea,
            cast["M"],
            "Copie",
        )
        assert cells(made) == cells(blueprint)

    def test_texts_copied_to_another_cohort_become_assumptions(self, blueprint: Canvas, cast: Cast):
        made = self.copy(blueprint, cast.other_cohort, cast["N"])
        assert (made.copied_from, made.cohort, made.idea) == (blueprint, cast.other_cohort, None)
        assert cells(made) == [(step, lane, "assumption") for step, lane, _basis in cells(blueprint)]

    def test_copy_and_original_are_independent(self, blueprint: Canvas, cast: Cast):
        made = self.copy(blueprint, cast.cohort, cast["M"])
        actions.move_step(step=made.steps.get(position=1), earlier=False, by=cast["M"])
        assert [list(row.steps.values_list("name", flat=True)) for row in (blueprint, made)] == [
            ["Arriver", "Attendre"],
            ["Attendre", "Arriver"],
        ]

    def test_the_same_form_sent_twice_makes_one_copy(self, blueprint: Canvas, cast: Cast):
        idempotency_key = uuid4()
        made = [self.copy(blueprint, cast.cohort, cast["M"], idempotency_key=idempotency_key) for _ in range(2)]
        assert (made[0], CanvasCell.objects.filter(canvas=made[0]).count()) == (made[1], 3)

    def test_another_form_with_the_same_key_is_refused(self, blueprint: Canvas, cast: Cast):
        idempotency_key = uuid4()
        self.copy(blueprint, cast.cohort, cast["M"], idempotency_key=idempotency_key)
        with pytest.raises(DomainError, match="You have already sent this form: it created “Copie”"):
            actions.add_canvas(
                cohort=cast.cohort, kind="persona", title="Marc", by=cast["M"], idempotency_key=idempotency_key
            )

    def test_another_document_with_the_same_key_is_refused(self, cast: Cast):
        step = {"name": "Arriver", "cells": {"user": {"text": "Elle entre", "assumption": True}}}
        document, idempotency_key = {"kind": "service_blueprint", "title": "Guichet", "steps": [step]}, uuid4()
        arguments = {"cohort": cast.cohort, "by": cast["M"], "at": AT, "idempotency_key": idempotency_key}
        made = [actions.import_canvas(document=document, **arguments) for _ in range(2)]
        assert (made[0], cells(made[0])) == (made[1], [("Arriver", "user", "assumption")])
        for other in (step | {"name": "Entrer"}, step | {"cells": {}}):
            with pytest.raises(DomainError, match="You have already sent this form: it created “Guichet”"):
                actions.import_canvas(document=document | {"steps": [other]}, **arguments)

    def test_every_text_of_a_large_import_has_its_history(self, cast: Cast):
        made = self.copy(drawn(3, cohort=cast.cohort), cast.cohort, cast["M"])
        events = CanvasCell.pgh_event_model.objects.filter(canvas=made.pk)
        events_and_actions = {(event.pgh_label, event.pgh_context.metadata["action"]) for event in events}
        assert (events.count(), events_and_actions) == (15, {("insert", "duplicate_canvas")})
