"""What the database itself refuses about places, needs and guests, tried in plain SQL."""

from datetime import date

import pytest

from exchanges.models import Exchange, Guest, Needs, Registration
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory, GuestFactory, NeedsFactory, RegistrationFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.sql import execute, force, insert_like, refused_by, update

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchange(db: None) -> Exchange:
    """Two places, one taken."""
    exchange = ExchangeFactory(state="registration_open", capacity=2)
    RegistrationFactory(exchange=exchange, state="registered")
    return exchange


def fresh(row: Registration) -> Registration:
    return Registration.objects.get(pk=row.pk)


class TestLine:
    def test_the_database_draws_the_numbers(self, exchange: Exchange):
        rows = RegistrationFactory.create_batch(3, exchange=exchange)
        for row in reversed(rows):
            update(row, state="waitlisted")
        assert [fresh(row).ticket for row in rows] == [3, 2, 1]

    def test_also_for_those_born_waiting(self, exchange: Exchange):
        invited = RegistrationFactory(exchange=exchange)
        somebody = MembershipFactory(cohort=exchange.host).user
        insert_like(invited, user_id=somebody.pk, state="waitlisted", ticket=77)
        assert Registration.objects.get(exchange=exchange, user=somebody).ticket == 1

    def test_nobody_writes_a_number_of_their_own(self, exchange: Exchange):
        first, last = RegistrationFactory.create_batch(2, exchange=exchange, state="waitlisted")
        update(last, ticket=0)
        update(first, ticket=9)
        assert (fresh(first).ticket, fresh(last).ticket) == (1, 2)

    def test_a_number_is_kept_and_never_drawn_again(self, exchange: Exchange):
        left = RegistrationFactory(exchange=exchange, state="waitlisted")
        update(left, state="declined")
        later = RegistrationFactory(exchange=exchange, state="waitlisted")
        update(left, state="waitlisted")
        assert (fresh(later).ticket, fresh(left).ticket) == (2, 3)

    def test_two_people_never_have_the_same_even_with_the_triggers_off(self, exchange: Exchange):
        first, last = RegistrationFactory.create_batch(2, exchange=exchange, state="waitlisted")
        with refused_by("registration_ticket_once"):
            execute("SET LOCAL session_replication_role = replica")
            update(last, ticket=first.ticket)

    def test_nobody_moves_up_before_an_earlier_one(self, exchange: Exchange):
        first, last = RegistrationFactory.create_batch(2, exchange=exchange, state="waitlisted")
        with refused_by("registration_in_turn"):
            update(last, state="registered")
        update(first, state="registered")
        assert fresh(first).state == "registered"

    @pytest.mark.parametrize("before", ["invited", "declined", "cancelled"])
    def test_nor_does_anybody_pass_by_those_who_wait(self, exchange: Exchange, before: str):
        arrives = RegistrationFactory(exchange=exchange, state=before)
        RegistrationFactory(exchange=exchange, state="waitlisted")
        with refused_by("registration_in_turn"):
            update(arrives, state="registered")

    def test_nor_anybody_new(self, exchange: Exchange):
        invited = RegistrationFactory(exchange=exchange)
        RegistrationFactory(exchange=exchange, state="waitlisted")
        with refused_by("registration_in_turn"):
            insert_like(invited, user_id=MembershipFactory(cohort=exchange.host).user_id, state="registered")

    def test_those_who_wait_elsewhere_are_nobody_here(self, exchange: Exchange):
        RegistrationFactory(state="waitlisted")
        row = RegistrationFactory(exchange=exchange)
        update(row, state="registered")
        assert fresh(row).state == "registered"

    def test_nobody_moves_up_past_the_capacity(self, exchange: Exchange):
        first, second = RegistrationFactory.create_batch(2, exchange=exchange, state="waitlisted")
        update(first, state="registered")
        with refused_by("registration_capacity"):
            update(second, state="registered")


