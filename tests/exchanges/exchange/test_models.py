"""Database rules on exchanges, turns and registrations, tried with plain SQL."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from pghistory.models import Events

from cohorts.models import Cohort
from exchanges.models import Exchange, HostTurn
from programmes.models import Edition
from tests.concurrency import run_at_once
from tests.factories.cohorts import CohortFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.programmes import EditionFactory

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rule_broken_by(action: Callable[[], object]) -> str:
    """Return the name of the rule with which the database refuses the action."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        action()
    return caught.value.__cause__.diag.constraint_name


def set_state(exchange: Exchange, state: str) -> None:
    sql("UPDATE exchanges_exchange SET state = %s WHERE id = %s", state, exchange.pk)


@pytest.fixture
def edition() -> Edition:
    return EditionFactory()


class TestDates:
    @pytest.mark.parametrize("first_day", [date(2027, 6, 7), date(2027, 6, 8), date(2027, 6, 9)])
    def test_exchanges_of_an_edition_never_overlap(self, edition: Edition, first_day: date):
        ExchangeFactory(edition=edition, first_day=date(2027, 6, 8), days=2)
        assert (
            rule_broken_by(lambda: ExchangeFactory(edition=edition, first_day=first_day, days=2)) == "exchange_overlap"
        )

    @pytest.mark.parametrize("first_day", [date(2027, 6, 6), date(2027, 6, 10)])
    def test_exchanges_may_follow_one_another(self, edition: Edition, first_day: date):
        ExchangeFactory(edition=edition, first_day=date(2027, 6, 8), days=2)
        assert ExchangeFactory(edition=edition, first_day=first_day, days=2).first_day == first_day

    def test_moving_into_another_exchange_is_refused(self, edition: Edition):
        ExchangeFactory(edition=edition, first_day=date(2027, 6, 8))
        other = ExchangeFactory(edition=edition, first_day=date(2027, 11, 16))
        move = "UPDATE exchanges_exchange SET first_day = '2027-06-09', version = 2 WHERE id = %s"
        assert rule_broken_by(lambda: sql(move, other.pk)) == "exchange_overlap"

    def test_lengthening_into_the_next_exchange_is_refused(self, edition: Edition):
        first = ExchangeFactory(edition=edition, first_day=date(2027, 6, 8))
        ExchangeFactory(edition=edition, first_day=date(2027, 6, 10))
        longer = "UPDATE exchanges_exchange SET days = 3, version = 2 WHERE id = %s"
        assert rule_broken_by(lambda: sql(longer, first.pk)) == "exchange_overlap"

    def test_exchanges_of_different_editions_may_overlap(self):
        assert (
            ExchangeFactory(first_day=date(2027, 6, 8)).edition != ExchangeFactory(first_day=date(2027, 6, 8)).edition
        )

    def test_a_cancelled_exchange_frees_its_days(self, edition: Edition):
        ExchangeFactory(edition=edition, state="cancelled")
        assert ExchangeFactory(edition=edition).state == "proposed"

    def test_published_facts_may_overlap(self, edition: Edition):
        facts = {"edition": edition, "retrospective": True, "state": "held", "first_day": date(2012, 6, 26), "days": 1}
        assert [ExchangeFactory(**facts).days, ExchangeFactory(**facts).days] == [1, 1]

    def test_moving_needs_a_higher_version(self):
        exchange = ExchangeFactory(first_day=date(2027, 6, 8))
        move = "UPDATE exchanges_exchange SET first_day = '2027-06-15' WHERE id = %s"
        assert rule_broken_by(lambda: sql(move, exchange.pk)) == "exchange_version"

    def test_changing_the_length_needs_a_higher_version(self):
        exchange = ExchangeFactory()
        assert (
            rule_broken_by(lambda: sql("UPDATE exchanges_exchange SET days = 3 WHERE id = %s", exchange.pk))
            == "exchange_version"
        )

    def test_a_version_never_goes_down(self):
        exchange = ExchangeFactory(version=3)
        lower = "UPDATE exchanges_exchange SET version = 2, first_day = '2027-06-15' WHERE id = %s"
        assert rule_broken_by(lambda: sql(lower, exchange.pk)) == "exchange_version"

    def test_moving_with_a_higher_version_is_accepted(self):
        exchange = ExchangeFactory()
        sql("UPDATE exchanges_exchange SET first_day = '2027-06-15', version = 2 WHERE id = %s", exchange.pk)
        exchange.refresh_from_db()
        assert (exchange.first_day, exchange.last_day) == (date(2027, 6, 15), date(2027, 6, 16))

    @pytest.mark.parametrize("missing", ["number", "first_day", "days"])
    def test_planned_exchange_needs_a_number_and_dates(self, missing: str):
        assert rule_broken_by(lambda: ExchangeFactory(**{missing: None})) == "exchange_date_required"

    def test_a_planned_date_is_known_to_the_day(self):
        assert rule_broken_by(lambda: ExchangeFactory(first_day_precision="month")) == "exchange_date_required"

    def test_published_facts_may_lack_date_number_and_host(self):
        fact = ExchangeFactory(retrospective=True, state="held", number=None, first_day=None, days=None)
        assert (fact.host, fact.last_day) == (None, None)

    def test_an_exchange_lasts_a_day_at_least(self):
        assert rule_broken_by(lambda: ExchangeFactory(days=0)) == "exchange_days_positive"


