"""The letters of an exchange keep in step with it: planned, asked for at once, moved, stopped."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import User
from exchanges.actions import plan_exchanges, propose_exchange
from exchanges.actions.reminders import event_of, leaves_on, plan, tell
from exchanges.models import Exchange
from notifications.models import Reminder
from notifications.registries import EventRef
from programmes.ladders import DEFAULT_LADDERS
from programmes.models import Authority, Edition
from tests.factories.accounts import UserFactory
from tests.factories.exchanges import ExchangeFactory, edition_of_four
from tests.factories.programmes import FormatFactory

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def second(edition: Edition) -> Exchange:
    """An exchange a year ahead: every rung of its ladder is still to come."""
    plan_exchanges(edition=edition, at=AT)
    return Exchange.objects.get(number=2)


def rungs(exchange: Exchange) -> list[Reminder]:
    return list(Reminder.objects.filter(object_id=exchange.pk, event_day__isnull=False).order_by("pk"))


def test_the_event_is_known_by_kind_key_and_version(db: None):
    exchange = ExchangeFactory(version=3)
    assert event_of(exchange) == EventRef("exchange", exchange.pk, 3)


def test_a_proposal_plans_the_whole_ladder_of_its_format(second: Exchange):
    assert [rung.step for rung in rungs(second)] == [step.slug for step in DEFAULT_LADDERS["exchange"]]


def test_with_the_audiences_letters_and_days_of_the_format(second: Exchange):
    wanted = [(step.audience, step.letter, step.alone) for step in DEFAULT_LADDERS["exchange"]]
    assert [(rung.audience, rung.letter, rung.alone) for rung in rungs(second)] == wanted
    assert {rung.event_day for rung in rungs(second)} == {second.first_day}


def test_letters_leave_at_nine_local_on_working_days_of_the_host(second: Exchange):
    for rung in rungs(second):
        assert rung.due_on.weekday() < 5
        assert rung.due_at.hour == (7 if _summer(rung.due_on) else 8)


def _summer(day: date) -> bool:
    """Paris has summer time from the end of March to the end of October."""
    return date(day.year, 3, 28) <= day < date(day.year, 10, 26)


def test_nobody_is_thanked_before_it_is_over(edition: Edition, staff: User):
    host = edition.cohorts.get(slug="metz")
    exchange = propose_exchange(edition=edition, host=host, first_day=date(2027, 10, 5), days=2, at=AT, by=staff)
    leaves = dict(Reminder.objects.filter(object_id=exchange.pk).values_list("letter", "due_on"))
    assert (leaves["exchange_last_note"], leaves["exchange_thanks"]) == (date(2027, 10, 1), date(2027, 10, 7))


def test_the_host_may_live_in_another_time_zone(edition: Edition, staff: User):
    Authority.objects.filter(slug="ville-metz").update(time_zone="Indian/Reunion")
    host = edition.cohorts.get(slug="metz")
    exchange = propose_exchange(edition=edition, host=host, first_day=date(2027, 11, 16), days=2, at=AT, by=staff)
    assert {rung.due_at.hour for rung in rungs(exchange)} == {5}


def test_planning_again_changes_nothing(second: Exchange):
    before = [(rung.pk, rung.state, rung.due_at) for rung in rungs(second)]
    plan(second, at=AT + timedelta(days=90), by=None)
    assert [(rung.pk, rung.state, rung.due_at) for rung in rungs(second)] == before


def test_a_format_without_letters_plans_none_but_asks_the_host(staff: User):
    edition = edition_of_four(format=FormatFactory())
    plan_exchanges(edition=edition, at=AT)
    assert set(Reminder.objects.values_list("letter", flat=True)) == {"exchange_confirm_host"}


class TestProposedLate:
    def test_the_host_is_asked_at_once(self, edition: Edition, staff: User):
        exchange = propose_exchange(
            edition=edition,
            host=edition.cohorts.get(slug="metz"),
            first_day=date(2027, 3, 16),
            days=2,
            at=AT,
            by=staff,
        )
        asked = Reminder.objects.get(object_id=exchange.pk, event_day=None)
        assert (asked.letter, asked.audience, asked.due_at) == ("exchange_confirm_host", "host_pilot", AT)

    def test_in_good_time_the_ladder_asks(self, second: Exchange):
        assert not Reminder.objects.filter(object_id=second.pk, event_day=None).exists()


class TestTell:
    def test_not_at_once_while_the_ladder_still_has_it(self, second: Exchange):
        tell(second, "exchange_save_the_date", audience="active_members", at=AT, by=None)
        assert not Reminder.objects.filter(object_id=second.pk, event_day=None).exists()

    def test_at_once_when_it_has_not(self, second: Exchange):
        Reminder.objects.filter(letter="exchange_save_the_date").update(state="expanded")
        tell(second, "exchange_save_the_date", audience="active_members", at=AT, by=None)
        told = Reminder.objects.get(object_id=second.pk, event_day=None)
        assert (told.audience, told.due_at, told.alone) == ("active_members", AT, True)

    def test_a_rung_of_an_earlier_version_does_not_count(self, second: Exchange):
        second.version = 2
        tell(second, "exchange_save_the_date", audience="active_members", at=AT, by=None)
        assert Reminder.objects.filter(object_id=second.pk, event_day=None, version=2).count() == 1


class TestLeavesOn:
    def test_the_day_of_the_ladder(self, second: Exchange):
        rung = Reminder.objects.get(object_id=second.pk, letter="exchange_save_the_date")
        assert leaves_on(second, "exchange_save_the_date") == rung.due_on

    def test_at_once_where_the_ladder_has_had_its_turn(self, second: Exchange):
        Reminder.objects.filter(letter="exchange_save_the_date").update(state="expanded")
        assert leaves_on(second, "exchange_save_the_date") is None
