"""Moving an exchange: the version, the letters, the days it cannot take."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from cohorts.models import Cohort
from exchanges.models import Exchange, HostTurn, Registration
from exchanges.pages.exchange_context import why_host
from exchanges.planning.actions import move_exchange, plan_exchanges
from notifications.models import Reminder
from programmes.models import Edition
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import SessionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from web.errors import DomainError

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)
LATER = datetime(2027, 2, 1, 8, tzinfo=UTC)


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def exchange(edition: Edition) -> Exchange:
    plan_exchanges(edition=edition, at=AT)
    return Exchange.objects.get(number=1)


def move(
    exchange: Exchange, staff: User, first_day: date = date(2027, 6, 15), days: int = 2, **more: object
) -> Exchange:
    return move_exchange(exchange=exchange, first_day=first_day, days=days, at=LATER, by=staff, **more)


def planned_for(exchange: Exchange) -> set[tuple[int, date]]:
    """Versions and days of the reminders that are still to go."""
    rows = Reminder.objects.filter(object_id=exchange.pk, state="planned", event_day__isnull=False)
    return set(rows.values_list("version", "event_day"))


def test_it_takes_the_days_and_raises_the_version(exchange: Exchange, staff: User):
    moved = move(exchange, staff)
    assert (moved.first_day, moved.last_day, moved.version) == (date(2027, 6, 15), date(2027, 6, 16), 2)


def test_letters_not_yet_gone_move_along(exchange: Exchange, staff: User):
    move(exchange, staff)
    assert planned_for(exchange) == {(2, date(2027, 6, 15))}


def test_those_for_the_old_date_end_with_a_reason(exchange: Exchange, staff: User):
    before = Reminder.objects.filter(object_id=exchange.pk, state="planned").count()
    move(exchange, staff)
    old = Reminder.objects.filter(object_id=exchange.pk, version=1, state="cancelled", reason="moved")
    assert old.count() == before


def test_one_letter_tells_of_the_change(exchange: Exchange, staff: User):
    move(exchange, staff)
    told = Reminder.objects.filter(object_id=exchange.pk, event_day=None)
    assert list(told.values_list("letter", "audience", "version", "alone", "due_at")) == [
        ("exchange_changed", "told", 2, True, LATER)
    ]


def test_it_names_the_dates_and_the_host_there_were(exchange: Exchange, staff: User):
    days = {"first_day": exchange.first_day.isoformat(), "last_day": exchange.last_day.isoformat()}
    move(exchange, staff)
    told = Reminder.objects.get(object_id=exchange.pk, event_day=None)
    assert told.was == days | {"host": exchange.host.name, "venue": exchange.venue}


def test_moving_twice_tells_twice_with_a_version_each(exchange: Exchange, staff: User):
    move(exchange, staff)
    move(exchange, staff, date(2027, 6, 22))
    told = Reminder.objects.filter(object_id=exchange.pk, letter="exchange_changed")
    assert sorted(told.values_list("version", flat=True)) == [2, 3]


def test_sending_the_form_twice_moves_once(exchange: Exchange, staff: User):
    move(exchange, staff)
    again = move(exchange, staff)
    assert (again.version, Reminder.objects.filter(letter="exchange_changed").count()) == (2, 1)


def test_other_days_of_the_same_first_day_count_as_a_move(exchange: Exchange, staff: User):
    assert move(exchange, staff, exchange.first_day, days=1).version == 2


def test_the_objections_to_the_new_days_are_kept(exchange: Exchange, staff: User):
    SessionFactory(cohort=Cohort.objects.get(slug="metz"), date=date(2027, 6, 16))
    window = move(exchange, staff).why["window"]
    assert [reason["slug"] for reason in window["against"]] == ["own_session"]
    assert (window["distance"], window["by_hand"], window["against"][0]["participants"]) == (-20, True, ["metz"])


def test_the_reason_of_the_host_stays(exchange: Exchange, staff: User):
    assert move(exchange, staff).why["host"] == exchange.why["host"]


@pytest.mark.parametrize(
    "state", ["proposed", "host_confirmed", "announced", "registration_open", "registration_closed"]
)
def test_whatever_is_coming_can_move_and_keeps_its_state(edition: Edition, staff: User, state: str):
    exchange = ExchangeFactory(edition=edition, state=state)
    assert move(exchange, staff).state == state


@pytest.mark.parametrize("state", ["held", "followed_up", "cancelled"])
def test_nothing_else_can(edition: Edition, staff: User, state: str):
    exchange = ExchangeFactory(edition=edition, state=state)
    with pytest.raises(DomainError, match="is over or cancelled"):
        move(exchange, staff)


def test_published_facts_do_not_move(edition: Edition, staff: User):
    fact = ExchangeFactory(edition=edition, retrospective=True, state="held")
    with pytest.raises(DomainError, match="published fact"):
        move(fact, staff)


@pytest.mark.parametrize(
    ("days", "field", "said"),
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
def test_days_it_cannot_take(exchange: Exchange, staff: User, days: tuple[date, int], field: str, said: str):
    with pytest.raises(DomainError, match=said) as caught:
        move(exchange, staff, *days)
    exchange.refresh_from_db()
    assert (caught.value.field, exchange.version) == (field, 1)


def test_nor_days_of_another_exchange(exchange: Exchange, staff: User):
    second = Exchange.objects.get(number=2)
    with pytest.raises(DomainError, match="Another Intertransfo of the edition") as caught:
        move(exchange, staff, second.first_day)
    assert caught.value.field == "first_day"


def test_its_own_days_do_not_stand_in_its_way(exchange: Exchange, staff: User):
    move(exchange, staff, date(2027, 6, 15))
    assert move(exchange, staff, date(2027, 6, 16)).first_day == date(2027, 6, 16)


def test_days_of_a_cancelled_one_are_free(exchange: Exchange, staff: User, edition: Edition):
    ExchangeFactory(edition=edition, number=9, first_day=date(2027, 6, 15), state="cancelled")
    assert move(exchange, staff).first_day == date(2027, 6, 15)


def test_it_is_refused_when_someone_moved_it_in_the_meantime(exchange: Exchange, staff: User):
    move(exchange, staff, date(2027, 6, 22))
    with pytest.raises(DomainError, match="changed in the meantime"):
        move(exchange, staff, date(2027, 6, 8), version=1)


def test_the_history_says_who_moved_it(exchange: Exchange, staff: User):
    move(exchange, staff)
    line = exchange.events.order_by("-pgh_id").first()
    assert (line.pgh_context.metadata["action"], line.pgh_context.metadata["by"]) == ("move_exchange", staff.pk)


class TestPlaces:
    def test_whoever_is_gone_by_the_new_day_gives_the_place_to_whoever_waits(self, edition: Edition, staff: User):
        exchange = ExchangeFactory(edition=edition, state="registration_open", capacity=1)
        leaver = RegistrationFactory(exchange=exchange, state="registered")
        leaver.user.memberships.update(ends_on=date(2027, 6, 14))
        waits = RegistrationFactory(exchange=exchange, state="waitlisted")
        move(exchange, staff, date(2027, 6, 10))
        assert answers(leaver, waits) == ["registered", "waitlisted"]
        move(exchange, staff, date(2027, 6, 15))
        assert answers(leaver, waits) == ["cancelled", "registered"]
        letter = Reminder.objects.get(letter="exchange_moved_up")
        assert (letter.version, letter.audience) == (3, f"registration-{waits.pk}")


def answers(*rows: Registration) -> list[str]:
    return [Registration.objects.get(pk=row.pk).state for row in rows]


class TestTurns:
    """Rule 8 holds on the new days too: nobody hosts again before every running cohort has hosted."""

    ROTA = {
        date(2027, 2, 9): "dunkerque",
        date(2027, 2, 16): "toulouse",
        date(2027, 3, 9): "metz",
        date(2027, 6, 8): "nantes",
        date(2027, 10, 5): "metz",
    }

    @pytest.fixture
    def turns(self, edition: Edition) -> list[Exchange]:
        """Metz, Nantes, then Metz again, after the two others."""
        hosts = {cohort.slug: cohort for cohort in Cohort.objects.filter(edition=edition)}
        made = [ExchangeFactory(edition=edition, host=hosts[host], first_day=day) for day, host in self.ROTA.items()]
        return made[2:]

    def test_a_second_turn_before_anothers_first_needs_a_reason(self, turns: list[Exchange], staff: User):
        with pytest.raises(DomainError) as refused:
            move(turns[2], staff, date(2027, 5, 11))
        assert (str(refused.value), refused.value.field) == (
            "On these days Metz would host again before another cohort has hosted: write the reason.",
            "swap_reason",
        )
        moved = move(turns[2], staff, date(2027, 5, 11), swap_reason=" The house is free then ")
        assert (moved.first_day, moved.turn.swap_reason) == (date(2027, 5, 11), "The house is free then")
        assert moved.why["host"]["out_of_turn"] is True

    def test_so_does_a_first_turn_after_anothers_second_which_keeps_the_reason(
        self, turns: list[Exchange], staff: User
    ):
        with pytest.raises(DomainError, match="On these days Metz would host again"):
            move(turns[1], staff, date(2027, 11, 16))
        move(turns[1], staff, date(2027, 11, 16), swap_reason="Nantes rebuilds its hall")
        reasons = HostTurn.objects.order_by("pk").values_list("swap_reason", flat=True)
        assert list(reasons) == ["", "", "", "", "Nantes rebuilds its hall"]

    def test_the_reason_is_read_on_the_page(self, turns: list[Exchange], staff: User):
        moved = move(turns[2], staff, date(2027, 5, 11), swap_reason="The house is free then")
        moved.why["host"] |= {"reason": "fewest_turns", "turns": 1}
        assert "The house is free then." in why_host(moved, {}, [])

    def test_without_passing_another_none_is_needed(self, turns: list[Exchange], staff: User):
        assert move(turns[2], staff, date(2027, 9, 14), swap_reason="Never mind").turn.swap_reason == ""

    def test_a_reason_that_is_written_already_is_enough_and_stays(self, turns: list[Exchange], staff: User):
        HostTurn.objects.filter(exchange=turns[2]).update(swap_reason="Agreed in May")
        assert move(turns[2], staff, date(2027, 5, 11)).turn.swap_reason == "Agreed in May"

    @pytest.mark.django_db(transaction=True)
    def test_of_two_that_move_at_once_the_second_sees_the_first(self, turns: list[Exchange], staff: User):
        def going(exchange: Exchange, day: date) -> Callable[[], object]:
            return lambda: move(exchange, staff, day)

        assert at_once(going(turns[2], date(2027, 6, 15)), going(turns[1], date(2027, 6, 22))) == [
            "On these days Metz would host again before another cohort has hosted: write the reason.",
            "done",
        ]
