"""Database rules on seats, needs and guests, tried with plain SQL."""

from datetime import date

import pytest

from exchanges.models import Exchange, Guest, Needs, Registration
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory, GuestFactory, NeedsFactory, RegistrationFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.sql import execute, force, insert_like, refused_by, update

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchange(db: None) -> Exchange:
    """Return an exchange with two seats, one of them taken."""
    exchange = ExchangeFactory(state="registration_open", capacity=2)
    RegistrationFactory(exchange=exchange, state="registered")
    return exchange


def fresh(row: Registration) -> Registration:
    return Registration.objects.get(pk=row.pk)


class TestWaitingList:
    def test_database_assigns_the_tickets(self, exchange: Exchange):
        rows = RegistrationFactory.create_batch(3, exchange=exchange)
        for row in reversed(rows):
            update(row, state="waitlisted")
        assert [fresh(row).ticket for row in rows] == [3, 2, 1]

    def test_registration_created_waitlisted_gets_a_ticket(self, exchange: Exchange):
        invited = RegistrationFactory(exchange=exchange)
        person = MembershipFactory(cohort=exchange.host).user
        insert_like(invited, user_id=person.pk, state="waitlisted", ticket=77)
        assert Registration.objects.get(exchange=exchange, user=person).ticket == 1

    def test_tickets_cannot_be_written(self, exchange: Exchange):
        first, last = RegistrationFactory.create_batch(2, exchange=exchange, state="waitlisted")
        update(last, ticket=0)
        update(first, ticket=9)
        assert (fresh(first).ticket, fresh(last).ticket) == (1, 2)

    def test_ticket_stays_and_is_never_reused(self, exchange: Exchange):
        left = RegistrationFactory(exchange=exchange, state="waitlisted")
        update(left, state="declined")
        later = RegistrationFactory(exchange=exchange, state="waitlisted")
        update(left, state="waitlisted")
        assert (fresh(later).ticket, fresh(left).ticket) == (2, 3)

    def test_tickets_are_unique_even_without_triggers(self, exchange: Exchange):
        first, last = RegistrationFactory.create_batch(2, exchange=exchange, state="waitlisted")
        with refused_by("registration_ticket_once"):
            execute("SET LOCAL session_replication_role = replica")
            update(last, ticket=first.ticket)

    def test_moving_up_before_an_earlier_ticket_is_refused(self, exchange: Exchange):
        first, last = RegistrationFactory.create_batch(2, exchange=exchange, state="waitlisted")
        with refused_by("registration_in_waiting_order"):
            update(last, state="registered")
        update(first, state="registered")
        assert fresh(first).state == "registered"

    @pytest.mark.parametrize("before", ["invited", "declined", "cancelled"])
    def test_invited_person_cannot_pass_waiting_people(self, exchange: Exchange, before: str):
        arrives = RegistrationFactory(exchange=exchange, state=before)
        RegistrationFactory(exchange=exchange, state="waitlisted")
        with refused_by("registration_in_waiting_order"):
            update(arrives, state="registered")

    def test_new_registration_cannot_pass_waiting_people(self, exchange: Exchange):
        invited = RegistrationFactory(exchange=exchange)
        RegistrationFactory(exchange=exchange, state="waitlisted")
        with refused_by("registration_in_waiting_order"):
            insert_like(invited, user_id=MembershipFactory(cohort=exchange.host).user_id, state="registered")

    def test_waiting_lists_of_other_exchanges_do_not_count(self, exchange: Exchange):
        RegistrationFactory(state="waitlisted")
        row = RegistrationFactory(exchange=exchange)
        update(row, state="registered")
        assert fresh(row).state == "registered"

    def test_moving_up_beyond_the_capacity_is_refused(self, exchange: Exchange):
        first, second = RegistrationFactory.create_batch(2, exchange=exchange, state="waitlisted")
        update(first, state="registered")
        with refused_by("registration_capacity"):
            update(second, state="registered")


