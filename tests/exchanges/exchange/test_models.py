"""Rules of exchanges that the database itself refuses to break, tried with plain SQL."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from pghistory.models import Events

from cohorts.models import Cohort
from exchanges.models import Exchange, HostTurn, Registration
from programmes.models import Edition
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.programmes import EditionFactory

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused_by(act: Callable[[], object]) -> str:
    """The rule the database names when it refuses."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
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
        assert refused_by(lambda: ExchangeFactory(edition=edition, first_day=first_day, days=2)) == "exchange_overlap"

    @pytest.mark.parametrize("first_day", [date(2027, 6, 6), date(2027, 6, 10)])
    def test_exchanges_may_follow_one_another(self, edition: Edition, first_day: date):
        ExchangeFactory(edition=edition, first_day=date(2027, 6, 8), days=2)
        assert ExchangeFactory(edition=edition, first_day=first_day, days=2).first_day == first_day

    def test_nor_do_they_overlap_by_moving_in_plain_sql(self, edition: Edition):
        ExchangeFactory(edition=edition, first_day=date(2027, 6, 8))
        other = ExchangeFactory(edition=edition, first_day=date(2027, 11, 16))
        move = "UPDATE exchanges_exchange SET first_day = '2027-06-09', version = 2 WHERE id = %s"
        assert refused_by(lambda: sql(move, other.pk)) == "exchange_overlap"

    def test_a_longer_exchange_cannot_reach_into_the_next(self, edition: Edition):
        first = ExchangeFactory(edition=edition, first_day=date(2027, 6, 8))
        ExchangeFactory(edition=edition, first_day=date(2027, 6, 10))
        longer = "UPDATE exchanges_exchange SET days = 3, version = 2 WHERE id = %s"
        assert refused_by(lambda: sql(longer, first.pk)) == "exchange_overlap"

    def test_editions_do_not_hinder_one_another(self):
        assert (
            ExchangeFactory(first_day=date(2027, 6, 8)).edition != ExchangeFactory(first_day=date(2027, 6, 8)).edition
        )

    def test_a_cancelled_exchange_frees_its_days(self, edition: Edition):
        ExchangeFactory(edition=edition, state="cancelled")
        assert ExchangeFactory(edition=edition).state == "proposed"

    def test_published_facts_may_overlap(self, edition: Edition):
        facts = {"edition": edition, "retrospective": True, "state": "held", "first_day": date(2012, 6, 26), "days": 1}
        assert [ExchangeFactory(**facts).days, ExchangeFactory(**facts).days] == [1, 1]

    def test_moving_asks_for_a_higher_version(self):
        exchange = ExchangeFactory(first_day=date(2027, 6, 8))
        move = "UPDATE exchanges_exchange SET first_day = '2027-06-15' WHERE id = %s"
        assert refused_by(lambda: sql(move, exchange.pk)) == "exchange_version"

    def test_so_does_another_length(self):
        exchange = ExchangeFactory()
        assert (
            refused_by(lambda: sql("UPDATE exchanges_exchange SET days = 3 WHERE id = %s", exchange.pk))
            == "exchange_version"
        )

    def test_a_version_never_goes_down(self):
        exchange = ExchangeFactory(version=3)
        lower = "UPDATE exchanges_exchange SET version = 2, first_day = '2027-06-15' WHERE id = %s"
        assert refused_by(lambda: sql(lower, exchange.pk)) == "exchange_version"

    def test_moving_with_a_higher_version_passes(self):
        exchange = ExchangeFactory()
        sql("UPDATE exchanges_exchange SET first_day = '2027-06-15', version = 2 WHERE id = %s", exchange.pk)
        exchange.refresh_from_db()
        assert (exchange.first_day, exchange.last_day) == (date(2027, 6, 15), date(2027, 6, 16))

    @pytest.mark.parametrize("missing", ["number", "first_day", "days"])
    def test_what_is_planned_has_a_number_and_dates(self, missing: str):
        assert refused_by(lambda: ExchangeFactory(**{missing: None})) == "exchange_date_known"

    def test_a_planned_date_is_known_to_the_day(self):
        assert refused_by(lambda: ExchangeFactory(first_day_precision="month")) == "exchange_date_known"

    def test_published_facts_may_lack_date_number_and_host(self):
        fact = ExchangeFactory(retrospective=True, state="held", number=None, first_day=None, days=None)
        assert (fact.host, fact.last_day) == (None, None)

    def test_an_exchange_lasts_a_day_at_least(self):
        assert refused_by(lambda: ExchangeFactory(days=0)) == "exchange_days_positive"


