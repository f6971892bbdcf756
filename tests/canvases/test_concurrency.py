"""Two editors on one text, 200 rounds at the same moment: what was acknowledged is never lost."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.utils.timezone import now

from accounts.models import User
from canvases import actions
from canvases.models import Canvas, CanvasCell, CanvasStep
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.canvases import CanvasCellFactory, CanvasStepFactory, drawn
from web.forms.edit_conflicts import Changed, fingerprint

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 200
Write = Callable[[CanvasCell, str, str, User], None]


def save(cell: CanvasCell, text: str, seen: str | None, by: User) -> None:
    place = {"canvas": cell.canvas, "step": cell.step, "lane": cell.lane}
    actions.write_cell(**place, text=text, assumption=True, seen=seen, by=by, at=now())


def with_care(cell: CanvasCell, line: str, stood: str, by: User) -> None:
    """As the form does: add a line to what one saw; refused, join it to what stands now and save again."""
    seen, text = fingerprint(stood, None, "assumption"), stood
    while True:
        try:
            return save(cell, f"{text}\n{line}", seen, by)
        except Changed as told:
            text, seen = str(told.stands["text"]), fingerprint(*told.stands.values())


def without_looking(cell: CanvasCell, line: str, stood: str, by: User) -> None:
    """The control: save what one typed whatever stands."""
    save(cell, f"{stood}\n{line}", None, by)


def lost(write: Write, rounds: int) -> int:
    """Two people add one line each to the text both have open; acknowledged lines that are not in it at the end."""
    cell, people = CanvasCellFactory(text="Début"), [UserFactory(), UserFactory()]
    together, acknowledged = threading.Barrier(2, timeout=60), []

    def edit(place: int, by: User) -> None:
        for turn in range(rounds):
            together.wait()
            stood = CanvasCell.objects.get(pk=cell.pk).text
            together.wait()
            write(cell, f"{turn}.{place}", stood, by)
            acknowledged.append(f"{turn}.{place}")

    assert at_once(*(partial(edit, place, by) for place, by in enumerate(people))) == ["done", "done"]
    kept = set(CanvasCell.objects.get(pk=cell.pk).text.splitlines())
    assert len(acknowledged) == 2 * rounds
    return len([line for line in acknowledged if line not in kept])


def test_two_editors_lose_nothing_in_two_hundred_rounds():
    assert lost(with_care, ROUNDS) == 0


def test_the_control_loses_what_was_acknowledged():
    assert lost(without_looking, 10) == 10


def test_two_who_write_first_in_a_place_make_one_text():
    step, people = CanvasStepFactory(), [UserFactory(), UserFactory()]
    place = {"canvas": step.canvas, "step": step, "lane": "user", "assumption": True, "seen": ""}
    answers = at_once(*(partial(actions.write_cell, **place, text=by.email, by=by, at=now()) for by in people))
    assert (len(answers), answers.count("done"), CanvasCell.objects.count()) == (2, 1, 1)


def test_of_removing_a_step_and_writing_there_one_happens():
    """Whoever removes has read what is there; whoever writes is told that the step is gone."""
    for _turn in range(10):
        cell, by = CanvasCellFactory(), UserFactory()
        answers = at_once(
            partial(actions.remove_step, step=cell.step, by=by, seen=fingerprint(cell.text)),
            partial(save, cell, "Nouveau", fingerprint(*cell.said().values()), by),
        )
        texts = list(CanvasCell.objects.filter(pk=cell.pk).values_list("text", flat=True))
        assert (answers.count("done"), texts in ([], ["Nouveau"])) == (1, True)


def test_steps_moved_at_once_keep_an_order():
    canvas: Canvas = drawn(4)
    steps, by = list(canvas.steps.all()), UserFactory()
    for turn in range(10):
        at_once(*(partial(actions.move_step, step=step, earlier=bool(turn % 2), by=by) for step in steps))
    assert list(CanvasStep.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]


def test_steps_added_at_once_stand_one_after_the_other():
    canvas, by = drawn(0), UserFactory()
    answers = at_once(*(partial(actions.add_step, canvas=canvas, name=str(n), by=by) for n in range(5)))
    found = sorted(canvas.steps.values_list("position", flat=True))
    assert (answers, found) == (["done"] * 5, [1, 2, 3, 4, 5])
