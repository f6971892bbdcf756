"""For any sequence of events and corrections the database agrees with a small, independent model of rule 4."""

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
MAIN_PATH = ["captured", "accepted", "prototyping", "testing", "decided", "handed_over", "implementing", "implemented"]
STATES = [*MAIN_PATH, "parked", "abandoned", "merged"]


@dataclass
class ModelEvent:
    """One event of the model: `at` is its number, `corrects` the number of the event it corrects."""

    at: int
    state: str
    day: int
    corrects: int | None = None


@dataclass
class ModelStory:
    """A model of rule 4: the uncorrected events in order, each an allowed transition from the one before."""

    events: list[ModelEvent] = field(default_factory=list)

    def uncorrected(self) -> list[ModelEvent]:
        named = {event.corrects for event in self.events}
        left = [event for event in self.events if event.at not in named]
        return sorted(left, key=lambda event: (event.day, self.root(event)))

    def root(self, event: ModelEvent) -> int:
        return event.at if event.corrects is None else self.root(self.events[event.corrects])

    def admits(self, event: ModelEvent) -> bool:
        """Return whether the event may be appended."""
        uncorrected = self.uncorrected()
        if event.corrects is None and any(before.day > event.day for before in uncorrected):
            return False
        if event.corrects is not None and event.corrects not in {one.at for one in uncorrected}:
            return False
        return ModelStory([*self.events, event]).is_valid()

    def is_valid(self) -> bool:
        past: list[str] = []
        for event in self.uncorrected():
            repeated = bool(past) and past[-1] == event.state and event.corrects is not None
            if not repeated and not is_allowed_transition(past, event.state):
                return False
            past.append(event.state)
        return True


def is_allowed_transition(past: list[str], state: str) -> bool:
    """Return whether the state may follow the past states."""
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
    return {"abandoned", "merged", "parked", MAIN_PATH[MAIN_PATH.index(now) + 1]} | back


def likely(timeline: ModelStory) -> list[str]:
    """Return states that may come next, so that long sequences are generated too."""
    past = [event.state for event in timeline.uncorrected()]
    return [state for state in STATES if is_allowed_transition(past, state)] or STATES


@st.composite
def steps(draw: st.DrawFn, timeline: ModelStory) -> ModelEvent:
    at = len(timeline.events)
    latest = max((event.day for event in timeline.uncorrected()), default=0)
    state = draw(
        st.one_of(st.sampled_from(likely(timeline)), st.sampled_from(likely(timeline)), st.sampled_from(STATES))
    )
    day = max(0, latest + draw(st.sampled_from([0, 0, 1, 3, 3, -2])))
    if at and draw(st.integers(0, 3)) == 0:
        corrects = draw(st.integers(0, at - 1))
        named = timeline.events[corrects]
        state = draw(st.sampled_from([named.state, named.state, state]))
        return ModelEvent(at, state, max(0, named.day + draw(st.sampled_from([0, 0, 1, -1]))), corrects)
    return ModelEvent(at, state, day)


def live_again(idea: Idea, live_on: date = START) -> None:
    """Create a live implementation if a correction has withdrawn the previous one."""
    if not idea.implementations.not_withdrawn().exists():
        ImplementationFactory(idea=idea, live_on=live_on)


def append(idea: Idea, target: Idea, event: ModelEvent, written: list[int]) -> bool:
    """Insert the event into the database and return whether it was accepted."""
    live_again(idea)
    columns: dict[str, object] = {
        "reason": "Told by the tests",
        "decision": "adopt" if event.state == "decided" else "",
    }
    columns["merged_into_id"] = target.pk if event.state == "merged" else None
    columns["corrects_id"] = written[event.corrects] if event.corrects is not None else None
    recorded = START + timedelta(days=200 + event.at)
    try:
        with transaction.atomic():
            day = START + timedelta(days=event.day)
            written.append(
                insert_event(idea, event.state, day, recorded_on=recorded, recorded_at=noon(recorded), **columns)
            )
    except IntegrityError:
        return False
    return True


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_database_and_model_agree_on_every_sequence(data: st.DataObject, stage: tuple[Idea, Idea]):
    first, target = stage
    idea = IdeaFactory(cohort=first.cohort, state="")
    timeline, written = ModelStory(), []
    for _ in range(data.draw(st.integers(1, 12))):
        event = data.draw(steps(timeline))
        admitted = timeline.admits(event)
        assert append(idea, target, event, written) is admitted, (timeline, event)
        if admitted:
            timeline.events.append(event)
    check_derived_columns(idea, timeline)
    check_implementations(idea, timeline)


@pytest.fixture
def stage(db: None) -> tuple[Idea, Idea]:
    cohort = CohortFactory(actual_start=START)
    return IdeaFactory(cohort=cohort, state=""), IdeaFactory(cohort=cohort, days={"captured": START})


def check_derived_columns(idea: Idea, timeline: ModelStory) -> None:
    idea.refresh_from_db()
    uncorrected = timeline.uncorrected()
    recorded = list(IdeaEvent.objects.uncorrected().filter(idea=idea).values_list("state", flat=True))
    assert recorded == [event.state for event in uncorrected]
    assert idea.state == (uncorrected[-1].state if uncorrected else "")
    accepted = [event.day for event in uncorrected if event.state == "accepted"]
    assert idea.accepted_on == (START + timedelta(days=min(accepted)) if accepted else None)


def test_model_accepts_the_main_path():
    timeline = ModelStory([ModelEvent(at, state, at) for at, state in enumerate(MAIN_PATH)])
    assert (timeline.is_valid(), timeline.admits(ModelEvent(8, "accepted", 9))) == (True, False)


def check_implementations(idea: Idea, timeline: ModelStory) -> None:
    """Check that at most one implementation is not withdrawn, with the date of the corrected event."""
    implemented = [event for event in timeline.uncorrected() if event.state == "implemented"]
    current = list(idea.implementations.not_withdrawn().values_list("live_on", flat=True))
    assert len(current) == 1 if implemented else len(current) <= 1
    if implemented and implemented[-1].corrects is not None:
        assert current == [START + timedelta(days=implemented[-1].day)]
