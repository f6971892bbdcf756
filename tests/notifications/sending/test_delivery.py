"""Sending to a real mail server: nothing lost, nothing sent twice, nothing outdated."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from celery import current_app
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notifications import actions
from notifications.actions import cancel_reminders
from notifications.events import EventRef
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.registries import EmailPart, EventKind, RecipientCheck
from notifications.sending import delivery as delivery_module
from notifications.sending import retries
from notifications.sending.cycle import send_round
from notifications.sending.delivery import (
    LEASE,
    LEASE_LOST,
    SendingHeld,
    claim,
    record_outcome,
    release_unsent,
    send_due_emails,
    start_sending,
)
from notifications.sending.mail_server import HandOverResult, Verdict
from notifications.sending.worker_wakeup import SEND_EMAILS
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    FROM_EMAIL,
    NOW,
    WORKSHOP,
    DeliveryFactory,
    ReminderFactory,
    WorkshopGuestFactory,
    at_the_time,
    part,
    plan,
    registered,
    workshop,
)
from tests.factories.sink import DROP, DROP_ACCEPTED, NO_ANSWER, Sink

LATER = NOW + LEASE + timedelta(seconds=1)


def send(moment=NOW) -> Counter[str]:
    return send_due_emails(at_the_time(moment), seconds=60)


def states() -> Counter[str]:
    return Counter(Delivery.objects.values_list("state", flat=True))


# --- the ordinary way -------------------------------------------------------------------------------------------------


def test_each_email_is_sent_once_in_any_number_of_rounds(db: None, workshop: EventKind, sink: Sink):
    deliveries = DeliveryFactory.create_batch(3)
    assert send() == Counter(sent=3)
    assert send() == Counter()
    assert sorted(sink.to) == sorted(delivery.user.email for delivery in deliveries)
    assert sorted(sink.message_ids) == sorted(delivery.message_id for delivery in deliveries)


def test_all_emails_of_a_round_share_one_connection(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory.create_batch(4)
    send()
    assert (sink.offered, len(sink.sessions)) == (4, 1)


def test_a_sent_email_is_marked_sent(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory()
    send()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at, delivery.attempts) == ("sent", NOW, 1)
    assert (delivery.lease_token, delivery.lease_until, delivery.last_error) == (None, None, "")
    assert delivery.subject == f"Workshop 7: {delivery.items.get().reminder.step}"
    assert delivery.items.get().state == "sent"


def test_an_email_goes_to_the_accounts_present_address(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory(address="old@guests.example")
    send()
    delivery.refresh_from_db()
    assert (sink.to, delivery.address) == ([delivery.user.email], delivery.user.email)


def test_an_address_that_nobody_has_proved_gets_no_text_by_others(db: None, workshop: EventKind, sink: Sink):
    unproven, proven = DeliveryFactory.create_batch(2)
    EmailAddress.objects.filter(user=unproven.user).update(verified=False)
    send()
    subjects = {email["To"]: email["Subject"] for email in sink.emails}
    assert subjects == {
        unproven.user.email: "There is news for you on labplatform",
        proven.user.email: f"Workshop 7: {proven.items.get().reminder.step}",
    }


def test_an_email_that_is_not_due_is_not_sent(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory(due_at=NOW + timedelta(minutes=1))
    assert send() == Counter()
    assert states() == Counter(queued=1)


def test_nothing_is_sent_without_time_left(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory()
    assert send_due_emails(at_the_time(NOW), seconds=0) == Counter()
    assert states() == Counter(queued=1)


# --- claims ----------------------------------------------------------------------------------------------------------


def test_a_claim_takes_the_earliest_emails_up_to_the_limit(db: None):
    deliveries = [DeliveryFactory(due_at=NOW - timedelta(minutes=minutes)) for minutes in (1, 3, 2)]
    batch = claim(NOW, limit=2)
    assert list(batch.ids) == [deliveries[1].pk, deliveries[2].pk]


def test_claimed_emails_cannot_be_claimed_until_the_lease_ends(db: None):
    delivery = DeliveryFactory()
    first = claim(NOW)
    assert list(claim(NOW + LEASE - timedelta(seconds=1)).ids) == []
    second = claim(NOW + LEASE)
    assert list(first.ids) == list(second.ids) == [delivery.pk]
    assert first.token != second.token


def test_a_claim_changes_only_columns_outside_indexes(db: None):
    delivery = DeliveryFactory()
    batch = claim(NOW)
    claimed = Delivery.objects.values("lease_token", "lease_until", "next_attempt_at", "state").get(pk=delivery.pk)
    assert claimed == {
        "lease_token": batch.token,
        "lease_until": NOW + LEASE,
        "next_attempt_at": delivery.next_attempt_at,
        "state": "queued",
    }
    indexed = {column for index in Delivery._meta.indexes for column in index.fields}
    assert indexed.isdisjoint({"lease_token", "lease_until"})


def test_a_claim_is_one_statement(db: None):
    DeliveryFactory.create_batch(3)
    with CaptureQueriesContext(connection) as calls:
        claim(NOW)
    assert [row["sql"].split()[0] for row in calls] == ["WITH"]


@pytest.mark.django_db(transaction=True)
def test_only_the_commit_of_a_claim_is_asynchronous():
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        DeliveryFactory()
        assert len(claim(NOW).ids) == 1
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
        cursor.execute("RESET synchronous_commit")


@pytest.mark.django_db(transaction=True)
def test_a_claim_inside_a_transaction_keeps_its_commit_synchronous():
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        DeliveryFactory()
        with transaction.atomic():
            assert len(claim(NOW).ids) == 1
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
        cursor.execute("RESET synchronous_commit")


def test_released_emails_can_be_claimed_at_once(db: None):
    delivery = DeliveryFactory()
    release_unsent(claim(NOW))
    assert list(claim(NOW).ids) == [delivery.pk]


def test_a_claim_can_be_limited_to_some_reminders(db: None):
    wanted, _other = DeliveryFactory.create_batch(2)
    reminders = Reminder.objects.filter(pk=wanted.items.get().reminder_id)
    assert list(claim(NOW, reminders=reminders).ids) == [wanted.pk]


def test_a_claim_limited_to_no_reminders_takes_nothing(db: None):
    DeliveryFactory()
    assert list(claim(NOW, reminders=Reminder.objects.filter(pk__in=[])).ids) == []


def test_a_claim_uses_the_index_of_due_emails(db: None):
    DeliveryFactory()
    with connection.cursor() as cursor:
        for other_way in ("seqscan", "bitmapscan", "sort"):  # an almost empty table would be read any way
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
        plan_text = Delivery.objects.claimable(NOW)[:50].explain()
    assert "delivery_due" in plan_text


# --- hand-over -------------------------------------------------------------------------------------------------------


def test_sending_needs_the_token_of_the_claim(db: None, workshop: EventKind):
    delivery = DeliveryFactory()
    claim(NOW)
    assert start_sending(delivery.pk, uuid4(), NOW, from_email=FROM_EMAIL) == LEASE_LOST


def test_sending_needs_a_valid_lease(db: None, workshop: EventKind):
    delivery = DeliveryFactory()
    batch = claim(NOW)
    assert start_sending(delivery.pk, batch.token, NOW + LEASE, from_email=FROM_EMAIL) == LEASE_LOST


def test_the_hand_over_is_committed_before_anything_is_sent(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory()
    batch = claim(NOW)
    start_sending(delivery.pk, batch.token, NOW, from_email=FROM_EMAIL)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, sink.offered) == ("handing_over", 1, 0)


def test_a_sender_past_its_lease_cannot_overwrite_anothers_outcome(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory()
    frozen = claim(NOW)
    start_sending(delivery.pk, frozen.token, NOW, from_email=FROM_EMAIL)
    assert send(LATER) == Counter(sent=1)
    assert record_outcome(delivery.pk, frozen.token, HandOverResult(Verdict.REFUSED, "550 late"), LATER) == LEASE_LOST
    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at) == ("sent", LATER)


def test_a_sender_past_its_lease_cannot_end_anothers_hand_over(db: None, workshop: EventKind):
    delivery = DeliveryFactory()
    frozen = claim(NOW)
    start_sending(delivery.pk, frozen.token, NOW, from_email=FROM_EMAIL)
    other = claim(LATER)
    start_sending(delivery.pk, other.token, LATER, from_email=FROM_EMAIL)
    assert record_outcome(delivery.pk, frozen.token, HandOverResult(Verdict.REFUSED, "550 late"), LATER) == LEASE_LOST
    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease_token, delivery.attempts) == ("handing_over", other.token, 2)


def test_an_expired_lease_nobody_took_still_allows_recording(db: None, workshop: EventKind):
    delivery = DeliveryFactory()
    batch = claim(NOW)
    start_sending(delivery.pk, batch.token, NOW, from_email=FROM_EMAIL)
    assert record_outcome(delivery.pk, batch.token, HandOverResult(Verdict.ACCEPTED), LATER) == "sent"


def test_an_email_with_unknown_outcome_is_resent_with_the_same_message_id(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory()
    sink.answers = lambda number, _envelope: DROP_ACCEPTED if number == 1 else "250 kept"
    assert send() == Counter(queued=1)
    assert send(NOW + retries.MAX_WAIT) == Counter(sent=1)
    assert sink.message_ids == [delivery.message_id, delivery.message_id]


def test_emails_of_a_killed_sender_wait_for_the_end_of_the_lease(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory.create_batch(2)
    batch = claim(NOW)
    start_sending(batch.ids[0], batch.token, NOW, from_email=FROM_EMAIL)  # and here it dies
    assert send() == Counter()
    assert send(LATER) == Counter(sent=2)


# --- answers of the mail server ---------------------------------------------------------------------------------------


def test_a_refused_address_ends_the_email_with_the_servers_reply(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory()
    sink.refused[delivery.user.email] = "550 no such person"
    assert send() == Counter(dead=1)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason, delivery.last_error) == ("dead", "refused", "550 no such person")
    assert (delivery.items.get().state, delivery.items.get().reason) == ("dead", "refused")
    assert send(LATER) == Counter()


def test_a_refused_email_blocks_no_other(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory.create_batch(3)
    sink.answers = lambda number, _envelope: "554 no" if number == 2 else "250 kept"
    assert send() == Counter(sent=2, dead=1)


@pytest.mark.parametrize("answer", ["451 come back later", NO_ANSWER, DROP])
def test_an_email_without_a_final_answer_is_retried_later(db: None, workshop: EventKind, sink: Sink, answer: str):
    delivery = DeliveryFactory()
    sink.answers = lambda number, _envelope: answer if number == 1 else "250 kept"
    assert send() == Counter(queued=1)
    delivery.refresh_from_db()
    assert delivery.attempts == 1
    assert NOW < delivery.next_attempt_at <= NOW + retries.FIRST_WAIT
    assert delivery.last_error.startswith("451" if answer.startswith("451") else "No final answer")
    assert send(NOW + timedelta(seconds=1)) == Counter()
    assert send(NOW + retries.FIRST_WAIT) == Counter(sent=1)
    assert len(sink.accepted) == 1


def test_after_a_timeout_the_next_email_uses_a_new_connection(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory.create_batch(2)
    sink.answers = lambda number, _envelope: NO_ANSWER if number == 1 else "250 kept"
    assert send() == Counter(queued=1, sent=1)
    assert len(sink.sessions) == 2


def test_attempts_have_a_limit(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory(expires_at=NOW + timedelta(days=30), reminder=expanded(days=30))
    sink.answers = lambda _number, _envelope: "451 busy"
    for day in range(retries.MAX_ATTEMPTS + 2):
        send(NOW + timedelta(days=day))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason, delivery.last_error) == ("dead", "attempts", "451 busy")
    assert (delivery.attempts, sink.offered) == (retries.MAX_ATTEMPTS, retries.MAX_ATTEMPTS)


def test_an_email_with_unknown_outcome_at_its_last_attempt_is_not_retried(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory(attempts=retries.MAX_ATTEMPTS)
    assert send() == Counter(dead=1)
    delivery.refresh_from_db()
    assert (delivery.reason, sink.offered) == ("attempts", 0)


def test_without_a_mail_server_nothing_counts_as_an_attempt(db: None, workshop: EventKind, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    delivery = DeliveryFactory()
    assert send() == Counter()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.lease_token, delivery.next_attempt_at) == (
        "queued",
        0,
        None,
        NOW,
    )


def test_an_email_that_cannot_be_rendered_has_an_error_and_blocks_no_other(db: None, sink: Sink):
    def broken(reminder: Reminder, event: EventRef, user, language: str):
        if user.full_name == "Broken":
            raise LookupError("the event has no place")
        return workshop().render(reminder, event, user, language)

    delivery = DeliveryFactory(user=WorkshopGuestFactory(full_name="Broken"))
    DeliveryFactory()
    with registered(workshop(render=broken)):
        assert send() == Counter(dead=1, sent=1)
    delivery.refresh_from_db()
    assert (delivery.reason, delivery.last_error) == ("unwritten", "LookupError: the event has no place")


# --- nothing outdated -------------------------------------------------------------------------------------------------


def expanded(**lasting: int) -> Reminder:
    return ReminderFactory(state="expanded", expires_at=NOW + timedelta(**lasting))


def test_an_expired_email_is_never_sent(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory()
    assert send(delivery.expires_at) == Counter(expired=1)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason, delivery.items.get().state, sink.offered) == (
        "expired",
        "expired",
        "expired",
        0,
    )


def test_an_expired_email_with_unknown_outcome_is_not_resent(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory()
    batch = claim(delivery.expires_at - timedelta(seconds=1))
    start_sending(delivery.pk, batch.token, delivery.expires_at - timedelta(seconds=1), from_email=FROM_EMAIL)
    assert send(delivery.expires_at + LEASE) == Counter(expired=1)


def test_a_move_between_claim_and_hand_over_stops_the_old_date(db: None, workshop: EventKind, sink: Sink):
    WorkshopGuestFactory.create_batch(2)
    day = plan()[0].event_day
    send_round_without_sending()
    batch = claim(NOW)
    plan(EventRef("workshop", 7, 2), day + timedelta(days=40))
    assert [start_sending(pk, batch.token, NOW, from_email=FROM_EMAIL) for pk in batch.ids] == [LEASE_LOST, LEASE_LOST]
    assert states() == Counter(cancelled=2)
    assert sink.offered == 0


def send_round_without_sending() -> None:
    from notifications.emails.creation import create_due_emails

    create_due_emails(NOW)


def test_an_email_cancelled_with_unknown_outcome_is_not_retried(db: None, workshop: EventKind, sink: Sink):
    WorkshopGuestFactory()
    plan()
    send_round_without_sending()
    sink.answers = lambda _number, _envelope: "451 busy"
    sink.before_data = lambda _number: None
    batch = claim(NOW)
    start_sending(batch.ids[0], batch.token, NOW, from_email=FROM_EMAIL)
    cancel_reminders(event=WORKSHOP, reason="cancelled", by=None)
    record_outcome(batch.ids[0], batch.token, HandOverResult(Verdict.LATER, "451 busy"), NOW)
    assert send(NOW + timedelta(hours=1)) == Counter(cancelled=1)
    assert sink.offered == 0


@pytest.mark.parametrize("why", ["left", "declined", "answered"])
def test_an_item_refused_by_the_event_is_not_sent(db: None, sink: Sink, why: str):
    delivery = DeliveryFactory()
    with registered(workshop(check=lambda reminder, _user, _at: RecipientCheck(why, reminder))):
        assert send() == Counter(skipped=1)
    delivery.refresh_from_db()
    assert (delivery.reason, delivery.items.get().reason, sink.offered) == (why, why, 0)


def test_other_items_of_an_email_with_a_refused_item_are_sent(db: None, sink: Sink):
    delivery = DeliveryFactory()
    gone = DeliveryItem.objects.create(
        delivery=delivery, reminder=ReminderFactory(step="gone", state="expanded"), user=delivery.user
    )
    with registered(workshop(check=lambda row, _user, _at: RecipientCheck("left" if row.step == "gone" else "", row))):
        assert send() == Counter(sent=1)
    gone.refresh_from_db()
    assert (gone.state, gone.reason) == ("skipped", "left")
    assert "gone" not in sink.emails[0].get_body(("plain",)).get_content()


def test_a_person_who_unsubscribed_since_gets_nothing(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory()
    actions.unsubscribe(user=delivery.user, kinds=["workshop"], by=delivery.user)
    assert send() == Counter(skipped=1)
    delivery.refresh_from_db()
    assert (delivery.reason, sink.offered) == ("unsubscribed", 0)


def test_a_closed_account_gets_nothing(db: None, workshop: EventKind, sink: Sink):
    delivery = DeliveryFactory(user=WorkshopGuestFactory(is_active=False))
    assert send() == Counter(skipped=1)
    delivery.refresh_from_db()
    assert (delivery.reason, sink.offered) == ("inactive", 0)


# --- the switch -------------------------------------------------------------------------------------------------------


def test_nothing_is_sent_while_emails_are_paused(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory()
    staff = UserFactory(is_lab_staff=True)
    actions.pause_all_emails(reason="Restored from a backup", at=NOW, by=staff)
    assert send() == Counter()
    assert (states(), sink.offered) == (Counter(queued=1), 0)
    actions.resume_all_emails(by=staff)
    assert send() == Counter(sent=1)


def test_a_pause_after_the_claim_stops_the_hand_over(db: None, workshop: EventKind):
    delivery = DeliveryFactory()
    batch = claim(NOW)
    actions.pause_all_emails(reason="Wrong date", at=NOW, by=UserFactory(is_lab_staff=True))
    with pytest.raises(SendingHeld):
        start_sending(delivery.pk, batch.token, NOW, from_email=FROM_EMAIL)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("queued", 0)


def test_a_paused_email_is_not_sent(db: None, workshop: EventKind, sink: Sink):
    held, _free = DeliveryFactory.create_batch(2)
    actions.pause_email(email=held, by=UserFactory(is_lab_staff=True))
    assert send() == Counter(sent=1)
    assert states() == Counter(sent=1, held=1)


# --- outages ----------------------------------------------------------------------------------------------------------


def test_after_five_days_of_outage_useful_emails_are_sent_once_and_others_expire(
    db: None, workshop: EventKind, sink: Sink
):
    WorkshopGuestFactory.create_batch(2)
    day = (NOW + timedelta(days=14)).date()
    plan(day=day, at=NOW - timedelta(days=30))
    plan(EventRef("workshop", 8), day=(NOW + timedelta(days=3)).date(), at=NOW - timedelta(days=30))
    five_days_on = NOW + timedelta(days=5)
    send_round(at_the_time(five_days_on), seconds=60)
    send_round(at_the_time(five_days_on), seconds=60)
    subjects = Counter(str(email["Subject"]) for email in sink.emails)
    assert subjects == Counter({"Workshop 7: dates": 2, "Workshop 7: details": 2, "Workshop 8: thanks": 2})
    announcements = Reminder.objects.filter(due_at__lte=five_days_on).order_by("object_id", "due_at")
    assert [(row.object_id, row.step, row.state) for row in announcements] == [
        (7, "dates", "expanded"),
        (7, "details", "expanded"),
        (8, "dates", "expired"),
        (8, "details", "expired"),
        (8, "last_note", "expired"),
        (8, "thanks", "expanded"),
    ]


# --- two at once ------------------------------------------------------------------------------------------------------


def in_threads(*acts: Callable[[], Any]) -> list[Any]:
    """Run each function in a thread with its own connection; return their results, raise their exceptions."""
    results: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        try:
            results[number] = acts[number]()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_nothing_twice(workshop: EventKind, sink: Sink):
    deliveries = DeliveryFactory.create_batch(30)
    sink.pause = 0.005
    tallies = in_threads(*[send_by_fives] * 3)
    assert sum(tally["sent"] for tally in tallies) == len(deliveries)
    assert sorted(sink.message_ids) == sorted(delivery.message_id for delivery in deliveries)


def send_by_fives() -> Counter[str]:
    """Send with small claims, so that the senders alternate."""
    from notifications.sending.mail_server import MailConnection

    tally: Counter[str] = Counter()
    with MailConnection() as post:
        while (batch := claim(NOW, limit=5)).ids:
            tally += delivery_module._send_batch(batch, at_the_time(NOW), post, float("inf"))
    return tally


@pytest.mark.django_db(transaction=True)
def test_concurrent_claims_share_the_emails(workshop: EventKind):
    DeliveryFactory.create_batch(20)
    both = in_threads(*[lambda: list(claim(NOW, limit=10).ids) for _ in range(2)])
    batch = [pk for deliveries in both for pk in deliveries]
    assert len(batch) == len(set(batch))


@pytest.mark.django_db(transaction=True)
def test_a_move_waits_for_a_hand_over_that_began_and_stops_one_that_did_not(workshop: EventKind, sink: Sink):
    WorkshopGuestFactory.create_batch(2)
    rows = plan()
    send_round_without_sending()
    batch = claim(NOW)
    assert len(batch.ids) == 2

    def move_in_between(number: int) -> None:
        if number == 1:
            in_threads(lambda: plan(EventRef("workshop", 7, 2), rows[0].event_day + timedelta(days=60), NOW))

    sink.before_data = move_in_between
    from notifications.sending.mail_server import MailConnection

    with MailConnection() as post:
        tally = delivery_module._send_batch(batch, at_the_time(NOW), post, float("inf"))
    assert tally == Counter({"sent": 1, LEASE_LOST: 1})
    assert len(sink.accepted) == 1
    assert states() == Counter(sent=1, cancelled=1)


@pytest.mark.django_db(transaction=True)
def test_a_claim_skips_locked_emails(workshop: EventKind):
    locked, free = DeliveryFactory.create_batch(2)
    batch: list[list[int]] = []

    def claim_concurrently() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        batch.append(list(claim(NOW).ids))

    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=locked.pk)
        in_threads(claim_concurrently)
    assert batch == [[free.pk]]


@pytest.mark.django_db(transaction=True)
def test_a_move_waits_while_an_email_is_checked_and_rendered(sink: Sink):
    WorkshopGuestFactory()
    moved = threading.Event()
    threads: list[threading.Thread] = []

    def move() -> None:
        try:
            plan(EventRef("workshop", 7, 2), (NOW + timedelta(days=90)).date())
            moved.set()
        finally:
            connection.close()

    def move_while_writing(reminder: Reminder, event: EventRef, user: User, language: str) -> EmailPart:
        if not threads:
            threads.append(threading.Thread(target=move))
            threads[0].start()
            assert not moved.wait(0.4), "the move did not wait for the e-mail"
        return part(reminder, event, user, language)

    day = (NOW + timedelta(days=10)).date()
    with registered(workshop(render=move_while_writing)):
        plan(day=day)
        plan(EventRef("workshop", 8), day)
        send_round_without_sending()
        batch = claim(NOW)
        start_sending(batch.ids[0], batch.token, NOW, from_email=FROM_EMAIL)
        threads[0].join()
    delivery = Delivery.objects.get()
    assert (delivery.state, moved.is_set()) == ("handing_over", True)
    assert list(delivery.items.values_list("state", flat=True)) == ["queued", "queued"]
    assert Reminder.objects.get(object_id=7, version=1, step="details").reason == "moved"


@pytest.mark.django_db(transaction=True)
def test_other_senders_join_a_full_batch_and_nothing_is_sent_twice(
    workshop: EventKind, sink: Sink, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(delivery_module, "BATCH", 5)
    calls: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_options: calls.append(name))
    deliveries = DeliveryFactory.create_batch(20)
    sink.pause = 0.02
    assert send_due_emails(at_the_time(NOW), seconds=30, senders=3) == Counter(sent=len(deliveries))
    assert sorted(sink.message_ids) == sorted(delivery.message_id for delivery in deliveries)
    assert (len(sink.sessions), calls) == (3, [SEND_EMAILS])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limited", [True, False])
def test_a_single_sender_wakes_no_other_worker(
    workshop: EventKind, sink: Sink, monkeypatch: pytest.MonkeyPatch, limited: bool
):
    monkeypatch.setattr(delivery_module, "BATCH", 5)
    calls: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_options: calls.append(name))
    DeliveryFactory.create_batch(20)
    reminders = Reminder.objects.all() if limited else None
    assert send_due_emails(at_the_time(NOW), seconds=30, reminders=reminders) == Counter(sent=20)
    assert (len(sink.sessions), calls) == (1, [])