class TestNumbers:
    def test_numbers_are_unique_in_an_edition(self, edition: Edition):
        ExchangeFactory(edition=edition, number=2)
        other = ExchangeFactory(edition=edition, number=3, first_day=date(2027, 11, 16))
        again = "UPDATE exchanges_exchange SET number = 2 WHERE id = %s"
        assert refused_by(lambda: sql(again, other.pk)) == "exchange_number_once"

    def test_a_target_has_one_exchange(self, edition: Edition):
        ExchangeFactory(edition=edition, target=date(2027, 7, 5))
        second = {"edition": edition, "target": date(2027, 7, 5), "first_day": date(2027, 11, 16)}
        assert refused_by(lambda: ExchangeFactory(**second)) == "exchange_target_once"

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
    def test_only_declared_transitions_pass(self, before: str, after: str):
        exchange = ExchangeFactory(state=before)
        assert refused_by(lambda: set_state(exchange, after)) == "exchange_state"

    def test_an_exchange_is_born_proposed(self, edition: Edition):
        born = lambda: Exchange.objects.create(  # noqa: E731
            edition=edition, number=1, first_day=date(2027, 6, 8), days=2, state="announced"
        )
        assert refused_by(born) == "exchange_state"

    def test_a_cancellation_has_a_reason(self):
        exchange = ExchangeFactory()
        assert refused_by(lambda: set_state(exchange, "cancelled")) == "exchange_cancelled_reason"

    def test_a_confirmed_exchange_has_a_host(self, edition: Edition):
        exchange = Exchange.objects.create(edition=edition, number=1, first_day=date(2027, 6, 8), days=2)
        assert refused_by(lambda: set_state(exchange, "host_confirmed")) == "exchange_host_known"

    def test_an_exchange_stays_in_its_edition(self):
        exchange, elsewhere = ExchangeFactory(), EditionFactory()
        move = "UPDATE exchanges_exchange SET edition_id = %s WHERE id = %s"
        assert refused_by(lambda: sql(move, elsewhere.pk, exchange.pk)) == "exchange_edition_fixed"

    def test_published_facts_stay_published_facts(self):
        exchange = ExchangeFactory()
        turn = "UPDATE exchanges_exchange SET retrospective = true WHERE id = %s"
        assert refused_by(lambda: sql(turn, exchange.pk)) == "exchange_retrospective_fixed"

    def test_every_change_leaves_a_line_of_history(self):
        exchange = ExchangeFactory(state="host_confirmed")
        lines = Events.objects.tracks(exchange).order_by("pgh_created_at").values_list("pgh_data__state", flat=True)
        assert list(lines) == ["proposed", "proposed", "host_confirmed"]


