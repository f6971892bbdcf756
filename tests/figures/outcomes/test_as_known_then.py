"""Figures as known at an earlier moment: what was recorded later, corrections above all, is ignored."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pgtrigger
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import IdeaOutcome, implementation_rates, outcomes_by_idea
from figures.scope.selection import FiguresScope
from prototypes import actions
from prototypes.models import Idea
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    FollowUpFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    add_event,
)
from tests.prototypes.ideas.test_event_sequences import ModelStory, live_again, steps
from tests.prototypes.raw import insert_event
from tests.sql import execute

pytestmark = pytest.mark.django_db

LAST_YEAR = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = LAST_YEAR.date()
NOW = datetime(2027, 11, 24, 9, tzinfo=UTC)
HISTORIES = ["implementation", "prototype", "trial", "followup"]


def written(at: datetime) -> None:
    """Set the time of history rows written in this transaction, which the database stamps with its own clock."""
    with pgtrigger.ignore():
        for name in HISTORIES:
            execute(f"UPDATE prototypes_{name}event SET pgh_created_at = %s WHERE pgh_created_at = now()", at)


def seen(ideas: list[Idea], **known: Any) -> tuple[Figures, dict[int, IdeaOutcome]]:
    """Return all figures and outcomes of these ideas as of `DAY`."""
    figures = implementation_rates(as_of=DAY, **known)
    return figures, outcomes_by_idea(ideas, as_of=DAY, **known)


def same(one: tuple[Figures, dict[int, IdeaOutcome]], two: tuple[Figures, dict[int, IdeaOutcome]]) -> bool:
    """Return whether both are equal, apart from the requested moment."""
    return (one[0].__dict__ | {"known_at": None}, one[1]) == (two[0].__dict__ | {"known_at": None}, two[1])


def correct(idea: Idea, cast: Cast, state: str, to: str, **values: Any) -> None:
    event = idea.events.filter(state=state).order_by("id").last()
    actions.correct_event(event=event, state=to, reason="Another idea was meant", by=cast["A"], at=NOW, **values)


def late(cast: Cast, ideas: dict[str, Idea]) -> None:
    """Record events within the next year, for days before `DAY` and after it."""
    cohort, by = cast.cohort, cast["A"]
    correct(ideas["moved"], cast, "accepted", "accepted", on=date(2026, 3, 20))
    correct(ideas["never"], cast, "implemented", "implementing")
    correct(ideas["later"], cast, "implemented", "implemented", on=date(2026, 10, 12))
    correct(ideas["goes on"], cast, "abandoned", "accepted")
    add_event(ideas["abandoned"], "accepted", date(2026, 11, 1), recorded_on=NOW.date(), reason="Resumed")
    add_event(ideas["open"], "abandoned", date(2026, 10, 20), recorded_on=NOW.date(), abandoned_for="tested")
    add_event(ideas["merges"], "merged", date(2026, 11, 2), recorded_on=NOW.date(), merged_into=ideas["open"])
    add_event(ideas["captured"], "accepted", date(2026, 5, 4), recorded_on=NOW.date())
    actions.discontinue_implementation(
        implementation=ideas["stops"].implementations.get(), reason="Budget", on=date(2026, 11, 2), by=by, at=NOW
    )
    row = actions.replicate_idea(idea=ideas["stops"], authority=cast.other_cohort.authority, by=by)
    actions.go_live(implementation=row, scope="full", evidence="Page", on=date(2026, 11, 2), by=by, at=NOW)
    IdeaFactory(cohort=cohort, state="")
    new = IdeaFactory(cohort=cohort, state="")
    for state in ("captured", "accepted"):
        add_event(new, state, recorded_on=NOW.date())
    PrototypeFactory(idea=ideas["silent"], made_on=date(2026, 11, 3))
    FollowUpFactory(idea=ideas["stops"], noted_on=date(2026, 11, 3))
    actions.split_idea(idea=ideas["splits"], titles=["One", "Two"], by=cast["P"], at=NOW)


def a_year(cast: Cast) -> dict[str, Idea]:
    """Return ideas as of `DAY`."""
    states = {
        "moved": "testing",
        "never": "implemented",
        "later": "implemented",
        "stops": "implemented",
        "goes on": "abandoned",
        "abandoned": "abandoned",
        "open": "accepted",
        "merges": "prototyping",
        "captured": "captured",
        "silent": "prototyping",
        "splits": "accepted",
    }
    return {name: IdeaFactory(cohort=cast.cohort, state=state) for name, state in states.items()}


def test_figure_of_last_year_is_reproduced_as_known_then(cast: Cast):
    with time_machine.travel(LAST_YEAR, tick=False):
        ideas = a_year(cast)
        written(LAST_YEAR)
        then = seen([*ideas.values()])
    with time_machine.travel(NOW, tick=False):
        late(cast, ideas)
        written(NOW)
        now = seen([*ideas.values()])
    assert same(seen([*ideas.values()], known_at=LAST_YEAR), then)
    assert same(seen([*ideas.values()], known_at=NOW + timedelta(days=1)), now)
    assert not same(then, now)
    assert (then[0].implemented, now[0].implemented, then[0].still_live, now[0].still_live) == (3, 2, 3, 1)


@pytest.mark.parametrize("scope", [{"accepted_from": date(2026, 3, 1), "accepted_until": date(2026, 3, 10)}])
def test_period_uses_the_day_of_acceptance_as_known_then(scope: dict[str, date], cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    correct(idea, cast, "accepted", "accepted", on=date(2026, 3, 20))
    counted = [
        implementation_rates(scope=FiguresScope(**scope), as_of=DAY, known_at=at).accepted
        for at in (LAST_YEAR, NOW, None)
    ]
    assert counted == [1, 0, 0]


def test_parts_of_an_idea_keep_its_clock_as_known_then(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    parts = actions.split_idea(idea=idea, titles=["One", "Two"], by=cast["P"], at=LAST_YEAR)
    actions.split_idea(idea=parts[0], titles=["Three", "Four"], by=cast["P"], at=LAST_YEAR)
    correct(idea, cast, "accepted", "accepted", on=date(2026, 3, 25))
    then, now = (implementation_rates(as_of=DAY, known_at=at).by_month for at in (LAST_YEAR, NOW))
    assert ([(int(row.months), *row[1:]) for row in then], [(int(row.months), *row[1:]) for row in now]) == (
        [(8, 0, 0, 1)],
        [(7, 0, 0, 1)],
    )
    assert implementation_rates(as_of=DAY).by_month == now


def test_part_requested_alone_is_not_counted(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    parts = actions.split_idea(idea=idea, titles=["One", "Two"], by=cast["P"], at=LAST_YEAR)
    assert [outcomes_by_idea(parts, as_of=DAY, known_at=at) for at in (LAST_YEAR, None)] == [{}, {}]


# Implementations, as they were known

LIVE_ON = date(2026, 9, 1)


@pytest.mark.parametrize("elsewhere", [0, 1])
def test_events_prove_only_the_idea_s_own_implementation(elsewhere: int):
    idea = IdeaFactory(state="implementing", days={"implementing": LIVE_ON})
    ImplementationFactory(idea=idea, live_on=LIVE_ON)
    add_event(idea, "implemented", LIVE_ON)
    for _ in range(elsewhere):
        ImplementationFactory(idea=idea, kind="replication", live_on=LIVE_ON, authority=AuthorityFactory())
    written(NOW)
    then = implementation_rates(as_of=DAY, known_at=LAST_YEAR)
    now = implementation_rates(as_of=DAY, known_at=NOW)
    assert (then.implemented, then.replications) == (1, 0)
    assert (now.implemented, now.replications) == (1, elsewhere)


def test_implementation_recorded_by_then_counts_without_event():
    ImplementationFactory(live_on=LIVE_ON)
    written(LAST_YEAR)
    moments = [LAST_YEAR - timedelta(seconds=1), LAST_YEAR, NOW]
    assert [implementation_rates(as_of=DAY, known_at=at).implemented for at in moments] == [0, 1, 1]


def test_rows_of_others_do_not_change_what_was_known(cast: Cast):
    own = FiguresScope(own=frozenset([cast.cohort.authority_id]))
    ideas = a_year(cast)
    written(LAST_YEAR)
    before = implementation_rates(scope=own, as_of=DAY, known_at=LAST_YEAR)
    for state in ("implemented", "abandoned", "accepted"):
        IdeaFactory(cohort=cast.other_cohort, state=state)
    written(LAST_YEAR)
    assert implementation_rates(scope=own, as_of=DAY, known_at=LAST_YEAR) == before
    assert before.accepted == len(ideas) - 1


def test_published_facts_are_known_since_they_were_recorded():
    IdeaFactory(cohort=CohortFactory(retrospective=True, state="alumni"), retrospective=True, state="implemented")
    moments = [datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)]
    assert [implementation_rates(as_of=DAY, known_at=at).retrospective for at in moments] == [0, 1]


def test_before_any_record_the_figures_are_empty(cast: Cast):
    a_year(cast)
    figures = implementation_rates(as_of=DAY, known_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert (figures.accepted, figures.rate, figures.captured) == (0, None, 0)


FIRST = date(2024, 1, 31)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_story_is_reproduced_after_each_event(data: st.DataObject):
    """One event is recorded per day; the figures after each are stored and reproduced at the end."""
    cohort = CohortFactory(actual_start=FIRST, planned_start=FIRST)
    idea, target = (IdeaFactory(cohort=cohort, state="") for _ in "12")
    scope, story, ids, recorded = FiguresScope(cohort=cohort), ModelStory(), [], []
    ImplementationFactory(idea=idea, live_on=FIRST + timedelta(days=data.draw(st.sampled_from([0, 60, 300]))))
    written(datetime(2029, 1, 1, tzinfo=UTC))
    as_of = FIRST + timedelta(days=data.draw(st.integers(0, 400)))
    for number in range(data.draw(st.integers(1, 9))):
        event, at = data.draw(steps(story)), datetime(2030, 1, 1, tzinfo=UTC) + timedelta(days=number)
        if not story.admits(event):
            continue
        live_again(idea, FIRST)
        columns = {"reason": "Told by the tests", "decision": "adopt" if event.state == "decided" else ""}
        columns |= {"merged_into_id": target.pk if event.state == "merged" else None, "recorded_at": at}
        columns["corrects_id"] = ids[event.corrects] if event.corrects is not None else None
        on = FIRST + timedelta(days=13 * event.day)
        ids.append(insert_event(idea, event.state, on, recorded_on=at.date(), **columns))
        story.events.append(event)
        written(at)
        recorded.append((at, implementation_rates(scope=scope, as_of=as_of)))
    for at, figures in recorded:
        again = implementation_rates(scope=scope, as_of=as_of, known_at=at)
        assert again.__dict__ | {"known_at": None} == figures.__dict__, (at, story)


@pytest.mark.parametrize(("day", "priority", "test_case"), [(1, 1, 0), (10, 1, 0), (16, 0, 1)])
def test_kind_of_challenge_is_that_of_the_moment(day: int, priority: int, test_case: int, cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort, kind="priority")
    IdeaFactory(cohort=cast.cohort, state="accepted", challenge=challenge)
    stamp_all(datetime(2026, 11, 5, tzinfo=UTC))
    type(challenge).objects.filter(pk=challenge.pk).update(kind="test_case")
    stamp_all(datetime(2026, 11, 15, tzinfo=UTC))
    moment = datetime(2026, 11, day, 12, tzinfo=UTC)
    counted = [
        implementation_rates(scope=FiguresScope(kind=kind), as_of=date(2026, 11, 1), known_at=moment).accepted
        for kind in ("priority", "test_case")
    ]
    assert counted == [priority, test_case]


def stamp_all(at: datetime) -> None:
    with pgtrigger.ignore():
        for table in ("ideahistory", "challengeevent"):
            execute(f"UPDATE prototypes_{table} SET pgh_created_at = %s WHERE pgh_created_at = now()", at)


@pytest.mark.parametrize("challenge_then", [True, False])
def test_challenge_of_an_idea_is_that_of_the_moment(challenge_then: bool, cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort, kind="priority")
    idea = IdeaFactory(cohort=cast.cohort, state="accepted", challenge=challenge if challenge_then else None)
    stamp_all(datetime(2026, 11, 5, tzinfo=UTC))
    Idea.objects.filter(pk=idea.pk).update(challenge=None if challenge_then else challenge)
    stamp_all(datetime(2026, 11, 15, tzinfo=UTC))
    scope, as_of = FiguresScope(kind="priority"), date(2026, 11, 1)
    moments = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 10, 16)]
    counted = [implementation_rates(scope=scope, as_of=as_of, known_at=moment).accepted for moment in (*moments, None)]
    assert counted == ([1, 1, 0, 0] if challenge_then else [0, 0, 1, 1])


def test_kind_without_history_is_that_of_today(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted", challenge=ChallengeFactory(cohort=cast.cohort, kind="priority"))
    with pgtrigger.ignore():
        for table in ("ideahistory", "challengeevent"):
            execute(f"DELETE FROM prototypes_{table}")
    figures = implementation_rates(scope=FiguresScope(kind="priority"), as_of=DAY, known_at=NOW)
    assert figures.accepted == 1