class TestNumbers:
    def test_numbers_are_unique_in_an_edition(self, edition: Edition):
        ExchangeFactory(edition=edition, number=2)
        other = ExchangeFactory(edition=edition, number=3, first_day=date(2027, 11, 16))
        again = "UPDATE exchanges_exchange SET number = 2 WHERE id = %s"
        assert rule_broken_by(lambda: sql(again, other.pk)) == "exchange_number_once"

    def test_a_target_has_one_exchange(self, edition: Edition):
        ExchangeFactory(edition=edition, target=date(2027, 7, 5))
        second = {"edition": edition, "target": date(2027, 7, 5), "first_day": date(2027, 11, 16)}
        assert rule_broken_by(lambda: ExchangeFactory(**second)) == "exchange_target_once"

    def test_study_visits_need_no_number(self, edition: Edition):
        visit = {"edition": edition, "retrospective": True, "state": "held", "number": None, "kind": "study_visit"}
        assert [ExchangeFactory(**visit).number, ExchangeFactory(**visit).number] == [None, None]


class TestStates:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("proposed", "announced"),
            ("proposed", "held"),
            ("announced", "proposed"),
            ("registration_closed", "registration_open"),
            ("held", "cancelled"),
            ("cancelled", "proposed"),
            ("followed_up", "held"),
        ],
    )
    def test_only_declared_transitions_are_accepted(self, before: str, after: str):
        exchange = ExchangeFactory(state=before)
        assert rule_broken_by(lambda: set_state(exchange, after)) == "exchange_state"

    def test_new_exchange_must_be_proposed(self, edition: Edition):
        create = lambda: Exchange.objects.create(  # noqa: E731
            edition=edition, number=1, first_day=date(2027, 6, 8), days=2, state="announced"
        )
        assert rule_broken_by(create) == "exchange_state"

    def test_cancellation_needs_a_reason(self):
        exchange = ExchangeFactory()
        assert rule_broken_by(lambda: set_state(exchange, "cancelled")) == "exchange_cancelled_reason"

    def test_confirmed_exchange_needs_a_host(self, edition: Edition):
        exchange = Exchange.objects.create(edition=edition, number=1, first_day=date(2027, 6, 8), days=2)
        assert rule_broken_by(lambda: set_state(exchange, "host_confirmed")) == "exchange_host_required"

    def test_edition_of_an_exchange_cannot_change(self):
        exchange, elsewhere = ExchangeFactory(), EditionFactory()
        move = "UPDATE exchanges_exchange SET edition_id = %s WHERE id = %s"
        assert rule_broken_by(lambda: sql(move, elsewhere.pk, exchange.pk)) == "exchange_edition_fixed"

    def test_retrospective_flag_cannot_change(self):
        exchange = ExchangeFactory()
        turn = "UPDATE exchanges_exchange SET retrospective = true WHERE id = %s"
        assert rule_broken_by(lambda: sql(turn, exchange.pk)) == "exchange_retrospective_fixed"

    def test_every_change_is_in_the_history(self):
        exchange = ExchangeFactory(state="host_confirmed")
        lines = Events.objects.tracks(exchange).order_by("pgh_created_at").values_list("pgh_data__state", flat=True)
        assert list(lines) == ["proposed", "proposed", "host_confirmed"]


