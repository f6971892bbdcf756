"""Figures as they were known at some moment: what was recorded later, corrections above all, is left aside."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pgtrigger
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from figures.outcomes.figures import Figures
from figures.outcomes.queries import Told, implementation_rates, told_one_by_one
from figures.scope.selection import Scope
from prototypes import actions
from prototypes.models import Idea
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import FollowUpFactory, IdeaFactory, ImplementationFactory, PrototypeFactory, tell
from tests.prototypes.raw import insert_event
from tests.prototypes.test_event_sequences import Story, live_again, steps
from tests.sql import execute

pytestmark = pytest.mark.django_db

LAST_YEAR = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = LAST_YEAR.date()
NOW = datetime(2027, 11, 24, 9, tzinfo=UTC)
HISTORIES = ["implementation", "prototype", "trial", "followup"]


def written(at: datetime) -> None:
    """The history stamps its lines by the database's own clock, one moment for a transaction: say it was this one."""
    with pgtrigger.ignore():
        for name in HISTORIES:
            execute(f"UPDATE prototypes_{name}event SET pgh_created_at = %s WHERE pgh_created_at = now()", at)


def seen(ideas: list[Idea], **known: Any) -> tuple[Figures, dict[int, Told]]:
    """All that is told of these ideas as of `DAY`."""
    figures = implementation_rates(as_of=DAY, **known)
    return figures, told_one_by_one(ideas, as_of=DAY, **known)


def same(one: tuple[Figures, dict[int, Told]], two: tuple[Figures, dict[int, Told]]) -> bool:
    """Whether they say the same, whatever the moment asked for."""
    return (one[0].__dict__ | {"known_at": None}, one[1]) == (two[0].__dict__ | {"known_at": None}, two[1])


def correct(idea: Idea, cast: Cast, state: str, to: str, **told: Any) -> None:
    event = idea.events.filter(state=state).order_by("id").last()
    actions.correct_event(event=event, state=to, reason="Another idea was meant", by=cast["A"], at=NOW, **told)


def late(cast: Cast, ideas: dict[str, Idea]) -> None:
    """What comes to be known of them within the next year, of the days before `DAY` and after."""
    cohort, by = cast.cohort, cast["A"]
    correct(ideas["moved"], cast, "accepted", "accepted", on=date(2026, 3, 20))
    correct(ideas["never"], cast, "implemented", "implementing")
    correct(ideas["later"], cast, "implemented", "implemented", on=date(2026, 10, 12))
    correct(ideas["goes on"], cast, "abandoned", "accepted")
    tell(ideas["abandoned"], "accepted", date(2026, 11, 1), recorded_on=NOW.date(), reason="Taken up again")
    tell(ideas["open"], "abandoned", date(2026, 10, 20), recorded_on=NOW.date(), abandoned_for="tested")
    tell(ideas["merges"], "merged", date(2026, 11, 2), recorded_on=NOW.date(), merged_into=ideas["open"])
    tell(ideas["captured"], "accepted", date(2026, 5, 4), recorded_on=NOW.date())
    actions.discontinue_implementation(
        implementation=ideas["stops"].implementations.get(), reason="Budget", on=date(2026, 11, 2), by=by, at=NOW
    )
    row = actions.replicate_idea(idea=ideas["stops"], authority=cast.other.authority, by=by)
    actions.go_live(implementation=row, scope="full", evidence="Page", on=date(2026, 11, 2), by=by, at=NOW)
    IdeaFactory(cohort=cohort, state="")
    new = IdeaFactory(cohort=cohort, state="")
    for state in ("captured", "accepted"):
        tell(new, state, recorded_on=NOW.date())
    PrototypeFactory(idea=ideas["silent"], made_on=date(2026, 11, 3))
    FollowUpFactory(idea=ideas["stops"], noted_on=date(2026, 11, 3))
    actions.split_idea(idea=ideas["splits"], titles=["One", "Two"], by=cast["P"], at=NOW)


def a_year(cast: Cast) -> dict[str, Idea]:
    """Ideas as they stand on `DAY`."""
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