class TestThoseOfTheEdition:
    """A place is taken by those who are of the edition on the first day, whatever they are of it today."""

    @pytest.mark.parametrize("state", ["registered", "waitlisted"])
    def test_whoever_has_left_by_then_takes_none(self, exchange: Exchange, state: str):
        row = RegistrationFactory(exchange=exchange)
        row.user.memberships.update(ends_on=date(2027, 6, 7))
        with refused_by("registration_here_then"):
            update(row, state=state)
        row.user.memberships.update(ends_on=date(2027, 6, 8))
        update(row, state=state)
        assert fresh(row).state == state

    def test_nor_does_a_stranger(self, exchange: Exchange):
        invited, stranger = RegistrationFactory(exchange=exchange), UserFactory()
        with refused_by("registration_here_then"):
            insert_like(invited, user_id=stranger.pk, state="registered")

    def test_nor_somebody_of_a_cohort_that_withdrew(self, exchange: Exchange):
        cohort = CohortFactory(edition=exchange.edition)
        row = RegistrationFactory(exchange=exchange, cohort=cohort)
        force(cohort, state="withdrawn", reason="Elections")
        with refused_by("registration_here_then"):
            update(row, state="registered")

    def test_nor_somebody_whose_account_is_closed(self, exchange: Exchange):
        row = RegistrationFactory(exchange=exchange)
        update(row.user, is_active=False)
        with refused_by("registration_here_then"):
            update(row, state="registered")

    def test_admins_and_the_lab_do(self, exchange: Exchange):
        exchange.capacity = None
        exchange.save()
        admin = AuthorityAdminFactory(authority=exchange.host.authority).user
        invited = RegistrationFactory(exchange=exchange)
        for person in (admin, UserFactory(is_lab_staff=True)):
            insert_like(invited, user_id=person.pk, state="registered")
            assert Registration.objects.get(user=person).state == "registered"

    def test_who_has_a_place_may_have_come_all_the_same(self, exchange: Exchange):
        row = Registration.objects.get(exchange=exchange)
        row.user.memberships.update(ends_on=date(2027, 6, 7))
        update(row, state="attended")
        assert fresh(row).state == "attended"


class TestGuests:
    def test_a_guest_takes_a_place_of_the_capacity(self, exchange: Exchange):
        guest = GuestFactory(exchange=exchange)
        with refused_by("guest_capacity"):
            insert_like(guest, name="One more")

    def test_people_find_it_taken(self, exchange: Exchange):
        GuestFactory(exchange=exchange)
        row = RegistrationFactory(exchange=exchange)
        with refused_by("registration_capacity"):
            update(row, state="registered")

    def test_the_capacity_cannot_fall_below_people_and_guests(self, exchange: Exchange):
        GuestFactory(exchange=exchange)
        with refused_by("exchange_capacity_holds"):
            update(exchange, capacity=1)

    def test_a_guest_is_on_the_list_once_however_it_is_written(self, exchange: Exchange):
        guest = GuestFactory(exchange=exchange, name="Ann Other", organisation="Net")
        update(exchange, capacity=9)
        with refused_by("guest_once"):
            insert_like(guest, name="ANN OTHER", organisation="net")

    @pytest.mark.parametrize("column", ["name", "organisation"])
    def test_a_guest_has_a_name_and_an_organisation(self, exchange: Exchange, column: str):
        guest = GuestFactory(exchange=exchange)
        with refused_by("guest_named"):
            update(guest, **{column: ""})

    def test_those_of_the_edition_invite_guests_and_nobody_else(self, exchange: Exchange):
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

    def test_an_address_that_was_erased_does_not_come_back(self, exchange: Exchange):
        guest = GuestFactory(exchange=exchange, email="")
        update(guest, purged_on="2027-08-01")
        with refused_by("guest_purged_empty"):
            update(guest, email="again@network.example")

    @pytest.mark.parametrize(("before", "after"), [("attended", "expected"), ("no_show", "expected")])
    def test_who_came_is_not_expected_any_more(self, exchange: Exchange, before: str, after: str):
        guest = GuestFactory(exchange=exchange)
        update(guest, state=before)
        with refused_by("guest_state"):
            update(guest, state=after)

    def test_nobody_is_born_present(self, exchange: Exchange):
        guest = GuestFactory(exchange=exchange)
        with refused_by("guest_state"):
            insert_like(guest, name="Another", state="attended")


class TestNeeds:
    @pytest.mark.parametrize("column", ["travels", "comes_from", "access", "diet"])
    def test_what_was_erased_does_not_come_back(self, column: str):
        needs = NeedsFactory(travels="", comes_from="", access="", diet="", purged_on="2027-08-01")
        with refused_by("needs_purged_empty"):
            update(needs, **{column: "train"})

    def test_nor_is_anything_called_erased_that_is_not(self):
        with refused_by("needs_purged_empty"):
            update(NeedsFactory(), purged_on="2027-08-01")

    def test_no_history_keeps_what_was_said(self):
        said = {"travels", "comes_from", "access", "diet"}
        kept = {field.name for field in Needs.pgh_event_model._meta.get_fields()}
        assert (said & kept, "purged_on" in kept) == (set(), True)

    def test_nor_a_guests_address(self):
        kept = {field.name for field in Guest.pgh_event_model._meta.get_fields()}
        assert ("email" in kept, "name" in kept) == (False, True)

    def test_a_text_that_changes_leaves_no_line(self):
        needs = NeedsFactory()
        update(needs, access="Another")
        assert needs.events.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_guest_and_a_person_take_the_last_place_at_once_and_one_gets_it():
    exchange = ExchangeFactory(state="registration_open", capacity=2)
    guest, row = GuestFactory(exchange=exchange), RegistrationFactory(exchange=exchange)
    answers = at_once(lambda: insert_like(guest, name="Another"), lambda: update(row, state="registered"))
    assert answers in (["done", "guest_capacity"], ["done", "registration_capacity"])
