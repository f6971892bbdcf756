"""Announced, open to registration, closed, held, cancelled: each step once, in order, with its letter."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cohorts.models import Cohort, Membership
from exchanges.lifecycle.actions import (
    announce,
    cancel_exchange,
    close_registration,
    hold_exchange,
    open_registration,
    set_theme_and_place,
)
from exchanges.models import Exchange, HostTurn, Registration
from exchanges.planning.actions import confirm_host, plan_exchanges
from notifications.models import Reminder
from programmes.models import Edition
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.factories.exchanges import ExchangeFactory, GuestFactory, NeedsFactory, RegistrationFactory
from web.errors import DomainError

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)
EARLY = datetime(2027, 1, 6, 8, tzinfo=UTC)
LATE = datetime(2027, 6, 1, 8, tzinfo=UTC)


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def exchange(edition: Edition, staff: User) -> Exchange:
    """The first planned exchange, its date and host confirmed: two days in early July."""
    plan_exchanges(edition=edition, at=AT)
    return confirm_host(exchange=Exchange.objects.get(number=1), at=AT, by=staff)


@pytest.fixture
def opened(exchange: Exchange, staff: User) -> Exchange:
    announce(exchange=exchange, at=EARLY, by=staff)
    return open_registration(exchange=exchange, at=EARLY, by=staff)


def announcements(exchange: Exchange) -> list[tuple[str, str]]:
    """Letters outside the ladder and their audiences."""
    rows = Reminder.objects.filter(object_id=exchange.pk, event_day=None).order_by("pk")
    return list(rows.values_list("letter", "audience"))


def expand(exchange: Exchange, letter: str) -> None:
    """The ladder's own letter has had its turn."""
    Reminder.objects.filter(object_id=exchange.pk, letter=letter).update(state="expanded")


class TestAnnounce:
    def test_the_letter_leaves_when_the_ladder_says(self, exchange: Exchange, staff: User):
        assert announce(exchange=exchange, at=EARLY, by=staff).state == "announced"
        assert announcements(exchange) == []

    def test_it_leaves_at_once_when_its_time_is_over(self, exchange: Exchange, staff: User):
        expand(exchange, "exchange_save_the_date")
        announce(exchange=exchange, at=LATE, by=staff)
        assert announcements(exchange) == [("exchange_save_the_date", "active_members")]

    def test_twice_changes_nothing(self, exchange: Exchange, staff: User):
        expand(exchange, "exchange_save_the_date")
        announce(exchange=exchange, at=LATE, by=staff)
        announce(exchange=exchange, at=LATE, by=staff)
        assert len(announcements(exchange)) == 1

    def test_not_before_date_and_host_are_confirmed(self, edition: Edition, staff: User):
        with pytest.raises(DomainError, match="cannot go from its present state"):
            announce(exchange=ExchangeFactory(edition=edition), at=AT, by=staff)


