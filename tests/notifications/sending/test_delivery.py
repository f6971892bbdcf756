"""Sending by the ledger, against a real mail server: nothing lost, nothing twice, nothing stale."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from celery import current_app
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notifications import actions
from notifications.actions import cancel_reminders
from notifications.events import EventRef
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.registries import Checked, EventKind, LetterPart
from notifications.sending import delivery, retries
from notifications.sending.cycle import send_round
from notifications.sending.delivery import LEASE, LOST, Held, begin, claim, finish, give_back, send_due
from notifications.sending.mail_server import Outcome, Verdict
from notifications.sending.worker_wakeup import SEND_LETTERS
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    NOW,
    WORKSHOP,
    DeliveryFactory,
    GuestFactory,
    ReminderFactory,
    at_the_time,
    part,
    plan,
    registered,
    workshop,
)
from tests.factories.sink import DROP, DROP_ACCEPTED, SILENCE, Sink

LATER = NOW + LEASE + timedelta(seconds=1)


def send(moment=NOW) -> Counter[str]:
    return send_due(at_the_time(moment), seconds=30)


def states() -> Counter[str]:
    return Counter(Delivery.objects.values_list("state", flat=True))


# --- the ordinary way -------------------------------------------------------------------------------------------------


def test_each_letter_goes_once_however_often_the_post_goes_round(db: None, workshop: EventKind, sink: Sink):
    letters = DeliveryFactory.create_batch(3)
    assert send() == Counter(sent=3)
    assert send() == Counter()
    assert sorted(sink.to) == sorted(letter.user.email for letter in letters)
    assert sorted(sink.message_ids) == sorted(letter.message_id for letter in letters)


def test_all_letters_of_a_round_share_one_connection(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory.create_batch(4)
    send()
    assert (sink.offered, len(sink.sessions)) == (4, 1)


def test_a_letter_that_went_says_so(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory()
    send()
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at, letter.attempts) == ("sent", NOW, 1)
    assert (letter.lease_token, letter.lease_until, letter.last_error) == (None, None, "")
    assert letter.subject == f"Workshop 7: {letter.items.get().reminder.step}"
    assert letter.items.get().state == "sent"


def test_it_goes_to_the_address_the_account_has_now(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory(address="old@guests.example")
    send()
    letter.refresh_from_db()
    assert (sink.to, letter.address) == ([letter.user.email], letter.user.email)


def test_a_letter_that_is_not_due_stays(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory(due_at=NOW + timedelta(minutes=1))
    assert send() == Counter()
    assert states() == Counter(queued=1)


def test_no_time_left_leaves_everything_to_the_next_round(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory()
    assert send_due(at_the_time(NOW), seconds=0) == Counter()
    assert states() == Counter(queued=1)


# --- claims ----------------------------------------------------------------------------------------------------------


def test_a_claim_takes_the_earliest_letters_and_no_more_than_asked(db: None):
    letters = [DeliveryFactory(due_at=NOW - timedelta(minutes=minutes)) for minutes in (1, 3, 2)]
    taken = claim(NOW, limit=2)
    assert list(taken.letters) == [letters[1].pk, letters[2].pk]


def test_what_is_claimed_is_nobody_elses_until_the_lease_ends(db: None):
    letter = DeliveryFactory()
    first = claim(NOW)
    assert list(claim(NOW + LEASE - timedelta(seconds=1)).letters) == []
    second = claim(NOW + LEASE)
    assert list(first.letters) == list(second.letters) == [letter.pk]
    assert first.token != second.token


def test_a_claim_changes_the_lease_and_nothing_an_index_holds(db: None):
    letter = DeliveryFactory()
    taken = claim(NOW)
    claimed = Delivery.objects.values("lease_token", "lease_until", "next_attempt_at", "state").get(pk=letter.pk)
    assert claimed == {
        "lease_token": taken.token,
        "lease_until": NOW + LEASE,
        "next_attempt_at": letter.next_attempt_at,
        "state": "queued",
    }
    indexed = {column for index in Delivery._meta.indexes for column in index.fields}
    assert indexed.isdisjoint({"lease_token", "lease_until"})


def test_a_claim_is_one_statement(db: None):
    DeliveryFactory.create_batch(3)
    with CaptureQueriesContext(connection) as asked:
        claim(NOW)
    assert [row["sql"].split()[0] for row in asked] == ["WITH"]


@pytest.mark.django_db(transaction=True)
def test_only_the_commit_of_the_claim_does_not_wait_for_the_disk():
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        DeliveryFactory()
        assert len(claim(NOW).letters) == 1
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
        cursor.execute("RESET synchronous_commit")


@pytest.mark.django_db(transaction=True)
def test_a_claim_within_a_transaction_leaves_its_commit_as_it_is():
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        DeliveryFactory()
        with transaction.atomic():
            assert len(claim(NOW).letters) == 1
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
        cursor.execute("RESET synchronous_commit")


def test_what_is_given_back_can_be_claimed_at_once(db: None):
    letter = DeliveryFactory()
    give_back(claim(NOW))
    assert list(claim(NOW).letters) == [letter.pk]


def test_a_claim_can_be_limited_to_some_reminders(db: None):
    wanted, _other = DeliveryFactory.create_batch(2)
    within = Reminder.objects.filter(pk=wanted.items.get().reminder_id)
    assert list(claim(NOW, within=within).letters) == [wanted.pk]


def test_a_claim_within_nothing_takes_nothing(db: None):
    DeliveryFactory()
    assert list(claim(NOW, within=Reminder.objects.filter(pk__in=[])).letters) == []


def test_a_claim_reads_the_index_of_due_letters(db: None):
    DeliveryFactory()
    with connection.cursor() as cursor:
        for other_way in ("seqscan", "bitmapscan", "sort"):  # an almost empty table would be read any way
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
        plan_text = Delivery.objects.claimable(NOW)[:50].explain()
    assert "delivery_due" in plan_text


# --- hand-over -------------------------------------------------------------------------------------------------------


def test_a_hand_over_needs_the_token_of_the_claim(db: None, workshop: EventKind):
    letter = DeliveryFactory()
    claim(NOW)
    assert begin(letter.pk, uuid4(), NOW) == LOST


def test_a_hand_over_needs_a_lease_that_still_runs(db: None, workshop: EventKind):
    letter = DeliveryFactory()
    taken = claim(NOW)
    assert begin(letter.pk, taken.token, NOW + LEASE) == LOST


def test_a_hand_over_is_marked_before_anything_leaves(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory()
    taken = claim(NOW)
    begin(letter.pk, taken.token, NOW)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, sink.offered) == ("handing_over", 1, 0)


def test_a_sender_frozen_past_its_lease_cannot_record_over_another(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory()
    frozen = claim(NOW)
    begin(letter.pk, frozen.token, NOW)
    assert send(LATER) == Counter(sent=1)
    assert finish(letter.pk, frozen.token, Outcome(Verdict.REFUSED, "550 late"), LATER) == LOST
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at) == ("sent", LATER)


def test_a_frozen_sender_cannot_end_what_another_has_in_hand(db: None, workshop: EventKind):
    letter = DeliveryFactory()
    frozen = claim(NOW)
    begin(letter.pk, frozen.token, NOW)
    other = claim(LATER)
    begin(letter.pk, other.token, LATER)
    assert finish(letter.pk, frozen.token, Outcome(Verdict.REFUSED, "550 late"), LATER) == LOST
    letter.refresh_from_db()
    assert (letter.state, letter.lease_token, letter.attempts) == ("handing_over", other.token, 2)


def test_a_sender_whose_lease_ended_unnoticed_still_records_the_truth(db: None, workshop: EventKind):
    letter = DeliveryFactory()
    taken = claim(NOW)
    begin(letter.pk, taken.token, NOW)
    assert finish(letter.pk, taken.token, Outcome(Verdict.ACCEPTED), LATER) == "sent"


def test_a_letter_in_doubt_goes_again_with_the_same_message_id(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory()
    sink.answers = lambda number, _envelope: DROP_ACCEPTED if number == 1 else "250 kept"
    assert send() == Counter(queued=1)
    assert send(NOW + retries.LONGEST) == Counter(sent=1)
    assert sink.message_ids == [letter.message_id, letter.message_id]


def test_a_killed_senders_letters_wait_for_the_end_of_the_lease(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory.create_batch(2)
    taken = claim(NOW)
    begin(taken.letters[0], taken.token, NOW)  # and here it dies
    assert send() == Counter()
    assert send(LATER) == Counter(sent=2)


# --- answers of the mail server ---------------------------------------------------------------------------------------


def test_a_refused_address_ends_the_letter_with_the_servers_words(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory()
    sink.refused[letter.user.email] = "550 no such person"
    assert send() == Counter(dead=1)
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.last_error) == ("dead", "refused", "550 no such person")
    assert (letter.items.get().state, letter.items.get().reason) == ("dead", "refused")
    assert send(LATER) == Counter()


def test_a_refused_letter_stops_no_other(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory.create_batch(3)
    sink.answers = lambda number, _envelope: "554 no" if number == 2 else "250 kept"
    assert send() == Counter(sent=2, dead=1)


@pytest.mark.parametrize("answer", ["451 come back later", SILENCE, DROP])
def test_a_letter_without_a_final_answer_goes_later(db: None, workshop: EventKind, sink: Sink, answer: str):
    letter = DeliveryFactory()
    sink.answers = lambda number, _envelope: answer if number == 1 else "250 kept"
    assert send() == Counter(queued=1)
    letter.refresh_from_db()
    assert letter.attempts == 1
    assert NOW < letter.next_attempt_at <= NOW + retries.FIRST
    assert letter.last_error.startswith("451" if answer.startswith("451") else "No final answer")
    assert send(NOW + timedelta(seconds=1)) == Counter()
    assert send(NOW + retries.FIRST) == Counter(sent=1)
    assert len(sink.kept) == 1


def test_after_silence_the_next_letter_takes_a_new_connection(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory.create_batch(2)
    sink.answers = lambda number, _envelope: SILENCE if number == 1 else "250 kept"
    assert send() == Counter(queued=1, sent=1)
    assert len(sink.sessions) == 2


def test_attempts_have_a_limit(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory(expires_at=NOW + timedelta(days=30), reminder=expanded(days=30))
    sink.answers = lambda _number, _envelope: "451 busy"
    for day in range(retries.ATTEMPTS + 2):
        send(NOW + timedelta(days=day))
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.last_error) == ("dead", "attempts", "451 busy")
    assert (letter.attempts, sink.offered) == (retries.ATTEMPTS, retries.ATTEMPTS)


def test_a_letter_in_doubt_at_its_last_attempt_is_not_tried_again(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory(attempts=retries.ATTEMPTS)
    assert send() == Counter(dead=1)
    letter.refresh_from_db()
    assert (letter.reason, sink.offered) == ("attempts", 0)


def test_without_a_mail_server_nothing_counts_as_an_attempt(db: None, workshop: EventKind, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    letter = DeliveryFactory()
    assert send() == Counter()
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.lease_token, letter.next_attempt_at) == ("queued", 0, None, NOW)


def test_a_letter_that_cannot_be_written_says_why_and_stops_no_other(db: None, sink: Sink):
    def broken(reminder: Reminder, event: EventRef, user, language: str):
        if user.full_name == "Broken":
            raise LookupError("the event has no place")
        return workshop().render(reminder, event, user, language)

    letter = DeliveryFactory(user=GuestFactory(full_name="Broken"))
    DeliveryFactory()
    with registered(workshop(render=broken)):
        assert send() == Counter(dead=1, sent=1)
    letter.refresh_from_db()
    assert (letter.reason, letter.last_error) == ("unwritten", "LookupError: the event has no place")


# --- nothing stale ----------------------------------------------------------------------------------------------------


def expanded(**lasting: int) -> Reminder:
    return ReminderFactory(state="expanded", expires_at=NOW + timedelta(**lasting))


def test_a_letter_never_starts_once_it_is_useless(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory()
    assert send(letter.expires_at) == Counter(expired=1)
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.items.get().state, sink.offered) == ("expired", "expired", "expired", 0)


def test_a_letter_in_doubt_is_not_repeated_once_it_is_useless(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory()
    taken = claim(letter.expires_at - timedelta(seconds=1))
    begin(letter.pk, taken.token, letter.expires_at - timedelta(seconds=1))
    assert send(letter.expires_at + LEASE) == Counter(expired=1)


def test_moved_between_claim_and_hand_over_the_old_date_never_leaves(db: None, workshop: EventKind, sink: Sink):
    GuestFactory.create_batch(2)
    day = plan()[0].event_day
    send_round_without_sending()
    taken = claim(NOW)
    plan(EventRef("workshop", 7, 2), day + timedelta(days=40))
    assert [begin(pk, taken.token, NOW) for pk in taken.letters] == [LOST, LOST]
    assert states() == Counter(cancelled=2)
    assert sink.offered == 0


def send_round_without_sending() -> None:
    from notifications.emails.creation import expand_due

    expand_due(NOW)


def test_cancelled_while_in_doubt_it_is_not_tried_again(db: None, workshop: EventKind, sink: Sink):
    GuestFactory()
    plan()
    send_round_without_sending()
    sink.answers = lambda _number, _envelope: "451 busy"
    sink.before_data = lambda _number: None
    taken = claim(NOW)
    begin(taken.letters[0], taken.token, NOW)
    cancel_reminders(event=WORKSHOP, reason="cancelled", by=None)
    finish(taken.letters[0], taken.token, Outcome(Verdict.LATER, "451 busy"), NOW)
    assert send(NOW + timedelta(hours=1)) == Counter(cancelled=1)
    assert sink.offered == 0


@pytest.mark.parametrize("why", ["left", "declined", "answered"])
def test_what_the_event_refuses_does_not_go(db: None, sink: Sink, why: str):
    letter = DeliveryFactory()
    with registered(workshop(check=lambda reminder, _user, _at: Checked(why, reminder))):
        assert send() == Counter(skipped=1)
    letter.refresh_from_db()
    assert (letter.reason, letter.items.get().reason, sink.offered) == (why, why, 0)


def test_one_refused_item_leaves_the_others_of_the_letter(db: None, sink: Sink):
    letter = DeliveryFactory()
    gone = DeliveryItem.objects.create(
        delivery=letter, reminder=ReminderFactory(step="gone", state="expanded"), user=letter.user
    )
    with registered(workshop(check=lambda row, _user, _at: Checked("left" if row.step == "gone" else "", row))):
        assert send() == Counter(sent=1)
    gone.refresh_from_db()
    assert (gone.state, gone.reason) == ("skipped", "left")
    assert "gone" not in sink.letters[0].get_body(("plain",)).get_content()


def test_a_person_who_unsubscribed_meanwhile_gets_nothing(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory()
    actions.unsubscribe(user=letter.user, kinds=["workshop"], by=letter.user)
    assert send() == Counter(skipped=1)
    letter.refresh_from_db()
    assert (letter.reason, sink.offered) == ("unsubscribed", 0)


def test_a_closed_account_gets_nothing(db: None, workshop: EventKind, sink: Sink):
    letter = DeliveryFactory(user=GuestFactory(is_active=False))
    assert send() == Counter(skipped=1)
    letter.refresh_from_db()
    assert (letter.reason, sink.offered) == ("inactive", 0)


# --- the switch -------------------------------------------------------------------------------------------------------


def test_nothing_leaves_while_letters_are_held(db: None, workshop: EventKind, sink: Sink):
    DeliveryFactory()
    staff = UserFactory(is_lab_staff=True)
    actions.hold_mail(reason="Restored from a backup", at=NOW, by=staff)
    assert send() == Counter()
    assert (states(), sink.offered) == (Counter(queued=1), 0)
    actions.release_mail(by=staff)
    assert send() == Counter(sent=1)


def test_a_switch_thrown_after_the_claim_stops_the_hand_over(db: None, workshop: EventKind):
    letter = DeliveryFactory()
    taken = claim(NOW)
    actions.hold_mail(reason="Wrong date", at=NOW, by=UserFactory(is_lab_staff=True))
    with pytest.raises(Held):
        begin(letter.pk, taken.token, NOW)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("queued", 0)


def test_one_letter_held_back_does_not_go(db: None, workshop: EventKind, sink: Sink):
    held, _free = DeliveryFactory.create_batch(2)
    actions.hold_letter(letter=held, by=UserFactory(is_lab_staff=True))
    assert send() == Counter(sent=1)
    assert states() == Counter(sent=1, held=1)


# --- outages ----------------------------------------------------------------------------------------------------------


def test_after_five_days_down_what_is_useful_goes_once_and_the_rest_expires(db: None, workshop: EventKind, sink: Sink):
    GuestFactory.create_batch(2)
    day = (NOW + timedelta(days=14)).date()
    plan(day=day, at=NOW - timedelta(days=30))
    plan(EventRef("workshop", 8), day=(NOW + timedelta(days=3)).date(), at=NOW - timedelta(days=30))
    five_days_on = NOW + timedelta(days=5)
    send_round(at_the_time(five_days_on), seconds=30)
    send_round(at_the_time(five_days_on), seconds=30)
    subjects = Counter(str(letter["Subject"]) for letter in sink.letters)
    assert subjects == Counter({"Workshop 7: dates": 2, "Workshop 7: details": 2, "Workshop 8: thanks": 2})
    told = Reminder.objects.filter(due_at__lte=five_days_on).order_by("object_id", "due_at")
    assert [(row.object_id, row.step, row.state) for row in told] == [
        (7, "dates", "expanded"),
        (7, "details", "expanded"),
        (8, "dates", "expired"),
        (8, "details", "expired"),
        (8, "last_note", "expired"),
        (8, "thanks", "expanded"),
    ]


# --- two at once ------------------------------------------------------------------------------------------------------


def in_threads(*acts: Callable[[], Any]) -> list[Any]:
    """Run each act in a thread with a connection of its own; returns what they returned, raises what they raised."""
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
    letters = DeliveryFactory.create_batch(30)
    sink.pause = 0.005
    tallies = in_threads(*[send_by_fives] * 3)
    assert sum(tally["sent"] for tally in tallies) == len(letters)
    assert sorted(sink.message_ids) == sorted(letter.message_id for letter in letters)


def send_by_fives() -> Counter[str]:
    """Small claims, so that the senders really alternate."""
    from notifications.sending.mail_server import Post

    tally: Counter[str] = Counter()
    with Post() as post:
        while (taken := claim(NOW, limit=5)).letters:
            tally += delivery._carry(taken, at_the_time(NOW), post, float("inf"))
    return tally


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_share_the_letters(workshop: EventKind):
    DeliveryFactory.create_batch(20)
    both = in_threads(*[lambda: list(claim(NOW, limit=10).letters) for _ in range(2)])
    taken = [pk for letters in both for pk in letters]
    assert len(taken) == len(set(taken))


@pytest.mark.django_db(transaction=True)
def test_a_move_waits_for_a_hand_over_that_began_and_stops_one_that_did_not(workshop: EventKind, sink: Sink):
    GuestFactory.create_batch(2)
    rows = plan()
    send_round_without_sending()
    taken = claim(NOW)
    assert len(taken.letters) == 2

    def move_in_between(number: int) -> None:
        if number == 1:
            in_threads(lambda: plan(EventRef("workshop", 7, 2), rows[0].event_day + timedelta(days=60), NOW))

    sink.before_data = move_in_between
    from notifications.sending.mail_server import Post

    with Post() as post:
        tally = delivery._carry(taken, at_the_time(NOW), post, float("inf"))
    assert tally == Counter({"sent": 1, LOST: 1})
    assert len(sink.kept) == 1
    assert states() == Counter(sent=1, cancelled=1)


@pytest.mark.django_db(transaction=True)
def test_a_claim_does_not_wait_for_letters_someone_has_locked(workshop: EventKind):
    locked, free = DeliveryFactory.create_batch(2)
    taken: list[list[int]] = []

    def claim_meanwhile() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        taken.append(list(claim(NOW).letters))

    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=locked.pk)
        in_threads(claim_meanwhile)
    assert taken == [[free.pk]]


@pytest.mark.django_db(transaction=True)
def test_a_move_waits_while_a_letter_is_checked_and_written(sink: Sink):
    GuestFactory()
    moved = threading.Event()
    threads: list[threading.Thread] = []

    def move() -> None:
        try:
            plan(EventRef("workshop", 7, 2), (NOW + timedelta(days=90)).date())
            moved.set()
        finally:
            connection.close()

    def move_while_writing(reminder: Reminder, event: EventRef, user: User, language: str) -> LetterPart:
        if not threads:
            threads.append(threading.Thread(target=move))
            threads[0].start()
            assert not moved.wait(0.4), "the move did not wait for the letter"
        return part(reminder, event, user, language)

    day = (NOW + timedelta(days=10)).date()
    with registered(workshop(render=move_while_writing)):
        plan(day=day)
        plan(EventRef("workshop", 8), day)
        send_round_without_sending()
        taken = claim(NOW)
        begin(taken.letters[0], taken.token, NOW)
        threads[0].join()
    letter = Delivery.objects.get()
    assert (letter.state, moved.is_set()) == ("handing_over", True)
    assert list(letter.items.values_list("state", flat=True)) == ["queued", "queued"]
    assert Reminder.objects.get(object_id=7, version=1, step="details").reason == "moved"


@pytest.mark.django_db(transaction=True)
def test_where_there_is_much_other_senders_join_in_and_nothing_goes_twice(
    workshop: EventKind, sink: Sink, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(delivery, "BATCH", 5)
    asked: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_options: asked.append(name))
    letters = DeliveryFactory.create_batch(20)
    sink.pause = 0.02
    assert send_due(at_the_time(NOW), seconds=30, senders=3) == Counter(sent=len(letters))
    assert sorted(sink.message_ids) == sorted(letter.message_id for letter in letters)
    assert (len(sink.sessions), asked) == (3, [SEND_LETTERS])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limited", [True, False])
def test_a_single_sender_asks_no_worker_for_help(
    workshop: EventKind, sink: Sink, monkeypatch: pytest.MonkeyPatch, limited: bool
):
    monkeypatch.setattr(delivery, "BATCH", 5)
    asked: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_options: asked.append(name))
    DeliveryFactory.create_batch(20)
    within = Reminder.objects.all() if limited else None
    assert send_due(at_the_time(NOW), seconds=30, within=within) == Counter(sent=20)
    assert (len(sink.sessions), asked) == (1, [])
