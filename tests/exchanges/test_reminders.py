"""E-mails of an exchange are planned, sent at once, moved and stopped together with it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

import pytest

from accounts.models import User
from exchanges.models import Exchange
from exchanges.planning.actions import plan_exchanges, propose_exchange
from exchanges.reminders import (
    cancel_emails,
    change_details,
    email_lab,
    email_person,
    event_of,
    move_emails,
    move_emails_to_new_host,
    plan_emails,
    planned_sending_day,
    send_unless_planned,
)
from notifications.events import EventRef
from notifications.models import Reminder
from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from programmes.models import Authority, Edition
from tests.factories.accounts import UserFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory, edition_of_four, edition_with_exchanges
from tests.factories.programmes import FormatFactory

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def second(db: None) -> Exchange:
    """Return an exchange a year ahead, with every step of its reminder schedule still planned."""
    edition_with_exchanges(AT)
    return Exchange.objects.get(number=2)


def reminders_of(exchange: Exchange) -> list[Reminder]:
    return list(Reminder.objects.filter(object_id=exchange.pk, event_day__isnull=False).order_by("pk"))


def test_the_event_is_known_by_kind_key_and_version(db: None):
    exchange = ExchangeFactory(version=3)
    assert event_of(exchange) == EventRef("exchange", exchange.pk, 3)


def test_proposal_plans_the_full_schedule_of_its_format(second: Exchange):
    assert [reminder.step for reminder in reminders_of(second)] == [
        step.slug for step in DEFAULT_REMINDER_SCHEDULES["exchange"]
    ]


def test_plan_uses_audiences_emails_and_days_of_the_format(second: Exchange):
    wanted = [(step.audience, step.email_type, step.alone) for step in DEFAULT_REMINDER_SCHEDULES["exchange"]]
    assert [(reminder.audience, reminder.email_type, reminder.alone) for reminder in reminders_of(second)] == wanted
    assert {reminder.event_day for reminder in reminders_of(second)} == {second.first_day}


def test_emails_are_sent_at_nine_local_on_working_days_of_the_host(second: Exchange):
    for reminder in reminders_of(second):
        assert reminder.due_on.weekday() < 5
        assert reminder.due_at.hour == (7 if _summer(reminder.due_on) else 8)


def _summer(day: date) -> bool:
    """Return whether Paris has summer time, from the end of March to the end of October."""
    return date(day.year, 3, 28) <= day < date(day.year, 10, 26)


def test_thank_you_email_is_sent_after_the_last_day(edition: Edition, staff: User):
    host = edition.cohorts.get(slug="metz")
    exchange = propose_exchange(edition=edition, host=host, first_day=date(2027, 10, 5), days=2, at=AT, by=staff)
    leaves = dict(Reminder.objects.filter(object_id=exchange.pk).values_list("email_type", "due_on"))
    assert (leaves["exchange_last_note"], leaves["exchange_thanks"]) == (date(2027, 10, 1), date(2027, 10, 7))


def test_host_may_be_in_another_time_zone(edition: Edition, staff: User):
    Authority.objects.filter(slug="ville-metz").update(time_zone="Indian/Reunion")
    host = edition.cohorts.get(slug="metz")
    exchange = propose_exchange(edition=edition, host=host, first_day=date(2027, 11, 16), days=2, at=AT, by=staff)
    assert {reminder.due_at.hour for reminder in reminders_of(exchange)} == {5}


def test_planning_again_changes_nothing(second: Exchange):
    before = [(reminder.pk, reminder.state, reminder.due_at) for reminder in reminders_of(second)]
    plan_emails(second, at=AT + timedelta(days=90), by=None)
    assert [(reminder.pk, reminder.state, reminder.due_at) for reminder in reminders_of(second)] == before


def test_format_without_emails_plans_none_but_asks_the_host(staff: User):
    edition = edition_of_four(format=FormatFactory())
    plan_exchanges(edition=edition, at=AT)
    assert set(Reminder.objects.values_list("email_type", flat=True)) == {"exchange_confirm_host"}


class TestProposedLate:
    def test_late_host_gets_the_request_at_once(self, edition: Edition, staff: User):
        exchange = propose_exchange(
            edition=edition,
            host=edition.cohorts.get(slug="metz"),
            first_day=date(2027, 3, 16),
            days=2,
            at=AT,
            by=staff,
        )
        email = Reminder.objects.get(object_id=exchange.pk, event_day=None)
        assert (email.email_type, email.audience, email.due_at) == ("exchange_confirm_host", "host_pilot", AT)

    def test_schedule_asks_the_host_in_good_time(self, second: Exchange):
        assert not Reminder.objects.filter(object_id=second.pk, event_day=None).exists()


class TestSendUnlessPlanned:
    def test_email_is_not_sent_at_once_while_planned(self, second: Exchange):
        send_unless_planned(second, "exchange_save_the_date", audience="active_members", at=AT, by=None)
        assert not Reminder.objects.filter(object_id=second.pk, event_day=None).exists()

    def test_email_is_sent_at_once_when_not_planned(self, second: Exchange):
        Reminder.objects.filter(email_type="exchange_save_the_date").update(state="expanded")
        send_unless_planned(second, "exchange_save_the_date", audience="active_members", at=AT, by=None)
        change_details = Reminder.objects.get(object_id=second.pk, event_day=None)
        assert (change_details.audience, change_details.due_at, change_details.alone) == ("active_members", AT, True)

    def test_step_of_an_earlier_version_does_not_count(self, second: Exchange):
        second.version = 2
        send_unless_planned(second, "exchange_save_the_date", audience="active_members", at=AT, by=None)
        assert Reminder.objects.filter(object_id=second.pk, event_day=None, version=2).count() == 1


class TestUsefulness:
    """E-mails about an exchange are useful until its last day at the host; nobody is informed later."""

    LAST_EVENING = datetime(2027, 6, 9, 21, 59, tzinfo=UTC)  # a minute before midnight in Metz
    OVER = datetime(2027, 6, 9, 22, tzinfo=UTC)
    SAY: ClassVar[dict[str, Callable[[Exchange, datetime], object]]] = {
        "exchange_changed": lambda row, at: move_emails(row, previous=change_details(row), at=at, by=None),
        "exchange_cancelled": lambda row, at: cancel_emails(row, at=at, by=None),
        "exchange_save_the_date": lambda row, at: send_unless_planned(
            row, "exchange_save_the_date", audience="active_members", at=at, by=None
        ),
        "exchange_host_gone": lambda row, at: email_lab(row, "exchange_host_gone", at=at, by=None),
        "exchange_hosts_now": lambda row, at: move_emails_to_new_host(
            row, previous=change_details(row), at=at, by=None
        ),
        "exchange_moved_up": lambda row, at: email_person(
            RegistrationFactory(exchange=row, state="registered"), "exchange_moved_up", exchange=row, at=at, by=None
        ),
    }

    @pytest.fixture
    def exchange(self, db: None) -> Exchange:
        return ExchangeFactory(state="registration_open", first_day=date(2027, 6, 8), days=2)

    def ends(self, email_type: str) -> list[datetime]:
        return list(Reminder.objects.filter(email_type=email_type, event_day=None).values_list("expires_at", flat=True))

    @pytest.mark.parametrize("role", SAY)
    def test_emails_are_useful_until_the_end_of_the_last_day(self, exchange: Exchange, role: str):
        self.SAY[role](exchange, self.LAST_EVENING)
        assert self.ends(role) == [self.OVER]

    @pytest.mark.parametrize("role", SAY)
    def test_nobody_is_informed_after_the_last_day(self, exchange: Exchange, role: str):
        self.SAY[role](exchange, self.OVER)
        assert self.ends(role) == []

    @pytest.mark.parametrize("role", SAY)
    def test_early_emails_are_useful_for_fourteen_days(self, exchange: Exchange, role: str):
        self.SAY[role](exchange, AT)
        assert self.ends(role) == [AT + timedelta(days=14)]

    def test_invitation_is_useful_until_the_first_day(self, exchange: Exchange):
        send_unless_planned(exchange, "exchange_registration", audience="invited", at=AT, by=None)
        assert self.ends("exchange_registration") == [datetime(2027, 6, 7, 22, tzinfo=UTC)]

    def test_midnight_is_that_of_the_host(self, exchange: Exchange):
        Authority.objects.filter(pk=exchange.host.authority_id).update(time_zone="Indian/Reunion")
        row = Exchange.objects.get(pk=exchange.pk)
        cancel_emails(row, at=self.LAST_EVENING - timedelta(days=1), by=None)
        assert self.ends("exchange_cancelled") == [datetime(2027, 6, 9, 20, tzinfo=UTC)]

    def test_lab_is_informed_each_time_the_host_drops_out(self, exchange: Exchange):
        for _again in range(2):
            email_lab(exchange, "exchange_host_gone", at=AT, by=None)
        assert len(self.ends("exchange_host_gone")) == 2


class TestPlannedSendingDay:
    def test_sending_day_is_that_of_the_schedule(self, second: Exchange):
        reminder = Reminder.objects.get(object_id=second.pk, email_type="exchange_save_the_date")
        assert planned_sending_day(second, "exchange_save_the_date") == reminder.due_on

    def test_sending_day_is_none_when_the_step_is_past(self, second: Exchange):
        Reminder.objects.filter(email_type="exchange_save_the_date").update(state="expanded")
        assert planned_sending_day(second, "exchange_save_the_date") is None
