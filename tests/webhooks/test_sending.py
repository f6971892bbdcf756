"""Deliveries are signed, sent, retried and ended, whatever the receiver does."""

import json
import socket
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.utils import timezone

from accounts.actions import close_account
from notifications.models import Delivery
from notifications.sending import retries
from notifications.sending.actions import pause_all_emails
from notifications.sending.cycle import send_round
from notifications.sending.leases import LEASE
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import NOW, Cast
from tests.factories.prototypes import IdeaFactory
from tests.factories.webhooks import SECRET, WebhookFactory, delivery_to
from tools.webhook_receiver import Receiver, check, receiving
from webhooks import posting, sending
from webhooks.actions import rotate_secret, send_again
from webhooks.models import Webhook, WebhookDelivery
from webhooks.sending import claim, record_outcome, send_due_webhooks, start_sending
from webhooks.targets import parse_target

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A receiver on this machine, to which webhooks may send in this test."""
    settings.WEBHOOKS_TO_LOOPBACK = True
    with receiving(Receiver(SECRET)) as found:
        yield found


def send(at: datetime = NOW) -> dict[str, int]:
    return dict(send_due_webhooks(lambda: at, seconds=60))


def state(row: WebhookDelivery) -> tuple[str, str, int | None, int]:
    row.refresh_from_db()
    return row.state, row.reason, row.answer_code, row.attempts


def test_a_message_arrives_once_with_its_headers_and_signature(receiver: Receiver, cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    row = delivery_to(WebhookFactory(url=receiver.url), event="idea.accepted", object_id=idea.pk)
    assert (send(NOW - timedelta(seconds=1)), send(), send()) == ({}, {"delivered": 1}, {})
    assert state(row) == ("delivered", "", 204, 1)
    [(headers, body)] = receiver.received
    assert check(SECRET, headers, body, NOW.timestamp()) == ""
    wanted = ("webhook-id", "webhook-timestamp", "content-type", "user-agent", "host")
    assert [headers[name] for name in wanted] == [
        *(row.message_id, str(int(NOW.timestamp())), "application/json"),
        *("labplatform-webhooks/1", f"127.0.0.1:{receiver.port}"),
    ]
    assert json.loads(body) == row.payload


def test_both_secrets_sign_for_a_day_after_a_rotation(receiver: Receiver, cast: Cast):
    webhook = WebhookFactory(owner=cast["S"], url=receiver.url)
    webhook, secret = rotate_secret(webhook=webhook, at=NOW, by=cast["S"])
    moments = [NOW + timedelta(hours=23, minutes=59), NOW + timedelta(hours=24)]
    for number, at in enumerate(moments):
        delivery_to(webhook, number)
        send(at)
    found = [
        [check(key, headers, body, at.timestamp()) == "" for key in (secret, SECRET)]
        for (headers, body), at in zip(receiver.received, moments, strict=True)
    ]
    assert found == [[True, True], [True, False]]


@pytest.mark.parametrize(("answer", "reason"), [(404, "status"), (429, "status"), (301, "redirect"), (199, "status")])
def test_another_answer_than_2xx_is_a_failure_and_no_redirect_is_followed(receiver: Receiver, answer: int, reason: str):
    with receiving(Receiver()) as elsewhere:
        receiver.answer, receiver.location = answer, elsewhere.url
        row = delivery_to(WebhookFactory(url=receiver.url))
        assert (send(), state(row)) == ({"queued": 1}, ("queued", reason, answer, 1))
    assert elsewhere.received == []


def test_a_failed_message_is_tried_again_with_growing_pauses_until_it_ends(receiver: Receiver):
    receiver.answer = 500
    row, at = delivery_to(WebhookFactory(url=receiver.url)), NOW
    pauses = []
    for attempt in range(1, retries.MAX_ATTEMPTS + 1):
        assert send(at) == {"queued" if attempt < retries.MAX_ATTEMPTS else "dead": 1}
        row.refresh_from_db()
        pauses.append(row.next_attempt_at - at)
        assert send(row.next_attempt_at - timedelta(seconds=1)) == {}
        at = row.next_attempt_at
    assert state(row) == ("dead", "status", 500, 12)
    assert all(timedelta(seconds=30) <= pause <= retries.MAX_WAIT for pause in pauses)
    assert pauses[0] < pauses[3] < pauses[6]
    assert {headers["webhook-id"] for headers, _body in receiver.received} == {row.message_id}
    receiver.answer = 200
    webhook = Webhook.objects.get()
    assert send_again(webhook=webhook, deliveries=WebhookDelivery.objects.failed(), at=at, by=webhook.owner) == 1
    assert (send(at), state(row)) == ({"delivered": 1}, ("delivered", "", 200, 1))


def test_a_receiver_that_hangs_or_is_down_costs_one_attempt_and_holds_up_nobody(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    assert posting.TIMEOUT == 10
    monkeypatch.setattr(posting, "TIMEOUT", 0.2)
    with receiving(Receiver(pause=0.5)) as hanging:
        webhook = WebhookFactory(url=hanging.url)
        slow = [delivery_to(webhook, number) for number in range(4)]
        down = delivery_to(WebhookFactory(url="http://127.0.0.1:9/"))
        good = delivery_to(WebhookFactory(url=receiver.url))
        assert Counter(send()) == Counter(queued=2, lost=3, delivered=1)
    assert [state(row) for row in (slow[0], down, good)] == [
        ("queued", "timeout", None, 1),
        ("queued", "no_connection", None, 1),
        ("delivered", "", 204, 1),
    ]
    assert {state(row) for row in slow[1:]} == {("queued", "", None, 0)}
    assert {row.next_attempt_at for row in slow} == {slow[0].next_attempt_at}
    idea = IdeaFactory()
    new = delivery_to(webhook, event="idea.accepted", object_id=idea.pk, at=(moment := NOW + timedelta(seconds=1)))
    assert (send(moment), state(new)) == ({"lost": 1}, ("queued", "", None, 0))
    assert new.next_attempt_at == slow[0].next_attempt_at
    assert not WebhookDelivery.objects.exclude(lease_token=None).exists()
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: time.sleep(0.25) or resolve(*args, **options))
    late = posting.SignedMessage(parse_target(receiver.url), {}, b"")
    assert (posting.post(late), len(receiver.received)) == (posting.PostResult(error="timeout"), 1)


def test_a_delivery_that_raises_holds_up_no_other(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    unreadable = Fernet(Fernet.generate_key()).encrypt(SECRET.encode()).decode()
    broken = [
        delivery_to(WebhookFactory(url="http://receiver.example/")),
        delivery_to(WebhookFactory(url=receiver.url, secret=unreadable)),
        delivery_to(WebhookFactory(url=receiver.url), event="idea.renamed"),
    ]
    good = delivery_to(WebhookFactory(url=receiver.url))
    assert send() == {"dead": 3, "delivered": 1}
    assert [state(row) for row in (*broken, good)] == [("dead", "not_sendable", None, 0)] * 3 + [
        ("delivered", "", 204, 1),
    ]
    assert caplog.text.count("cannot be sent") == 3
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: [] + 1)  # type: ignore[operator]
    failed = delivery_to(WebhookFactory(url=receiver.url))
    assert (send(), state(failed)) == ({"queued": 1}, ("queued", "not_sendable", None, 1))


def test_a_run_spends_ten_seconds_on_an_owner_and_goes_on_with_the_others(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    assert sending.SECONDS_OF_OWNER == posting.TIMEOUT
    monkeypatch.setattr(posting, "TIMEOUT", 0.1)
    monkeypatch.setattr(sending, "SECONDS_OF_OWNER", 0.1)
    owner = UserFactory(is_lab_staff=True)
    with receiving(Receiver(pause=0.3)) as hanging:
        for _ in range(20):
            delivery_to(WebhookFactory(owner=owner, url=hanging.url), event="webhook.test")
        good = delivery_to(WebhookFactory(url=receiver.url), at=NOW + timedelta(seconds=1))
        later = NOW + timedelta(seconds=2)
        assert (send(later), send(later)) == ({"dead": 1, "delivered": 1}, {"dead": 1})
    assert state(good) == ("delivered", "", 204, 1)
    assert not WebhookDelivery.objects.exclude(lease_token=None).exists()


def test_a_test_message_is_tried_once_and_fails_no_webhook(receiver: Receiver):
    receiver.answer = 410
    webhook = WebhookFactory(url=receiver.url)
    row, other = delivery_to(webhook, event="webhook.test"), delivery_to(webhook, at=NOW + timedelta(seconds=1))
    assert (send(), state(row)) == ({"dead": 1}, ("dead", "status", 410, 1))
    webhook.refresh_from_db()
    assert (webhook.failing_since, webhook.disabled_at, state(other)[3]) == (None, None, 0)


def test_a_new_password_disables_the_webhooks_of_the_person_who_gets_an_e_mail(
    cast: Cast, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
):
    own = WebhookFactory(owner=cast["C"], cohort=cast.cohort, name="Rivage")
    other = WebhookFactory(owner=cast["S"])
    form = {
        "oldpassword": "a long demonstration word",
        **dict.fromkeys(("password1", "password2"), "another long word"),
    }
    with caplog.at_level("INFO", "labplatform.security"), django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            signed_in(cast["C"]).post("/accounts/password/change/", form)
    assert Webhook.objects.get(pk=own.pk).disabled_reason == "password"
    assert Webhook.objects.enabled().get() == other
    assert caplog.text.count("disable_webhooks_of_changed_password") == 1
    send_round(timezone.now, seconds=10)
    [email] = [each for each in mail.outbox if "Rivage" in each.subject]
    assert "Vérifiez son adresse" in " ".join(email.body.split())


def test_an_answer_that_is_no_http_and_a_private_address_are_failures(receiver: Receiver, settings: Any):
    garbled = delivery_to(WebhookFactory(url=receiver.url.replace("http:", "https:")))
    assert (send(), state(garbled)[:2]) == ({"queued": 1}, ("queued", "no_connection"))
    settings.WEBHOOKS_TO_LOOPBACK = False
    hidden = delivery_to(WebhookFactory(url="https://2130706433/"))
    assert (send(), state(hidden)[:2]) == ({"queued": 1}, ("queued", "private_address"))
    assert receiver.received == []


def test_a_webhook_that_fails_for_five_days_is_disabled_and_its_owner_told(receiver: Receiver, cast: Cast):
    webhook = WebhookFactory(owner=cast["S"], name="Intranet", url=receiver.url)
    receiver.answer = 503
    for number, days in enumerate((0, 4.99, 5)):
        assert Webhook.objects.get().disabled_at is None
        delivery_to(webhook, number, at=(at := NOW + timedelta(days=days)))
        send(at)
    webhook.refresh_from_db()
    assert (webhook.disabled_at, webhook.disabled_reason) == (at, "failing")
    send_round(lambda: at, seconds=60)
    [email] = mail.outbox
    assert (email.to, "Intranet" in email.subject, f"/webhooks/{webhook.pk}/" in email.body) == (
        *([cast["S"].email], True),
        True,
    )
    assert "activez le webhook depuis sa page" in " ".join(email.body.split())
    WebhookDelivery.objects.update(next_attempt_at=at)
    before = len(receiver.received)
    send(at)
    assert set(WebhookDelivery.objects.values_list("state", "reason")) == {("skipped", "disabled")}
    assert len(receiver.received) == before


def test_one_accepted_message_ends_a_failure_and_410_disables_at_once(receiver: Receiver):
    webhook = WebhookFactory(url=receiver.url, failing_since=NOW - timedelta(days=30))
    delivery_to(webhook)
    send()
    assert Webhook.objects.get().failing_since is None
    receiver.answer = 410
    row = delivery_to(webhook, 2)
    assert (send(), state(row)) == ({"dead": 1}, ("dead", "status", 410, 1))
    assert Webhook.objects.get().disabled_reason == "gone"


def test_each_attempt_asks_whether_the_owner_may_still_see_it(receiver: Receiver, cast: Cast):
    ours, elsewhere = IdeaFactory(cohort=cast.cohort), IdeaFactory()
    webhook = WebhookFactory(owner=cast["C"], cohort=cast.cohort, url=receiver.url)
    rows = [delivery_to(webhook, event="idea.accepted", object_id=idea.pk) for idea in (ours, elsewhere)]
    assert send() == {"delivered": 1, "skipped": 1}
    assert [state(row)[:2] for row in rows] == [("delivered", ""), ("skipped", "no_access")]
    cast["C"].memberships.update(ends_on=NOW.date() - timedelta(days=1))
    late = delivery_to(webhook, 2, event="idea.accepted", object_id=ours.pk)
    assert (send(), state(late)[:2]) == ({"skipped": 1}, ("skipped", "not_allowed"))
    assert Webhook.objects.get().disabled_reason == "no_access"
    send_round(lambda: NOW, seconds=60)
    [email] = mail.outbox
    assert ("Vous pouvez supprimer le webhook" in email.body, "activez" in email.body) == (True, False)
    own = WebhookFactory(owner=UserFactory(is_lab_staff=True, lab_role="member"), url=receiver.url)
    close_account(user=own.owner, at=NOW, by=None)
    own.refresh_from_db()
    assert own.disabled_reason == "closed"


def test_only_the_sender_with_the_lease_sends_and_records(cast: Cast):
    row = delivery_to(WebhookFactory())
    batch, other = claim(NOW), uuid4()
    assert start_sending(row.pk, other, NOW) == "lost"
    assert isinstance(start_sending(row.pk, batch.token, NOW), posting.SignedMessage)
    assert record_outcome(row.pk, other, posting.PostResult(code=204), NOW) == "lost"
    assert record_outcome(row.pk, batch.token, posting.PostResult(code=204), NOW) == "delivered"


def test_nothing_leaves_while_all_e_mails_are_paused(receiver: Receiver, cast: Cast):
    row = delivery_to(WebhookFactory(owner=cast["S"], url=receiver.url))
    batch = claim(NOW)
    pause_all_emails(reason="Restore", at=NOW, by=cast["S"])
    assert start_sending(row.pk, batch.token, NOW) == "lost"
    assert (send(NOW + LEASE), state(row)) == ({}, ("queued", "", None, 0))


def test_a_sender_that_dies_after_the_answer_leaves_a_message_that_is_sent_again(receiver: Receiver):
    row = delivery_to(WebhookFactory(url=receiver.url))
    batch = claim(NOW)
    message: Any = start_sending(row.pk, batch.token, NOW)
    assert posting.post(message).is_accepted  # and here it dies
    assert send(NOW + LEASE - timedelta(seconds=1)) == {}
    assert send(NOW + LEASE) == {"delivered": 1}
    assert record_outcome(row.pk, batch.token, posting.PostResult(500), NOW + LEASE) == "lost"
    assert state(row) == ("delivered", "", 204, 2)
    assert len({headers["webhook-id"] for headers, _body in receiver.received}) == 1
    assert Delivery.objects.count() == 0
