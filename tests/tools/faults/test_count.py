"""The figures of a run: each kind of trouble is counted, and turns the run red."""

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from notifications.models import Delivery
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory
from tools.faults.count import Count, count
from tools.faults.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def accepted(*letters: Delivery, **changes: Any) -> Stage:
    """A run whose postbox took these letters."""
    rows = [{"at": 10.0, "id": letter.message_id, "to": letter.user.email, **changes} for letter in letters]
    return SimpleNamespace(accepted=lambda: rows)  # type: ignore[return-value]


def figures(stage: Stage, **more: Any) -> Count:
    return count(stage, **({"bound": 0, "open_then": 0} | more))


def test_a_run_in_which_each_letter_went_once_is_green():
    letters = [DeliveryFactory(state="sent"), DeliveryFactory(state="sent"), DeliveryFactory(state="expired")]
    assert figures(accepted(*letters[:2]), open_then=3) == Count(letters=3, accepted=2, open=3)
    assert figures(accepted(*letters[:2])).red == []


def test_a_letter_that_neither_went_nor_says_why_is_lost():
    DeliveryFactory()
    assert figures(accepted()).red == ["lost 1"]


def test_a_reminder_that_never_became_letters_is_lost():
    ReminderFactory(due_at=NOW - timedelta(minutes=1))
    assert figures(accepted()).red == ["lost 1"]


def test_copies_within_the_bound_are_explained_and_others_are_not():
    letter = DeliveryFactory(state="sent")
    assert figures(accepted(letter, letter), bound=1).red == []
    assert figures(accepted(letter, letter, letter), bound=1).red == ["unexplained 1"]


def test_a_letter_marked_sent_that_never_arrived_is_a_phantom():
    DeliveryFactory(state="sent")
    assert figures(accepted()).red == ["lost 1", "phantom 1"]


def test_a_letter_after_the_last_moment_is_late():
    letter = DeliveryFactory(state="sent")
    assert figures(accepted(letter), by=9.0).red == ["late 1"]
    assert figures(accepted(letter), by=10.0).red == []


def test_a_letter_that_should_not_have_left_is_stale():
    letter = DeliveryFactory(state="sent")
    assert figures(accepted(letter), stale=[letter.message_id]).red == ["stale 1"]


def test_a_letter_to_someone_else_or_from_nowhere_is_wrong():
    letter = DeliveryFactory(state="sent")
    assert figures(accepted(letter, to="other@guests.example")).red == ["wrong 1"]
    assert figures(accepted(letter, letter, id="<unknown@lab.example>"), bound=1).wrong == 2


def test_the_postbox_log_is_read_line_by_line(tmp_path: Path):
    log = tmp_path / "post.log"
    rows = [{"answer": "accepted", "id": "<a>"}, {"answer": "drop", "id": "<b>"}]
    log.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert Stage.accepted(SimpleNamespace(post=lambda: Stage.post(SimpleNamespace(log=log)))) == rows[:1]  # type: ignore[arg-type]
