"""Published facts about challenges and ideas, and the outcomes of ideas where they are known."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from cohorts.models import Cohort
from labplatform.demo.facts.record_table import RecordTable
from labplatform.demo.facts.records import (
    Record,
    compiled_at,
    french_word,
    paragraphs,
    published_date,
    section,
    source_text,
)
from prototypes.enums import ChallengeKind, ChallengeState, IdeaState, ImplementationState
from prototypes.models import Challenge, Idea, IdeaEvent, Implementation

# Never change this: the keys of the rows are computed from it and the keys in the file.
NAMESPACE = UUID("5f0b9a1e-3c1d-4c55-9a54-0d5a1b6d7e27")

UNKNOWN = "unknown"
CHALLENGE_KINDS = {"test_case": ChallengeKind.TEST_CASE, "priority": ChallengeKind.PRIORITY}
IDEA_STATES = {"tested": IdeaState.TESTING}  # other states have the same name in the file


def record_key(thing: str, record: Record) -> UUID:
    """Return the idempotency key of the row for a published record, always the same;
    `thing` is “challenge” or “idea”.
    """
    return uuid5(NAMESPACE, f"{thing}/{record['key']}")


def put_challenges(challenges: RecordTable[Challenge], cohorts: dict[str, Cohort]) -> dict[str, Challenge]:
    """Store the published challenges; return them by their key in the file of published facts.

    The state stays empty where it is unknown. `cohorts` are the stored rows by key.
    """
    rows = {}
    for record in section("challenges"):
        starts, ends = published_date(record["started"]), published_date(record["ended"])
        rows[record["key"]] = challenges.put(
            idempotency_key=record_key("challenge", record),
            cohort=cohorts[record["cohort"]],
            kind=CHALLENGE_KINDS.get(record["kind"], ChallengeKind.OTHER),
            kind_label=french_word("challenges", record["kind"]),
            title=record["title_fr"],
            framing=record["summary_fr"],
            state="" if record["status"] == UNKNOWN else ChallengeState(record["status"]),
            started_on=starts.day,
            started_precision=starts.precision,
            ended_on=ends.day,
            ended_precision=ends.precision,
            source=source_text(record),
        )
    return rows


def put_ideas(
    ideas: RecordTable[Idea], cohorts: dict[str, Cohort], challenges: dict[str, Challenge]
) -> dict[str, Idea]:
    """Store the published ideas; return them by their key in the file of published facts.

    The order of the file gives the number of an idea in its cohort. `cohorts` and `challenges` are the stored rows by
    key.
    """
    return {
        record["key"]: ideas.put(
            idempotency_key=record_key("idea", record),
            cohort=cohorts[record["cohort"]],
            challenge=challenges[record["challenge"]],
            title=record["title_fr"],
            summary=_summary(record),
            source=source_text(record),
        )
        for record in section("ideas")
    }


def _summary(record: Record) -> str:
    """Return the summary of a published idea, then paragraphs on its prototypes, tests and implementation, where
    published.
    """
    parts = {
        "Prototypes": record["prototypes_fr"],
        "Tests": record["tests_fr"],
        "Mise en œuvre": record["implementation_fr"],
    }
    return paragraphs(record["summary_fr"], *(f"{title}\u00a0: {text}" for title, text in parts.items() if text))


def put_outcomes(
    events: RecordTable[IdeaEvent],
    implementations: RecordTable[Implementation],
    ideas: dict[str, Idea],
    cohorts: dict[str, Cohort],
) -> None:
    """Store the published state of each idea as one event, and an implementation for each idea that was implemented.

    Ideas whose state is unknown get neither. `ideas` and `cohorts` are the stored rows by key.
    """
    for record in filter(lambda record: record["status"] != UNKNOWN, section("ideas")):
        idea, at = ideas[record["key"]], published_date(record["status_on"])
        state = IDEA_STATES.get(record["status"]) or IdeaState(record["status"])
        events.put(
            idea=idea,
            state=state,
            state_label=french_word("ideas", record["status"]),
            effective_on=at.day,
            precision=at.precision,
            source=record["source_fr"],
            **_recording_fields(at.day or _earliest_day(cohorts[record["cohort"]])),
        )
        if state == IdeaState.IMPLEMENTED:
            home = cohorts[record["cohort"]].authority_id
            implementations.put(idea=idea, authority=home, **_implementation_fields(record))


def _recording_fields(published_on: date) -> dict[str, Any]:
    """Return the fields that say when an event was recorded, and that it reports a published state.

    `published_on` is the day whose state the source shows.
    """
    return {"recorded_at": compiled_at(), "recorded_on": published_on, "is_reported_state": True}


def _earliest_day(cohort: Cohort) -> date:
    """Return the earliest day that an undated state can have: the first of its cohort, else that of the edition."""
    first = cohort.actual_start or cohort.edition.starts_on
    assert first is not None  # noqa: S101 - every published edition has a start
    return first


def _implementation_fields(record: Record) -> dict[str, Any]:
    """Return the values of the implementation of a published idea by field: live since its published day, with its
    evidence.

    The scope stays empty: whether it is in full was not published.
    """
    at = published_date(record["status_on"])
    return {
        "state": ImplementationState.LIVE,
        "scope": "",
        "live_on": at.day,
        "live_precision": at.precision,
        "evidence": record["implementation_fr"] or "",
        "source": record["source_fr"],
    }
