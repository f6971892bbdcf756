"""Corrections of an idea's events: state, implementations, pages and figures agree afterwards."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import implementation_rates, outcomes_by_idea
from prototypes import actions
from prototypes.models import Idea, IdeaEvent, Implementation
from tests.factories.cast import TODAY, Cast
from tests.factories.prototypes import DAYS, IdeaFactory, PrototypeFactory, TrialFactory, add_event
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


def mark(idea: Idea, cast: Cast, **values: Any) -> Implementation:
    values = {"scope": "full", "evidence": "First page", "unit": "Accueil"} | values
    return actions.mark_implemented(idea=idea, by=cast["A"], at=AT, **values)


def correct(idea: Idea, state: str, to: str, cast: Cast, **values: Any) -> IdeaEvent:
    event = IdeaEvent.objects.uncorrected().filter(idea=idea, state=state).last()
    made = actions.correct_event(event=event, state=to, reason="Another idea was meant", by=cast["A"], at=AT, **values)
    idea.refresh_from_db()
    return made


def put_to_work(idea: Idea) -> list[tuple[str, date | None, str]]:
    return list(idea.implementations.order_by("pk").values_list("state", "live_on", "evidence"))


def figures(as_of: date = TODAY) -> tuple[int, int, int]:
    """Return implemented of accepted, and still live."""
    found = implementation_rates(as_of=as_of)
    return found.implemented, found.accepted, found.still_live


class TestNeverImplemented:
    def test_implementation_is_withdrawn_with_the_reason(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implementing", cast)
        row = idea.implementations.get()
        assert (row.state, row.reason, row.evidence) == ("withdrawn", "Another idea was meant", "First page")

    def test_idea_returns_to_its_previous_state_and_day(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implementing", cast, on=WRONG)
        assert (idea.state, idea.state_since, idea.implemented_on) == ("implementing", DAYS["implementing"], None)

    def test_no_figure_counts_the_withdrawn_implementation(self, cast: Cast):
        idea = an_idea(cast)
        assert figures() == (1, 1, 1)
        correct(idea, "implemented", "implementing", cast)
        assert figures() == (0, 1, 0)

    def test_figures_of_earlier_days_do_not_change(self, cast: Cast):
        idea = an_idea(cast)
        days = [date(2026, 3, 1), date(2026, 6, 30), date(2026, 8, 19)]
        before: list[Figures] = [implementation_rates(as_of=day) for day in days]
        correct(idea, "implemented", "implementing", cast)
        mark(idea, cast, on=date(2026, 8, 20))
        assert [implementation_rates(as_of=day) for day in days] == before

    def test_history_keeps_the_first_record_and_who_withdrew_it(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implementing", cast)
        versions = idea.implementations.get().events.order_by("pgh_id")
        last = versions.last().pgh_context.metadata
        assert [row.state for row in versions] == ["planned", "live", "withdrawn"]
        assert (last["action"], last["by"], last["reason"]) == (
            "correct_event",
            cast["A"].pk,
            "Another idea was meant",
        )

    def test_implementation_discontinued_since_then_is_withdrawn_too(self, cast: Cast):
        idea = an_idea(cast)
        actions.discontinue_implementation(
            implementation=idea.implementations.get(), reason="Budget", on=date(2026, 10, 1), by=cast["A"], at=AT
        )
        correct(idea, "implemented", "implementing", cast)
        assert [state for state, *_ in put_to_work(idea)] == ["withdrawn"]

    def test_partial_implementation_before_it_is_restored(self, cast: Cast):
        idea = an_idea(cast, scope="partial", on=date(2026, 8, 20))
        mark(idea, cast, on=WRONG, evidence="Second page")
        correct(idea, "implemented", "implementing", cast)
        rows = list(idea.implementations.order_by("pk").values_list("state", "scope", "live_on", "evidence", "unit"))
        assert rows == [
            ("live", "partial", date(2026, 8, 20), "First page", "Accueil"),
            ("withdrawn", "full", WRONG, "Second page", "Accueil"),
        ]

    def test_partial_implementation_is_restored_once_after_two_corrections(self, cast: Cast):
        idea = an_idea(cast, scope="partial", on=date(2026, 8, 20))
        for _ in range(2):
            mark(idea, cast, on=WRONG)
            correct(idea, "implemented", "implementing", cast)
        assert [state for state, *_ in put_to_work(idea)] == ["live", "withdrawn", "withdrawn"]

    def test_implemented_state_is_withdrawn_as_well(self, cast: Cast):
        """A partial implementation belongs to the event “being implemented”: without that event it is withdrawn too."""
        idea = an_idea(cast, scope="partial")
        correct(idea, "implementing", "handed_over", cast)
        assert (idea.state, [state for state, *_ in put_to_work(idea)]) == ("handed_over", ["withdrawn"])

    def test_replication_elsewhere_is_kept(self, cast: Cast):
        idea = an_idea(cast)
        row = actions.replicate_idea(idea=idea, authority=cast.other_cohort.authority, by=cast["A"])
        actions.go_live(implementation=row, scope="full", evidence="Page", by=cast["A"], at=AT)
        correct(idea, "implemented", "implementing", cast)
        assert [state for state, *_ in put_to_work(idea)] == ["withdrawn", "live"]

    def test_raw_sql_withdraws_the_implementation_too(self, cast: Cast):
        idea = an_idea(cast)
        named = idea.events.get(state="implemented")
        insert_event(idea, "implementing", WRONG, corrects_id=named.pk, reason="By hand", recorded_on=TODAY)
        row = idea.implementations.get()
        assert (row.state, row.reason) == ("withdrawn", "By hand")

    def test_raw_sql_cannot_bring_the_event_back_without_an_implementation(self, cast: Cast):
        idea = an_idea(cast)
        made = correct(idea, "implemented", "implementing", cast)
        with refused_by("idea_event_implemented_evidence"):
            insert_event(idea, "implemented", WRONG, corrects_id=made.pk, reason="By hand", recorded_on=TODAY)


@pytest.mark.parametrize("unit", ["Accueil", "Accueil de nuit"])
@pytest.mark.parametrize("day", [WRONG, date(2026, 11, 20), date(2026, 8, 20)], ids=["same", "later", "earlier"])
def test_idea_can_be_implemented_again_on_any_day(cast: Cast, day: date, unit: str):
    idea = an_idea(cast)
    correct(idea, "implemented", "implementing", cast)
    mark(idea, cast, on=day, evidence="Second page", scope="adapted", unit=unit)
    assert put_to_work(idea) == [("withdrawn", WRONG, "First page"), ("live", day, "Second page")]
    assert (idea.state, idea.implemented_on, figures()) == ("implemented", day, (1, 1, 1))
    assert outcomes_by_idea([idea], as_of=TODAY)[idea.pk].since == day


def test_pages_show_current_events_and_the_history_shows_all(cast: Cast):
    idea = an_idea(cast)
    correct(idea, "implemented", "implementing", cast)
    address = idea.get_absolute_url()
    page_text = page(cast["A"], address)
    assert (
        "Where the idea is implemented" in page_text,
        "First page" in page_text,
        "Mark as implemented" in page_text,
    ) == (
        False,
        False,
        True,
    )
    assert "State unchanged: being implemented" in page_text
    assert "corrected since" in page(cast["A"], f"{address}events/")
    form = {"scope": "full", "on": "2026-11-02", "precision": "day", "evidence": "Second page"}
    assert send(cast["A"], f"{address}implemented/", **form).status_code == 302
    page_text = page(cast["A"], address)
    assert ("Second page" in page_text, "First page" in page_text) == (True, False)
    assert "implemented" in page(cast["A"], "/ideas/", state="implemented").lower()
    assert "1 of 1" in page(cast["A"], "/rates/")


class TestAnotherDay:
    def test_the_implementation_is_live_since_the_right_day(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implemented", cast, on=date(2026, 11, 2))
        row = idea.implementations.not_withdrawn().get()
        assert (row.state, row.live_on, idea.implemented_on) == ("live", date(2026, 11, 2), date(2026, 11, 2))
        assert (figures(date(2026, 11, 1)), figures(date(2026, 11, 2))) == ((0, 1, 0), (1, 1, 1))

    def test_imprecise_correction_is_imprecise_in_the_implementation(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implemented", cast, on=date(2026, 10, 20), precision="month")
        row = idea.implementations.not_withdrawn().get()
        assert (row.live_on, row.live_precision) == (date(2026, 10, 1), "month")

    def test_first_recorded_day_stays_in_history(self, cast: Cast):
        idea = an_idea(cast)
        correct(idea, "implemented", "implemented", cast, on=date(2026, 11, 2))
        assert put_to_work(idea) == [("withdrawn", WRONG, "First page"), ("live", date(2026, 11, 2), "First page")]

    def test_corrected_day_after_the_end_is_refused(self, cast: Cast):
        idea = an_idea(cast)
        actions.discontinue_implementation(
            implementation=idea.implementations.get(), reason="Budget", on=date(2026, 10, 1), by=cast["A"], at=AT
        )
        with pytest.raises(DomainError):
            correct(idea, "implemented", "implemented", cast, on=date(2026, 11, 2))
        assert put_to_work(idea) == [("discontinued", WRONG, "First page")]

    def test_corrected_month_is_checked_against_the_previous_event(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted", days={"accepted": date(2026, 3, 4)})
        add_event(idea, "prototyping", date(2026, 3, 9))
        add_event(idea, "testing", date(2026, 3, 20))
        correct(idea, "accepted", "accepted", cast, on=date(2026, 3, 15), precision="month")
        assert (idea.accepted_on, idea.state) == (date(2026, 3, 1), "testing")


class TestAbandonedAndReopened:
    def test_abandonment_moved_to_another_day_keeps_its_reason(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        actions.abandon_idea(idea=idea, reason="No budget", by=cast["P"], at=AT, on=date(2026, 10, 5))
        correct(idea, "abandoned", "abandoned", cast, on=date(2026, 9, 7))
        outcome = outcomes_by_idea([idea], as_of=TODAY)[idea.pk]
        assert (outcome.outcome, outcome.completed_months, outcome.since, outcome.reason) == (
            "abandoned",
            6,
            date(2026, 9, 7),
            "No budget",
        )
        assert "No budget" in page(cast["P"], idea.get_absolute_url())

    def test_withdrawn_abandonment_restores_in_test_with_its_day(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="abandoned", after="testing")
        correct(idea, "abandoned", "testing", cast)
        assert (idea.state, idea.state_since, figures()) == ("testing", DAYS["testing"], (0, 1, 0))

    def test_withdrawn_reopening_restores_day_and_reason_of_the_abandonment(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        actions.abandon_idea(idea=idea, reason="No budget", by=cast["P"], at=AT, on=date(2026, 6, 5))
        actions.reopen_idea(idea=idea, reason="A new head of service", by=cast["P"], at=AT)
        correct(idea, "accepted", "abandoned", cast)
        outcome = outcomes_by_idea([idea], as_of=TODAY)[idea.pk]
        assert (idea.state, idea.state_since) == ("abandoned", date(2026, 6, 5))
        assert (outcome.outcome, outcome.since, outcome.reason) == ("abandoned", date(2026, 6, 5), "No budget")

    def test_it_can_be_abandoned_again_on_an_earlier_day(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="abandoned")
        correct(idea, "abandoned", "accepted", cast)
        actions.abandon_idea(idea=idea, reason="No budget", by=cast["P"], at=AT, on=date(2026, 9, 7))
        outcome = outcomes_by_idea([idea], as_of=TODAY)[idea.pk]
        assert (idea.state_since, outcome.reason) == (date(2026, 9, 7), "No budget")


class TestDecided:
    def test_corrected_decision_keeps_later_events(self, cast: Cast):
        idea = an_idea(cast)
        made = correct(idea, "decided", "decided", cast, decision="adapt")
        assert (made.decision, made.effective_on, idea.state) == ("adapt", DAYS["decided"], "implemented")
        assert put_to_work(idea) == [("live", WRONG, "First page")]

    def test_other_events_take_no_decision(self, cast: Cast):
        idea = an_idea(cast)
        assert correct(idea, "handed_over", "handed_over", cast, decision="adapt").decision == ""

    def test_idea_can_be_decided_again_on_an_earlier_day(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="decided")
        correct(idea, "decided", "testing", cast)
        actions.decide_idea(idea=idea, decision="adapt", reason="Seen live", by=cast["P"], at=AT, on=date(2026, 5, 20))
        assert (idea.state, idea.state_since) == ("decided", date(2026, 5, 20))

    def test_later_events_are_corrected_first(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        with pytest.raises(DomainError) as refused:
            correct(idea, "decided", "testing", cast)
        assert refused.value.field == "on"


class TestWorkThatShows:
    def test_correction_cannot_contradict_a_locked_test(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
        with pytest.raises(DomainError) as refused:
            correct(idea, "testing", "prototyping", cast)
        assert (refused.value.field, idea.events.count()) == ("state", 4)
        actions.cancel_trial(trial=trial, reason="Wrong idea", by=cast["M"])
        correct(idea, "testing", "prototyping", cast)
        assert (idea.state, idea.reached_test_on) == ("prototyping", None)

    def test_correction_cannot_contradict_a_prototype(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        prototype = PrototypeFactory(idea=idea)
        with pytest.raises(DomainError) as refused:
            correct(idea, "prototyping", "accepted", cast)
        assert refused.value.field == "state"
        actions.retire_prototype(prototype=prototype, by=cast["M"])
        correct(idea, "prototyping", "accepted", cast)
        assert idea.state == "accepted"

    def test_moving_the_day_is_no_contradiction(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
        correct(idea, "testing", "testing", cast, on=date(2026, 5, 5))
        assert idea.reached_test_on == date(2026, 5, 5)
