"""Moving an exchange: version, e-mails, and days it cannot take."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from cohorts.models import Cohort
from exchanges.models import Exchange, HostTurn, Registration
from exchanges.pages.exchange_context import host_reason_text
from exchanges.planning.actions import move_exchange
from notifications.models import Reminder
from programmes.models import Edition
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import SessionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory, edition_with_exchanges
from web.errors import DomainError

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)
LATER = datetime(2027, 2, 1, 8, tzinfo=UTC)


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def planned(db: None) -> Edition:
    return edition_with_exchanges(AT)


@pytest.fixture
def exchange(planned: Edition) -> Exchange:
    return Exchange.objects.get(number=1)


def move(
    exchange: Exchange, staff: User, first_day: date = date(2027, 6, 15), days: int = 2, **more: object
) -> Exchange:
    return move_exchange(exchange=exchange, first_day=first_day, days=days, at=LATER, by=staff, **more)


def planned_for(exchange: Exchange) -> set[tuple[int, date]]:
    """Return versions and days of the reminders still planned."""
    rows = Reminder.objects.filter(object_id=exchange.pk, state="planned", event_day__isnull=False)
    return set(rows.values_list("version", "event_day"))


def test_move_saves_the_days_and_raises_the_version(exchange: Exchange, staff: User):
    moved = move(exchange, staff)
    assert (moved.first_day, moved.last_day, moved.version) == (date(2027, 6, 15), date(2027, 6, 16), 2)


def test_planned_emails_move_along(exchange: Exchange, staff: User):
    move(exchange, staff)
    assert planned_for(exchange) == {(2, date(2027, 6, 15))}


def test_emails_for_the_old_date_end_with_a_reason(exchange: Exchange, staff: User):
    before = Reminder.objects.filter(object_id=exchange.pk, state="planned").count()
    move(exchange, staff)
    old = Reminder.objects.filter(object_id=exchange.pk, version=1, state="cancelled", reason="moved")
    assert old.count() == before


def test_move_sends_one_email_about_the_change(exchange: Exchange, staff: User):
    move(exchange, staff)
    emails = Reminder.objects.filter(object_id=exchange.pk, event_day=None)
    assert list(emails.values_list("email_type", "audience", "version", "alone", "due_at")) == [
        ("exchange_changed", "informed", 2, True, LATER)
    ]


def test_change_email_names_the_previous_dates_and_host(exchange: Exchange, staff: User):
    days = {"first_day": exchange.first_day.isoformat(), "last_day": exchange.last_day.isoformat()}
    move(exchange, staff)
    emails = Reminder.objects.get(object_id=exchange.pk, event_day=None)
    assert emails.previous_details == days | {"host": exchange.host.name, "venue": exchange.venue}


def test_moving_twice_sends_two_emails_with_a_version_each(exchange: Exchange, staff: User):
    move(exchange, staff)
    move(exchange, staff, date(2027, 6, 22))
    emails = Reminder.objects.filter(object_id=exchange.pk, email_type="exchange_changed")
    assert sorted(emails.values_list("version", flat=True)) == [2, 3]


def test_sending_the_form_twice_moves_once(exchange: Exchange, staff: User):
    move(exchange, staff)
    again = move(exchange, staff)
    assert (again.version, Reminder.objects.filter(email_type="exchange_changed").count()) == (2, 1)


def test_changing_only_the_length_is_a_move(exchange: Exchange, staff: User):
    assert move(exchange, staff, exchange.first_day, days=1).version == 2


def test_objections_to_the_new_days_are_stored(exchange: Exchange, staff: User):
    SessionFactory(cohort=Cohort.objects.get(slug="metz"), date=date(2027, 6, 16))
    window = move(exchange, staff).why["window"]
    assert [reason["slug"] for reason in window["against"]] == ["own_session"]
    assert (window["distance"], window["by_hand"], window["against"][0]["participants"]) == (-20, True, ["metz"])


def test_reason_for_the_host_stays(exchange: Exchange, staff: User):
    assert move(exchange, staff).why["host"] == exchange.why["host"]


@pytest.mark.parametrize(
    "state", ["proposed", "host_confirmed", "announced", "registration_open", "registration_closed"]
)
def test_upcoming_exchange_can_move_and_keeps_its_state(edition: Edition, staff: User, state: str):
    exchange = ExchangeFactory(edition=edition, state=state)
    assert move(exchange, staff).state == state


@pytest.mark.parametrize("state", ["held", "followed_up", "cancelled"])
def test_other_exchanges_cannot_move(edition: Edition, staff: User, state: str):
    exchange = ExchangeFactory(edition=edition, state=state)
    with pytest.raises(DomainError, match="is over or cancelled"):
        move(exchange, staff)


def test_published_facts_do_not_move(edition: Edition, staff: User):
    fact = ExchangeFactory(edition=edition, retrospective=True, state="held")
    with pytest.raises(DomainError, match="published fact"):
        move(fact, staff)


@pytest.mark.parametrize(
    ("days", "field", "message"),
    [
        ((date(2027, 2, 1), 2), "first_day", "Choose a day after today"),
        ((date(2027, 6, 12), 2), "first_day", "touch a weekend"),
        ((date(2027, 6, 11), 2), "first_day", "touch a weekend"),
        ((date(2027, 5, 6), 1), "first_day", "public holiday at the host"),
        ((date(2027, 8, 17), 2), "first_day", "10 July to 31 August"),
        ((date(2027, 12, 14), 2), "first_day", "15 December to 2 January"),
        ((date(2030, 3, 5), 2), "first_day", "outside the edition"),
        ((date(2027, 6, 15), 0), "days", "from one to ten days"),
        ((date(2027, 6, 15), 11), "days", "from one to ten days"),
    ],
)
def test_impossible_days_are_refused(exchange: Exchange, staff: User, days: tuple[date, int], field: str, message: str):
    with pytest.raises(DomainError, match=message) as caught:
        move(exchange, staff, *days)
    exchange.refresh_from_db()
    assert (caught.value.field, exchange.version) == (field, 1)


def test_days_of_another_exchange_are_refused(exchange: Exchange, staff: User):
    second = Exchange.objects.get(number=2)
    with pytest.raises(DomainError, match="Another Intertransfo of the edition") as caught:
        move(exchange, staff, second.first_day)
    assert caught.value.field == "first_day"


def test_exchange_may_overlap_its_own_present_days(exchange: Exchange, staff: User):
    move(exchange, staff, date(2027, 6, 15))
    assert move(exchange, staff, date(2027, 6, 16)).first_day == date(2027, 6, 16)


def test_days_of_a_cancelled_exchange_are_free(exchange: Exchange, staff: User, planned: Edition):
    ExchangeFactory(edition=planned, number=9, first_day=date(2027, 6, 15), state="cancelled")
    assert move(exchange, staff).first_day == date(2027, 6, 15)


def test_move_of_an_outdated_version_is_refused(exchange: Exchange, staff: User):
    move(exchange, staff, date(2027, 6, 22))
    with pytest.raises(DomainError, match="changed in the meantime"):
        move(exchange, staff, date(2027, 6, 8), version=1)


def test_history_states_who_moved_the_exchange(exchange: Exchange, staff: User):
    move(exchange, staff)
    event = exchange.events.order_by("-pgh_id").first()
    assert (event.pgh_context.metadata["action"], event.pgh_context.metadata["by"]) == ("move_exchange", staff.pk)


class TestSeats:
    def test_people_who_left_by_the_new_day_lose_their_seat_to_waiting_people(self, edition: Edition, staff: User):
        exchange = ExchangeFactory(edition=edition, state="registration_open", capacity=1)
        leaver = RegistrationFactory(exchange=exchange, state="registered")
        leaver.user.memberships.update(ends_on=date(2027, 6, 14))
        waits = RegistrationFactory(exchange=exchange, state="waitlisted")
        move(exchange, staff, date(2027, 6, 10))
        assert answers(leaver, waits) == ["registered", "waitlisted"]
        move(exchange, staff, date(2027, 6, 15))
        assert answers(leaver, waits) == ["cancelled", "registered"]
        reminder = Reminder.objects.get(email_type="exchange_moved_up")
        assert (reminder.version, reminder.audience) == (3, f"registration-{waits.pk}")


def answers(*rows: Registration) -> list[str]:
    return [Registration.objects.get(pk=row.pk).state for row in rows]


class TestTurns:
    """The rota also holds on the new days: nobody hosts again before every running cohort has hosted."""

    ROTA = {
        date(2027, 2, 9): "dunkerque",
        date(2027, 2, 16): "toulouse",
        date(2027, 3, 9): "metz",
        date(2027, 6, 8): "nantes",
        date(2027, 10, 5): "metz",
    }

    @pytest.fixture
    def turns(self, edition: Edition) -> list[Exchange]:
        """Return turns of Metz, Nantes, then Metz again, after the two others."""
        hosts = {cohort.slug: cohort for cohort in Cohort.objects.filter(edition=edition)}
        made = [ExchangeFactory(edition=edition, host=hosts[host], first_day=day) for day, host in self.ROTA.items()]
        return made[2:]

    def test_second_turn_before_another_cohorts_first_needs_a_reason(self, turns: list[Exchange], staff: User):
        with pytest.raises(DomainError) as refused:
            move(turns[2], staff, date(2027, 5, 11))
        assert (str(refused.value), refused.value.field) == (
            "On these days Metz would host again before another cohort has hosted: write the reason.",
            "swap_reason",
        )
        moved = move(turns[2], staff, date(2027, 5, 11), swap_reason=" The house is free then ")
        assert (moved.first_day, moved.turn.swap_reason) == (date(2027, 5, 11), "The house is free then")
        assert moved.why["host"]["out_of_turn"] is True

    def test_first_turn_moved_after_anothers_second_stores_the_reason_there(self, turns: list[Exchange], staff: User):
        with pytest.raises(DomainError, match="On these days Metz would host again"):
            move(turns[1], staff, date(2027, 11, 16))
        move(turns[1], staff, date(2027, 11, 16), swap_reason="Nantes rebuilds its hall")
        reasons = HostTurn.objects.order_by("pk").values_list("swap_reason", flat=True)
        assert list(reasons) == ["", "", "", "", "Nantes rebuilds its hall"]

    def test_page_shows_the_reason(self, turns: list[Exchange], staff: User):
        moved = move(turns[2], staff, date(2027, 5, 11), swap_reason="The house is free then")
        moved.why["host"] |= {"reason": "fewest_turns", "turns": 1}
        assert "The house is free then." in host_reason_text(moved, {}, [])

    def test_move_without_passing_another_turn_needs_no_reason(self, turns: list[Exchange], staff: User):
        assert move(turns[2], staff, date(2027, 9, 14), swap_reason="Never mind").turn.swap_reason == ""

    def test_existing_reason_is_enough_and_stays(self, turns: list[Exchange], staff: User):
        HostTurn.objects.filter(exchange=turns[2]).update(swap_reason="Agreed in May")
        assert move(turns[2], staff, date(2027, 5, 11)).turn.swap_reason == "Agreed in May"

    @pytest.mark.django_db(transaction=True)
    def test_second_of_two_simultaneous_moves_sees_the_first(self, turns: list[Exchange], staff: User):
        def move_to(exchange: Exchange, day: date) -> Callable[[], object]:
            return lambda: move(exchange, staff, day)

        assert run_at_once(move_to(turns[2], date(2027, 6, 15)), move_to(turns[1], date(2027, 6, 22))) == [
            "On these days Metz would host again before another cohort has hosted: write the reason.",
            "done",
        ]