class TestPeopleInEdition:
    """A seat needs a person who is in the edition on the first day, whatever they are today."""

    @pytest.mark.parametrize("state", ["registered", "waitlisted"])
    def test_person_who_leaves_before_the_first_day_is_refused(self, exchange: Exchange, state: str):
        row = RegistrationFactory(exchange=exchange)
        row.user.memberships.update(ends_on=date(2027, 6, 7))
        with refused_by("registration_in_edition_on_first_day"):
            update(row, state=state)
        row.user.memberships.update(ends_on=date(2027, 6, 8))
        update(row, state=state)
        assert fresh(row).state == state

    def test_stranger_is_refused(self, exchange: Exchange):
        invited, stranger = RegistrationFactory(exchange=exchange), UserFactory()
        with refused_by("registration_in_edition_on_first_day"):
            insert_like(invited, user_id=stranger.pk, state="registered")

    def test_member_of_a_withdrawn_cohort_is_refused(self, exchange: Exchange):
        cohort = CohortFactory(edition=exchange.edition)
        row = RegistrationFactory(exchange=exchange, cohort=cohort)
        force(cohort, state="withdrawn", reason="Elections")
        with refused_by("registration_in_edition_on_first_day"):
            update(row, state="registered")

    def test_person_with_a_closed_account_is_refused(self, exchange: Exchange):
        row = RegistrationFactory(exchange=exchange)
        update(row.user, is_active=False)
        with refused_by("registration_in_edition_on_first_day"):
            update(row, state="registered")

    def test_admins_and_lab_staff_are_accepted(self, exchange: Exchange):
        exchange.capacity = None
        exchange.save()
        admin = AuthorityAdminFactory(authority=exchange.host.authority).user
        invited = RegistrationFactory(exchange=exchange)
        for person in (admin, UserFactory(is_lab_staff=True)):
            insert_like(invited, user_id=person.pk, state="registered")
            assert Registration.objects.get(user=person).state == "registered"

    def test_registered_person_who_left_can_be_recorded_as_attended(self, exchange: Exchange):
        row = Registration.objects.get(exchange=exchange)
        row.user.memberships.update(ends_on=date(2027, 6, 7))
        update(row, state="attended")
        assert fresh(row).state == "attended"


class TestGuests:
    def test_guest_takes_a_seat_of_the_capacity(self, exchange: Exchange):
        guest = GuestFactory(exchange=exchange)
        with refused_by("guest_capacity"):
            insert_like(guest, name="One more")

    def test_person_cannot_take_the_seat_of_a_guest(self, exchange: Exchange):
        GuestFactory(exchange=exchange)
        row = RegistrationFactory(exchange=exchange)
        with refused_by("registration_capacity"):
            update(row, state="registered")

    def test_capacity_cannot_fall_below_people_and_guests(self, exchange: Exchange):
        GuestFactory(exchange=exchange)
        with refused_by("exchange_capacity_sufficient"):
            update(exchange, capacity=1)

    def test_guest_is_on_the_list_once_in_any_case(self, exchange: Exchange):
        guest = GuestFactory(exchange=exchange, name="Ann Other", organisation="Net")
        update(exchange, capacity=9)
        with refused_by("guest_once"):
            insert_like(guest, name="ANN OTHER", organisation="net")

    @pytest.mark.parametrize("column", ["name", "organisation"])
    def test_guest_needs_a_name_and_an_organisation(self, exchange: Exchange, column: str):
        guest = GuestFactory(exchange=exchange)
        with refused_by("guest_named"):
            update(guest, **{column: ""})

    def test_only_people_in_the_edition_can_invite_guests(self, exchange: Exchange):
        update(exchange, capacity=9)
        guest, stranger, elsewhere = GuestFactory(exchange=exchange), UserFactory(), MembershipFactory().user
        member = MembershipFactory(cohort=exchange.host, ends_on=date(2026, 12, 31)).user
        admin = AuthorityAdminFactory(authority=exchange.host.authority).user
        for person in (stranger, elsewhere):
            with refused_by("guest_invited_from_edition"):
                update(guest, invited_by_id=person.pk)
            with refused_by("guest_invited_from_edition"):
                insert_like(guest, name="Another", invited_by_id=person.pk)
        for person in (member, admin):
            update(guest, invited_by_id=person.pk)
        assert Guest.objects.get().invited_by == admin

    def test_erased_address_cannot_be_restored(self, exchange: Exchange):
        guest = GuestFactory(exchange=exchange, email="")
        update(guest, purged_on="2027-08-01")
        with refused_by("guest_purged_empty"):
            update(guest, email="again@network.example")

    def test_guest_of_another_kind_than_expected_or_walk_in_is_refused(self):
        guest = GuestFactory()
        with refused_by("guest_state"):
            insert_like(guest, name="Another", state="no_show")
        for columns in ({"state": "attended"}, {"walk_in": True, "state": "expected"}):
            with refused_by("guest_walk_in_without_seat"):
                insert_like(guest, name="Another", **columns)
        with refused_by("guest_walk_in_without_seat"):
            update(guest, state="attended", walk_in=True)

    def test_walk_in_guest_takes_no_seat_and_cannot_be_absent(self, exchange: Exchange):
        guest = GuestFactory(exchange=exchange)
        insert_like(guest, name="Walk In", state="attended", walk_in=True)
        with refused_by("guest_walk_in_came"):
            update(Guest.objects.get(name="Walk In"), state="no_show")

    def test_attendance_of_guests_is_refused_before_registration_opens(self):
        guest = GuestFactory(exchange=ExchangeFactory(state="announced"))
        with refused_by("guest_attendance_too_early"):
            update(guest, state="attended")
        with refused_by("guest_attendance_too_early"):
            insert_like(guest, name="Walk In", state="attended", walk_in=True)