class TestTurns:
    def test_the_host_is_the_cohort_whose_turn_it_is(self, edition: Edition):
        cohort = CohortFactory(edition=edition)
        assert ExchangeFactory(edition=edition, host=cohort).host == cohort

    def test_another_turn_makes_another_host(self, edition: Edition):
        exchange, other = ExchangeFactory(edition=edition), CohortFactory(edition=edition)
        sql("UPDATE exchanges_hostturn SET cohort_id = %s WHERE exchange_id = %s", other.pk, exchange.pk)
        exchange.refresh_from_db()
        assert exchange.host == other

    def test_nobody_hosts_past_the_rota(self, edition: Edition):
        exchange, other = ExchangeFactory(edition=edition), CohortFactory(edition=edition)
        jump = "UPDATE exchanges_exchange SET host_id = %s WHERE id = %s"
        assert refused_by(lambda: sql(jump, other.pk, exchange.pk)) == "exchange_host_turn"

    def test_a_cohort_hosts_twice_only_when_every_running_cohort_has_hosted(self, edition: Edition):
        once, _waiting = CohortFactory(edition=edition), CohortFactory(edition=edition)
        ExchangeFactory(edition=edition, host=once)
        again = {"edition": edition, "host": once, "first_day": date(2027, 11, 16)}
        assert refused_by(lambda: ExchangeFactory(**again)) == "host_turn_fair"

    def test_or_when_a_reason_is_written(self, edition: Edition):
        once, _waiting = CohortFactory(edition=edition), CohortFactory(edition=edition)
        ExchangeFactory(edition=edition, host=once)
        again = {"edition": edition, "host": once, "first_day": date(2027, 11, 16)}
        assert ExchangeFactory(**again, swap_reason="The other house is being rebuilt").host == once

    def test_a_turn_that_is_still_to_come_is_none_for_a_day_before_it(self, edition: Edition):
        one, other = CohortFactory(edition=edition), CohortFactory(edition=edition)
        ExchangeFactory(edition=edition, host=one)
        ExchangeFactory(edition=edition, host=other, first_day=date(2027, 11, 16))
        between = Exchange.objects.create(edition=edition, number=9, first_day=date(2027, 9, 7), days=2)
        give = (
            'INSERT INTO exchanges_hostturn (edition_id, cohort_id, exchange_id, "order", served, swap_reason)'
            " VALUES (%s, %s, %s, 9, false, %s)"
        )
        assert refused_by(lambda: sql(give, edition.pk, one.pk, between.pk, "")) == "host_turn_fair"
        sql(give, edition.pk, one.pk, between.pk, "The other house is being rebuilt")
        assert Exchange.objects.get(pk=between.pk).host == one

    def test_a_second_round_begins_when_everyone_has_hosted(self, edition: Edition):
        cohorts = [CohortFactory(edition=edition), CohortFactory(edition=edition)]
        for day, cohort in enumerate([*cohorts, *cohorts], start=1):
            ExchangeFactory(edition=edition, host=cohort, first_day=date(2027, 6, day * 3))
        assert HostTurn.objects.filter(edition=edition, cohort=cohorts[0]).count() == 2

    def test_nobody_begins_a_third_round_before_the_second_is_over(self, edition: Edition):
        one, other = CohortFactory(edition=edition), CohortFactory(edition=edition)
        for day, cohort in enumerate([one, other, one], start=1):
            ExchangeFactory(edition=edition, host=cohort, first_day=date(2027, 6, day * 3))
        third = {"edition": edition, "host": one, "first_day": date(2027, 11, 16)}
        assert refused_by(lambda: ExchangeFactory(**third)) == "host_turn_fair"

    @pytest.mark.parametrize("state", ["agreed", "suspended", "withdrawn", "completed"])
    def test_only_running_cohorts_are_waited_for(self, edition: Edition, state: str):
        once = CohortFactory(edition=edition)
        CohortFactory(edition=edition, state=state, reason="Changed its mind")
        ExchangeFactory(edition=edition, host=once)
        assert ExchangeFactory(edition=edition, host=once, first_day=date(2027, 11, 16)).host == once

    def test_a_cancelled_exchange_is_no_turn(self, edition: Edition):
        once, _waiting = CohortFactory(edition=edition), CohortFactory(edition=edition)
        ExchangeFactory(edition=edition, host=once, state="cancelled")
        assert ExchangeFactory(edition=edition, host=once, first_day=date(2027, 11, 16)).host == once

    def test_nor_does_moving_put_a_turn_before_its_time(self, edition: Edition):
        one, other = CohortFactory(edition=edition), CohortFactory(edition=edition)
        days = [date(2027, 3, 9), date(2027, 6, 8), date(2027, 11, 16)]
        _first, second, third = (
            ExchangeFactory(edition=edition, host=host, first_day=day)
            for host, day in zip([one, other, one], days, strict=True)
        )
        move = "UPDATE exchanges_exchange SET first_day = %s, version = version + 1 WHERE id = %s"
        assert refused_by(lambda: sql(move, date(2027, 5, 11), third.pk)) == "exchange_move_fair"
        assert refused_by(lambda: sql(move, date(2027, 12, 7), second.pk)) == "exchange_move_fair"
        sql(move, date(2027, 9, 14), third.pk)
        sql("UPDATE exchanges_hostturn SET swap_reason = 'Agreed' WHERE exchange_id = %s", third.pk)
        sql(move, date(2027, 12, 7), second.pk)
        sql(move, date(2027, 5, 11), third.pk)

    def test_a_move_answers_for_no_turn_that_was_out_of_order_before(self, edition: Edition):
        one, late = CohortFactory(edition=edition), CohortFactory(edition=edition, state="agreed")
        ExchangeFactory(edition=edition, host=one, first_day=date(2027, 3, 9))
        ExchangeFactory(edition=edition, host=one, first_day=date(2027, 6, 8))
        other = ExchangeFactory(edition=edition, host=late, first_day=date(2027, 11, 16))
        sql("UPDATE cohorts_cohort SET state = 'running' WHERE id = %s", late.pk)
        move = "UPDATE exchanges_exchange SET first_day = '2027-11-23', version = 2 WHERE id = %s"
        sql(move, other.pk)
        assert Exchange.objects.get(pk=other.pk).first_day == date(2027, 11, 23)

    def test_swapping_into_someone_elses_turn_needs_a_reason_in_plain_sql_too(self, edition: Edition):
        one, other = CohortFactory(edition=edition), CohortFactory(edition=edition)
        ExchangeFactory(edition=edition, host=one)
        second = ExchangeFactory(edition=edition, host=other, first_day=date(2027, 11, 16))
        swap = "UPDATE exchanges_hostturn SET cohort_id = %s WHERE exchange_id = %s"
        assert refused_by(lambda: sql(swap, one.pk, second.pk)) == "host_turn_fair"

    def test_serving_a_turn_is_never_refused_for_those_who_joined_since(self, edition: Edition):
        one = CohortFactory(edition=edition)
        first = ExchangeFactory(edition=edition, host=one)
        ExchangeFactory(edition=edition, host=one, first_day=date(2027, 11, 16))
        CohortFactory(edition=edition)
        sql("UPDATE exchanges_hostturn SET served = true WHERE exchange_id = %s", first.pk)
        assert HostTurn.objects.get(exchange=first).served is True

    def test_the_host_is_of_the_same_edition(self, edition: Edition):
        assert refused_by(lambda: ExchangeFactory(edition=edition, host=CohortFactory())) == "host_turn_of_edition"

    @pytest.mark.parametrize("state", ["suspended", "withdrawn"])
    def test_a_cohort_that_dropped_out_is_given_no_turn(self, edition: Edition, state: str):
        gone = CohortFactory(edition=edition, state=state, reason="Elections")
        assert refused_by(lambda: ExchangeFactory(edition=edition, host=gone)) == "host_turn_not_gone"

    @pytest.mark.parametrize("state", ["suspended", "withdrawn"])
    def test_nor_is_it_swapped_for_in_plain_sql(self, edition: Edition, state: str):
        exchange, gone = (
            ExchangeFactory(edition=edition),
            CohortFactory(edition=edition, state=state, reason="Elections"),
        )
        swap = "UPDATE exchanges_hostturn SET cohort_id = %s, swap_reason = 'It asked' WHERE exchange_id = %s"
        assert refused_by(lambda: sql(swap, gone.pk, exchange.pk)) == "host_turn_not_gone"

    def test_nor_to_a_prospect(self, db: None):
        exchange = ExchangeFactory()
        prospect = CohortFactory(edition=exchange.edition, state="prospect")
        swap = "UPDATE exchanges_hostturn SET cohort_id = %s WHERE exchange_id = %s"
        assert refused_by(lambda: sql(swap, prospect.pk, exchange.pk)) == "host_turn_agreed"

    @pytest.mark.parametrize("state", ["suspended", "withdrawn"])
    def test_the_turn_of_a_cohort_that_drops_out_stays_until_another_takes_it(self, edition: Edition, state: str):
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
        assert refused_by(lambda: sql(delete, exchange.pk)) == "host_turn_never_deleted"

    def test_places_in_the_rota_are_unique(self, edition: Edition):
        ExchangeFactory(edition=edition)
        other = ExchangeFactory(edition=edition, first_day=date(2027, 11, 16))
        same = 'UPDATE exchanges_hostturn SET "order" = 1 WHERE exchange_id = %s'
        assert refused_by(lambda: sql(same, other.pk)) == "host_turn_order_once"


