"""Published facts about challenges, ideas and what became of them, as far as it is known."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from cohorts.models import Cohort
from labplatform.demo.facts.records import Record, compiled_at, known, paragraphs, section, sourced, word
from labplatform.demo.facts.shelf import Shelf
from prototypes.enums import ChallengeKind, ChallengeState, IdeaState, ImplementationState
from prototypes.models import Challenge, Idea, IdeaEvent, Implementation

# Fixed for ever: the keys of the file become the keys of the rows.
NAMESPACE = UUID("5f0b9a1e-3c1d-4c55-9a54-0d5a1b6d7e27")

UNKNOWN = "unknown"
CHALLENGE_KINDS = {"test_case": ChallengeKind.TEST_CASE, "priority": ChallengeKind.PRIORITY}
IDEA_STATES = {"tested": IdeaState.TESTING}  # outside our list; the others bear our names


def entry(thing: str, record: Record) -> UUID:
    """The key of the row that carries a record."""
    return uuid5(NAMESPACE, f"{thing}/{record['key']}")


def put_challenges(challenges: Shelf[Challenge], cohorts: dict[str, Cohort]) -> dict[str, Challenge]:
    """The challenges; a state nobody published stays empty."""
    found = {}
    for record in section("challenges"):
        starts, ends = known(record["started"]), known(record["ended"])
        found[record["key"]] = challenges.put(
            entry=entry("challenge", record),
            cohort=cohorts[record["cohort"]],
            kind=CHALLENGE_KINDS.get(record["kind"], ChallengeKind.OTHER),
            kind_label=word("challenges", record["kind"]),
            title=record["title_fr"],
            framing=record["summary_fr"],
            state="" if record["status"] == UNKNOWN else ChallengeState(record["status"]),
            started_on=starts.day,
            started_precision=starts.precision,
            ended_on=ends.day,
            ended_precision=ends.precision,
            source=sourced(record),
        )
    return found


def put_ideas(ideas: Shelf[Idea], cohorts: dict[str, Cohort], challenges: dict[str, Challenge]) -> dict[str, Idea]:
    """The ideas, in the order of the file: it decides the number an idea gets in its cohort."""
    return {
        record["key"]: ideas.put(
            entry=entry("idea", record),
            cohort=cohorts[record["cohort"]],
            challenge=challenges[record["challenge"]],
            title=record["title_fr"],
            summary=_told(record),
            source=sourced(record),
        )
        for record in section("ideas")
    }


def _told(record: Record) -> str:
    """What the idea is, then what was published of its prototypes, tests and implementation."""
    parts = {
        "Prototypes": record["prototypes_fr"],
        "Tests": record["tests_fr"],
        "Mise en œuvre": record["implementation_fr"],
    }
    return paragraphs(record["summary_fr"], *(f"{title}\u00a0: {text}" for title, text in parts.items() if text))


def put_fates(
    events: Shelf[IdeaEvent],
    implementations: Shelf[Implementation],
    ideas: dict[str, Idea],
    cohorts: dict[str, Cohort],
) -> None:
    """One `known_as` event per idea whose state was published, and where it was implemented; none where unknown."""
    for record in filter(lambda record: record["status"] != UNKNOWN, section("ideas")):
        idea, at = ideas[record["key"]], known(record["status_on"])
        state = IDEA_STATES.get(record["status"]) or IdeaState(record["status"])
        events.put(
            idea=idea,
            state=state,
            state_label=word("ideas", record["status"]),
            effective_on=at.day,
            precision=at.precision,
            source=record["source_fr"],
            **_recorded(at.day or _earliest(cohorts[record["cohort"]])),
        )
        if state == IdeaState.IMPLEMENTED:
            home = cohorts[record["cohort"]].authority_id
            implementations.put(idea=idea, authority=home, **_implementation(record))


def _recorded(shown_on: date) -> dict[str, Any]:
    """As if written down the day the public source shows it: its last news is no younger than that."""
    return {"recorded_at": compiled_at(), "recorded_on": shown_on, "known_as": True}


def _earliest(cohort: Cohort) -> date:
    """What nobody dated is placed as early as it can be, as the first day of a year stands for the year."""
    first = cohort.actual_start or cohort.edition.starts_on
    assert first is not None  # noqa: S101 - every published edition has a start
    return first


def _implementation(record: Record) -> dict[str, Any]:
    """Live as published; nobody published whether in full, so the scope stays empty."""
    at = known(record["status_on"])
    return {
        "state": ImplementationState.LIVE,
        "scope": "",
        "live_on": at.day,
        "live_precision": at.precision,
        "evidence": record["implementation_fr"] or "",
        "source": record["source_fr"],
    }
