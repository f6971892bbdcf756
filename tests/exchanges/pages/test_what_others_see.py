"""Content that pages and lists hide from past members, other cohorts and people with closed accounts."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from exchanges.calendar_feed import feed_entries
from exchanges.content.context import with_contents
from exchanges.models import Exchange
from exchanges.permissions import EditionRoles
from exchanges.registration.views.answers import people_without_seat
from exchanges.registration.views.guests import possible_inviters
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
def past_member(cast: Cast) -> User:
    return MembershipFactory(cohort=cast.cohort, ends_on=LAST, user__full_name="Old Member").user


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    return ExchangeFactory(
        edition=cast.edition, host=cast.cohort, state="held", first_day=TODAY - timedelta(days=5), number=2
    )


def counts(exchange: Exchange, user: User) -> list[int]:
    row: Any = with_contents(Exchange.objects.filter(pk=exchange.pk), user).get()
    return [row.question_count or 0, row.contribution_count or 0, row.commitment_count or 0]


class TestPastMembers:
    @pytest.mark.parametrize(
        ("state", "make", "index"),
        [
            ("registration_open", QuestionFactory, 0),
            ("registration_open", ContributionFactory, 1),
            ("held", CommitmentFactory, 2),
        ],
    )
    def test_content_added_after_their_last_day_is_not_counted(
        self, cast: Cast, past_member: User, state: str, make: Any, index: int
    ):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        for created_on in (LAST, AFTER):
            make(exchange=exchange, created_on=created_on)
        assert (counts(exchange, past_member)[index], counts(exchange, cast["M"])[index]) == (1, 2)

    def test_parts_of_the_programme_are_counted_for_everyone(self, exchange: Exchange, past_member: User):
        ProgrammeItemFactory(exchange=exchange)
        assert with_contents(Exchange.objects.all(), past_member).get().programme_item_count == 1

    @pytest.mark.parametrize(("created_on", "written"), [(LAST, True), (AFTER, False)])
    def test_minutes_written_after_their_last_day_are_hidden(
        self, exchange: Exchange, past_member: User, created_on: date, *, written: bool
    ):
        MinutesFactory(exchange=exchange, created_on=created_on)
        assert with_contents(Exchange.objects.all(), past_member).get().has_minutes is written
        page = signed_in(past_member).get(f"/exchanges/{exchange.pk}/minutes/")
        assert (page.context["minutes"] is not None) is written

    def test_commitments_made_after_their_last_day_are_hidden(self, cast: Cast, exchange: Exchange, past_member: User):
        before = ExchangeFactory(edition=cast.edition, state="held", first_day=date(2026, 6, 1), number=1)
        owner = {"owner": cast["M"], "cohort": cast.cohort, "exchange": before}
        for what, created_on in (("Old", LAST), ("Later", AFTER)):
            CommitmentFactory(what=what, created_on=created_on, made_on=date(2026, 6, 2), **owner)
        rows = {
            user: with_contents(Exchange.objects.filter(pk=exchange.pk), user).get()
            for user in (past_member, cast["M"])
        }
        carried = [sorted(line["what"] for line in row.carried_commitment_rows) for row in rows.values()]  # type: ignore[attr-defined]
        assert carried == [["Old"], ["Later", "Old"]]


class TestCalendars:
    def listed_ids(self, user: User, **about: Any) -> list[int]:
        feed = CalendarFeed(user=user, **{"about": "person"} | about)
        return [entry.pk for entry in feed_entries(feed)]

    def test_feed_of_a_cohort_in_another_edition_is_empty(self, cast: Cast, exchange: Exchange):
        coming = ExchangeFactory(edition=cast.edition, host=cast.other_cohort, state="announced", number=3)
        about = {"about": "cohort", "object_id": cast.cohort.pk}
        assert coming.pk in self.listed_ids(cast["M"], **about)
        assert self.listed_ids(cast["X"], **about) == []

    def test_past_members_have_no_exchange_after_their_last_day(self, cast: Cast, past_member: User):
        shared = {"edition": cast.edition, "state": "announced"}
        old = ExchangeFactory(host=cast.cohort, number=3, created_on=LAST, **shared)
        new = ExchangeFactory(host=cast.other_cohort, number=4, first_day=date(2027, 9, 7), created_on=AFTER, **shared)
        about = {"about": "cohort", "object_id": cast.cohort.pk}
        assert [self.listed_ids(user, **about) for user in (past_member, cast["M"])] == [[old.pk], [old.pk, new.pk]]

    def test_answer_of_someone_else_adds_nothing_to_ones_feed(self, cast: Cast):
        later = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open", number=3)
        RegistrationFactory(exchange=later, user=cast["M"], state="registered")
        past_member = MembershipFactory(cohort=cast.cohort, ends_on=later.first_day - timedelta(days=1)).user
        assert (self.listed_ids(cast["M"]), self.listed_ids(past_member)) == ([later.pk], [])


class TestPeople:
    def test_people_with_closed_accounts_cannot_be_chosen(self, cast: Cast):
        later = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open", number=3)
        closed = MembershipFactory(cohort=cast.cohort, user__is_active=False).user
        roles = EditionRoles(cast["P"], cast.edition, TODAY)
        for people in (people_without_seat(later, roles), possible_inviters(roles)):
            assert cast["M"] in people
            assert closed not in people

    @pytest.mark.parametrize("subpath", ["minutes/", "contributions/", "programme/"])
    def test_exchange_of_another_edition_has_no_page(self, cast: Cast, exchange: Exchange, subpath: str):
        responses = {
            role: signed_in(cast[role]).get(f"/exchanges/{exchange.pk}/{subpath}").status_code for role in "MX"
        }
        assert responses == {"M": 200, "X": 404}

    def test_timeline_has_only_cohorts_the_person_can_open(self, cast: Cast, exchange: Exchange):
        def named(role: str) -> set[str]:
            layout = signed_in(cast[role]).get("/exchanges/").context["layout"]
            return {name for name in ("Rivage", "Montagne") if name in str(layout)}

        assert (named("M"), named("S")) == ({"Rivage"}, {"Rivage", "Montagne"})

    def test_draft_edition_is_visible_only_to_the_lab(self, cast: Cast):
        EditionFactory(slug="in-secret", state="draft")
        responses = {role: signed_in(cast[role]).get("/exchanges/propose/in-secret/") for role in "SM"}
        assert {role: page.status_code for role, page in responses.items()} == {"S": 403, "M": 404}