class TestRegistrations:
    def test_registrations_never_exceed_the_capacity(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        RegistrationFactory(exchange=exchange, state="registered")
        waiting = RegistrationFactory(exchange=exchange)
        take = "UPDATE exchanges_registration SET state = 'registered' WHERE id = %s"
        assert refused_by(lambda: sql(take, waiting.pk)) == "registration_capacity"

    def test_a_place_given_back_can_be_taken(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        RegistrationFactory(exchange=exchange, state="cancelled")
        assert RegistrationFactory(exchange=exchange, state="registered").state == "registered"

    def test_without_a_capacity_everyone_comes(self):
        exchange = ExchangeFactory(state="registration_open")
        RegistrationFactory.create_batch(3, exchange=exchange, state="registered")
        assert exchange.registrations.filter(state="registered").count() == 3

    def test_the_capacity_cannot_fall_below_those_registered(self):
        exchange = ExchangeFactory(state="registration_open", capacity=2)
        RegistrationFactory.create_batch(2, exchange=exchange, state="registered")
        lower = "UPDATE exchanges_exchange SET capacity = 1 WHERE id = %s"
        assert refused_by(lambda: sql(lower, exchange.pk)) == "exchange_capacity_holds"

    def test_a_person_answers_once(self):
        answer = RegistrationFactory()
        twice = {"exchange": answer.exchange, "user": answer.user}
        assert refused_by(lambda: RegistrationFactory(**twice)) == "registration_once"

    def test_people_come_as_members_of_the_editions_cohorts(self):
        exchange = ExchangeFactory()
        assert refused_by(lambda: RegistrationFactory(exchange=exchange, cohort=CohortFactory())) == (
            "registration_of_edition"
        )

    @pytest.mark.parametrize(
        ("before", "after"), [("invited", "attended"), ("attended", "declined"), ("declined", "no_show")]
    )
    def test_only_declared_answers_follow_one_another(self, before: str, after: str):
        answer = RegistrationFactory(state=before)
        change = "UPDATE exchanges_registration SET state = %s WHERE id = %s"
        assert refused_by(lambda: sql(change, after, answer.pk)) == "registration_state"

    def test_nobody_is_born_attended(self):
        exchange = ExchangeFactory()
        born = lambda: Registration.objects.create(  # noqa: E731
            exchange=exchange, cohort=exchange.host, user=UserFactory(), state="attended"
        )
        assert refused_by(born) == "registration_state"


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_ten_people_take_the_last_place_at_once_and_one_gets_it(self):
        exchange = ExchangeFactory(state="registration_open", capacity=1)
        answers = RegistrationFactory.create_batch(10, exchange=exchange)
        take = "UPDATE exchanges_registration SET state = 'registered' WHERE id = %s"
        said = at_once(*[lambda answer=answer: sql(take, answer.pk) for answer in answers])
        assert said == ["done", *["registration_capacity"] * 9]
        assert exchange.registrations.filter(state="registered").count() == 1

    def test_one_cohort_given_two_turns_at_once_gets_one(self, edition: Edition):
        cohort, _waiting = CohortFactory(edition=edition), CohortFactory(edition=edition)
        exchanges = [
            Exchange.objects.create(edition=edition, number=number, first_day=date(2027, month, 8), days=2)
            for number, month in enumerate([6, 11], start=1)
        ]

        def give(exchange: Exchange, order: int) -> Callable[[], object]:
            return lambda: HostTurn.objects.create(edition=edition, cohort=cohort, exchange=exchange, order=order)

        assert at_once(give(exchanges[0], 1), give(exchanges[1], 2)) == ["done", "host_turn_fair"]
        assert Cohort.objects.get(pk=cohort.pk).hosted_exchanges.count() == 1

    def test_two_overlapping_exchanges_proposed_at_once_leave_one(self, edition: Edition):
        def propose(number: int) -> Callable[[], object]:
            return lambda: Exchange.objects.create(edition=edition, number=number, first_day=date(2027, 6, 8), days=2)

        answers = at_once(propose(1), propose(2))
        assert answers in (["done", "exchange_overlap"], ["deadlock", "done"])
        assert Exchange.objects.filter(edition=edition).count() == 1