def test_a_figure_of_last_year_is_told_again_as_it_was_known_then(cast: Cast):
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
def test_a_period_asks_for_the_day_of_acceptance_as_it_was_known(scope: dict[str, date], cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    correct(idea, cast, "accepted", "accepted", on=date(2026, 3, 20))
    counted = [
        implementation_rates(scope=Scope(**scope), as_of=DAY, known_at=at).accepted for at in (LAST_YEAR, NOW, None)
    ]
    assert counted == [1, 0, 0]


def test_the_parts_of_an_idea_keep_its_clock_as_it_was_known(cast: Cast):
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


def test_a_part_asked_for_alone_is_not_counted(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    parts = actions.split_idea(idea=idea, titles=["One", "Two"], by=cast["P"], at=LAST_YEAR)
    assert [told_one_by_one(parts, as_of=DAY, known_at=at) for at in (LAST_YEAR, None)] == [{}, {}]


# Implementations, as they were known

LIVE_ON = date(2026, 9, 1)


@pytest.mark.parametrize("elsewhere", [0, 1])
def test_events_tell_of_the_ideas_own_implementation_and_of_no_other_live_since_the_same_day(elsewhere: int):
    idea = IdeaFactory(state="implementing", days={"implementing": LIVE_ON})
    ImplementationFactory(idea=idea, live_on=LIVE_ON)
    tell(idea, "implemented", LIVE_ON)
    for _ in range(elsewhere):
        ImplementationFactory(idea=idea, kind="replication", live_on=LIVE_ON, authority=AuthorityFactory())
    written(NOW)
    then = implementation_rates(as_of=DAY, known_at=LAST_YEAR)
    now = implementation_rates(as_of=DAY, known_at=NOW)
    assert (then.implemented, then.replications) == (1, 0)
    assert (now.implemented, now.replications) == (1, elsewhere)


def test_an_implementation_written_down_by_then_counts_without_any_event():
    ImplementationFactory(live_on=LIVE_ON)
    written(LAST_YEAR)
    moments = [LAST_YEAR - timedelta(seconds=1), LAST_YEAR, NOW]
    assert [implementation_rates(as_of=DAY, known_at=at).implemented for at in moments] == [0, 1, 1]


def test_other_peoples_rows_change_nothing_of_what_was_known(cast: Cast):
    own = Scope(own=frozenset([cast.cohort.authority_id]))
    ideas = a_year(cast)
    written(LAST_YEAR)
    before = implementation_rates(scope=own, as_of=DAY, known_at=LAST_YEAR)
    for state in ("implemented", "abandoned", "accepted"):
        IdeaFactory(cohort=cast.other, state=state)
    written(LAST_YEAR)
    assert implementation_rates(scope=own, as_of=DAY, known_at=LAST_YEAR) == before
    assert before.accepted == len(ideas) - 1


def test_what_was_published_is_known_since_it_was_recorded():
    IdeaFactory(cohort=CohortFactory(retrospective=True, state="alumni"), retrospective=True, state="implemented")
    moments = [datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)]
    assert [implementation_rates(as_of=DAY, known_at=at).retrospective for at in moments] == [0, 1]


def test_before_anything_was_known_there_is_nothing_yet(cast: Cast):
    a_year(cast)
    told = implementation_rates(as_of=DAY, known_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert (told.accepted, told.rate, told.captured.total) == (0, None, 0)


FIRST = date(2024, 1, 31)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_story_is_told_as_it_stood_after_each_event(data: st.DataObject):
    """One event a day is recorded; after each of them what is told then is kept, and told again at the end."""
    cohort = CohortFactory(actual_start=FIRST, planned_start=FIRST)
    idea, target = (IdeaFactory(cohort=cohort, state="") for _ in "12")
    scope, story, ids, kept = Scope(cohort=cohort), Story(), [], []
    ImplementationFactory(idea=idea, live_on=FIRST + timedelta(days=data.draw(st.sampled_from([0, 60, 300]))))
    written(datetime(2029, 1, 1, tzinfo=UTC))
    as_of = FIRST + timedelta(days=data.draw(st.integers(0, 400)))
    for number in range(data.draw(st.integers(1, 9))):
        told, at = data.draw(steps(story)), datetime(2030, 1, 1, tzinfo=UTC) + timedelta(days=number)
        if not story.admits(told):
            continue
        live_again(idea, FIRST)
        columns = {"reason": "Told by the tests", "decision": "adopt" if told.state == "decided" else ""}
        columns |= {"merged_into_id": target.pk if told.state == "merged" else None, "recorded_at": at}
        columns["corrects_id"] = ids[told.corrects] if told.corrects is not None else None
        on = FIRST + timedelta(days=13 * told.day)
        ids.append(insert_event(idea, told.state, on, recorded_on=at.date(), **columns))
        story.told.append(told)
        written(at)
        kept.append((at, implementation_rates(scope=scope, as_of=as_of)))
    for at, figures in kept:
        again = implementation_rates(scope=scope, as_of=as_of, known_at=at)
        assert again.__dict__ | {"known_at": None} == figures.__dict__, (at, story)
