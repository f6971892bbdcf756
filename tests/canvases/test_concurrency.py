"""Two editors of one text save at the same moment, 200 times: no saved text is lost."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.utils.timezone import now

from accounts.models import User
from canvases import actions
from canvases.models import Canvas, CanvasCell, CanvasStep
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.canvases import CanvasCellFactory, CanvasStepFactory, drawn
from web.forms.edit_conflicts import EditConflict, fingerprint

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 50
Write = Callable[[CanvasCell, str, str, User], None]


def save(cell: CanvasCell, text: str, version_token: str | None, by: User) -> None:
    place = {"canvas": cell.canvas, "step": cell.step, "lane": cell.lane}
    actions.write_cell(**place, text=text, assumption=True, version_token=version_token, by=by, at=now())


def with_care(cell: CanvasCell, line: str, stood: str, by: User) -> None:
    """Add a line to the text that was read; after a conflict, add it to the current text and save again."""
    version_token, text = fingerprint(stood, None, "assumption"), stood
    while True:
        try:
            return save(cell, f"{text}\n{line}", version_token, by)
        except EditConflict as conflict:
            text, version_token = str(conflict.current["text"]), fingerprint(*conflict.current.values())


def without_looking(cell: CanvasCell, line: str, stood: str, by: User) -> None:
    """Save the typed text without a version token, as a control."""
    save(cell, f"{stood}\n{line}", None, by)


def lost(write: Write, rounds: int) -> int:
    """Return the saved lines that are missing at the end, when two people each add one line to the text that both
    opened.
    """
    cell, people = CanvasCellFactory(text="Début"), [UserFactory(), UserFactory()]
    together, acknowledged = threading.Barrier(2, timeout=60), []

    def edit(place: int, by: User) -> None:
        for turn in range(rounds):
            together.wait()
            stood = CanvasCell.objects.get(pk=cell.pk).text
            together.wait()
            write(cell, f"{turn}.{place}", stood, by)
            acknowledged.append(f"{turn}.{place}")

    assert run_at_once(*(partial(edit, place, by) for place, by in enumerate(people))) == ["done", "done"]
    saved = set(CanvasCell.objects.get(pk=cell.pk).text.splitlines())
    assert len(acknowledged) == 2 * rounds
    return len([line for line in acknowledged if line not in saved])


def test_two_editors_lose_no_text_in_fifty_rounds():
    assert lost(with_care, ROUNDS) == 0


def test_control_without_token_loses_saved_text():
    assert lost(without_looking, 10) == 10


def test_two_simultaneous_first_texts_make_one_cell():
    step, people = CanvasStepFactory(), [UserFactory(), UserFactory()]
    place = {"canvas": step.canvas, "step": step, "lane": "user", "assumption": True, "version_token": ""}
    answers = run_at_once(*(partial(actions.write_cell, **place, text=by.email, by=by, at=now()) for by in people))
    assert (len(answers), answers.count("done"), CanvasCell.objects.count()) == (2, 1, 1)


def test_only_one_of_removing_a_step_and_writing_there_succeeds():
    """Removing a step needs its present texts; writing in a removed step gets an error that says so."""
    for _turn in range(10):
        cell, by = CanvasCellFactory(), UserFactory()
        answers = run_at_once(
            partial(actions.remove_step, step=cell.step, by=by, version_token=fingerprint(cell.text)),
            partial(save, cell, "Nouveau", fingerprint(*cell.form_values().values()), by),
        )
        texts = list(CanvasCell.objects.filter(pk=cell.pk).values_list("text", flat=True))
        assert (answers.count("done"), texts in ([], ["Nouveau"])) == (1, True)


def test_simultaneous_moves_keep_an_order():
    canvas: Canvas = drawn(4)
    steps, by = list(canvas.steps.all()), UserFactory()
    for turn in range(10):
        run_at_once(*(partial(actions.move_step, step=step, earlier=bool(turn % 2), by=by) for step in steps))
    assert list(CanvasStep.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]


def test_simultaneously_added_steps_have_consecutive_positions():
    canvas, by = drawn(0), UserFactory()
    answers = run_at_once(*(partial(actions.add_step, canvas=canvas, name=str(n), by=by) for n in range(5)))
    found = sorted(canvas.steps.values_list("position", flat=True))
    assert (answers, found) == (["done"] * 5, [1, 2, 3, 4, 5])
