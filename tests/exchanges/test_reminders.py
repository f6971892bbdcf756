"""The letters of an exchange keep in step with it: planned, asked for at once, moved, stopped."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

import pytest

from accounts.models import User
from exchanges.models import Exchange
from exchanges.planning.actions import plan_exchanges, propose_exchange
from exchanges.reminders import cancel, event_of, hand_over, leaves_on, move, plan, tell, tell_lab, tell_one, told
from notifications.events import EventRef
from notifications.models import Reminder
from programmes.formats.reminder_schedules import DEFAULT_LADDERS
from programmes.models import Authority, Edition
from tests.factories.accounts import UserFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory, edition_of_four
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


class TestOfUse:
    """News of an exchange ends with it, where it takes place; of what is over nobody hears."""

    LAST_EVENING = datetime(2027, 6, 9, 21, 59, tzinfo=UTC)  # a minute before midnight in Metz
    OVER = datetime(2027, 6, 9, 22, tzinfo=UTC)
    SAY: ClassVar[dict[str, Callable[[Exchange, datetime], object]]] = {
        "exchange_changed": lambda row, at: move(row, was=told(row), at=at, by=None),
        "exchange_cancelled": lambda row, at: cancel(row, at=at, by=None),
        "exchange_save_the_date": lambda row, at: tell(
            row, "exchange_save_the_date", audience="active_members", at=at, by=None
        ),
        "exchange_host_gone": lambda row, at: tell_lab(row, "exchange_host_gone", at=at, by=None),
        "exchange_hosts_now": lambda row, at: hand_over(row, was=told(row), at=at, by=None),
        "exchange_moved_up": lambda row, at: tell_one(
            RegistrationFactory(exchange=row, state="registered"), "exchange_moved_up", exchange=row, at=at, by=None
        ),
    }

    @pytest.fixture
    def exchange(self, db: None) -> Exchange:
        return ExchangeFactory(state="registration_open", first_day=date(2027, 6, 8), days=2)

    def ends(self, letter: str) -> list[datetime]:
        return list(Reminder.objects.filter(letter=letter, event_day=None).values_list("expires_at", flat=True))

    @pytest.mark.parametrize("letter", SAY)
    def test_until_the_end_of_its_last_day(self, exchange: Exchange, letter: str):
        self.SAY[letter](exchange, self.LAST_EVENING)
        assert self.ends(letter) == [self.OVER]

    @pytest.mark.parametrize("letter", SAY)
    def test_of_what_is_over_nobody_hears(self, exchange: Exchange, letter: str):
        self.SAY[letter](exchange, self.OVER)
        assert self.ends(letter) == []

    @pytest.mark.parametrize("letter", SAY)
    def test_long_before_for_fourteen_days(self, exchange: Exchange, letter: str):
        self.SAY[letter](exchange, AT)
        assert self.ends(letter) == [AT + timedelta(days=14)]

    def test_the_invitation_until_it_begins(self, exchange: Exchange):
        tell(exchange, "exchange_registration", audience="invited", at=AT, by=None)
        assert self.ends("exchange_registration") == [datetime(2027, 6, 7, 22, tzinfo=UTC)]

    def test_the_midnight_is_the_hosts(self, exchange: Exchange):
        Authority.objects.filter(pk=exchange.host.authority_id).update(time_zone="Indian/Reunion")
        row = Exchange.objects.get(pk=exchange.pk)
        cancel(row, at=self.LAST_EVENING - timedelta(days=1), by=None)
        assert self.ends("exchange_cancelled") == [datetime(2027, 6, 9, 20, tzinfo=UTC)]

    def test_each_time_the_host_is_gone_the_lab_hears_of_it(self, exchange: Exchange):
        for _again in range(2):
            tell_lab(exchange, "exchange_host_gone", at=AT, by=None)
        assert len(self.ends("exchange_host_gone")) == 2


class TestLeavesOn:
    def test_the_day_of_the_ladder(self, second: Exchange):
        rung = Reminder.objects.get(object_id=second.pk, letter="exchange_save_the_date")
        assert leaves_on(second, "exchange_save_the_date") == rung.due_on

    def test_at_once_where_the_ladder_has_had_its_turn(self, second: Exchange):
        Reminder.objects.filter(letter="exchange_save_the_date").update(state="expanded")
        assert leaves_on(second, "exchange_save_the_date") is None