class TestTurns:
    def test_the_host_is_the_cohort_whose_turn_it_is(self, edition: Edition):
        cohort = CohortFactory(edition=edition)
        assert ExchangeFactory(edition=edition, host=cohort).host == cohort

    def test_changing_the_turn_changes_the_host(self, edition: Edition):
        exchange, other = ExchangeFactory(edition=edition), CohortFactory(edition=edition)
        sql("UPDATE exchanges_hostturn SET cohort_id = %s WHERE exchange_id = %s", other.pk, exchange.pk)
        exchange.refresh_from_db()
        assert exchange.host == other

    def test_host_without_a_turn_is_refused(self, edition: Edition):
        exchange, other = ExchangeFactory(edition=edition), CohortFactory(edition=edition)
        jump = "UPDATE exchanges_exchange SET host_id = %s WHERE id = %s"
        assert rule_broken_by(lambda: sql(jump, other.pk, exchange.pk)) == "exchange_host_turn"

    def test_cohort_hosts_twice_only_after_every_running_cohort_has_hosted(self, edition: Edition):
        once, _waiting = CohortFactory(edition=edition), CohortFactory(edition=edition)
        ExchangeFactory(edition=edition, host=once)
        again = {"edition": edition, "host": once, "first_day": date(2027, 11, 16)}
        assert rule_broken_by(lambda: ExchangeFactory(**again)) == "host_turn_fair"

    def test_cohort_may_host_twice_with_a_reason(self, edition: Edition):
        once, _waiting = CohortFactory(edition=edition), CohortFactory(edition=edition)
        ExchangeFactory(edition=edition, host=once)
        again = {"edition": edition, "host": once, "first_day": date(2027, 11, 16)}
        assert ExchangeFactory(**again, swap_reason="The other house is being rebuilt").host == once

    def test_later_turn_does_not_count_for_an_earlier_day(self, edition: Edition):
        one, other = CohortFactory(edition=edition), CohortFactory(edition=edition)
        ExchangeFactory(edition=edition, host=one)
        ExchangeFactory(edition=edition, host=other, first_day=date(2027, 11, 16))
        between = Exchange.objects.create(edition=edition, number=9, first_day=date(2027, 9, 7), days=2)
        give = (
            'INSERT INTO exchanges_hostturn (edition_id, cohort_id, exchange_id, "order", served, swap_reason)'
            " VALUES (%s, %s, %s, 9, false, %s)"
        )
        assert rule_broken_by(lambda: sql(give, edition.pk, one.pk, between.pk, "")) == "host_turn_fair"
        sql(give, edition.pk, one.pk, between.pk, "The other house is being rebuilt")
        assert Exchange.objects.get(pk=between.pk).host == one

    def test_second_round_begins_after_everyone_has_hosted(self, edition: Edition):
        cohorts = [CohortFactory(edition=edition), CohortFactory(edition=edition)]
        for day, cohort in enumerate([*cohorts, *cohorts], start=1):
            ExchangeFactory(edition=edition, host=cohort, first_day=date(2027, 6, day * 3))
        assert HostTurn.objects.filter(edition=edition, cohort=cohorts[0]).count() == 2

    def test_third_round_begins_only_after_the_second(self, edition: Edition):
        one, other = CohortFactory(edition=edition), CohortFactory(edition=edition)
        for day, cohort in enumerate([one, other, one], start=1):
            ExchangeFactory(edition=edition, host=cohort, first_day=date(2027, 6, day * 3))
        third = {"edition": edition, "host": one, "first_day": date(2027, 11, 16)}
        assert rule_broken_by(lambda: ExchangeFactory(**third)) == "host_turn_fair"

    @pytest.mark.parametrize("state", ["agreed", "suspended", "withdrawn", "completed"])
    def test_only_running_cohorts_must_host_first(self, edition: Edition, state: str):
        once = CohortFactory(edition=edition)
        CohortFactory(edition=edition, state=state, reason="Changed its mind")
        ExchangeFactory(edition=edition, host=once)
        assert ExchangeFactory(edition=edition, host=once, first_day=date(2027, 11, 16)).host == once

    def test_cancelled_exchange_does_not_count_as_a_turn(self, edition: Edition):
        once, _waiting = CohortFactory(edition=edition), CohortFactory(edition=edition)
        ExchangeFactory(edition=edition, host=once, state="cancelled")
        assert ExchangeFactory(edition=edition, host=once, first_day=date(2027, 11, 16)).host == once

    def test_moving_an_exchange_out_of_turn_is_refused(self, edition: Edition):
        one, other = CohortFactory(edition=edition), CohortFactory(edition=edition)
        days = [date(2027, 3, 9), date(2027, 6, 8), date(2027, 11, 16)]
        _first, second, third = (
            ExchangeFactory(edition=edition, host=host, first_day=day)
            for host, day in zip([one, other, one], days, strict=True)
        )
        move = "UPDATE exchanges_exchange SET first_day = %s, version = version + 1 WHERE id = %s"
        assert rule_broken_by(lambda: sql(move, date(2027, 5, 11), third.pk)) == "exchange_move_fair"
        assert rule_broken_by(lambda: sql(move, date(2027, 12, 7), second.pk)) == "exchange_move_fair"
        sql(move, date(2027, 9, 14), third.pk)
        sql("UPDATE exchanges_hostturn SET swap_reason = 'Agreed' WHERE exchange_id = %s", third.pk)
        sql(move, date(2027, 12, 7), second.pk)
        sql(move, date(2027, 5, 11), third.pk)

    def test_move_is_not_refused_for_turns_already_out_of_order(self, edition: Edition):
        one, late = CohortFactory(edition=edition), CohortFactory(edition=edition, state="agreed")
        ExchangeFactory(edition=edition, host=one, first_day=date(2027, 3, 9))
        ExchangeFactory(edition=edition, host=one, first_day=date(2027, 6, 8))
        other = ExchangeFactory(edition=edition, host=late, first_day=date(2027, 11, 16))
        sql("UPDATE cohorts_cohort SET state = 'running' WHERE id = %s", late.pk)
        move = "UPDATE exchanges_exchange SET first_day = '2027-11-23', version = 2 WHERE id = %s"
        sql(move, other.pk)
        assert Exchange.objects.get(pk=other.pk).first_day == date(2027, 11, 23)

    def test_swapping_turns_needs_a_reason(self, edition: Edition):
        one, other = CohortFactory(edition=edition), CohortFactory(edition=edition)
        ExchangeFactory(edition=edition, host=one)
        second = ExchangeFactory(edition=edition, host=other, first_day=date(2027, 11, 16))
        swap = "UPDATE exchanges_hostturn SET cohort_id = %s WHERE exchange_id = %s"
        assert rule_broken_by(lambda: sql(swap, one.pk, second.pk)) == "host_turn_fair"

    def test_serving_a_turn_is_accepted_although_cohorts_joined_since(self, edition: Edition):
        one = CohortFactory(edition=edition)
        first = ExchangeFactory(edition=edition, host=one)
        ExchangeFactory(edition=edition, host=one, first_day=date(2027, 11, 16))
        CohortFactory(edition=edition)
        sql("UPDATE exchanges_hostturn SET served = true WHERE exchange_id = %s", first.pk)
        assert HostTurn.objects.get(exchange=first).served is True

    def test_host_of_another_edition_is_refused(self, edition: Edition):
        assert rule_broken_by(lambda: ExchangeFactory(edition=edition, host=CohortFactory())) == "host_turn_of_edition"

    @pytest.mark.parametrize("state", ["suspended", "withdrawn"])
    def test_turn_for_a_cohort_that_dropped_out_is_refused(self, edition: Edition, state: str):
        withdrawn = CohortFactory(edition=edition, state=state, reason="Elections")
        assert rule_broken_by(lambda: ExchangeFactory(edition=edition, host=withdrawn)) == "host_turn_not_gone"

    @pytest.mark.parametrize("state", ["suspended", "withdrawn"])
    def test_swapping_to_a_cohort_that_dropped_out_is_refused(self, edition: Edition, state: str):
        exchange, withdrawn = (
            ExchangeFactory(edition=edition),
            CohortFactory(edition=edition, state=state, reason="Elections"),
        )
        swap = "UPDATE exchanges_hostturn SET cohort_id = %s, swap_reason = 'It asked' WHERE exchange_id = %s"
        assert rule_broken_by(lambda: sql(swap, withdrawn.pk, exchange.pk)) == "host_turn_not_gone"

    def test_a_prospect_hosts_only_an_exchange_that_is_proposed(self, db: None):
        exchange = ExchangeFactory()
        confirmed = ExchangeFactory(edition=exchange.edition, number=2, first_day=date(2027, 9, 14), state="announced")
        prospect = CohortFactory(edition=exchange.edition, state="prospect")
        swap = "UPDATE exchanges_hostturn SET cohort_id = %s, swap_reason = 'It asked' WHERE exchange_id = %s"
        assert rule_broken_by(lambda: sql(swap, prospect.pk, confirmed.pk)) == "host_turn_agreed"
        sql(swap, prospect.pk, exchange.pk)
        confirm = "UPDATE exchanges_exchange SET state = 'host_confirmed' WHERE id = %s"
        assert rule_broken_by(lambda: sql(confirm, exchange.pk)) == "exchange_host_agreed"
        sql("UPDATE cohorts_cohort SET state = 'agreed' WHERE id = %s", prospect.pk)
        sql(confirm, exchange.pk)

    @pytest.mark.parametrize("state", ["suspended", "withdrawn"])
    def test_turn_of_a_cohort_that_drops_out_stays_until_another_takes_it(self, edition: Edition, state: str):
        exchange, other = ExchangeFactory(edition=edition), CohortFactory(edition=edition)
        sql("UPDATE cohorts_cohort SET state = %s, reason = 'Elections' WHERE id = %s", state, exchange.host_id)
        sql(
            "UPDATE exchanges_hostturn SET \"order\" = 9, swap_reason = 'Elections' WHERE exchange_id = %s", exchange.pk
        )
        sql("UPDATE exchanges_hostturn SET cohort_id = %s WHERE exchange_id = %s", other.pk, exchange.pk)
        assert HostTurn.objects.get(exchange=exchange).cohort == other

    def test_turns_are_never_deleted(self):
        exchange = ExchangeFactory()
        delete = "DELETE FROM exchanges_hostturn WHERE exchange_id = %s"
        assert rule_broken_by(lambda: sql(delete, exchange.pk)) == "host_turn_never_deleted"

    def test_positions_in_the_rota_are_unique(self, edition: Edition):
        ExchangeFactory(edition=edition)
        other = ExchangeFactory(edition=edition, first_day=date(2027, 11, 16))
        same = 'UPDATE exchanges_hostturn SET "order" = 1 WHERE exchange_id = %s'
        assert rule_broken_by(lambda: sql(same, other.pk)) == "host_turn_order_once"


