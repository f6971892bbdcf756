"""Near midnight each row is compared with the day at its own authority, on one screen as on its siblings."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from cohorts.models import Cohort, Session
from exchanges.models import Exchange
from programmes.models import Authority
from prototypes import actions
from prototypes.actions.unconfirmed import falling_silent
from prototypes.models import Idea
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.prototypes import ConfirmationFactory, IdeaFactory
from tests.prototypes.pages import errors, page, send
from tests.sql import force
from web.clock import today_everywhere

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # the 24th in Paris, the 25th in Réunion
SIX_MONTHS_BEFORE_THE_25TH = date(2026, 5, 25)


@pytest.fixture
def cast(cast: Cast) -> Iterator[Cast]:
    """Rivage is in Réunion, Montagne in Paris; it is night there."""
    Authority.objects.filter(pk=cast.cohort.authority_id).update(time_zone="Indian/Reunion")
    cast.cohort = Cohort.objects.select_related("authority").get(pk=cast.cohort.pk)
    with time_machine.travel(NIGHT, tick=False):
        yield cast


def idea_last_heard_of(cohort: Cohort, day: date, title: str) -> Idea:
    idea = IdeaFactory(cohort=cohort, state="accepted", title=title)
    ConfirmationFactory(idea=idea, confirmed_on=day)
    idea.refresh_from_db()
    return idea


@pytest.fixture
def ideas(cast: Cast) -> list[Idea]:
    day = SIX_MONTHS_BEFORE_THE_25TH
    return [idea_last_heard_of(cast.cohort, day, "Overseas"), idea_last_heard_of(cast.other, day, "Mainland")]


class TestUnconfirmed:
    @pytest.mark.parametrize("address", ["/ideas/?silent=on", "/ideas/unconfirmed/"])
    def test_list_across_authorities_names_the_one_whose_day_has_come(
        self, cast: Cast, ideas: list[Idea], address: str
    ):
        text = page(cast["S"], address)
        assert [idea.title in text for idea in ideas] == [True, False]

    def test_page_of_each_says_the_same(self, cast: Cast, ideas: list[Idea]):
        said = ["Nobody has given a sign" in page(cast["S"], idea.get_absolute_url()) for idea in ideas]
        assert said == [True, False]

    def test_board_of_each_says_the_same(self, cast: Cast, ideas: list[Idea]):
        boards = [f"/cohorts/{cohort.slug}/board/" for cohort in (cast.cohort, cast.other)]
        marked = ["unconfirmed" in page(cast["S"], board).lower() for board in boards]
        assert marked == [True, False]

    def test_queries_agree(self, cast: Cast, ideas: list[Idea]):
        today = today_everywhere()
        marked = {idea.title: idea.faded for idea in Idea.objects.marked(cast["S"], today)}  # type: ignore[attr-defined]
        assert (set(Idea.objects.unconfirmed(today)), marked) == (
            {ideas[0]},
            {"Overseas": True, "Mainland": False},
        )

    def test_reminders_are_planned_from_the_day_there(self, cast: Cast):
        week_before = date(2026, 6, 2)
        overseas, _ = (idea_last_heard_of(c, week_before, "Idea") for c in (cast.cohort, cast.other))
        assert list(falling_silent(NIGHT)) == [overseas]


class TestForms:
    @pytest.mark.parametrize(("where", "accepted"), [("cohort", True), ("other", False)])
    def test_day_that_has_come_there_only_is_accepted_there_only(self, cast: Cast, where: str, accepted: bool):
        idea = IdeaFactory(cohort=getattr(cast, where), state="captured")
        answer = send(cast["S"], f"/ideas/{idea.pk}/accept/", on="2026-11-25", precision="day")
        assert (answer.status_code == 302) == accepted
        if not accepted:
            assert list(errors(answer)) == ["on"] or errors(answer)

    def test_event_is_recorded_on_the_day_there(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        event = actions.accept_idea(idea=idea, by=cast["P"], at=NIGHT)
        assert (event.recorded_on, event.effective_on) == (date(2026, 11, 25), date(2026, 11, 25))


def session_on(cohort: Cohort, day: date) -> Session:
    return SessionFactory(cohort=cohort, date=day, state="scheduled")


class TestSessions:
    def test_session_of_the_24th_is_over_there_only(self, cast: Cast):
        overseas, mainland = (session_on(cohort, date(2026, 11, 24)) for cohort in (cast.cohort, cast.other))
        today = today_everywhere()
        assert (set(Session.objects.past(today)), set(Session.objects.upcoming(today))) == ({overseas}, {mainland})

    def test_calendar_shows_what_is_still_to_come_where_it_is(self, cast: Cast):
        for cohort in (cast.cohort, cast.other):
            session_on(cohort, date(2026, 11, 24))
        text = page(cast["S"], "/sessions/")
        shown = [f"/sessions/{session.pk}/" in text for session in Session.objects.order_by("pk")]
        assert shown == [False, True]


class TestExchanges:
    def test_exchange_without_a_host_is_on_the_platforms_day(self, cast: Cast):
        row = ExchangeFactory(edition=cast.edition, first_day=date(2026, 11, 24), state="proposed")
        force(row, host_id=None)
        assert list(Exchange.objects.coming(today_everywhere())) == [row]

    def test_exchange_of_the_24th_is_still_to_come_unless_its_host_is_past_it(self, cast: Cast):
        here = {"edition": cast.edition, "first_day": date(2026, 11, 24), "state": "registration_open"}
        row = ExchangeFactory(host=cast.cohort, **here)
        coming = [list(Exchange.objects.coming(today_everywhere()))]
        Authority.objects.filter(pk=cast.cohort.authority_id).update(time_zone="Europe/Paris")
        coming.append(list(Exchange.objects.coming(today_everywhere())))
        assert coming == [[], [row]]


class TestMembers:
    def test_member_whose_last_day_is_over_there_leads_nothing_more(self, cast: Cast):
        cast["P"].memberships.update(ends_on=date(2026, 11, 24))
        cohorts = Cohort.objects.filter(pk=cast.cohort.pk)
        assert list(cohorts.led_by(cast["P"], today_everywhere())) == []

    def test_member_whose_last_day_is_not_over_there_still_leads(self, cast: Cast):
        cast["P"].memberships.update(ends_on=date(2026, 11, 25))
        cohorts = Cohort.objects.filter(pk=cast.cohort.pk)
        assert list(cohorts.led_by(cast["P"], today_everywhere())) == [cast.cohort]
