"""Letters of invented days go to nobody, and only those."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail

from labplatform.demo.letters import NOBODY, carry, catch_up, handed_to_nobody, of_exchange
from notifications.models import Delivery, Reminder
from tests.factories.accounts import UserFactory
from tests.factories.exchanges import ExchangeFactory

FIRST_DUE = datetime(2026, 9, 16, 7, tzinfo=UTC)


def test_inside_letters_go_to_the_backend_that_forgets_them_and_outside_as_before():
    before = settings.EMAIL_BACKEND
    with handed_to_nobody():
        assert settings.EMAIL_BACKEND == NOBODY
    assert before == settings.EMAIL_BACKEND


def test_an_error_inside_changes_nothing_outside():
    before = settings.EMAIL_BACKEND
    with pytest.raises(RuntimeError), handed_to_nobody():
        raise RuntimeError
    assert before == settings.EMAIL_BACKEND


def remind(exchange_id: int, step: str, due_at: datetime) -> Reminder:
    return Reminder.objects.create(
        kind="exchange",
        object_id=exchange_id,
        version=1,
        event_day=due_at.date() + timedelta(days=90),
        step=step,
        letter="exchange_choose_host",
        audience="lab",
        due_at=due_at,
        due_on=due_at.date(),
        expires_at=due_at + timedelta(days=30),
    )


@pytest.mark.django_db
class TestCarry:
    @pytest.fixture
    def exchange(self) -> int:
        UserFactory(is_lab_staff=True)
        return int(ExchangeFactory().pk)

    def test_each_letter_goes_in_its_own_time_and_reaches_no_mailbox(self, exchange: int):
        for days in (0, 14):
            remind(exchange, f"step_{days}", FIRST_DUE + timedelta(days=days))
        carry(of_exchange(exchange), until=FIRST_DUE + timedelta(days=20))
        went = Delivery.objects.order_by("sent_at").values_list("state", "sent_at")
        assert [(state, at - FIRST_DUE) for state, at in went] == [
            ("sent", timedelta(minutes=1)),
            ("sent", timedelta(days=14, minutes=1)),
        ]
        assert mail.outbox == []

    def test_what_is_due_later_stays(self, exchange: int):
        remind(exchange, "later", FIRST_DUE + timedelta(days=1))
        carry(of_exchange(exchange), until=FIRST_DUE)
        assert (Delivery.objects.count(), Reminder.objects.get().state) == (0, "planned")

    def test_letters_about_another_exchange_stay_too(self, exchange: int):
        remind(exchange + 1, "other", FIRST_DUE)
        carry(of_exchange(exchange), until=FIRST_DUE + timedelta(days=20))
        assert Reminder.objects.get().state == "planned"


@pytest.mark.django_db
def test_of_the_past_what_is_still_of_use_went_and_the_rest_expired():
    UserFactory(is_lab_staff=True)
    exchange = int(ExchangeFactory().pk)
    for days in (0, 14, 40):
        remind(exchange, f"step_{days}", FIRST_DUE + timedelta(days=days))
    catch_up(["exchange"], until=FIRST_DUE + timedelta(days=35))
    assert list(Reminder.objects.order_by("due_at").values_list("step", "state")) == [
        ("step_0", "expired"),
        ("step_14", "expanded"),
        ("step_40", "planned"),
    ]
    assert (Delivery.objects.get().state, mail.outbox) == ("sent", [])