class TestRegistrations:
    def test_registrations_never_exceed_the_capacity(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        RegistrationFactory(exchange=exchange, state="registered")
        waiting = RegistrationFactory(exchange=exchange)
        take = "UPDATE exchanges_registration SET state = 'registered' WHERE id = %s"
        assert rule_broken_by(lambda: sql(take, waiting.pk)) == "registration_capacity"

    def test_released_seat_can_be_taken(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        RegistrationFactory(exchange=exchange, state="cancelled")
        assert RegistrationFactory(exchange=exchange, state="registered").state == "registered"

    def test_without_a_capacity_everyone_can_register(self):
        exchange = ExchangeFactory(state="registration_open")
        RegistrationFactory.create_batch(3, exchange=exchange, state="registered")
        assert exchange.registrations.filter(state="registered").count() == 3

    def test_capacity_cannot_fall_below_the_number_registered(self):
        exchange = ExchangeFactory(state="registration_open", capacity=2)
        RegistrationFactory.create_batch(2, exchange=exchange, state="registered")
        lower = "UPDATE exchanges_exchange SET capacity = 1 WHERE id = %s"
        assert rule_broken_by(lambda: sql(lower, exchange.pk)) == "exchange_capacity_sufficient"

    def test_person_has_only_one_registration(self):
        answer = RegistrationFactory()
        twice = {"exchange": answer.exchange, "user": answer.user}
        assert rule_broken_by(lambda: RegistrationFactory(**twice)) == "registration_once"

    def test_cohort_of_another_edition_is_refused(self):
        exchange = ExchangeFactory()
        assert rule_broken_by(lambda: RegistrationFactory(exchange=exchange, cohort=CohortFactory())) == (
            "registration_of_edition"
        )

    @pytest.mark.parametrize(
        ("before", "after"), [("invited", "no_show"), ("no_show", "declined"), ("declined", "no_show")]
    )
    def test_only_declared_answer_changes_are_accepted(self, before: str, after: str):
        answer = RegistrationFactory(state=before)
        change = "UPDATE exchanges_registration SET state = %s WHERE id = %s"
        assert rule_broken_by(lambda: sql(change, after, answer.pk)) == "registration_state"


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_only_one_of_ten_people_gets_the_last_seat(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        answers = RegistrationFactory.create_batch(10, exchange=exchange)
        take = "UPDATE exchanges_registration SET state = 'registered' WHERE id = %s"
        results = run_at_once(*[lambda answer=answer: sql(take, answer.pk) for answer in answers])
        assert results == ["done", *["registration_capacity"] * 9]
        assert exchange.registrations.filter(state="registered").count() == 1

    def test_cohort_given_two_turns_at_once_gets_one(self, edition: Edition):
        cohort, _waiting = CohortFactory(edition=edition), CohortFactory(edition=edition)
        exchanges = [
            Exchange.objects.create(edition=edition, number=number, first_day=date(2027, month, 8), days=2)
            for number, month in enumerate([6, 11], start=1)
        ]

        def give(exchange: Exchange, order: int) -> Callable[[], object]:
            return lambda: HostTurn.objects.create(edition=edition, cohort=cohort, exchange=exchange, order=order)

        assert run_at_once(give(exchanges[0], 1), give(exchanges[1], 2)) == ["done", "host_turn_fair"]
        assert Cohort.objects.get(pk=cohort.pk).hosted_exchanges.count() == 1

    def test_two_overlapping_exchanges_proposed_at_once_leave_one(self, edition: Edition):
        def propose(number: int) -> Callable[[], object]:
            return lambda: Exchange.objects.create(edition=edition, number=number, first_day=date(2027, 6, 8), days=2)

        answers = run_at_once(propose(1), propose(2))
        assert answers in (["done", "exchange_overlap"], ["deadlock", "done"])
        assert Exchange.objects.filter(edition=edition).count() == 1
