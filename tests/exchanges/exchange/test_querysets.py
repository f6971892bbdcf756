"""Queries of exchanges: who sees which, which are coming, what a person answered."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from exchanges.models import Exchange
from exchanges.planning.planning_context import editions_to_plan
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.programmes import EditionFactory, FormatFactory


def names(rows: object) -> list[str]:
    return [str(row) for row in rows]


def test_members_and_admins_of_the_edition_see_the_exchange(cast: Cast):
    ExchangeFactory(edition=cast.edition, host=cast.cohort)
    roles = [role for role in EVERYONE if Exchange.objects.visible_to(cast[role]).exists()]
    assert "".join(roles) == "SCDPMRAN"


def test_exchanges_of_other_editions_are_hidden(cast: Cast):
    ExchangeFactory()
    assert not Exchange.objects.visible_to(cast["M"]).exists()


def test_people_who_left_can_still_read(cast: Cast):
    ExchangeFactory(edition=cast.edition, host=cast.cohort)
    cast["M"].memberships.update(ends_on=date(2026, 2, 1))
    assert Exchange.objects.visible_to(cast["M"]).count() == 1


def test_published_facts_are_visible_to_everyone_signed_in(cast: Cast):
    ExchangeFactory(retrospective=True, state="held")
    assert [Exchange.objects.visible_to(cast[role]).count() for role in EVERYONE] == [1] * len(EVERYONE)


def test_signed_out_visitors_see_nothing(cast: Cast):
    ExchangeFactory(retrospective=True, state="held")
    assert not Exchange.objects.visible_to(AnonymousUser()).exists()


def test_someone_in_two_cohorts_sees_each_exchange_once(cast: Cast):
    MembershipFactory(cohort=cast.other_cohort, user=cast["M"])
    ExchangeFactory(edition=cast.edition, host=cast.cohort)
    assert Exchange.objects.visible_to(cast["M"]).count() == 1


def test_coming_returns_exchanges_to_be_held_next_first(cast: Cast):
    for number, (state, month) in enumerate(
        [("held", 3), ("proposed", 11), ("announced", 6), ("cancelled", 5), ("proposed", 1)], start=1
    ):
        ExchangeFactory(
            edition=cast.edition,
            number=number,
            host=cast.cohort,
            state=state,
            first_day=date(2027, month, 9),
            swap_reason="For the test",
        )
    ExchangeFactory(edition=cast.edition, number=6, retrospective=True, state="proposed", first_day=date(2027, 9, 1))
    assert names(Exchange.objects.coming(date(2027, 2, 1))) == ["Intertransfo 3", "Intertransfo 2"]


def test_exchange_that_begins_today_is_coming(db: None):
    ExchangeFactory(first_day=date(2027, 6, 8))
    assert Exchange.objects.coming(date(2027, 6, 8)).count() == 1
    assert Exchange.objects.coming(date(2027, 6, 9)).count() == 0


@pytest.mark.parametrize("answer", [None, "invited", "registered", "declined"])
def test_with_own_answer_adds_the_persons_answer(cast: Cast, answer: str | None):
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")
    RegistrationFactory(exchange=exchange, user=cast["P"], state="declined")
    if answer:
        RegistrationFactory(exchange=exchange, user=cast["M"], state=answer)
    assert Exchange.objects.with_own_answer(cast["M"]).get().own_answer == answer


def test_with_host_and_edition_takes_one_statement(cast: Cast, django_assert_num_queries: object):
    ExchangeFactory(edition=cast.edition, host=cast.cohort)
    with django_assert_num_queries(1):
        exchange = Exchange.objects.with_host_and_edition().get()
        assert (exchange.host.authority.name, exchange.edition.programme.family) == ("Ville de Rivage", "transfo")


def test_editions_to_plan_are_under_way_and_have_an_interval(db: None):
    running, opened = EditionFactory(), EditionFactory(state="open")
    EditionFactory(state="draft")
    EditionFactory(state="closed")
    EditionFactory(format=FormatFactory(exchange_interval_months=None))
    EditionFactory(retrospective=True, state="running")
    assert list(editions_to_plan()) == [running, opened]
