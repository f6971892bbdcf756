"""The tally of a run: each kind of failure is counted, and makes the run red."""

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from notifications.models import Delivery
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory
from tools.faults.platform import RunPlatform
from tools.faults.tally import FaultTally, tally_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def accepted(*emails: Delivery, **changes: Any) -> RunPlatform:
    """Return a run whose mail server accepted these e-mails."""
    rows = [{"at": 10.0, "id": email.message_id, "to": email.user.email, **changes} for email in emails]
    return SimpleNamespace(accepted=lambda: rows)  # type: ignore[return-value]


def figures(platform: RunPlatform, **more: Any) -> FaultTally:
    return tally_run(platform, **({"bound": 0, "open_then": 0} | more))


def test_run_in_which_each_email_was_sent_once_passes():
    emails = [DeliveryFactory(state="sent"), DeliveryFactory(state="sent"), DeliveryFactory(state="expired")]
    assert figures(accepted(*emails[:2]), open_then=3) == FaultTally(emails=3, accepted=2, open=3)
    assert figures(accepted(*emails[:2])).red == []


def test_email_neither_sent_nor_given_a_reason_is_lost():
    DeliveryFactory()
    assert figures(accepted()).red == ["lost 1"]


def test_reminder_without_emails_is_lost():
    ReminderFactory(due_at=NOW - timedelta(minutes=1))
    assert figures(accepted()).red == ["lost 1"]


def test_copies_up_to_the_bound_are_explained_and_others_are_not():
    email = DeliveryFactory(state="sent")
    assert figures(accepted(email, email), bound=1).red == []
    assert figures(accepted(email, email, email), bound=1).red == ["unexplained 1"]


def test_email_marked_sent_that_never_arrived_is_a_phantom():
    DeliveryFactory(state="sent")
    assert figures(accepted()).red == ["lost 1", "phantom 1"]


def test_email_after_its_expiry_is_late():
    email = DeliveryFactory(state="sent")
    assert figures(accepted(email), by=9.0).red == ["late 1"]
    assert figures(accepted(email), by=10.0).red == []


def test_email_that_should_not_have_been_sent_is_stale():
    email = DeliveryFactory(state="sent")
    assert figures(accepted(email), stale=[email.message_id]).red == ["stale 1"]


def test_email_to_someone_else_or_without_delivery_is_wrong():
    email = DeliveryFactory(state="sent")
    assert figures(accepted(email, to="other@guests.example")).red == ["wrong 1"]
    assert figures(accepted(email, email, id="<unknown@lab.example>"), bound=1).wrong == 2


def test_log_of_the_mail_server_is_read_line_by_line(tmp_path: Path):
    log = tmp_path / "post.log"
    rows = [{"answer": "accepted", "id": "<a>"}, {"answer": "drop", "id": "<b>"}]
    log.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert (
        RunPlatform.accepted(SimpleNamespace(log_rows=lambda: RunPlatform.log_rows(SimpleNamespace(log=log))))
        == rows[:1]
    )  # type: ignore[arg-type]