class TestOpenRegistration:
    def test_every_active_member_of_the_edition_is_invited_once(self, opened: Exchange):
        answers = Registration.objects.filter(exchange=opened)
        members = Membership.objects.filter(cohort__edition=opened.edition)
        assert sorted(answers.values_list("user", "cohort", "state")) == sorted(
            (member.user_id, member.cohort_id, "invited") for member in members
        )

    def test_someone_in_two_roles_or_two_cohorts_is_invited_once(self, exchange: Exchange, staff: User):
        person = UserFactory()
        for slug, role in (("nantes", "relay"), ("nantes", "elected"), ("metz", "relay")):
            MembershipFactory(cohort=Cohort.objects.get(slug=slug), user=person, role=role, starts_on=date(2027, 1, 5))
        announce(exchange=exchange, at=EARLY, by=staff)
        open_registration(exchange=exchange, at=EARLY, by=staff)
        assert Registration.objects.get(user=person).cohort.slug == "nantes"

    @pytest.mark.parametrize(
        "change", [{"ends_on": date(2027, 1, 5)}, {"starts_on": date(2027, 9, 1)}], ids=["left", "not yet there"]
    )
    def test_only_those_active_today(self, exchange: Exchange, staff: User, change: dict[str, date]):
        cohort = Cohort.objects.get(slug="metz")
        away = MembershipFactory(cohort=cohort, **{"starts_on": date(2027, 1, 5), **change}).user
        announce(exchange=exchange, at=EARLY, by=staff)
        open_registration(exchange=exchange, at=EARLY, by=staff)
        assert not Registration.objects.filter(user=away).exists()

    def test_nobody_whose_account_is_closed(self, exchange: Exchange, staff: User):
        User.objects.filter(memberships__cohort__slug="metz").update(is_active=False)
        announce(exchange=exchange, at=EARLY, by=staff)
        open_registration(exchange=exchange, at=EARLY, by=staff)
        assert not Registration.objects.filter(cohort__slug="metz").exists()

    def test_no_cohort_that_withdrew(self, exchange: Exchange, staff: User):
        Cohort.objects.filter(slug="metz").update(state="withdrawn", reason="Elections")
        announce(exchange=exchange, at=EARLY, by=staff)
        open_registration(exchange=exchange, at=EARLY, by=staff)
        assert not Registration.objects.filter(cohort__slug="metz").exists()

    def test_opening_twice_invites_nobody_twice(self, opened: Exchange, staff: User):
        open_registration(exchange=opened, at=EARLY, by=staff)
        assert Registration.objects.count() == 8

    def test_the_invitation_leaves_when_the_ladder_says(self, opened: Exchange):
        assert announcements(opened) == []

    def test_it_leaves_at_once_when_its_time_is_over(self, exchange: Exchange, staff: User):
        announce(exchange=exchange, at=EARLY, by=staff)
        expand(exchange, "exchange_registration")
        open_registration(exchange=exchange, at=LATE, by=staff)
        assert announcements(exchange) == [("exchange_registration", "invited")]

    def test_not_before_it_is_announced(self, exchange: Exchange, staff: User):
        with pytest.raises(DomainError, match="cannot go from its present state"):
            open_registration(exchange=exchange, at=EARLY, by=staff)
        assert Registration.objects.count() == 0


class TestThemeAndPlace:
    def test_what_where_and_for_how_many(self, exchange: Exchange, staff: User):
        set_theme_and_place(exchange=exchange, theme=" Elected ", venue="La Halle", capacity=40, at=AT, by=staff)
        exchange.refresh_from_db()
        assert (exchange.theme, exchange.venue, exchange.capacity) == ("Elected", "La Halle", 40)

    def test_the_version_stays(self, exchange: Exchange, staff: User):
        assert set_theme_and_place(exchange=exchange, theme="", venue="", capacity=None, at=AT, by=staff).version == 1

    @pytest.mark.parametrize("state", ["announced", "registration_open", "registration_closed"])
    def test_another_place_is_told_like_another_date(self, edition: Edition, staff: User, state: str):
        row = ExchangeFactory(edition=edition, state=state, venue="La Halle")
        for _twice in range(2):
            row = set_theme_and_place(exchange=row, theme="", venue="Préfecture", capacity=None, at=AT, by=staff)
        told = Reminder.objects.filter(object_id=row.pk, event_day=None)
        assert list(told.values_list("letter", "audience", "version", "was__venue")) == [
            ("exchange_changed", "told", 2, "La Halle")
        ]
        planned = Reminder.objects.filter(object_id=row.pk, state="planned", event_day__isnull=False)
        assert (row.version, set(planned.values_list("version", flat=True))) == (2, {2})

    @pytest.mark.parametrize(
        ("state", "change"),
        [
            ("announced", {"theme": "Another"}),
            ("announced", {"capacity": 40}),
            ("host_confirmed", {"venue": "Préfecture"}),
            ("held", {"venue": "Préfecture"}),
        ],
    )
    def test_theme_and_number_are_not_nor_a_place_nobody_waits_for(
        self, edition: Edition, staff: User, state: str, change: dict[str, Any]
    ):
        row = ExchangeFactory(edition=edition, state=state, venue="La Halle")
        wanted = {"theme": "", "venue": "La Halle", "capacity": None} | change
        row = set_theme_and_place(exchange=row, **wanted, at=AT, by=staff)
        assert (row.version, Reminder.objects.filter(letter="exchange_changed").count()) == (1, 0)

    def test_no_fewer_places_than_people_registered(self, opened: Exchange, staff: User):
        RegistrationFactory.create_batch(2, exchange=opened, state="registered")
        with pytest.raises(DomainError, match="More people than this capacity are already registered") as caught:
            set_theme_and_place(exchange=opened, theme="", venue="", capacity=1, at=AT, by=staff)
        assert caught.value.field == "capacity"

    def test_not_once_it_is_cancelled(self, edition: Edition, staff: User):
        gone = ExchangeFactory(edition=edition, state="cancelled")
        with pytest.raises(DomainError, match="is cancelled: theme and venue cannot change any more"):
            set_theme_and_place(exchange=gone, theme="Another", venue="", capacity=None, at=AT, by=staff)

    def test_published_facts_stay_as_published(self, edition: Edition, staff: User):
        fact = ExchangeFactory(edition=edition, retrospective=True, state="held")
        with pytest.raises(DomainError, match="published fact"):
            set_theme_and_place(exchange=fact, theme="Rewritten", venue="", capacity=None, at=AT, by=staff)


