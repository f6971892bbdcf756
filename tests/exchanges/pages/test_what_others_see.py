"""What pages and lists of exchanges leave out: for past members, for other cohorts, for people without an account."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from exchanges.calendar_feed import entries
from exchanges.content.context import with_contents
from exchanges.models import Exchange
from exchanges.permissions import Standing
from exchanges.registration.views.answers import people_without_place
from exchanges.registration.views.guests import people_who_invite
from notifications.models import CalendarFeed
from tests.factories.accounts import signed_in
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.contents import (
    CommitmentFactory,
    ContributionFactory,
    MinutesFactory,
    ProgrammeItemFactory,
    QuestionFactory,
)
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.programmes import EditionFactory

LAST, AFTER = date(2026, 9, 30), date(2026, 10, 1)


@pytest.fixture
def gone(cast: Cast) -> User:
    return MembershipFactory(cohort=cast.cohort, ends_on=LAST, user__full_name="Old Member").user


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    return ExchangeFactory(
        edition=cast.edition, host=cast.cohort, state="held", first_day=TODAY - timedelta(days=5), number=2
    )


def counts(exchange: Exchange, user: User) -> list[int]:
    row: Any = with_contents(Exchange.objects.filter(pk=exchange.pk), user).get()
    return [row.questions_asked or 0, row.contributions_made or 0, row.commitments_made or 0]


class TestPastMembers:
    @pytest.mark.parametrize(
        ("state", "make", "place"),
        [
            ("registration_open", QuestionFactory, 0),
            ("registration_open", ContributionFactory, 1),
            ("held", CommitmentFactory, 2),
        ],
    )
    def test_what_was_said_after_their_last_day_is_not_counted(
        self, cast: Cast, gone: User, state: str, make: Any, place: int
    ):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        for born_on in (LAST, AFTER):
            make(exchange=exchange, born_on=born_on)
        assert (counts(exchange, gone)[place], counts(exchange, cast["M"])[place]) == (1, 2)

    def test_parts_of_the_programme_are_counted_whoever_asks(self, exchange: Exchange, gone: User):
        ProgrammeItemFactory(exchange=exchange)
        assert with_contents(Exchange.objects.all(), gone).get().programme_parts == 1

    @pytest.mark.parametrize(("born_on", "written"), [(LAST, True), (AFTER, False)])
    def test_minutes_written_after_it_are_not(self, exchange: Exchange, gone: User, born_on: date, *, written: bool):
        MinutesFactory(exchange=exchange, born_on=born_on)
        assert with_contents(Exchange.objects.all(), gone).get().minutes_written is written
        page = signed_in(gone).get(f"/exchanges/{exchange.pk}/minutes/")
        assert (page.context["minutes"] is not None) is written

    def test_nor_are_promises_carried_on_from_then(self, cast: Cast, exchange: Exchange, gone: User):
        before = ExchangeFactory(edition=cast.edition, state="held", first_day=date(2026, 6, 1), number=1)
        owner = {"owner": cast["M"], "cohort": cast.cohort, "exchange": before}
        for what, born_on in (("Old", LAST), ("Later", AFTER)):
            CommitmentFactory(what=what, born_on=born_on, made_on=date(2026, 6, 2), **owner)
        rows = {user: with_contents(Exchange.objects.filter(pk=exchange.pk), user).get() for user in (gone, cast["M"])}
        carried = [sorted(line["what"] for line in row.carried_rows) for row in rows.values()]  # type: ignore[attr-defined]
        assert carried == [["Old"], ["Later", "Old"]]


class TestCalendars:
    def listed(self, user: User, **about: Any) -> list[int]:
        feed = CalendarFeed(user=user, **{"about": CalendarFeed.PERSON} | about)
        return [entry.pk for entry in entries(feed)]

    def test_of_an_edition_one_is_not_of_a_cohorts_feed_has_nothing(self, cast: Cast, exchange: Exchange):
        coming = ExchangeFactory(edition=cast.edition, host=cast.other, state="announced", number=3)
        about = {"about": "cohort", "object_id": cast.cohort.pk}
        assert coming.pk in self.listed(cast["M"], **about)
        assert self.listed(cast["X"], **about) == []

    def test_past_members_have_none_that_came_after_their_last_day(self, cast: Cast, gone: User):
        told = {"edition": cast.edition, "state": "announced"}
        old = ExchangeFactory(host=cast.cohort, number=3, born_on=LAST, **told)
        new = ExchangeFactory(host=cast.other, number=4, first_day=date(2027, 9, 7), born_on=AFTER, **told)
        about = {"about": "cohort", "object_id": cast.cohort.pk}
        assert [self.listed(user, **about) for user in (gone, cast["M"])] == [[old.pk], [old.pk, new.pk]]

    def test_an_answer_of_somebody_else_keeps_nothing_in_ones_own(self, cast: Cast):
        later = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open", number=3)
        RegistrationFactory(exchange=later, user=cast["M"], state="registered")
        gone = MembershipFactory(cohort=cast.cohort, ends_on=later.first_day - timedelta(days=1)).user
        assert (self.listed(cast["M"]), self.listed(gone)) == ([later.pk], [])


class TestPeople:
    def test_closed_accounts_are_offered_for_no_place(self, cast: Cast):
        later = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open", number=3)
        closed = MembershipFactory(cohort=cast.cohort, user__is_active=False).user
        standing = Standing(cast["P"], cast.edition, TODAY)
        for people in (people_without_place(later, standing), people_who_invite(standing)):
            assert cast["M"] in people
            assert closed not in people

    @pytest.mark.parametrize("page", ["minutes/", "contributions/", "programme/"])
    def test_of_an_exchange_of_others_there_is_no_page(self, cast: Cast, exchange: Exchange, page: str):
        asked = {letter: signed_in(cast[letter]).get(f"/exchanges/{exchange.pk}/{page}").status_code for letter in "MX"}
        assert asked == {"M": 200, "X": 404}

    def test_the_line_of_a_list_has_the_cohorts_one_may_open(self, cast: Cast, exchange: Exchange):
        def named(letter: str) -> set[str]:
            layout = signed_in(cast[letter]).get("/exchanges/").context["layout"]
            return {name for name in ("Rivage", "Montagne") if name in str(layout)}

        assert (named("M"), named("S")) == ({"Rivage"}, {"Rivage", "Montagne"})

    def test_of_a_draft_edition_nobody_but_the_lab_knows(self, cast: Cast):
        EditionFactory(slug="in-secret", state="draft")
        asked = {letter: signed_in(cast[letter]).get("/exchanges/propose/in-secret/") for letter in "SM"}
        assert {letter: page.status_code for letter, page in asked.items()} == {"S": 403, "M": 404}
