"""Restoring a removed step with its texts, and the text of an emptied cell."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from canvases import actions
from canvases.models import Canvas, CanvasCell, CanvasStep
from tests.factories.canvases import drawn
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.prototypes import IdeaFactory, TrialFactory
from tests.pages import elements, messages, texts
from tests.prototypes.pages import send, signed_in
from tests.sql import execute
from web.errors import DomainError
from web.forms.edit_conflicts import fingerprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def canvas(cast: Cast) -> Canvas:
    """A canvas with three steps; the texts of the second one cite a session and a test, and wait for a test."""
    made = drawn(3, cohort=cast.cohort, made_by=cast["M"])
    trial = TrialFactory(prototype__idea=IdeaFactory(cohort=cast.cohort, state="testing"), state="concluded")
    second = made.steps.get(position=2)
    second.cells.filter(lane="user").update(assumption=False, session=SessionFactory(cohort=cast.cohort), version=2)
    second.cells.filter(lane="support").update(assumption=False, trial=trial, stance="contradicts", version=2)
    second.cells.filter(lane="backstage").update(trial=trial, version=2)
    return made


def snapshot(canvas: Canvas) -> list[list[dict[str, Any]]]:
    """Return every column of the steps and texts except the version."""
    cells = [{**row, "version": 0} for row in canvas.cells.order_by("pk").values()]
    return [list(canvas.steps.order_by("position").values()), cells]


def removed(canvas: Canvas, place: int, by: Any) -> int:
    step = canvas.steps.get(position=place)
    key: int = step.pk
    actions.remove_step(step=step, by=by)
    return key


def undo_in(answer: Any) -> str:
    """Return the URL of the only “Undo” button of a page."""
    [address] = {form["attrs"].get("action", "") for form in elements(answer, "form") if "/restore/" in str(form)}
    return str(address)


class TestRestoreStep:
    def test_a_step_is_restored_at_its_position_with_texts_and_evidence(self, cast: Cast, canvas: Canvas):
        before = snapshot(canvas)
        for _ in range(2):
            key = removed(canvas, 2, cast["M"])
            assert canvas.steps.count() == 2
            actions.restore_step(canvas=canvas, step=key, by=cast["P"])
            actions.restore_step(canvas=canvas, step=key, by=cast["P"])
            assert snapshot(canvas) == before

    def test_a_step_is_restored_when_other_steps_have_no_history(self, cast: Cast, canvas: Canvas):
        keys = list(canvas.steps.order_by("position").values_list("pk", flat=True))
        execute("SET LOCAL session_replication_role = replica")
        execute("DELETE FROM canvases_canvasstepevent")
        execute("SET LOCAL session_replication_role = origin")
        for place in (3, 2):
            removed(canvas, place, cast["M"])
        for step in keys[1:]:
            actions.restore_step(canvas=canvas, step=step, by=cast["M"])
        assert list(canvas.steps.order_by("position").values_list("pk", flat=True)) == keys

    def test_a_step_is_restored_at_the_end_of_a_shorter_row(self, cast: Cast, canvas: Canvas):
        one, two, three = canvas.steps.order_by("position").values_list("pk", flat=True)
        for place in (3, 2, 1):
            removed(canvas, place, cast["M"])
        for step in (three, one, two):
            actions.restore_step(canvas=canvas, step=step, by=cast["M"])
        assert list(canvas.steps.order_by("position").values_list("pk", "position")) == [(one, 1), (two, 2), (three, 3)]

    def test_steps_restored_in_order_of_removal_have_their_former_order(self, cast: Cast):
        row = drawn(5, cohort=cast.cohort)
        before = snapshot(row)
        gone = [removed(row, place, cast["M"]) for place in (2, 2, 2)]
        for step in gone:
            actions.restore_step(canvas=row, step=step, by=cast["M"])
        assert snapshot(row) == before

    def test_a_step_is_restored_after_its_moved_neighbour(self, cast: Cast, canvas: Canvas):
        one, two, three = canvas.steps.order_by("position")
        key = removed(canvas, 2, cast["M"])
        actions.move_step(step=one, earlier=False, by=cast["M"])
        actions.restore_step(canvas=canvas, step=key, by=cast["M"])
        assert list(canvas.steps.order_by("position")) == [three, one, two]

    def test_a_step_is_restored_when_its_form_has_added_another(self, cast: Cast, canvas: Canvas):
        idempotency_key = uuid4()
        arguments: dict[str, Any] = {
            "canvas": canvas,
            "name": "Attente",
            "by": cast["M"],
            "idempotency_key": idempotency_key,
        }
        first = actions.add_step(**arguments)
        actions.remove_step(step=first, by=cast["M"])
        second = actions.add_step(**arguments)
        back = actions.restore_step(canvas=canvas, step=first.pk, by=cast["M"])
        assert second.idempotency_key == idempotency_key != back.idempotency_key
        assert list(canvas.steps.order_by("position").values_list("pk", flat=True))[3:] == [first.pk, second.pk]

    def test_a_step_is_not_restored_on_a_full_or_another_canvas(self, cast: Cast, canvas: Canvas):
        key = removed(canvas, 2, cast["M"])
        with pytest.raises(DomainError, match="There is nothing to restore here"):
            actions.restore_step(canvas=drawn(0, cohort=cast.cohort), step=key, by=cast["M"])
        CanvasStep.objects.bulk_create(
            CanvasStep(canvas=canvas, position=place, name="Encore") for place in range(3, 61)
        )
        with pytest.raises(DomainError, match="A canvas has 60 steps at most"):
            actions.restore_step(canvas=canvas, step=key, by=cast["M"])
        assert canvas.steps.count() == 60

    def test_the_message_about_a_removed_step_has_an_undo_button(self, cast: Cast, canvas: Canvas):
        before, step = snapshot(canvas), canvas.steps.get(position=2)
        client = signed_in(cast["M"])
        remove = reverse("canvases:remove_step", args=[canvas.pk, step.pk])
        version_token = client.get(remove).context["form"]["version_token"].value()
        gone = client.post(remove, {"version_token": version_token}, follow=True)
        undo = undo_in(gone)
        assert messages(gone) == [f"The step “{step}” is removed. The history keeps its texts. Undo"]
        back = client.post(undo, follow=True)
        assert (back.redirect_chain, messages(back)) == (
            [(f"{canvas.get_absolute_url()}#step-{step.pk}", 302)],
            [f"The step “{step}” is restored, with its texts."],
        )
        assert snapshot(canvas) == before
        refused = signed_in(cast["M"]).post(undo.replace(str(step.pk), "999999"), follow=True)
        assert messages(refused) == ["There is nothing to restore here."]


class TestRestoreText:
    @pytest.fixture
    def place(self, canvas: Canvas) -> CanvasCell:
        """The text that cites a test."""
        return canvas.cells.get(lane="support", step__position=2)

    def emptied(self, cast: Cast, place: CanvasCell, **headers: str) -> Any:
        address = reverse("canvases:write_cell", args=[place.canvas_id, place.step_id, place.lane])
        version_token = fingerprint(*place.form_values().values())
        return signed_in(cast["M"]).post(
            address, {"text": "", "basis": "", "version_token": version_token}, headers=headers, follow=True
        )

    def test_undo_restores_a_text_with_its_evidence(self, cast: Cast, place: CanvasCell):
        answer = self.emptied(cast, place, **{"hx-request": "true"})
        assert CanvasCell.objects.get(pk=place.pk).form_values() == {"text": "", "level": None, "basis": ""}
        back = signed_in(cast["M"]).post(undo_in(answer), headers={"hx-request": "true"})
        assert (texts(back, "div", "cell-text"), CanvasCell.objects.get(pk=place.pk).form_values()) == (
            [place.text],
            place.form_values(),
        )
        assert CanvasCell.objects.get(pk=place.pk).version == 4

    def test_without_javascript_the_message_has_an_undo_button(self, cast: Cast, place: CanvasCell):
        answer = self.emptied(cast, place)
        assert messages(answer) == ["Saved. Undo"]
        send(cast["M"], undo_in(answer))
        assert CanvasCell.objects.get(pk=place.pk).form_values() == place.form_values()

    def test_a_text_written_since_is_not_overwritten(self, cast: Cast, place: CanvasCell):
        undo = undo_in(self.emptied(cast, place))
        arguments = {"canvas": place.canvas, "step": place.step, "lane": place.lane, "by": cast["P"], "at": NOW}
        actions.write_cell(**arguments, text="Nouveau", assumption=True)
        answer = signed_in(cast["M"]).post(undo, headers={"hx-request": "true"})
        reason = "Someone else has written here since then. The earlier text is in the history."
        assert (reason in answer.content.decode(), CanvasCell.objects.get(pk=place.pk).text) == (True, "Nouveau")
