"""Actions on canvases: copies with their lineage, documents taken in whole or not at all, who wrote what."""

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
from web.forms.edit_conflicts import Changed, fingerprint

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def cells(canvas: Canvas) -> list[tuple[str, str, str]]:
    """Step, lane and basis of each text, in the order of the canvas."""
    rows = canvas.cells.select_related("step").order_by("step__position", "pk")
    return [(str(cell.step or ""), cell.lane, cell.basis) for cell in rows]


@pytest.fixture
def blueprint(cast: Cast) -> Canvas:
    """Two steps: one seen in a session, one supported by a test, one assumed."""
    canvas = CanvasFactory(cohort=cast.cohort, idea=IdeaFactory(cohort=cast.cohort), made_by=cast["M"])
    arrive, wait = (CanvasStepFactory(canvas=canvas, name=name) for name in ("Arriver", "Attendre"))
    trial = TrialFactory(prototype=PrototypeFactory(idea=canvas.idea), state="concluded")
    CanvasCellFactory(step=arrive, lane="user", session=SessionFactory(cohort=cast.cohort), assumption=False)
    CanvasCellFactory(step=wait, lane="user", trial=trial, stance="supports")
    CanvasCellFactory(step=wait, lane="support")
    return canvas


class TestWriting:
    def write(self, cell: CanvasCell, by: Any, **told: Any) -> CanvasCell:
        told = {"text": "Autre", "assumption": True, "at": AT} | told
        return actions.write_cell(canvas=cell.canvas, step=cell.step, lane=cell.lane, by=by, **told)

    def test_the_first_text_of_a_place(self, cast: Cast):
        step = CanvasStepFactory(canvas__cohort=cast.cohort)
        told = {"step": step, "lane": "user", "text": " Elle entre ", "assumption": True, "seen": ""}
        made = actions.write_cell(canvas=step.canvas, by=cast["M"], at=AT, **told)
        assert (made.text, made.version, made.edited_by, made.edited_at) == ("Elle entre", 1, cast["M"], AT)

    def test_saying_the_same_counts_as_no_change(self, cast: Cast):
        cell = CanvasCellFactory(canvas__cohort=cast.cohort)
        same = self.write(cell, cast["P"], text=cell.text, seen="long ago")
        assert (same.version, same.edited_by) == (1, cell.edited_by)

    def test_a_change_counts_as_one_version(self, cast: Cast):
        cell = CanvasCellFactory()
        found = [self.write(cell, cast["P"], text=text).version for text in ("a", "b", "b", "c")]
        assert found == [2, 3, 3, 4]

    def test_whoever_did_not_see_what_stands_is_told_of_it(self, cast: Cast):
        cell = CanvasCellFactory()
        with pytest.raises(Changed) as told:
            self.write(cell, cast["P"], seen="")
        assert told.value.stands == {"text": cell.text, "level": None, "basis": "assumption"}

    def test_longer_than_the_database_keeps_is_refused_in_words(self, cast: Cast):
        with pytest.raises(DomainError, match=r"longer than 20,000 characters"):
            self.write(CanvasCellFactory(), cast["P"], text="x" * 20_001)

    def test_a_text_without_anything_it_rests_on(self, cast: Cast):
        with pytest.raises(DomainError, match="A text is an assumption, or cites"):
            self.write(CanvasCellFactory(), cast["P"], assumption=False)

    def test_a_test_of_another_cohort(self, cast: Cast):
        trial = TrialFactory(state="concluded")
        with pytest.raises(DomainError, match="of the same cohort"):
            self.write(CanvasCellFactory(), cast["P"], assumption=False, trial=trial, stance="supports")


