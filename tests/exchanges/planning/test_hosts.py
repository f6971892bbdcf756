"""Who hosts: confirmed by the host, swapped by the lab with a reason, and both at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from cohorts.models import Cohort
from exchanges.models import Exchange, HostTurn
from exchanges.planning.actions import confirm_host, plan_exchanges, swap_host
from notifications.models import Reminder
from programmes.models import Edition
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.exchanges import ExchangeFactory, edition_of_four
from web.errors import DomainError

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def exchange(edition: Edition) -> Exchange:
    plan_exchanges(edition=edition, at=AT)
    return Exchange.objects.get(number=1)


def cohort(slug: str) -> Cohort:
    return Cohort.objects.get(slug=slug)


def swap(exchange: Exchange, host: str, staff: User, reason: str = "The town hall is being rebuilt", **more: object):
    return swap_host(exchange=exchange, host=cohort(host), reason=reason, at=AT, by=staff, **more)


class TestConfirm:
    def test_the_host_takes_the_days(self, exchange: Exchange, staff: User):
        assert confirm_host(exchange=exchange, at=AT, by=staff).state == "host_confirmed"

    def test_confirming_twice_changes_nothing(self, exchange: Exchange, staff: User):
        confirm_host(exchange=exchange, at=AT, by=staff)
        lines = exchange.events.count()
        assert confirm_host(exchange=exchange, at=AT, by=staff).state == "host_confirmed"
        assert exchange.events.count() == lines

    def test_nor_does_confirming_what_is_announced(self, edition: Edition, staff: User):
        exchange = ExchangeFactory(edition=edition, state="announced")
        assert confirm_host(exchange=exchange, at=AT, by=staff).state == "announced"

    @pytest.mark.parametrize("state", ["held", "cancelled"])
    def test_what_is_over_is_not_confirmed(self, edition: Edition, staff: User, state: str):
        exchange = ExchangeFactory(edition=edition, state=state)
        with pytest.raises(DomainError, match="cannot go from its present state"):
            confirm_host(exchange=exchange, at=AT, by=staff)

    def test_nobody_confirms_a_host_they_have_not_seen(self, exchange: Exchange, staff: User):
        swap(exchange, "toulouse", staff)
        with pytest.raises(DomainError, match="changed in the meantime"):
            confirm_host(exchange=exchange, at=AT, by=staff, version=1)

    def test_confirming_says_nothing_to_members(self, exchange: Exchange, staff: User):
        confirm_host(exchange=exchange, at=AT, by=staff)
        assert Reminder.objects.filter(object_id=exchange.pk, event_day=None).count() == 0


class TestSwap:
    def test_the_turn_and_the_host_change_with_the_reason(self, exchange: Exchange, staff: User):
        swapped = swap(exchange, "toulouse", staff)
        turn = HostTurn.objects.get(exchange=exchange)
        assert (swapped.host.slug, turn.cohort.slug, turn.swap_reason, turn.order) == (
            "toulouse",
            "toulouse",
            "The town hall is being rebuilt",
            1,
        )

    def test_the_version_rises(self, exchange: Exchange, staff: User):
        assert swap(exchange, "toulouse", staff).version == 2

    def test_the_page_will_say_so(self, exchange: Exchange, staff: User):
        swapped = swap(exchange, "toulouse", staff)
        assert swapped.why == {**exchange.why, "host": {"reason": "swapped"}}

    def test_a_new_host_has_to_confirm_in_its_turn(self, exchange: Exchange, staff: User):
        confirm_host(exchange=exchange, at=AT, by=staff)
        assert swap(exchange, "toulouse", staff).state == "proposed"

    def test_once_everyone_was_told_the_lab_answers_for_it(self, edition: Edition, staff: User):
        exchange = ExchangeFactory(edition=edition, host=cohort("metz"), state="registration_open")
        assert swap(exchange, "nantes", staff).state == "registration_open"

    def test_letters_follow_the_calendar_of_the_new_host(self, exchange: Exchange, staff: User):
        swap(exchange, "toulouse", staff)
        rows = Reminder.objects.filter(object_id=exchange.pk, state="planned", event_day__isnull=False)
        assert set(rows.values_list("version", flat=True)) == {2}

    def test_one_letter_tells_of_the_change(self, exchange: Exchange, staff: User):
        swap(exchange, "toulouse", staff)
        told = Reminder.objects.filter(object_id=exchange.pk, event_day=None, version=2)
        assert list(told.values_list("letter", flat=True)) == ["exchange_changed"]

    def test_and_names_the_host_there_was(self, exchange: Exchange, staff: User):
        before = exchange.host.name
        swap(exchange, "toulouse", staff)
        told = Reminder.objects.get(object_id=exchange.pk, letter="exchange_changed")
        assert (told.was["host"], told.was["first_day"]) == (before, exchange.first_day.isoformat())

    def test_once_announced_the_new_host_hears_that_it_hosts(self, edition: Edition, staff: User):
        exchange = ExchangeFactory(edition=edition, host=cohort("metz"), state="announced")
        swap(exchange, "nantes", staff)
        told = Reminder.objects.filter(object_id=exchange.pk, event_day=None, version=2).order_by("letter")
        assert list(told.values_list("letter", "audience")) == [
            ("exchange_changed", "told"),
            ("exchange_hosts_now", "host_pilot"),
        ]

    def test_the_present_host_is_no_swap(self, exchange: Exchange, staff: User):
        assert swap(exchange, "nantes", staff).version == 1

    @pytest.mark.parametrize("reason", ["", "   \n"])
    def test_a_swap_has_a_reason(self, exchange: Exchange, staff: User, reason: str):
        with pytest.raises(DomainError, match="Write the reason") as caught:
            swap(exchange, "toulouse", staff, reason=reason)
        assert caught.value.field == "reason"

    def test_nobody_of_another_edition_hosts(self, exchange: Exchange, staff: User):
        with pytest.raises(DomainError, match="a cohort of the same edition") as caught:
            swap_host(exchange=exchange, host=CohortFactory(), reason="Reason", at=AT, by=staff)
        exchange.refresh_from_db()
        assert (caught.value.field, exchange.host.slug, exchange.version) == ("host", "nantes", 1)

    def test_nor_a_cohort_that_withdrew(self, exchange: Exchange, staff: User, edition: Edition):
        gone = CohortFactory(edition=edition, state="withdrawn", reason="Elections")
        with pytest.raises(DomainError, match="has withdrawn"):
            swap_host(exchange=exchange, host=gone, reason="Reason", at=AT, by=staff)

    @pytest.mark.parametrize("state", ["held", "followed_up", "cancelled"])
    def test_what_is_over_keeps_its_host(self, edition: Edition, staff: User, state: str):
        exchange = ExchangeFactory(edition=edition, host=cohort("metz"), state=state)
        with pytest.raises(DomainError, match="cannot change any more"):
            swap(exchange, "nantes", staff)

    def test_it_is_refused_when_someone_swapped_in_the_meantime(self, exchange: Exchange, staff: User):
        swap(exchange, "toulouse", staff)
        with pytest.raises(DomainError, match="changed in the meantime"):
            swap(exchange, "metz", staff, version=1)

    def test_and_when_the_host_confirmed_in_the_meantime(self, exchange: Exchange, staff: User):
        confirm_host(exchange=exchange, at=AT, by=staff)
        with pytest.raises(DomainError, match="Nantes was confirmed in the meantime"):
            swap(exchange, "metz", staff, version=1, state="proposed")

    def test_who_saw_it_confirmed_may_swap(self, exchange: Exchange, staff: User):
        confirm_host(exchange=exchange, at=AT, by=staff)
        assert swap(exchange, "metz", staff, version=1, state="host_confirmed").host.slug == "metz"

    def test_the_history_keeps_who_and_why(self, exchange: Exchange, staff: User):
        swap(exchange, "toulouse", staff)
        context = exchange.turn.events.order_by("-pgh_id").first().pgh_context.metadata
        assert (context["action"], context["by"], context["reason"]) == (
            "swap_host",
            staff.pk,
            "The town hall is being rebuilt",
        )


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_confirmed_by_two_people_at_once_it_is_confirmed_once(self):
        staff = UserFactory(is_lab_staff=True)
        exchange = ExchangeFactory(edition=edition_of_four())
        confirm = lambda: confirm_host(exchange=exchange, at=AT, by=staff, version=1)  # noqa: E731
        assert at_once(confirm, confirm) == ["done", "done"]
        assert exchange.events.filter(state="host_confirmed").count() == 1

    def test_confirmed_and_swapped_at_once_the_host_is_one_who_was_seen(self):
        staff = UserFactory(is_lab_staff=True)
        exchange = ExchangeFactory(edition=edition_of_four(), host=None)
        swapped = swap_host_of(exchange, "nantes", staff)
        at_once(lambda: confirm_host(exchange=exchange, at=AT, by=staff, version=1), swapped)
        exchange.refresh_from_db()
        assert (exchange.host.slug, exchange.state) == ("nantes", "proposed")

    def test_two_hosts_for_one_exchange_at_once_leave_one(self):
        staff = UserFactory(is_lab_staff=True)
        exchange = ExchangeFactory(edition=edition_of_four())
        answers = at_once(swap_host_of(exchange, "nantes", staff), swap_host_of(exchange, "metz", staff))
        assert answers == [
            "The date, the host or the venue changed in the meantime: check them again before you go on.",
            "done",
        ]
        exchange.refresh_from_db()
        assert (exchange.version, exchange.host) == (2, exchange.turn.cohort)

    def test_one_cohort_does_not_get_two_exchanges_at_once(self):
        staff = UserFactory(is_lab_staff=True)
        edition = edition_of_four()
        first = ExchangeFactory(edition=edition, host=cohort("metz"), first_day=date(2027, 6, 8))
        second = ExchangeFactory(edition=edition, host=cohort("nantes"), first_day=date(2027, 11, 16))
        at_once(swap_host_of(first, "toulouse", staff), swap_host_of(second, "toulouse", staff))
        turns = HostTurn.objects.filter(cohort=cohort("toulouse"))
        assert [bool(turn.swap_reason) for turn in turns] == [True, True]


def swap_host_of(exchange: Exchange, slug: str, staff: User) -> Callable[[], object]:
    host = cohort(slug)
    return lambda: swap_host(exchange=exchange, host=host, reason="It asked for it", at=AT, by=staff, version=1)
