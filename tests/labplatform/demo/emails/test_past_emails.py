"""E-mails of invented past days are delivered to nobody; other e-mails are."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail

from labplatform.demo.emails.past_emails import (
    DUMMY_BACKEND,
    reminders_of_exchange,
    send_or_expire,
    send_past_emails,
    without_delivery,
)
from notifications.models import Delivery, Reminder
from tests.factories.accounts import UserFactory
from tests.factories.exchanges import ExchangeFactory

FIRST_DUE = datetime(2026, 9, 16, 7, tzinfo=UTC)


def test_dummy_backend_is_used_only_inside_the_context():
    before = settings.EMAIL_BACKEND
    with without_delivery():
        assert settings.EMAIL_BACKEND == DUMMY_BACKEND
    assert before == settings.EMAIL_BACKEND


def test_backend_is_restored_after_an_error():
    before = settings.EMAIL_BACKEND
    with pytest.raises(RuntimeError), without_delivery():
        raise RuntimeError
    assert before == settings.EMAIL_BACKEND


def remind(exchange_id: int, step: str, due_at: datetime) -> Reminder:
    return Reminder.objects.create(
        kind="exchange",
        object_id=exchange_id,
        version=1,
        event_day=due_at.date() + timedelta(days=90),
        step=step,
        email_type="exchange_choose_host",
        audience="lab",
        due_at=due_at,
        due_on=due_at.date(),
        expires_at=due_at + timedelta(days=30),
    )


@pytest.mark.django_db
class TestSendPastEmails:
    @pytest.fixture
    def exchange(self) -> int:
        UserFactory(is_lab_staff=True)
        return int(ExchangeFactory().pk)

    def test_each_email_is_sent_at_its_time_to_no_mailbox(self, exchange: int):
        for days in (0, 14):
            remind(exchange, f"step_{days}", FIRST_DUE + timedelta(days=days))
        send_past_emails(reminders_of_exchange(exchange), until=FIRST_DUE + timedelta(days=20))
        went = Delivery.objects.order_by("sent_at").values_list("state", "sent_at")
        assert [(state, at - FIRST_DUE) for state, at in went] == [
            ("sent", timedelta(minutes=1)),
            ("sent", timedelta(days=14, minutes=1)),
        ]
        assert mail.outbox == []

    def test_later_emails_stay_planned(self, exchange: int):
        remind(exchange, "later", FIRST_DUE + timedelta(days=1))
        send_past_emails(reminders_of_exchange(exchange), until=FIRST_DUE)
        assert (Delivery.objects.count(), Reminder.objects.get().state) == (0, "planned")

    def test_emails_of_another_exchange_stay_planned(self, exchange: int):
        remind(exchange + 1, "other", FIRST_DUE)
        send_past_emails(reminders_of_exchange(exchange), until=FIRST_DUE + timedelta(days=20))
        assert Reminder.objects.get().state == "planned"


@pytest.mark.django_db
def test_useful_past_emails_are_sent_and_the_others_expire():
    UserFactory(is_lab_staff=True)
    exchange = int(ExchangeFactory().pk)
    for days in (0, 14, 40):
        remind(exchange, f"step_{days}", FIRST_DUE + timedelta(days=days))
    send_or_expire(["exchange"], until=FIRST_DUE + timedelta(days=35))
    assert list(Reminder.objects.order_by("due_at").values_list("step", "state")) == [
        ("step_0", "expired"),
        ("step_14", "expanded"),
        ("step_40", "planned"),
    ]
    assert (Delivery.objects.get().state, mail.outbox) == ("sent", [])