class TestSteps:
    def test_the_same_form_makes_one(self, blueprint: Canvas, cast: Cast):
        entry = uuid4()
        made = [actions.add_step(canvas=blueprint, name="Repartir", by=cast["M"], entry=entry) for _ in range(2)]
        assert (made[0], made[0].position) == (made[1], 3)
        with pytest.raises(DomainError, match=r"it created “Repartir”\. To add another step, send it again"):
            actions.add_step(canvas=blueprint, name="Revenir", by=cast["M"], entry=entry)

    def test_removing_takes_the_texts_along_and_closes_up(self, blueprint: Canvas, cast: Cast):
        first = blueprint.steps.get(position=1)
        actions.remove_step(step=first, by=cast["M"], seen=fingerprint("L'agente se lève et accompagne."))
        assert list(blueprint.steps.values_list("name", "position")) == [("Attendre", 1)]
        assert cells(blueprint)[0][0] == "Attendre"

    def test_removing_twice_changes_nothing(self, blueprint: Canvas, cast: Cast):
        step = blueprint.steps.get(position=1)
        for _ in range(2):
            actions.remove_step(step=step, by=cast["M"])
        assert blueprint.steps.count() == 1

    def test_naming_one_that_is_gone(self, blueprint: Canvas, cast: Cast):
        step = blueprint.steps.get(position=1)
        CanvasStep.objects.filter(pk=step.pk).delete()
        with pytest.raises(DomainError, match="Someone else has removed this step since you opened it"):
            actions.name_step(step=step, name="Entrer", by=cast["M"])


class TestCopies:
    def copy(self, canvas: Canvas, cohort: Any, by: Any, **more: Any) -> Canvas:
        return actions.duplicate_canvas(canvas=canvas, cohort=cohort, title="Copie", by=by, at=AT, **more)

    def test_at_home_everything_is_kept(self, blueprint: Canvas, cast: Cast):
        made = self.copy(blueprint, cast.cohort, cast["M"])
        assert (made.copied_from, made.idea, made.made_by, made.title) == (
            blueprint,
            blueprint.idea,
            cast["M"],
            "Copie",
        )
        assert cells(made) == cells(blueprint)

    def test_elsewhere_texts_become_assumptions(self, blueprint: Canvas, cast: Cast):
        made = self.copy(blueprint, cast.other, cast["N"])
        assert (made.copied_from, made.cohort, made.idea) == (blueprint, cast.other, None)
        assert cells(made) == [(step, lane, "assumption") for step, lane, _basis in cells(blueprint)]

    def test_the_two_live_apart(self, blueprint: Canvas, cast: Cast):
        made = self.copy(blueprint, cast.cohort, cast["M"])
        actions.move_step(step=made.steps.get(position=1), earlier=False, by=cast["M"])
        assert [list(row.steps.values_list("name", flat=True)) for row in (blueprint, made)] == [
            ["Arriver", "Attendre"],
            ["Attendre", "Arriver"],
        ]

    def test_the_same_form_makes_one(self, blueprint: Canvas, cast: Cast):
        entry = uuid4()
        made = [self.copy(blueprint, cast.cohort, cast["M"], entry=entry) for _ in range(2)]
        assert (made[0], CanvasCell.objects.filter(canvas=made[0]).count()) == (made[1], 3)

    def test_another_form_with_the_same_key_is_told_what_became_of_it(self, blueprint: Canvas, cast: Cast):
        entry = uuid4()
        self.copy(blueprint, cast.cohort, cast["M"], entry=entry)
        with pytest.raises(DomainError, match="You have already sent this form: it created “Copie”"):
            actions.add_canvas(cohort=cast.cohort, kind="persona", title="Marc", by=cast["M"], entry=entry)

    def test_another_document_with_the_same_key_is_told_what_became_of_it(self, cast: Cast):
        step = {"name": "Arriver", "cells": {"user": {"text": "Elle entre", "assumption": True}}}
        document, entry = {"kind": "service_blueprint", "title": "Guichet", "steps": [step]}, uuid4()
        told = {"cohort": cast.cohort, "by": cast["M"], "at": AT, "entry": entry}
        made = [actions.import_canvas(document=document, **told) for _ in range(2)]
        assert (made[0], cells(made[0])) == (made[1], [("Arriver", "user", "assumption")])
        for other in (step | {"name": "Entrer"}, step | {"cells": {}}):
            with pytest.raises(DomainError, match="You have already sent this form: it created “Guichet”"):
                actions.import_canvas(document=document | {"steps": [other]}, **told)

    def test_every_text_of_a_large_one_has_its_history(self, cast: Cast):
        made = self.copy(drawn(3, cohort=cast.cohort), cast.cohort, cast["M"])
        events = CanvasCell.pgh_event_model.objects.filter(canvas=made.pk)
        told = {(event.pgh_label, event.pgh_context.metadata["action"]) for event in events}
        assert (events.count(), told) == (15, {("insert", "duplicate_canvas")})