class TestWalkIns:
    @pytest.mark.parametrize("before", ["invited", "declined", "waitlisted", "cancelled"])
    def test_person_without_a_seat_comes_only_as_a_walk_in(self, exchange: Exchange, before: str):
        row = RegistrationFactory(exchange=exchange, state=before)
        with refused_by("registration_walk_in_without_seat"):
            update(row, state="attended")
        update(row, state="attended", walk_in=True)
        assert fresh(row).walk_in

    @pytest.mark.parametrize("before", ["registered", "no_show"])
    def test_person_with_a_seat_is_no_walk_in(self, exchange: Exchange, before: str):
        row = RegistrationFactory(exchange=exchange, state=before)
        with refused_by("registration_walk_in_without_seat"):
            update(row, state="attended", walk_in=True)
        with refused_by("registration_walk_in_came"):
            update(row, walk_in=True)

    def test_walk_in_can_neither_be_absent_nor_get_a_seat_later(self, exchange: Exchange):
        row = RegistrationFactory(exchange=exchange)
        update(row, state="attended", walk_in=True)
        for columns in ({"state": "no_show", "walk_in": False}, {"walk_in": False}):
            with refused_by("registration_walk_in_without_seat"):
                update(row, **columns)

    def test_new_registration_that_came_is_a_walk_in_of_the_edition(self, exchange: Exchange):
        invited, member = RegistrationFactory(exchange=exchange), MembershipFactory(cohort=exchange.host).user
        with refused_by("registration_walk_in_without_seat"):
            insert_like(invited, user_id=member.pk, state="attended")
        with refused_by("registration_in_edition_on_first_day"):
            insert_like(invited, user_id=UserFactory().pk, state="attended", walk_in=True)
        insert_like(invited, user_id=member.pk, state="attended", walk_in=True)
        assert Registration.objects.get(user=member).walk_in

    def test_walk_ins_take_no_seat_and_people_who_came_keep_theirs(self, exchange: Exchange):
        update(Registration.objects.get(), state="attended")
        update(RegistrationFactory(exchange=exchange), state="attended", walk_in=True)
        last = RegistrationFactory(exchange=exchange, state="registered")
        update(last, state="no_show")
        with refused_by("registration_capacity"):
            update(RegistrationFactory(exchange=exchange), state="registered")
        with refused_by("exchange_capacity_sufficient"):
            update(exchange, capacity=1)
        update(last, state="registered")
        assert fresh(last).state == "registered"

    @pytest.mark.parametrize("state", ["attended", "no_show"])
    def test_attendance_is_refused_before_registration_opens(self, exchange: Exchange, state: str):
        row = Registration.objects.get()
        force(exchange, state="announced")
        with refused_by("registration_attendance_too_early"):
            update(row, state=state)


class TestNeeds:
    @pytest.mark.parametrize("column", ["travels", "comes_from", "access", "diet"])
    def test_erased_needs_cannot_be_restored(self, column: str):
        needs = NeedsFactory(travels="", comes_from="", access="", diet="", purged_on="2027-08-01")
        with refused_by("needs_purged_empty"):
            update(needs, **{column: "train"})

    def test_needs_with_text_cannot_be_marked_as_erased(self):
        with refused_by("needs_purged_empty"):
            update(NeedsFactory(), purged_on="2027-08-01")

    def test_history_has_no_needs(self):
        private_fields = {"travels", "comes_from", "access", "diet"}
        event_fields = {field.name for field in Needs.pgh_event_model._meta.get_fields()}
        assert (private_fields & event_fields, "purged_on" in event_fields) == (set(), True)

    def test_history_has_no_address_of_a_guest(self):
        event_fields = {field.name for field in Guest.pgh_event_model._meta.get_fields()}
        assert ("email" in event_fields, "name" in event_fields) == (False, True)

    def test_changed_text_leaves_no_history_row(self):
        needs = NeedsFactory()
        update(needs, access="Another")
        assert needs.events.count() == 1


@pytest.mark.django_db(transaction=True)
def test_guest_and_person_at_once_get_one_last_seat():
    exchange = ExchangeFactory(state="registration_open", capacity=2)
    guest, row = GuestFactory(exchange=exchange), RegistrationFactory(exchange=exchange)
    answers = run_at_once(lambda: insert_like(guest, name="Another"), lambda: update(row, state="registered"))
    assert answers in (["done", "guest_capacity"], ["done", "registration_capacity"])
