"""Constraints and triggers of the database, tested with plain SQL."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from notifications.models import Delivery, DeliveryItem, MailSwitch, Preference
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory, WorkshopGuestFactory
from web.database.refusals import rule_names

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(rule: str, statement: str, *values: object) -> None:
    """Assert that the statement fails with the named constraint, which has a sentence for people."""
    with pytest.raises(IntegrityError) as caught:
        sql(statement, *values)
    assert caught.value.__cause__.diag.constraint_name == rule
    assert rule in rule_names()


# --- reminders --------------------------------------------------------------------------------------------------------


def test_a_step_of_an_event_and_version_is_planned_once():
    row = ReminderFactory()
    refused(
        "reminder_once",
        "INSERT INTO notifications_reminder (kind, object_id, version, step, email_type, audience, alone, due_at,"
        " due_on, expires_at, state, reason, previous_details)"
        " SELECT kind, object_id, version, step, email_type, audience, alone, due_at, due_on, expires_at,"
        " state, reason, previous_details FROM notifications_reminder WHERE id = %s",
        row.pk,
    )


@pytest.mark.parametrize("state", ["expanded", "cancelled"])
def test_a_reminder_cannot_be_created_in_a_final_state(state: str):
    row = ReminderFactory()
    refused(
        "reminder_state",
        "INSERT INTO notifications_reminder (kind, object_id, version, step, email_type, audience, alone, due_at,"
        " due_on, expires_at, state, reason, previous_details)"
        " SELECT kind, object_id, 2, step, email_type, audience, alone, due_at, due_on, expires_at, %s,"
        " 'x', previous_details FROM notifications_reminder WHERE id = %s",
        state,
        row.pk,
    )


@pytest.mark.parametrize("state", ["expanded", "cancelled", "expired"])
def test_a_final_reminder_cannot_change_state(state: str):
    row = ReminderFactory(state=state, reason="" if state == "expanded" else "moved")
    refused("reminder_state", "UPDATE notifications_reminder SET state = 'planned' WHERE id = %s", row.pk)


def test_an_unsent_reminder_needs_a_reason():
    row = ReminderFactory()
    refused("reminder_reason", "UPDATE notifications_reminder SET state = 'cancelled' WHERE id = %s", row.pk)


@pytest.mark.parametrize("change", ["due_at = due_at + interval '1 day'", "version = 9", "audience = 'lab'"])
def test_a_planned_reminder_cannot_be_changed(change: str):
    row = ReminderFactory()
    refused("reminder_fixed", f"UPDATE notifications_reminder SET {change} WHERE id = %s", row.pk)


def test_an_announcement_has_no_event_day():
    assert (ReminderFactory(event_day=None).is_announcement, ReminderFactory().is_announcement) == (True, False)


# --- e-mails ----------------------------------------------------------------------------------------------------------


def test_a_sent_email_cannot_be_changed():
    delivery = DeliveryFactory(state="sent")
    for change in ("state = 'queued', sent_at = NULL", "sent_at = now()", "subject = 'Another'", "attempts = 5"):
        refused("delivery_sent_frozen", f"UPDATE notifications_delivery SET {change} WHERE id = %s", delivery.pk)


def test_a_sent_email_cannot_be_deleted():
    delivery = DeliveryFactory(state="sent")
    refused("delivery_item_sent_frozen", "DELETE FROM notifications_deliveryitem WHERE delivery_id = %s", delivery.pk)
    refused("delivery_sent_frozen", "DELETE FROM notifications_delivery WHERE id = %s", delivery.pk)


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("notifications_delivery", "delivery_no_truncate"),
        ("notifications_deliveryitem", "delivery_item_no_truncate"),
    ],
)
def test_the_ledger_cannot_be_truncated(table: str, rule: str):
    refused(rule, f"TRUNCATE {table} CASCADE")


def test_erasing_a_person_is_the_only_allowed_change():
    delivery, anonymous = DeliveryFactory(state="sent"), WorkshopGuestFactory()
    sql("UPDATE notifications_delivery SET user_id = %s, address = '' WHERE id = %s", anonymous.pk, delivery.pk)
    sql("UPDATE notifications_deliveryitem SET user_id = %s WHERE delivery_id = %s", anonymous.pk, delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.user, delivery.address, delivery.items.get().user) == (anonymous, "", anonymous)


def test_a_sent_email_cannot_be_moved_to_another_person():
    delivery, other = DeliveryFactory(state="sent"), WorkshopGuestFactory()
    refused(
        "delivery_sent_frozen", "UPDATE notifications_delivery SET user_id = %s WHERE id = %s", other.pk, delivery.pk
    )
    refused(
        "delivery_sent_frozen", "UPDATE notifications_delivery SET address = 'x@y.example' WHERE id = %s", delivery.pk
    )


def test_all_items_of_an_email_are_for_one_person():
    delivery, other = DeliveryFactory(), WorkshopGuestFactory()
    refused(
        "delivery_item_person",
        "UPDATE notifications_deliveryitem SET user_id = %s WHERE delivery_id = %s",
        other.pk,
        delivery.pk,
    )


def test_an_email_is_created_queued():
    delivery = DeliveryFactory()
    refused(
        "delivery_state",
        "INSERT INTO notifications_delivery (user_id, address, language, day, sequence, alone, message_id, state,"
        " reason, due_at, expires_at, attempts, next_attempt_at, sent_at, last_error, subject)"
        " SELECT user_id, address, language, day, 99, alone, 'another', 'sent', '', due_at, expires_at, 0,"
        " next_attempt_at, now(), '', '' FROM notifications_delivery WHERE id = %s",
        delivery.pk,
    )


@pytest.mark.parametrize("state", ["expired", "cancelled", "skipped"])
def test_a_final_email_cannot_change_state(state: str):
    delivery = DeliveryFactory(state=state)
    refused("delivery_state", "UPDATE notifications_delivery SET state = 'queued' WHERE id = %s", delivery.pk)


def test_an_email_cannot_be_sent_without_a_hand_over():
    delivery = DeliveryFactory()
    refused(
        "delivery_state", "UPDATE notifications_delivery SET state = 'sent', sent_at = now() WHERE id = %s", delivery.pk
    )


def test_emails_of_a_person_and_day_have_distinct_numbers():
    delivery = DeliveryFactory()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        DeliveryFactory(user=delivery.user, sequence=delivery.sequence)
    assert caught.value.__cause__.diag.constraint_name == "delivery_once"


def test_message_ids_are_unique():
    delivery = DeliveryFactory()
    with pytest.raises(IntegrityError, match="message_id"), transaction.atomic():
        DeliveryFactory(message_id=delivery.message_id)


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
def test_columns_of_an_email_are_consistent(rule: str, change: str):
    refused(rule, f"UPDATE notifications_delivery SET {change} WHERE id = %s", DeliveryFactory().pk)


def test_history_records_staff_but_not_the_sender():
    delivery = DeliveryFactory()
    history = Delivery.pgh_event_model.objects
    Delivery.objects.filter(pk=delivery.pk).update(attempts=1, state="handing_over")
    assert history.count() == 0
    Delivery.objects.filter(pk=delivery.pk).update(state="dead", reason="refused")
    Delivery.objects.filter(pk=delivery.pk).update(state="queued", reason="")
    assert list(history.values_list("state", "reason", "attempts")) == [("queued", "", 1)]


def test_an_email_has_a_page_a_tone_and_a_name():
    delivery = DeliveryFactory(subject="Workshop")
    assert delivery.get_absolute_url() == reverse("notifications:email", args=[delivery.pk])
    assert (delivery.tone, str(delivery), str(DeliveryFactory(message_id="<x@y>"))) == ("waiting", "Workshop", "<x@y>")


# --- items ------------------------------------------------------------------------------------------------------------


def test_a_person_gets_a_step_of_an_event_and_version_once():
    item = DeliveryFactory().items.get()
    other = DeliveryFactory(user=item.user)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        DeliveryItem.objects.create(delivery=other, reminder=item.reminder, user=item.user)
    assert caught.value.__cause__.diag.constraint_name == "delivery_item_once"
    assert "delivery_item_once" in rule_names()


def test_a_sent_item_cannot_be_changed():
    item = DeliveryFactory(state="sent").items.get()
    refused(
        "delivery_item_sent_frozen",
        "UPDATE notifications_deliveryitem SET delivery_id = delivery_id + 1 WHERE id = %s",
        item.pk,
    )


@pytest.mark.parametrize("change", ["state = 'skipped'", "reason = 'left'"])
def test_only_unsent_items_have_a_reason(change: str):
    item = DeliveryFactory().items.get()
    refused("delivery_item_reason", f"UPDATE notifications_deliveryitem SET {change} WHERE id = %s", item.pk)


@pytest.mark.parametrize("state", ["expired", "cancelled", "skipped"])
def test_a_final_item_cannot_change_state(state: str):
    item = DeliveryFactory(state=state).items.get()
    refused(
        "delivery_item_state",
        "UPDATE notifications_deliveryitem SET state = 'queued', reason = '' WHERE id = %s",
        item.pk,
    )


# --- preferences and the switch ---------------------------------------------------------------------------------------


def test_a_kind_can_be_stopped_once():
    guest = WorkshopGuestFactory()
    Preference.objects.create(user=guest, kind="workshop")
    refused("preference_once", "INSERT INTO notifications_preference (user_id, kind) VALUES (%s, 'workshop')", guest.pk)


def test_an_erased_address_is_kept_once_and_as_a_hash_only():
    insert = "INSERT INTO notifications_stoppedaddress (address_hash, kind) VALUES (%s, 'workshop')"
    sql(insert, "a" * 64)
    refused("stopped_address_once", insert, "a" * 64)
    refused("stopped_address_hashed", insert, "ada@people.example")


def test_preferences_keep_their_history():
    row = Preference.objects.create(user=WorkshopGuestFactory(), kind="workshop")
    row.delete()
    assert list(Preference.pgh_event_model.objects.values_list("pgh_label", "kind").order_by("pgh_id")) == [
        ("insert", "workshop"),
        ("delete", "workshop"),
    ]


def test_there_is_one_switch():
    refused("mail_switch_single", "INSERT INTO notifications_mailswitch (id, reason) VALUES (2, '')")


def test_pausing_emails_needs_a_reason():
    refused("mail_switch_reason", "INSERT INTO notifications_mailswitch (id, reason, held_since) VALUES (1, '', now())")
    assert str(MailSwitch(held_since=NOW)) != str(MailSwitch())


def test_changing_the_lease_runs_no_trigger(db: None):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
            " AND tgrelid = 'notifications_delivery'::regclass"
        )
        rules = [row[0] for row in cursor.fetchall()]
    on_any_update = [rule for rule in rules if "UPDATE" in rule and "UPDATE OF" not in rule and " WHEN (" not in rule]
    assert (len(rules), on_any_update) == (6, [])
