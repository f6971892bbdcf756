"""Rules the database holds, tried in plain SQL past every form and action."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from notifications.models import Delivery, DeliveryItem, MailSwitch, Preference
from tests.factories.notifications import NOW, DeliveryFactory, GuestFactory, ReminderFactory
from web.database.refusals import names

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(rule: str, statement: str, *values: object) -> None:
    """The statement fails under the name of the rule, which has a sentence for people."""
    with pytest.raises(IntegrityError) as caught:
        sql(statement, *values)
    assert caught.value.__cause__.diag.constraint_name == rule
    assert rule in names()


# --- reminders --------------------------------------------------------------------------------------------------------


def test_a_step_of_an_event_and_version_is_planned_once():
    row = ReminderFactory()
    refused(
        "reminder_once",
        "INSERT INTO notifications_reminder (kind, object_id, version, step, letter, audience, alone, due_at, due_on,"
        " expires_at, state, reason, was) SELECT kind, object_id, version, step, letter, audience, alone, due_at,"
        " due_on, expires_at, state, reason, was FROM notifications_reminder WHERE id = %s",
        row.pk,
    )


@pytest.mark.parametrize("state", ["expanded", "cancelled"])
def test_a_reminder_is_not_born_done(state: str):
    row = ReminderFactory()
    refused(
        "reminder_state",
        "INSERT INTO notifications_reminder (kind, object_id, version, step, letter, audience, alone, due_at, due_on,"
        " expires_at, state, reason, was) SELECT kind, object_id, 2, step, letter, audience, alone, due_at, due_on,"
        " expires_at, %s, 'x', was FROM notifications_reminder WHERE id = %s",
        state,
        row.pk,
    )


@pytest.mark.parametrize("state", ["expanded", "cancelled", "expired"])
def test_a_reminder_that_is_done_never_comes_back(state: str):
    row = ReminderFactory(state=state, reason="" if state == "expanded" else "moved")
    refused("reminder_state", "UPDATE notifications_reminder SET state = 'planned' WHERE id = %s", row.pk)


def test_a_reminder_that_does_not_go_says_why():
    row = ReminderFactory()
    refused("reminder_reason", "UPDATE notifications_reminder SET state = 'cancelled' WHERE id = %s", row.pk)


@pytest.mark.parametrize("change", ["due_at = due_at + interval '1 day'", "version = 9", "audience = 'lab'"])
def test_a_reminder_keeps_what_was_planned(change: str):
    row = ReminderFactory()
    refused("reminder_fixed", f"UPDATE notifications_reminder SET {change} WHERE id = %s", row.pk)


def test_an_announcement_has_no_day_of_an_event():
    assert (ReminderFactory(event_day=None).is_announcement, ReminderFactory().is_announcement) == (True, False)


# --- letters ----------------------------------------------------------------------------------------------------------


def test_a_letter_that_went_cannot_be_changed():
    letter = DeliveryFactory(state="sent")
    for change in ("state = 'queued', sent_at = NULL", "sent_at = now()", "subject = 'Another'", "attempts = 5"):
        refused("delivery_sent_frozen", f"UPDATE notifications_delivery SET {change} WHERE id = %s", letter.pk)


def test_a_letter_that_went_cannot_be_deleted():
    letter = DeliveryFactory(state="sent")
    refused("delivery_item_sent_frozen", "DELETE FROM notifications_deliveryitem WHERE delivery_id = %s", letter.pk)
    refused("delivery_sent_frozen", "DELETE FROM notifications_delivery WHERE id = %s", letter.pk)


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("notifications_delivery", "delivery_no_truncate"),
        ("notifications_deliveryitem", "delivery_item_no_truncate"),
    ],
)
def test_the_ledger_is_never_emptied(table: str, rule: str):
    refused(rule, f"TRUNCATE {table} CASCADE")


def test_erasing_a_person_is_the_one_change_let_through():
    letter, anonymous = DeliveryFactory(state="sent"), GuestFactory()
    sql("UPDATE notifications_delivery SET user_id = %s, address = '' WHERE id = %s", anonymous.pk, letter.pk)
    sql("UPDATE notifications_deliveryitem SET user_id = %s WHERE delivery_id = %s", anonymous.pk, letter.pk)
    letter.refresh_from_db()
    assert (letter.user, letter.address, letter.items.get().user) == (anonymous, "", anonymous)


def test_a_letter_that_went_is_not_given_to_somebody_else():
    letter, other = DeliveryFactory(state="sent"), GuestFactory()
    refused("delivery_sent_frozen", "UPDATE notifications_delivery SET user_id = %s WHERE id = %s", other.pk, letter.pk)
    refused(
        "delivery_sent_frozen", "UPDATE notifications_delivery SET address = 'x@y.example' WHERE id = %s", letter.pk
    )


def test_a_letter_speaks_to_one_person():
    letter, other = DeliveryFactory(), GuestFactory()
    refused(
        "delivery_item_person",
        "UPDATE notifications_deliveryitem SET user_id = %s WHERE delivery_id = %s",
        other.pk,
        letter.pk,
    )


def test_a_letter_is_born_waiting():
    letter = DeliveryFactory()
    refused(
        "delivery_state",
        "INSERT INTO notifications_delivery (user_id, address, language, day, sequence, alone, message_id, state,"
        " reason, due_at, expires_at, attempts, next_attempt_at, sent_at, last_error, subject)"
        " SELECT user_id, address, language, day, 99, alone, 'another', 'sent', '', due_at, expires_at, 0,"
        " next_attempt_at, now(), '', '' FROM notifications_delivery WHERE id = %s",
        letter.pk,
    )


@pytest.mark.parametrize("state", ["expired", "cancelled", "skipped"])
def test_a_letter_that_ended_never_comes_back(state: str):
    letter = DeliveryFactory(state=state)
    refused("delivery_state", "UPDATE notifications_delivery SET state = 'queued' WHERE id = %s", letter.pk)


def test_a_letter_does_not_go_without_a_hand_over():
    letter = DeliveryFactory()
    refused(
        "delivery_state", "UPDATE notifications_delivery SET state = 'sent', sent_at = now() WHERE id = %s", letter.pk
    )


def test_a_persons_letters_of_a_day_are_numbered_once():
    letter = DeliveryFactory()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        DeliveryFactory(user=letter.user, sequence=letter.sequence)
    assert caught.value.__cause__.diag.constraint_name == "delivery_once"


def test_no_two_letters_share_a_message_id():
    letter = DeliveryFactory()
    with pytest.raises(IntegrityError, match="message_id"), transaction.atomic():
        DeliveryFactory(message_id=letter.message_id)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("delivery_sent_at", "sent_at = now()"),
        ("delivery_lease", "lease_until = now()"),
        ("delivery_lease", "lease_token = gen_random_uuid()"),
        ("delivery_reason", "state = 'held'"),
        ("delivery_reason", "state = 'cancelled'"),
    ],
)
def test_a_letters_columns_agree(rule: str, change: str):
    refused(rule, f"UPDATE notifications_delivery SET {change} WHERE id = %s", DeliveryFactory().pk)


def test_the_sender_leaves_no_history_and_staff_do():
    letter = DeliveryFactory()
    history = Delivery.pgh_event_model.objects
    Delivery.objects.filter(pk=letter.pk).update(attempts=1, state="handing_over")
    assert history.count() == 0
    Delivery.objects.filter(pk=letter.pk).update(state="dead", reason="refused")
    Delivery.objects.filter(pk=letter.pk).update(state="queued", reason="")
    assert list(history.values_list("state", "reason", "attempts")) == [("queued", "", 1)]


def test_a_letter_has_a_page_a_tone_and_a_name():
    letter = DeliveryFactory(subject="Workshop")
    assert letter.get_absolute_url() == reverse("notifications:letter", args=[letter.pk])
    assert (letter.tone, str(letter), str(DeliveryFactory(message_id="<x@y>"))) == ("waiting", "Workshop", "<x@y>")


# --- items ------------------------------------------------------------------------------------------------------------


def test_a_person_gets_a_step_of_an_event_and_version_once():
    item = DeliveryFactory().items.get()
    other = DeliveryFactory(user=item.user)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        DeliveryItem.objects.create(delivery=other, reminder=item.reminder, user=item.user)
    assert caught.value.__cause__.diag.constraint_name == "delivery_item_once"
    assert "delivery_item_once" in names()


def test_an_item_that_went_cannot_be_changed():
    item = DeliveryFactory(state="sent").items.get()
    refused(
        "delivery_item_sent_frozen",
        "UPDATE notifications_deliveryitem SET delivery_id = delivery_id + 1 WHERE id = %s",
        item.pk,
    )


@pytest.mark.parametrize("change", ["state = 'skipped'", "reason = 'left'"])
def test_an_item_has_a_reason_exactly_when_it_did_not_go(change: str):
    item = DeliveryFactory().items.get()
    refused("delivery_item_reason", f"UPDATE notifications_deliveryitem SET {change} WHERE id = %s", item.pk)


@pytest.mark.parametrize("state", ["expired", "cancelled", "skipped"])
def test_an_item_that_ended_never_comes_back(state: str):
    item = DeliveryFactory(state=state).items.get()
    refused(
        "delivery_item_state",
        "UPDATE notifications_deliveryitem SET state = 'queued', reason = '' WHERE id = %s",
        item.pk,
    )


# --- preferences and the switch ---------------------------------------------------------------------------------------


def test_a_kind_is_refused_once():
    guest = GuestFactory()
    Preference.objects.create(user=guest, kind="workshop")
    refused("preference_once", "INSERT INTO notifications_preference (user_id, kind) VALUES (%s, 'workshop')", guest.pk)


def test_preferences_keep_their_history():
    row = Preference.objects.create(user=GuestFactory(), kind="workshop")
    row.delete()
    assert list(Preference.pgh_event_model.objects.values_list("pgh_label", "kind").order_by("pgh_id")) == [
        ("insert", "workshop"),
        ("delete", "workshop"),
    ]


def test_there_is_one_switch():
    refused("mail_switch_single", "INSERT INTO notifications_mailswitch (id, reason) VALUES (2, '')")


def test_letters_are_held_for_a_reason():
    refused("mail_switch_reason", "INSERT INTO notifications_mailswitch (id, reason, held_since) VALUES (1, '', now())")
    assert str(MailSwitch(held_since=NOW)) != str(MailSwitch())


def test_a_change_of_the_lease_asks_no_rule(db: None):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
            " AND tgrelid = 'notifications_delivery'::regclass"
        )
        rules = [row[0] for row in cursor.fetchall()]
    on_any_update = [rule for rule in rules if "UPDATE" in rule and "UPDATE OF" not in rule and " WHEN (" not in rule]
    assert (len(rules), on_any_update) == (6, [])