class TestCloseAndHold:
    def test_closing_once_and_twice(self, opened: Exchange, staff: User):
        assert close_registration(exchange=opened, at=LATE, by=staff).state == "registration_closed"
        assert close_registration(exchange=opened, at=LATE, by=staff).state == "registration_closed"

    def test_it_takes_place_from_its_first_day_on(self, opened: Exchange, staff: User):
        close_registration(exchange=opened, at=LATE, by=staff)
        day_before = datetime.combine(opened.first_day - timedelta(days=1), datetime.min.time(), UTC)
        with pytest.raises(DomainError, match="still to come"):
            hold_exchange(exchange=opened, at=day_before, by=staff)
        held = hold_exchange(exchange=opened, at=day_before + timedelta(days=1, hours=8), by=staff)
        assert held.state == "held"

    def test_the_host_has_served_its_turn(self, opened: Exchange, staff: User):
        close_registration(exchange=opened, at=LATE, by=staff)
        hold_exchange(exchange=opened, at=datetime(2027, 8, 1, tzinfo=UTC), by=staff)
        assert list(HostTurn.objects.order_by("order").values_list("served", flat=True)) == [True, False, False, False]

    def test_holding_twice_changes_nothing(self, opened: Exchange, staff: User):
        close_registration(exchange=opened, at=LATE, by=staff)
        for _ in range(2):
            hold_exchange(exchange=opened, at=datetime(2027, 8, 1, tzinfo=UTC), by=staff)
        assert opened.events.filter(state="held").count() == 1

    def test_not_before_its_first_day_and_nothing_is_written_first(self, opened: Exchange, staff: User):
        close_registration(exchange=opened, at=LATE, by=staff)
        with CaptureQueriesContext(connection) as asked, pytest.raises(DomainError, match="still to come"):
            hold_exchange(exchange=opened, at=LATE, by=staff)
        assert [row["sql"] for row in asked if row["sql"].startswith("UPDATE")] == []

    def test_not_while_registration_is_open(self, opened: Exchange, staff: User):
        with pytest.raises(DomainError, match="cannot go from its present state"):
            hold_exchange(exchange=opened, at=datetime(2027, 8, 1, tzinfo=UTC), by=staff)
        assert not HostTurn.objects.filter(served=True).exists()


