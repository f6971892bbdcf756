"""What was taken away from a canvas comes back as it was: a step with its texts, or the text of one place."""

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
from tests.pages import elements, said, texts
from tests.prototypes.pages import send, signed_in
from tests.sql import execute
from web.errors import DomainError
from web.forms.edit_conflicts import fingerprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def canvas(cast: Cast) -> Canvas:
    """Three steps; at the second a text cites a session, one a test, and one waits for it."""
    made = drawn(3, cohort=cast.cohort, made_by=cast["M"])
    trial = TrialFactory(prototype__idea=IdeaFactory(cohort=cast.cohort, state="testing"), state="concluded")
    second = made.steps.get(position=2)
    second.cells.filter(lane="user").update(assumption=False, session=SessionFactory(cohort=cast.cohort), version=2)
    second.cells.filter(lane="support").update(assumption=False, trial=trial, stance="contradicts", version=2)
    second.cells.filter(lane="backstage").update(trial=trial, version=2)
    return made


def stands(canvas: Canvas) -> list[list[dict[str, Any]]]:
    """Every column of the steps and of the texts but the count of changes."""
    cells = [{**row, "version": 0} for row in canvas.cells.order_by("pk").values()]
    return [list(canvas.steps.order_by("position").values()), cells]


def removed(canvas: Canvas, place: int, by: Any) -> int:
    step = canvas.steps.get(position=place)
    key: int = step.pk
    actions.remove_step(step=step, by=by)
    return key


def undo_in(answer: Any) -> str:
    """Where the one “Undo” of a page leads."""
    [address] = {form["attrs"].get("action", "") for form in elements(answer, "form") if "/restore/" in str(form)}
    return str(address)


class TestAStep:
    def test_comes_back_at_its_place_with_its_texts_and_what_they_rest_on(self, cast: Cast, canvas: Canvas):
        before = stands(canvas)
        for _ in range(2):
            key = removed(canvas, 2, cast["M"])
            assert canvas.steps.count() == 2
            actions.restore_step(canvas=canvas, step=key, by=cast["P"])
            actions.restore_step(canvas=canvas, step=key, by=cast["P"])
            assert stands(canvas) == before

    def test_comes_back_where_the_steps_have_no_history_of_their_creation(self, cast: Cast, canvas: Canvas):
        keys = list(canvas.steps.order_by("position").values_list("pk", flat=True))
        execute("SET LOCAL session_replication_role = replica")
        execute("DELETE FROM canvases_canvasstepevent")
        execute("SET LOCAL session_replication_role = origin")
        for place in (3, 2):
            removed(canvas, place, cast["M"])
        for step in keys[1:]:
            actions.restore_step(canvas=canvas, step=step, by=cast["M"])
        assert list(canvas.steps.order_by("position").values_list("pk", flat=True)) == keys

    def test_at_the_end_of_a_row_that_became_shorter_and_before_what_came_after_it(self, cast: Cast, canvas: Canvas):
        one, two, three = canvas.steps.order_by("position").values_list("pk", flat=True)
        for place in (3, 2, 1):
            removed(canvas, place, cast["M"])
        for step in (three, one, two):
            actions.restore_step(canvas=canvas, step=step, by=cast["M"])
        assert list(canvas.steps.order_by("position").values_list("pk", "position")) == [(one, 1), (two, 2), (three, 3)]

    def test_in_the_order_of_removal_neighbours_stand_as_they_did(self, cast: Cast):
        row = drawn(5, cohort=cast.cohort)
        before = stands(row)
        gone = [removed(row, place, cast["M"]) for place in (2, 2, 2)]
        for step in gone:
            actions.restore_step(canvas=row, step=step, by=cast["M"])
        assert stands(row) == before

    def test_after_its_neighbour_wherever_that_was_moved_to(self, cast: Cast, canvas: Canvas):
        one, two, three = canvas.steps.order_by("position")
        key = removed(canvas, 2, cast["M"])
        actions.move_step(step=one, earlier=False, by=cast["M"])
        actions.restore_step(canvas=canvas, step=key, by=cast["M"])
        assert list(canvas.steps.order_by("position")) == [three, one, two]

    def test_also_when_its_form_was_sent_again_and_made_another(self, cast: Cast, canvas: Canvas):
        entry = uuid4()
        told: dict[str, Any] = {"canvas": canvas, "name": "Attente", "by": cast["M"], "entry": entry}
        first = actions.add_step(**told)
        actions.remove_step(step=first, by=cast["M"])
        second = actions.add_step(**told)
        back = actions.restore_step(canvas=canvas, step=first.pk, by=cast["M"])
        assert second.entry == entry != back.entry
        assert list(canvas.steps.order_by("position").values_list("pk", flat=True))[3:] == [first.pk, second.pk]

    def test_not_where_the_room_was_taken_nor_on_another_canvas(self, cast: Cast, canvas: Canvas):
        key = removed(canvas, 2, cast["M"])
        with pytest.raises(DomainError, match="There is nothing to restore here"):
            actions.restore_step(canvas=drawn(0, cohort=cast.cohort), step=key, by=cast["M"])
        CanvasStep.objects.bulk_create(
            CanvasStep(canvas=canvas, position=place, name="Encore") for place in range(3, 61)
        )
        with pytest.raises(DomainError, match="A canvas has 60 steps at most"):
            actions.restore_step(canvas=canvas, step=key, by=cast["M"])
        assert canvas.steps.count() == 60

    def test_by_the_button_beside_what_says_that_it_is_gone(self, cast: Cast, canvas: Canvas):
        before, step = stands(canvas), canvas.steps.get(position=2)
        client = signed_in(cast["M"])
        remove = reverse("canvases:remove_step", args=[canvas.pk, step.pk])
        seen = client.get(remove).context["form"]["seen"].value()
        gone = client.post(remove, {"seen": seen}, follow=True)
        undo = undo_in(gone)
        assert said(gone) == [f"The step “{step}” is removed. The history keeps its texts. Undo"]
        back = client.post(undo, follow=True)
        assert (back.redirect_chain, said(back)) == (
            [(f"{canvas.get_absolute_url()}#step-{step.pk}", 302)],
            [f"The step “{step}” is restored, with its texts."],
        )
        assert stands(canvas) == before
        refused = signed_in(cast["M"]).post(undo.replace(str(step.pk), "999999"), follow=True)
        assert said(refused) == ["There is nothing to restore here."]


