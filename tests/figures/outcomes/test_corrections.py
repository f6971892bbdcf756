"""What a correction of an idea's events leaves behind: state, implementations, pages and figures agree afterwards."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from figures.outcomes.figures import Figures
from figures.outcomes.queries import implementation_rates, told_one_by_one
from prototypes import actions
from prototypes.models import Idea, IdeaEvent, Implementation
from tests.factories.cast import TODAY, Cast
from tests.factories.prototypes import DAYS, IdeaFactory, PrototypeFactory, TrialFactory, tell
from tests.prototypes.pages import page, send
from tests.prototypes.raw import insert_event
from tests.sql import refused_by
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
WRONG = date(2026, 9, 1)


def an_idea(cast: Cast, scope: str = "full", on: date = WRONG) -> Idea:
    idea = IdeaFactory(cohort=cast.cohort, state="implementing", title="Une borne")
    mark(idea, cast, on=on, scope=scope)
    return idea


def mark(idea: Idea, cast: Cast, **told: Any) -> Implementation:
    told = {"scope": "full", "evidence": "First page", "unit": "Accueil"} | told
    return actions.mark_implemented(idea=idea, by=cast["A"], at=AT, **told)


def correct(idea: Idea, state: str, to: str, cast: Cast, **told: Any) -> IdeaEvent:
    event = IdeaEvent.objects.counting().filter(idea=idea, state=state).last()
    made = actions.correct_event(event=event, state=to, reason="Another idea was meant", by=cast["A"], at=AT, **told)
    idea.refresh_from_db()
    return made


def put_to_work(idea: Idea) -> list[tuple[str, date | None, str]]:
    return list(idea.implementations.order_by("pk").values_list("state", "live_on", "evidence"))


def figures(as_of: date = TODAY) -> tuple[int, int, int]:
    """Implemented of accepted, and still live."""
    found = implementation_rates(as_of=as_of)
    return found.implemented, found.accepted, found.still_live


class TestNeverImplemented:
    def test_the_implementation_is_taken_back_with_the_reason(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implementing", cast)
        row = idea.implementations.get()
        assert (row.state, row.reason, row.evidence) == ("withdrawn", "Another idea was meant", "First page")

    def test_the_idea_is_where_it_was_since_it_was(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implementing", cast, on=WRONG)
        assert (idea.state, idea.state_since, idea.implemented_on) == ("implementing", DAYS["implementing"], None)

    def test_no_figure_counts_it(self, cast: Cast):
        idea = an_idea(cast)
        assert figures() == (1, 1, 1)
        correct(idea, "implemented", "implementing", cast)
        assert figures() == (0, 1, 0)

    def test_figures_of_a_day_before_stay_as_they_were(self, cast: Cast):
        idea = an_idea(cast)
        days = [date(2026, 3, 1), date(2026, 6, 30), date(2026, 8, 19)]
        before: list[Figures] = [implementation_rates(as_of=day) for day in days]
        correct(idea, "implemented", "implementing", cast)
        mark(idea, cast, on=date(2026, 8, 20))
        assert [implementation_rates(as_of=day) for day in days] == before

    def test_history_keeps_what_was_recorded_first_and_who_took_it_back(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implementing", cast)
        kept = idea.implementations.get().events.order_by("pgh_id")
        last = kept.last().pgh_context.metadata
        assert [row.state for row in kept] == ["planned", "live", "withdrawn"]
        assert (last["action"], last["by"], last["reason"]) == (
            "correct_event",
            cast["A"].pk,
            "Another idea was meant",
        )

    def test_one_that_was_discontinued_meanwhile_is_taken_back_too(self, cast: Cast):
        idea = an_idea(cast)
        actions.discontinue_implementation(
            implementation=idea.implementations.get(), reason="Budget", on=date(2026, 10, 1), by=cast["A"], at=AT
        )
        correct(idea, "implemented", "implementing", cast)
        assert [state for state, *_ in put_to_work(idea)] == ["withdrawn"]

    def test_what_was_live_in_part_before_is_so_again(self, cast: Cast):
        idea = an_idea(cast, scope="partial", on=date(2026, 8, 20))
        mark(idea, cast, on=WRONG, evidence="Second page")
        correct(idea, "implemented", "implementing", cast)
        rows = list(idea.implementations.order_by("pk").values_list("state", "scope", "live_on", "evidence", "unit"))
        assert rows == [
            ("live", "partial", date(2026, 8, 20), "First page", "Accueil"),
            ("withdrawn", "full", WRONG, "Second page", "Accueil"),
        ]

    def test_twice_in_a_row_what_was_live_in_part_is_there_once(self, cast: Cast):
        idea = an_idea(cast, scope="partial", on=date(2026, 8, 20))
        for _ in range(2):
            mark(idea, cast, on=WRONG)
            correct(idea, "implemented", "implementing", cast)
        assert [state for state, *_ in put_to_work(idea)] == ["live", "withdrawn", "withdrawn"]

    def test_being_implemented_never_happened_either(self, cast: Cast):
        """A partial implementation is told by “being implemented”: without that event it goes too."""
        idea = an_idea(cast, scope="partial")
        correct(idea, "implementing", "handed_over", cast)
        assert (idea.state, [state for state, *_ in put_to_work(idea)]) == ("handed_over", ["withdrawn"])

    def test_a_replication_elsewhere_is_a_fact_of_its_own(self, cast: Cast):
        idea = an_idea(cast)
        row = actions.replicate_idea(idea=idea, authority=cast.other.authority, by=cast["A"])
        actions.go_live(implementation=row, scope="full", evidence="Page", by=cast["A"], at=AT)
        correct(idea, "implemented", "implementing", cast)
        assert [state for state, *_ in put_to_work(idea)] == ["withdrawn", "live"]

    def test_raw_sql_takes_it_back_too(self, cast: Cast):
        idea = an_idea(cast)
        named = idea.events.get(state="implemented")
        insert_event(idea, "implementing", WRONG, corrects_id=named.pk, reason="By hand", recorded_on=TODAY)
        row = idea.implementations.get()
        assert (row.state, row.reason) == ("withdrawn", "By hand")

    def test_raw_sql_cannot_bring_the_event_back_without_an_implementation(self, cast: Cast):
        idea = an_idea(cast)
        made = correct(idea, "implemented", "implementing", cast)
        with refused_by("idea_event_implemented_shown"):
            insert_event(idea, "implemented", WRONG, corrects_id=made.pk, reason="By hand", recorded_on=TODAY)


@pytest.mark.parametrize("unit", ["Accueil", "Accueil de nuit"])
@pytest.mark.parametrize("day", [WRONG, date(2026, 11, 20), date(2026, 8, 20)], ids=["same", "later", "earlier"])
def test_it_is_marked_as_implemented_again_on_any_day(cast: Cast, day: date, unit: str):
    idea = an_idea(cast)
    correct(idea, "implemented", "implementing", cast)
    mark(idea, cast, on=day, evidence="Second page", scope="adapted", unit=unit)
    assert put_to_work(idea) == [("withdrawn", WRONG, "First page"), ("live", day, "Second page")]
    assert (idea.state, idea.implemented_on, figures()) == ("implemented", day, (1, 1, 1))
    assert told_one_by_one([idea], as_of=TODAY)[idea.pk].since == day


def test_pages_show_what_stands_and_the_record_the_rest(cast: Cast):
    idea = an_idea(cast)
    correct(idea, "implemented", "implementing", cast)
    address = idea.get_absolute_url()
    shown = page(cast["A"], address)
    assert ("Where the idea is implemented" in shown, "First page" in shown, "Mark as implemented" in shown) == (
        False,
        False,
        True,
    )
    assert "State unchanged: being implemented" in shown
    assert "corrected since" in page(cast["A"], f"{address}events/")
    form = {"scope": "full", "on": "2026-11-02", "precision": "day", "evidence": "Second page"}
    assert send(cast["A"], f"{address}implemented/", **form).status_code == 302
    shown = page(cast["A"], address)
    assert ("Second page" in shown, "First page" in shown) == (True, False)
    assert "implemented" in page(cast["A"], "/ideas/", state="implemented").lower()
    assert "1 of 1" in page(cast["A"], "/rates/")


class TestAnotherDay:
    def test_the_implementation_is_live_since_the_right_day(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implemented", cast, on=date(2026, 11, 2))
        row = idea.implementations.told().get()
        assert (row.state, row.live_on, idea.implemented_on) == ("live", date(2026, 11, 2), date(2026, 11, 2))
        assert (figures(date(2026, 11, 1)), figures(date(2026, 11, 2))) == ((0, 1, 0), (1, 1, 1))

    def test_an_imprecise_one_is_as_imprecise_there(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implemented", cast, on=date(2026, 10, 20), precision="month")
        row = idea.implementations.told().get()
        assert (row.live_on, row.live_precision) == (date(2026, 10, 1), "month")

    def test_the_day_first_recorded_stays_in_a_row_of_its_own(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implemented", cast, on=date(2026, 11, 2))
        assert put_to_work(idea) == [("withdrawn", WRONG, "First page"), ("live", date(2026, 11, 2), "First page")]

    def test_not_after_it_ended(self, cast: Cast):
        idea = an_idea(cast)
        actions.discontinue_implementation(
            implementation=idea.implementations.get(), reason="Budget", on=date(2026, 10, 1), by=cast["A"], at=AT
        )
        with pytest.raises(DomainError):
            correct(idea, "implemented", "implemented", cast, on=date(2026, 11, 2))
        assert put_to_work(idea) == [("discontinued", WRONG, "First page")]

    def test_a_month_counts_from_the_event_before_not_from_the_latest(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted", days={"accepted": date(2026, 3, 4)})
        tell(idea, "prototyping", date(2026, 3, 9))
        tell(idea, "testing", date(2026, 3, 20))
        correct(idea, "accepted", "accepted", cast, on=date(2026, 3, 15), precision="month")
        assert (idea.accepted_on, idea.state) == (date(2026, 3, 1), "testing")


class TestAbandonedAndReopened:
    def test_on_another_day_it_keeps_its_reason(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        actions.abandon_idea(idea=idea, reason="No budget", by=cast["P"], at=AT, on=date(2026, 10, 5))
        correct(idea, "abandoned", "abandoned", cast, on=date(2026, 9, 7))
        told = told_one_by_one([idea], as_of=TODAY)[idea.pk]
        assert (told.outcome, told.completed_months, told.since, told.reason) == (
            "abandoned",
            6,
            date(2026, 9, 7),
            "No budget",
        )
        assert "No budget" in page(cast["P"], idea.get_absolute_url())

    def test_it_never_was_and_is_in_test_since_it_was(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="abandoned", after="testing")
        correct(idea, "abandoned", "testing", cast)
        assert (idea.state, idea.state_since, figures()) == ("testing", DAYS["testing"], (0, 1, 0))

    def test_a_reopening_that_never_was_leaves_day_and_reason_of_the_abandonment(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        actions.abandon_idea(idea=idea, reason="No budget", by=cast["P"], at=AT, on=date(2026, 6, 5))
        actions.reopen_idea(idea=idea, reason="A new head of service", by=cast["P"], at=AT)
        correct(idea, "accepted", "abandoned", cast)
        told = told_one_by_one([idea], as_of=TODAY)[idea.pk]
        assert (idea.state, idea.state_since) == ("abandoned", date(2026, 6, 5))
        assert (told.outcome, told.since, told.reason) == ("abandoned", date(2026, 6, 5), "No budget")

    def test_it_can_be_abandoned_again_on_an_earlier_day(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="abandoned")
        correct(idea, "abandoned", "accepted", cast)
        actions.abandon_idea(idea=idea, reason="No budget", by=cast["P"], at=AT, on=date(2026, 9, 7))
        told = told_one_by_one([idea], as_of=TODAY)[idea.pk]
        assert (idea.state_since, told.reason) == (date(2026, 9, 7), "No budget")


class TestDecided:
    def test_the_other_way_with_everything_after_it_in_place(self, cast: Cast):
        idea = an_idea(cast)
        made = correct(idea, "decided", "decided", cast, decision="adapt")
        assert (made.decision, made.effective_on, idea.state) == ("adapt", DAYS["decided"], "implemented")
        assert put_to_work(idea) == [("live", WRONG, "First page")]

    def test_nothing_else_takes_a_decision(self, cast: Cast):
        idea = an_idea(cast)
        assert correct(idea, "handed_over", "handed_over", cast, decision="adapt").decision == ""

    def test_never_decided_it_is_decided_anew_on_an_earlier_day(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="decided")
        correct(idea, "decided", "testing", cast)
        actions.decide_idea(idea=idea, decision="adapt", reason="Seen live", by=cast["P"], at=AT, on=date(2026, 5, 20))
        assert (idea.state, idea.state_since) == ("decided", date(2026, 5, 20))

    def test_what_came_after_is_corrected_first(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        with pytest.raises(DomainError) as refused:
            correct(idea, "decided", "testing", cast)
        assert refused.value.field == "on"


class TestWorkThatShows:
    def test_a_locked_test_was_in_test(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
        with pytest.raises(DomainError) as refused:
            correct(idea, "testing", "prototyping", cast)
        assert (refused.value.field, idea.events.count()) == ("state", 4)
        actions.cancel_trial(trial=trial, reason="Wrong idea", by=cast["M"])
        correct(idea, "testing", "prototyping", cast)
        assert (idea.state, idea.reached_test_on) == ("prototyping", None)

    def test_a_prototype_was_prototyping(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        prototype = PrototypeFactory(idea=idea)
        with pytest.raises(DomainError) as refused:
            correct(idea, "prototyping", "accepted", cast)
        assert refused.value.field == "state"
        actions.retire_prototype(prototype=prototype, by=cast["M"])
        correct(idea, "prototyping", "accepted", cast)
        assert idea.state == "accepted"

    def test_another_day_is_no_contradiction(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
        correct(idea, "testing", "testing", cast, on=date(2026, 5, 5))
        assert idea.reached_test_on == date(2026, 5, 5)