class TestCancel:
    def test_it_is_cancelled_with_its_reason(self, opened: Exchange, staff: User):
        cancelled = cancel_exchange(exchange=opened, reason=" A strike of the railways ", at=LATE, by=staff)
        assert (cancelled.state, cancelled.reason) == ("cancelled", "A strike of the railways")

    def test_every_letter_of_the_ladder_stops(self, opened: Exchange, staff: User):
        cancel_exchange(exchange=opened, reason="A strike", at=LATE, by=staff)
        rows = Reminder.objects.filter(object_id=opened.pk, event_day__isnull=False)
        assert set(rows.values_list("state", "reason")) <= {("cancelled", "cancelled"), ("skipped", "late")}

    def test_one_letter_tells_those_who_were_told(self, opened: Exchange, staff: User):
        cancel_exchange(exchange=opened, reason="A strike", at=LATE, by=staff)
        assert announcements(opened) == [("exchange_cancelled", "told")]
        assert Reminder.objects.get(letter="exchange_cancelled").state == "planned"

    def test_once_its_days_are_over_nobody_is_told(self, opened: Exchange, staff: User):
        cancel_exchange(exchange=opened, reason="A strike", at=datetime(2027, 12, 1, tzinfo=UTC), by=staff)
        assert announcements(opened) == []

    def test_needs_and_addresses_are_erased_at_once(self, opened: Exchange, staff: User):
        other = ExchangeFactory(state="registration_open")
        needs = [NeedsFactory(registration__exchange=exchange) for exchange in (opened, other)]
        guest = GuestFactory(exchange=opened)
        cancel_exchange(exchange=opened, reason="A strike", at=LATE, by=staff)
        for row in (*needs, guest):
            row.refresh_from_db()
        assert [(row.diet, row.access, row.comes_from, row.travels, row.purged_on) for row in needs] == [
            ("", "", "", "", LATE.date()),
            ("No nuts", "A ramp", "Nantes", "train", None),
        ]
        assert (guest.email, guest.purged_on) == ("", LATE.date())

    def test_twice_tells_once_and_keeps_the_first_reason(self, opened: Exchange, staff: User):
        cancel_exchange(exchange=opened, reason="A strike", at=LATE, by=staff)
        again = cancel_exchange(exchange=opened, reason=" A strike ", at=LATE, by=staff)
        assert (again.reason, len(announcements(opened))) == ("A strike", 1)

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_a_reason_is_asked(self, opened: Exchange, staff: User, reason: str):
        with pytest.raises(DomainError, match="Say why") as caught:
            cancel_exchange(exchange=opened, reason=reason, at=LATE, by=staff)
        assert caught.value.field == "reason"
        assert Reminder.objects.filter(letter="exchange_cancelled").count() == 0

    @pytest.mark.parametrize("state", ["held", "followed_up"])
    def test_what_took_place_cannot_be_cancelled(self, edition: Edition, staff: User, state: str):
        exchange = ExchangeFactory(edition=edition, state=state)
        with pytest.raises(DomainError, match="cannot go from its present state"):
            cancel_exchange(exchange=exchange, reason="Too late", at=LATE, by=staff)

    def test_its_cohort_may_host_another(self, opened: Exchange, staff: User, edition: Edition):
        host = opened.host
        cancel_exchange(exchange=opened, reason="A strike", at=LATE, by=staff)
        other = ExchangeFactory(edition=edition, number=9, host=host, first_day=date(2027, 9, 14))
        assert other.host == host


@pytest.mark.parametrize(
    "step",
    [
        lambda exchange, staff: announce(exchange=exchange, at=AT, by=staff, version=1),
        lambda exchange, staff: open_registration(exchange=exchange, at=AT, by=staff, version=1),
        lambda exchange, staff: close_registration(exchange=exchange, at=AT, by=staff, version=1),
        lambda exchange, staff: hold_exchange(exchange=exchange, at=AT, by=staff, version=1),
    ],
    ids=["announce", "open", "close", "hold"],
)
def test_no_step_is_taken_on_an_exchange_that_moved_meanwhile(
    step: Callable[[Exchange, User], object], edition: Edition, staff: User
):
    exchange = ExchangeFactory(edition=edition, version=2)
    with pytest.raises(DomainError, match="changed in the meantime"):
        step(exchange, staff)
