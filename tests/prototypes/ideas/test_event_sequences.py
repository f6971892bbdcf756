"""Any sequence of events, corrections included: the database agrees with a small model of rule 4 written apart."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prototypes.models import Idea, IdeaEvent
from tests.factories.cohorts import CohortFactory
from tests.factories.prototypes import IdeaFactory, ImplementationFactory, noon
from tests.prototypes.raw import insert_event

START = date(2026, 1, 5)
ROAD = ["captured", "accepted", "prototyping", "testing", "decided", "handed_over", "implementing", "implemented"]
STATES = [*ROAD, "parked", "abandoned", "merged"]


@dataclass
class Told:
    """One event of the model: `at` is its number, `corrects` that of the event it names."""

    at: int
    state: str
    day: int
    corrects: int | None = None


@dataclass
class Story:
    """Rule 4 as one would say it aloud: the events that count, in order, each reachable from the one before."""

    told: list[Told] = field(default_factory=list)

    def counting(self) -> list[Told]:
        named = {event.corrects for event in self.told}
        left = [event for event in self.told if event.at not in named]
        return sorted(left, key=lambda event: (event.day, self.root(event)))

    def root(self, event: Told) -> int:
        return event.at if event.corrects is None else self.root(self.told[event.corrects])

    def admits(self, event: Told) -> bool:
        """Whether the event may be appended."""
        counting = self.counting()
        if event.corrects is None and any(before.day > event.day for before in counting):
            return False
        if event.corrects is not None and event.corrects not in {one.at for one in counting}:
            return False
        return Story([*self.told, event]).holds()

    def holds(self) -> bool:
        past: list[str] = []
        for event in self.counting():
            repeated = bool(past) and past[-1] == event.state and event.corrects is not None
            if not repeated and not follows(past, event.state):
                return False
            past.append(event.state)
        return True


def follows(past: list[str], state: str) -> bool:
    """Whether a state may follow what happened so far."""
    return state in after(past) if past else state == "captured"


def after(past: list[str]) -> set[str]:
    now = past[-1]
    if now in {"implemented", "merged"}:
        return set()
    if now == "abandoned":
        return {"accepted"}
    if now == "parked":
        return {"abandoned", "merged", [one for one in past if one != "parked"][-1]}
    back = {"prototyping"} if now == "testing" else set()
    return {"abandoned", "merged", "parked", ROAD[ROAD.index(now) + 1]} | back


def likely(story: Story) -> list[str]:
    """States that may come next, so that long stories are told too."""
    past = [event.state for event in story.counting()]
    return [state for state in STATES if follows(past, state)] or STATES


@st.composite
def steps(draw: st.DrawFn, story: Story) -> Told:
    at = len(story.told)
    latest = max((event.day for event in story.counting()), default=0)
    state = draw(st.one_of(st.sampled_from(likely(story)), st.sampled_from(likely(story)), st.sampled_from(STATES)))
    day = max(0, latest + draw(st.sampled_from([0, 0, 1, 3, 3, -2])))
    if at and draw(st.integers(0, 3)) == 0:
        corrects = draw(st.integers(0, at - 1))
        named = story.told[corrects]
        state = draw(st.sampled_from([named.state, named.state, state]))
        return Told(at, state, max(0, named.day + draw(st.sampled_from([0, 0, 1, -1]))), corrects)
    return Told(at, state, day)


def live_again(idea: Idea, live_on: date = START) -> None:
    """A correction may have withdrawn the implementation: the idea is put to work anew."""
    if not idea.implementations.told().exists():
        ImplementationFactory(idea=idea, live_on=live_on)


def append(idea: Idea, target: Idea, told: Told, written: list[int]) -> bool:
    """Try it in the database; true when it was let through."""
    live_again(idea)
    columns: dict[str, object] = {"reason": "Told by the tests", "decision": "adopt" if told.state == "decided" else ""}
    columns["merged_into_id"] = target.pk if told.state == "merged" else None
    columns["corrects_id"] = written[told.corrects] if told.corrects is not None else None
    recorded = START + timedelta(days=200 + told.at)
    try:
        with transaction.atomic():
            day = START + timedelta(days=told.day)
            written.append(
                insert_event(idea, told.state, day, recorded_on=recorded, recorded_at=noon(recorded), **columns)
            )
    except IntegrityError:
        return False
    return True


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_database_and_the_model_agree_on_every_story(data: st.DataObject, stage: tuple[Idea, Idea]):
    first, target = stage
    idea = IdeaFactory(cohort=first.cohort, state="")
    story, written = Story(), []
    for _ in range(data.draw(st.integers(1, 12))):
        told = data.draw(steps(story))
        admitted = story.admits(told)
        assert append(idea, target, told, written) is admitted, (story, told)
        if admitted:
            story.told.append(told)
    check_kept_columns(idea, story)
    check_implementations(idea, story)


@pytest.fixture
def stage(db: None) -> tuple[Idea, Idea]:
    cohort = CohortFactory(actual_start=START)
    return IdeaFactory(cohort=cohort, state=""), IdeaFactory(cohort=cohort, days={"captured": START})


def check_kept_columns(idea: Idea, story: Story) -> None:
    idea.refresh_from_db()
    counting = story.counting()
    kept = list(IdeaEvent.objects.counting().filter(idea=idea).values_list("state", flat=True))
    assert kept == [event.state for event in counting]
    assert idea.state == (counting[-1].state if counting else "")
    accepted = [event.day for event in counting if event.state == "accepted"]
    assert idea.accepted_on == (START + timedelta(days=min(accepted)) if accepted else None)


def test_the_model_itself_knows_the_plain_road():
    story = Story([Told(at, state, at) for at, state in enumerate(ROAD)])
    assert (story.holds(), story.admits(Told(8, "accepted", 9))) == (True, False)


def check_implementations(idea: Idea, story: Story) -> None:
    """One at most is not taken back, and it is live since the day the story tells, where a correction told it."""
    told = [event for event in story.counting() if event.state == "implemented"]
    standing = list(idea.implementations.told().values_list("live_on", flat=True))
    assert len(standing) == 1 if told else len(standing) <= 1
    if told and told[-1].corrects is not None:
        assert standing == [START + timedelta(days=told[-1].day)]
