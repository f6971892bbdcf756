"""Announce, open and close registration, hold, cancel: each step once, in order, with its e-mail."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cohorts.models import Cohort, Membership
from exchanges.lifecycle.actions import (
    announce_exchange,
    cancel_exchange,
    close_registration,
    hold_exchange,
    open_exchange_registration,
    set_theme_and_venue,
)
from exchanges.models import Exchange, HostTurn, Registration
from exchanges.planning.actions import confirm_host
from notifications.models import Reminder
from programmes.models import Edition
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.factories.exchanges import (
    ExchangeFactory,
    GuestFactory,
    NeedsFactory,
    RegistrationFactory,
    edition_with_exchanges,
)
from web.errors import DomainError

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)
EARLY = datetime(2027, 1, 6, 8, tzinfo=UTC)
LATE = datetime(2027, 6, 1, 8, tzinfo=UTC)


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def planned(db: None) -> Edition:
    return edition_with_exchanges(AT)


@pytest.fixture
def exchange(planned: Edition, staff: User) -> Exchange:
    """Return the first planned exchange with date and host confirmed: two days in early July."""
    return confirm_host(exchange=Exchange.objects.get(number=1), at=AT, by=staff)


@pytest.fixture
def opened(exchange: Exchange, staff: User) -> Exchange:
    announce_exchange(exchange=exchange, at=EARLY, by=staff)
    return open_exchange_registration(exchange=exchange, at=EARLY, by=staff)


def announcements(exchange: Exchange) -> list[tuple[str, str]]:
    """Return the e-mails outside the reminder schedule with their audiences."""
    rows = Reminder.objects.filter(object_id=exchange.pk, event_day=None).order_by("pk")
    return list(rows.values_list("email_type", "audience"))


def expand(exchange: Exchange, email_type: str) -> None:
    """Mark the scheduled e-mail as sent."""
    Reminder.objects.filter(object_id=exchange.pk, email_type=email_type).update(state="expanded")


class TestAnnounce:
    def test_save_the_date_is_sent_on_its_scheduled_day(self, exchange: Exchange, staff: User):
        assert announce_exchange(exchange=exchange, at=EARLY, by=staff).state == "announced"
        assert announcements(exchange) == []

    def test_late_save_the_date_is_sent_at_once(self, exchange: Exchange, staff: User):
        expand(exchange, "exchange_save_the_date")
        announce_exchange(exchange=exchange, at=LATE, by=staff)
        assert announcements(exchange) == [("exchange_save_the_date", "active_members")]

    def test_announcing_twice_changes_nothing(self, exchange: Exchange, staff: User):
        expand(exchange, "exchange_save_the_date")
        announce_exchange(exchange=exchange, at=LATE, by=staff)
        announce_exchange(exchange=exchange, at=LATE, by=staff)
        assert len(announcements(exchange)) == 1

    def test_announcing_before_confirmation_is_refused(self, edition: Edition, staff: User):
        with pytest.raises(DomainError, match="cannot go from its present state"):
            announce_exchange(exchange=ExchangeFactory(edition=edition), at=AT, by=staff)


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
        announce_exchange(exchange=exchange, at=EARLY, by=staff)
        open_exchange_registration(exchange=exchange, at=EARLY, by=staff)
        assert Registration.objects.get(user=person).cohort.slug == "nantes"

    @pytest.mark.parametrize(
        "change", [{"ends_on": date(2027, 1, 5)}, {"starts_on": date(2027, 9, 1)}], ids=["left", "not yet there"]
    )
    def test_only_people_active_today_are_invited(self, exchange: Exchange, staff: User, change: dict[str, date]):
        cohort = Cohort.objects.get(slug="metz")
        away = MembershipFactory(cohort=cohort, **{"starts_on": date(2027, 1, 5), **change}).user
        announce_exchange(exchange=exchange, at=EARLY, by=staff)
        open_exchange_registration(exchange=exchange, at=EARLY, by=staff)
        assert not Registration.objects.filter(user=away).exists()

    def test_people_with_a_closed_account_are_not_invited(self, exchange: Exchange, staff: User):
        User.objects.filter(memberships__cohort__slug="metz").update(is_active=False)
        announce_exchange(exchange=exchange, at=EARLY, by=staff)
        open_exchange_registration(exchange=exchange, at=EARLY, by=staff)
        assert not Registration.objects.filter(cohort__slug="metz").exists()

    def test_withdrawn_cohorts_are_not_invited(self, exchange: Exchange, staff: User):
        Cohort.objects.filter(slug="metz").update(state="withdrawn", reason="Elections")
        announce_exchange(exchange=exchange, at=EARLY, by=staff)
        open_exchange_registration(exchange=exchange, at=EARLY, by=staff)
        assert not Registration.objects.filter(cohort__slug="metz").exists()

    def test_opening_twice_invites_nobody_twice(self, opened: Exchange, staff: User):
        open_exchange_registration(exchange=opened, at=EARLY, by=staff)
        assert Registration.objects.count() == 8

    def test_invitation_is_sent_on_its_scheduled_day(self, opened: Exchange):
        assert announcements(opened) == []

    def test_late_invitation_is_sent_at_once(self, exchange: Exchange, staff: User):
        announce_exchange(exchange=exchange, at=EARLY, by=staff)
        expand(exchange, "exchange_registration")
        open_exchange_registration(exchange=exchange, at=LATE, by=staff)
        assert announcements(exchange) == [("exchange_registration", "invited")]

    def test_opening_before_the_announcement_is_refused(self, exchange: Exchange, staff: User):
        with pytest.raises(DomainError, match="cannot go from its present state"):
            open_exchange_registration(exchange=exchange, at=EARLY, by=staff)
        assert Registration.objects.count() == 0


class TestThemeAndVenue:
    def test_theme_venue_and_capacity_are_saved(self, exchange: Exchange, staff: User):
        set_theme_and_venue(exchange=exchange, theme=" Elected ", venue="La Halle", capacity=40, at=AT, by=staff)
        exchange.refresh_from_db()
        assert (exchange.theme, exchange.venue, exchange.capacity) == ("Elected", "La Halle", 40)

    def test_unannounced_venue_change_keeps_the_version(self, exchange: Exchange, staff: User):
        assert set_theme_and_venue(exchange=exchange, theme="", venue="", capacity=None, at=AT, by=staff).version == 1

    @pytest.mark.parametrize("state", ["announced", "registration_open", "registration_closed"])
    def test_new_venue_is_announced_like_a_new_date(self, edition: Edition, staff: User, state: str):
        row = ExchangeFactory(edition=edition, state=state, venue="La Halle")
        for _twice in range(2):
            row = set_theme_and_venue(exchange=row, theme="", venue="Préfecture", capacity=None, at=AT, by=staff)
        emails = Reminder.objects.filter(object_id=row.pk, event_day=None)
        assert list(emails.values_list("email_type", "audience", "version", "previous_details__venue")) == [
            ("exchange_changed", "informed", 2, "La Halle")
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
    def test_theme_capacity_and_unannounced_venue_send_no_email(
        self, edition: Edition, staff: User, state: str, change: dict[str, Any]
    ):
        row = ExchangeFactory(edition=edition, state=state, venue="La Halle")
        wanted = {"theme": "", "venue": "La Halle", "capacity": None} | change
        row = set_theme_and_venue(exchange=row, **wanted, at=AT, by=staff)
        assert (row.version, Reminder.objects.filter(email_type="exchange_changed").count()) == (1, 0)

    def test_capacity_below_the_number_registered_is_refused(self, opened: Exchange, staff: User):
        RegistrationFactory.create_batch(2, exchange=opened, state="registered")
        with pytest.raises(DomainError, match="More people than this capacity are already registered") as caught:
            set_theme_and_venue(exchange=opened, theme="", venue="", capacity=1, at=AT, by=staff)
        assert caught.value.field == "capacity"

    def test_cancelled_exchange_cannot_be_edited(self, edition: Edition, staff: User):
        cancelled = ExchangeFactory(edition=edition, state="cancelled")
        with pytest.raises(DomainError, match="is cancelled: theme and venue cannot change any more"):
            set_theme_and_venue(exchange=cancelled, theme="Another", venue="", capacity=None, at=AT, by=staff)

    def test_published_facts_cannot_be_edited(self, edition: Edition, staff: User):
        fact = ExchangeFactory(edition=edition, retrospective=True, state="held")
        with pytest.raises(DomainError, match="published fact"):
            set_theme_and_venue(exchange=fact, theme="Rewritten", venue="", capacity=None, at=AT, by=staff)


class TestCloseAndHold:
    def test_closing_registration_twice_changes_nothing(self, opened: Exchange, staff: User):
        assert close_registration(exchange=opened, at=LATE, by=staff).state == "registration_closed"
        assert close_registration(exchange=opened, at=LATE, by=staff).state == "registration_closed"

    def test_exchange_can_be_held_from_its_first_day(self, opened: Exchange, staff: User):
        close_registration(exchange=opened, at=LATE, by=staff)
        day_before = datetime.combine(opened.first_day - timedelta(days=1), datetime.min.time(), UTC)
        with pytest.raises(DomainError, match="still to come"):
            hold_exchange(exchange=opened, at=day_before, by=staff)
        held = hold_exchange(exchange=opened, at=day_before + timedelta(days=1, hours=8), by=staff)
        assert held.state == "held"

    def test_holding_marks_the_turn_as_served(self, opened: Exchange, staff: User):
        close_registration(exchange=opened, at=LATE, by=staff)
        hold_exchange(exchange=opened, at=datetime(2027, 8, 1, tzinfo=UTC), by=staff)
        assert list(HostTurn.objects.order_by("order").values_list("served", flat=True)) == [True, False, False, False]

    def test_holding_twice_changes_nothing(self, opened: Exchange, staff: User):
        close_registration(exchange=opened, at=LATE, by=staff)
        for _ in range(2):
            hold_exchange(exchange=opened, at=datetime(2027, 8, 1, tzinfo=UTC), by=staff)
        assert opened.events.filter(state="held").count() == 1

    def test_holding_before_the_first_day_is_refused_without_a_write(self, opened: Exchange, staff: User):
        close_registration(exchange=opened, at=LATE, by=staff)
        with CaptureQueriesContext(connection) as queries, pytest.raises(DomainError, match="still to come"):
            hold_exchange(exchange=opened, at=LATE, by=staff)
        assert [row["sql"] for row in queries if row["sql"].startswith("UPDATE")] == []

    def test_holding_while_registration_is_open_is_refused(self, opened: Exchange, staff: User):
        with pytest.raises(DomainError, match="cannot go from its present state"):
            hold_exchange(exchange=opened, at=datetime(2027, 8, 1, tzinfo=UTC), by=staff)
        assert not HostTurn.objects.filter(served=True).exists()


class TestCancel:
    def test_cancelling_saves_the_reason(self, opened: Exchange, staff: User):
        cancelled = cancel_exchange(exchange=opened, reason=" A strike of the railways ", at=LATE, by=staff)
        assert (cancelled.state, cancelled.reason) == ("cancelled", "A strike of the railways")

    def test_cancelling_stops_every_scheduled_email(self, opened: Exchange, staff: User):
        cancel_exchange(exchange=opened, reason="A strike", at=LATE, by=staff)
        rows = Reminder.objects.filter(object_id=opened.pk, event_day__isnull=False)
        assert set(rows.values_list("state", "reason")) <= {("cancelled", "cancelled"), ("skipped", "late")}

    def test_informed_people_get_one_cancellation_email(self, opened: Exchange, staff: User):
        cancel_exchange(exchange=opened, reason="A strike", at=LATE, by=staff)
        assert announcements(opened) == [("exchange_cancelled", "informed")]
        assert Reminder.objects.get(email_type="exchange_cancelled").state == "planned"

    def test_cancelling_after_the_last_day_informs_nobody(self, opened: Exchange, staff: User):
        cancel_exchange(exchange=opened, reason="A strike", at=datetime(2027, 12, 1, tzinfo=UTC), by=staff)
        assert announcements(opened) == []

    def test_cancelling_erases_needs_and_addresses_at_once(self, opened: Exchange, staff: User):
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

    def test_cancelling_twice_informs_once_and_keeps_the_first_reason(self, opened: Exchange, staff: User):
        cancel_exchange(exchange=opened, reason="A strike", at=LATE, by=staff)
        again = cancel_exchange(exchange=opened, reason=" A strike ", at=LATE, by=staff)
        assert (again.reason, len(announcements(opened))) == ("A strike", 1)

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_cancelling_without_a_reason_is_refused(self, opened: Exchange, staff: User, reason: str):
        with pytest.raises(DomainError, match="Say why") as caught:
            cancel_exchange(exchange=opened, reason=reason, at=LATE, by=staff)
        assert caught.value.field == "reason"
        assert Reminder.objects.filter(email_type="exchange_cancelled").count() == 0

    @pytest.mark.parametrize("state", ["held", "followed_up"])
    def test_held_exchange_cannot_be_cancelled(self, edition: Edition, staff: User, state: str):
        exchange = ExchangeFactory(edition=edition, state=state)
        with pytest.raises(DomainError, match="cannot go from its present state"):
            cancel_exchange(exchange=exchange, reason="Too late", at=LATE, by=staff)

    def test_host_of_a_cancelled_exchange_may_host_another(self, opened: Exchange, staff: User, planned: Edition):
        host = opened.host
        cancel_exchange(exchange=opened, reason="A strike", at=LATE, by=staff)
        other = ExchangeFactory(edition=planned, number=9, host=host, first_day=date(2027, 9, 14))
        assert other.host == host


@pytest.mark.parametrize(
    "step",
    [
        lambda exchange, staff: announce_exchange(exchange=exchange, at=AT, by=staff, version=1),
        lambda exchange, staff: open_exchange_registration(exchange=exchange, at=AT, by=staff, version=1),
        lambda exchange, staff: close_registration(exchange=exchange, at=AT, by=staff, version=1),
        lambda exchange, staff: hold_exchange(exchange=exchange, at=AT, by=staff, version=1),
    ],
    ids=["announce", "open", "close", "hold"],
)
def test_action_on_an_outdated_version_is_refused(
    step: Callable[[Exchange, User], object], edition: Edition, staff: User
):
    exchange = ExchangeFactory(edition=edition, version=2)
    with pytest.raises(DomainError, match="changed in the meantime"):
        step(exchange, staff)