class TestAText:
    @pytest.fixture
    def place(self, canvas: Canvas) -> CanvasCell:
        """The text that cites a test."""
        return canvas.cells.get(lane="support", step__position=2)

    def emptied(self, cast: Cast, place: CanvasCell, **headers: str) -> Any:
        address = reverse("canvases:write_cell", args=[place.canvas_id, place.step_id, place.lane])
        seen = fingerprint(*place.said().values())
        return signed_in(cast["M"]).post(address, {"text": "", "basis": "", "seen": seen}, headers=headers, follow=True)

    def test_in_the_page_undo_brings_it_back_with_what_it_rests_on(self, cast: Cast, place: CanvasCell):
        answer = self.emptied(cast, place, **{"hx-request": "true"})
        assert CanvasCell.objects.get(pk=place.pk).said() == {"text": "", "level": None, "basis": ""}
        back = signed_in(cast["M"]).post(undo_in(answer), headers={"hx-request": "true"})
        assert (texts(back, "div", "said-text"), CanvasCell.objects.get(pk=place.pk).said()) == (
            [place.text],
            place.said(),
        )
        assert CanvasCell.objects.get(pk=place.pk).version == 4

    def test_without_script_the_message_has_it(self, cast: Cast, place: CanvasCell):
        answer = self.emptied(cast, place)
        assert said(answer) == ["Saved. Undo"]
        send(cast["M"], undo_in(answer))
        assert CanvasCell.objects.get(pk=place.pk).said() == place.said()

    def test_not_over_what_somebody_wrote_meanwhile(self, cast: Cast, place: CanvasCell):
        undo = undo_in(self.emptied(cast, place))
        told = {"canvas": place.canvas, "step": place.step, "lane": place.lane, "by": cast["P"], "at": NOW}
        actions.write_cell(**told, text="Nouveau", assumption=True)
        answer = signed_in(cast["M"]).post(undo, headers={"hx-request": "true"})
        reason = "Someone else has written here since then. The earlier text is in the history."
        assert (reason in answer.content.decode(), CanvasCell.objects.get(pk=place.pk).text) == (True, "Nouveau")
