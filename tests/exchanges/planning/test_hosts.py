"""Hosts: confirmed by the cohort, swapped by the lab with a reason, and both at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from cohorts.models import Cohort
from exchanges.models import Exchange, HostTurn
from exchanges.planning.actions import confirm_host, swap_host
from notifications.models import Reminder
from programmes.models import Edition
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.exchanges import ExchangeFactory, edition_of_four, edition_with_exchanges
from web.errors import DomainError

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def planned(db: None) -> Edition:
    return edition_with_exchanges(AT)


@pytest.fixture
def exchange(planned: Edition) -> Exchange:
    return Exchange.objects.get(number=1)


def cohort(slug: str) -> Cohort:
    return Cohort.objects.get(slug=slug)


def swap(exchange: Exchange, host: str, staff: User, reason: str = "The town hall is being rebuilt", **more: object):
    return swap_host(exchange=exchange, host=cohort(host), reason=reason, at=AT, by=staff, **more)


class TestConfirm:
    def test_host_is_confirmed(self, exchange: Exchange, staff: User):
        assert confirm_host(exchange=exchange, at=AT, by=staff).state == "host_confirmed"

    def test_confirming_twice_changes_nothing(self, exchange: Exchange, staff: User):
        confirm_host(exchange=exchange, at=AT, by=staff)
        lines = exchange.events.count()
        assert confirm_host(exchange=exchange, at=AT, by=staff).state == "host_confirmed"
        assert exchange.events.count() == lines

    def test_confirming_an_announced_exchange_changes_nothing(self, edition: Edition, staff: User):
        exchange = ExchangeFactory(edition=edition, state="announced")
        assert confirm_host(exchange=exchange, at=AT, by=staff).state == "announced"

    @pytest.mark.parametrize("state", ["held", "cancelled"])
    def test_exchange_that_is_over_cannot_be_confirmed(self, edition: Edition, staff: User, state: str):
        exchange = ExchangeFactory(edition=edition, state=state)
        with pytest.raises(DomainError, match="cannot go from its present state"):
            confirm_host(exchange=exchange, at=AT, by=staff)

    def test_confirming_an_outdated_version_is_refused(self, exchange: Exchange, staff: User):
        swap(exchange, "toulouse", staff)
        with pytest.raises(DomainError, match="changed in the meantime"):
            confirm_host(exchange=exchange, at=AT, by=staff, version=1)

    def test_confirming_sends_no_email_to_members(self, exchange: Exchange, staff: User):
        confirm_host(exchange=exchange, at=AT, by=staff)
        assert Reminder.objects.filter(object_id=exchange.pk, event_day=None).count() == 0


class TestSwap:
    def test_swap_changes_turn_and_host_with_the_reason(self, exchange: Exchange, staff: User):
        swapped = swap(exchange, "toulouse", staff)
        turn = HostTurn.objects.get(exchange=exchange)
        assert (swapped.host.slug, turn.cohort.slug, turn.swap_reason, turn.order) == (
            "toulouse",
            "toulouse",
            "The town hall is being rebuilt",
            1,
        )

    def test_swap_raises_the_version(self, exchange: Exchange, staff: User):
        assert swap(exchange, "toulouse", staff).version == 2

    def test_stored_reason_is_the_swap(self, exchange: Exchange, staff: User):
        swapped = swap(exchange, "toulouse", staff)
        assert swapped.why == {**exchange.why, "host": {"reason": "swapped"}}

    def test_new_host_must_confirm(self, exchange: Exchange, staff: User):
        confirm_host(exchange=exchange, at=AT, by=staff)
        assert swap(exchange, "toulouse", staff).state == "proposed"

    def test_announced_exchange_needs_no_confirmation_after_a_swap(self, edition: Edition, staff: User):
        exchange = ExchangeFactory(edition=edition, host=cohort("metz"), state="registration_open")
        assert swap(exchange, "nantes", staff).state == "registration_open"

    def test_emails_follow_the_calendar_of_the_new_host(self, exchange: Exchange, staff: User):
        swap(exchange, "toulouse", staff)
        rows = Reminder.objects.filter(object_id=exchange.pk, state="planned", event_day__isnull=False)
        assert set(rows.values_list("version", flat=True)) == {2}

    def test_swap_sends_one_email_about_the_change(self, exchange: Exchange, staff: User):
        swap(exchange, "toulouse", staff)
        emails = Reminder.objects.filter(object_id=exchange.pk, event_day=None, version=2)
        assert list(emails.values_list("email_type", flat=True)) == ["exchange_changed"]

    def test_change_email_names_the_previous_host(self, exchange: Exchange, staff: User):
        before = exchange.host.name
        swap(exchange, "toulouse", staff)
        emails = Reminder.objects.get(object_id=exchange.pk, email_type="exchange_changed")
        assert (emails.previous_details["host"], emails.previous_details["first_day"]) == (
            before,
            exchange.first_day.isoformat(),
        )

    def test_new_host_of_an_announced_exchange_is_informed(self, edition: Edition, staff: User):
        exchange = ExchangeFactory(edition=edition, host=cohort("metz"), state="announced")
        swap(exchange, "nantes", staff)
        emails = Reminder.objects.filter(object_id=exchange.pk, event_day=None, version=2).order_by("email_type")
        assert list(emails.values_list("email_type", "audience")) == [
            ("exchange_changed", "informed"),
            ("exchange_hosts_now", "host_pilot"),
        ]

    def test_swapping_to_the_present_host_changes_nothing(self, exchange: Exchange, staff: User):
        assert swap(exchange, "nantes", staff).version == 1

    @pytest.mark.parametrize("reason", ["", "   \n"])
    def test_swap_without_a_reason_is_refused(self, exchange: Exchange, staff: User, reason: str):
        with pytest.raises(DomainError, match="Write the reason") as caught:
            swap(exchange, "toulouse", staff, reason=reason)
        assert caught.value.field == "reason"

    def test_cohort_of_another_edition_is_refused(self, exchange: Exchange, staff: User):
        with pytest.raises(DomainError, match="a cohort of the same edition") as caught:
            swap_host(exchange=exchange, host=CohortFactory(), reason="Reason", at=AT, by=staff)
        exchange.refresh_from_db()
        assert (caught.value.field, exchange.host.slug, exchange.version) == ("host", "nantes", 1)

    def test_withdrawn_cohort_is_refused(self, exchange: Exchange, staff: User, planned: Edition):
        withdrawn = CohortFactory(edition=planned, state="withdrawn", reason="Elections")
        with pytest.raises(DomainError, match="has withdrawn"):
            swap_host(exchange=exchange, host=withdrawn, reason="Reason", at=AT, by=staff)

    @pytest.mark.parametrize("state", ["held", "followed_up", "cancelled"])
    def test_exchange_that_is_over_keeps_its_host(self, edition: Edition, staff: User, state: str):
        exchange = ExchangeFactory(edition=edition, host=cohort("metz"), state=state)
        with pytest.raises(DomainError, match="cannot change any more"):
            swap(exchange, "nantes", staff)

    def test_swap_of_an_outdated_version_is_refused(self, exchange: Exchange, staff: User):
        swap(exchange, "toulouse", staff)
        with pytest.raises(DomainError, match="changed in the meantime"):
            swap(exchange, "metz", staff, version=1)

    def test_swap_is_refused_when_the_host_has_confirmed_since(self, exchange: Exchange, staff: User):
        confirm_host(exchange=exchange, at=AT, by=staff)
        with pytest.raises(DomainError, match="Nantes was confirmed in the meantime"):
            swap(exchange, "metz", staff, version=1, state="proposed")

    def test_confirmed_host_can_be_swapped_knowingly(self, exchange: Exchange, staff: User):
        confirm_host(exchange=exchange, at=AT, by=staff)
        assert swap(exchange, "metz", staff, version=1, state="host_confirmed").host.slug == "metz"

    def test_history_has_who_swapped_and_why(self, exchange: Exchange, staff: User):
        swap(exchange, "toulouse", staff)
        context = exchange.turn.events.order_by("-pgh_id").first().pgh_context.metadata
        assert (context["action"], context["by"], context["reason"]) == (
            "swap_host",
            staff.pk,
            "The town hall is being rebuilt",
        )


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_simultaneous_confirmations_confirm_once(self):
        staff = UserFactory(is_lab_staff=True)
        exchange = ExchangeFactory(edition=edition_of_four())
        confirm = lambda: confirm_host(exchange=exchange, at=AT, by=staff, version=1)  # noqa: E731
        assert run_at_once(confirm, confirm) == ["done", "done"]
        assert exchange.events.filter(state="host_confirmed").count() == 1

    def test_simultaneous_confirmation_and_swap_leave_a_consistent_host(self):
        staff = UserFactory(is_lab_staff=True)
        exchange = ExchangeFactory(edition=edition_of_four(), host=None)
        swapped = swap_host_of(exchange, "nantes", staff)
        run_at_once(lambda: confirm_host(exchange=exchange, at=AT, by=staff, version=1), swapped)
        exchange.refresh_from_db()
        assert (exchange.host.slug, exchange.state) == ("nantes", "proposed")

    def test_two_simultaneous_swaps_leave_one_host(self):
        staff = UserFactory(is_lab_staff=True)
        exchange = ExchangeFactory(edition=edition_of_four())
        answers = run_at_once(swap_host_of(exchange, "nantes", staff), swap_host_of(exchange, "metz", staff))
        assert answers == [
            "The date, the host or the venue changed in the meantime: check them again before you go on.",
            "done",
        ]
        exchange.refresh_from_db()
        assert (exchange.version, exchange.host) == (2, exchange.turn.cohort)

    def test_cohort_does_not_get_two_exchanges_at_once(self):
        staff = UserFactory(is_lab_staff=True)
        edition = edition_of_four()
        first = ExchangeFactory(edition=edition, host=cohort("metz"), first_day=date(2027, 6, 8))
        second = ExchangeFactory(edition=edition, host=cohort("nantes"), first_day=date(2027, 11, 16))
        run_at_once(swap_host_of(first, "toulouse", staff), swap_host_of(second, "toulouse", staff))
        turns = HostTurn.objects.filter(cohort=cohort("toulouse"))
        assert [bool(turn.swap_reason) for turn in turns] == [True, True]


def swap_host_of(exchange: Exchange, slug: str, staff: User) -> Callable[[], object]:
    host = cohort(slug)
    return lambda: swap_host(exchange=exchange, host=host, reason="It asked for it", at=AT, by=staff, version=1)
