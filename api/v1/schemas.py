"""What the API returns of ideas and of the work on them. Days are dates, states the slugs of the state tables."""

from datetime import date, datetime, time
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict

from api.v1.references import PersonReference, Reference, SlugReference
from web.site_addresses import absolute_url

EXAMPLE_COHORT = {"id": 3, "slug": "pays-de-la-loire", "name": "Pays de la Loire"}
EXAMPLE_IDEA = {
    "id": 42,
    "reference": "PDL-003",
    "title": "One counter for small firms",
    "summary": "A firm tells its story once.",
    "state": "testing",
    "state_since": "2026-10-05",
    "accepted_on": "2026-03-02",
    "implemented_on": None,
    "last_update_on": "2026-11-12",
    "shared_with_edition": True,
    "published_facts": False,
    "cohort": EXAMPLE_COHORT,
    "challenge": {"id": 7, "name": "Support for firms"},
    "owner": {"id": 12, "name": "Anne Martin"},
    "co_authors": [{"id": 14, "name": "Paul Durand"}],
    "page": "https://lab.example/ideas/42/",
}
EXAMPLE_PROTOTYPE = {
    "id": 8,
    "version": 2,
    "title": "Paper counter",
    "medium": "paper",
    "fidelity": 2,
    "question": "Do people find it?",
    "description": "",
    "state": "in_test",
    "made_on": "2026-09-14",
    "page": "https://lab.example/prototypes/8/",
}


def with_example(example: dict[str, Any]) -> ConfigDict:
    """Return the configuration of a schema that shows this example."""
    return ConfigDict(json_schema_extra={"examples": [example]})


def _time_text(moment: time | None) -> str | None:
    """Return a time of the day as the API writes it, such as 09:30; None for none."""
    return f"{moment:%H:%M}" if moment else None


TimeText = Annotated[str | None, BeforeValidator(_time_text)]


class WithPage(Schema):
    """An object that has a page for people, at the address `page`."""

    page: str

    @staticmethod
    def resolve_page(row: Any) -> str:
        """Return the full address of the page of the object."""
        return absolute_url(row.get_absolute_url())


class IdeaOut(WithPage):
    """An idea. `accepted_on` is the day from which its months count; `state` is empty where it is not known."""

    model_config = with_example(EXAMPLE_IDEA)

    id: int
    reference: str
    title: str
    summary: str
    state: str
    state_since: date | None
    accepted_on: date | None
    implemented_on: date | None
    last_update_on: date | None
    shared_with_edition: bool
    published_facts: bool = Field(alias="retrospective")
    cohort: SlugReference
    challenge: Reference | None
    owner: PersonReference | None
    co_authors: list[PersonReference]

    @staticmethod
    def resolve_challenge(idea: Any) -> dict[str, Any] | None:
        """Return the challenge by its title."""
        return {"id": idea.challenge.pk, "name": idea.challenge.title} if idea.challenge else None


class EventOut(Schema):
    """Something that happened to an idea. An event that another one `corrects` no longer counts."""

    model_config = with_example(
        {
            "id": 5,
            "state": "accepted",
            "effective_on": "2026-03-02",
            "precision": "day",
            "recorded_at": "2026-03-02T09:12:00Z",
            "reason": "",
            "evidence": "",
            "corrects": None,
        }
    )

    id: int
    state: str
    effective_on: date | None
    precision: str
    recorded_at: datetime
    reason: str
    evidence: str
    corrects: int | None = Field(alias="corrects_id")


class ChallengeOut(WithPage):
    """A policy problem on which a cohort works."""

    model_config = with_example(
        {
            "id": 7,
            "title": "Support for firms",
            "kind": "test_case",
            "state": "active",
            "framing": "From the first question to the decision.",
            "sponsor": "Economic development",
            "started_on": "2026-02-01",
            "ended_on": None,
            "page": "https://lab.example/challenges/7/",
        }
    )

    id: int
    title: str
    kind: str
    state: str
    framing: str
    sponsor: str
    started_on: date | None
    ended_on: date | None


class PrototypeOut(WithPage):
    """A version of a prototype. `fidelity` is from 1 (sketch) to 5 (pilot for weeks)."""

    model_config = with_example(EXAMPLE_PROTOTYPE)

    id: int
    version: int
    title: str
    medium: str
    fidelity: int | None
    question: str
    description: str
    state: str
    made_on: date | None


class TrialOut(WithPage):
    """A test of a prototype: what was expected, frozen once it is locked, and what was observed."""

    model_config = with_example(
        {
            "id": 15,
            "number": 1,
            "state": "concluded",
            "hypothesis": "8 people in 10 find the counter.",
            "method": "",
            "measure": "Share of people who find it",
            "comparator": ">=",
            "threshold": 80.0,
            "unit": "%",
            "planned_on": "2026-09-20",
            "locked_on": "2026-09-21",
            "held_on": "2026-09-22",
            "concluded_on": "2026-09-22",
            "participants": 12,
            "successes": 10,
            "observed_value": 83.33,
            "observation": "Two asked at the wrong desk.",
            "result": "met",
            "contradiction_reason": "",
            "learning": "The sign is enough.",
            "decision": "persevere",
            "strength": "did_in_lab",
            "prototype": {"id": 8, "name": "Paper counter"},
            "idea": {"id": 42, "name": "PDL-003"},
            "page": "https://lab.example/trials/15/",
        }
    )

    id: int
    number: int
    state: str
    hypothesis: str
    method: str
    measure: str
    comparator: str
    threshold: float | None
    unit: str
    planned_on: date | None
    locked_on: date | None
    held_on: date | None
    concluded_on: date | None
    participants: int | None
    successes: int | None
    observed_value: float | None
    observation: str
    result: str
    contradiction_reason: str
    learning: str
    decision: str
    strength: str
    prototype: Reference
    idea: Reference

    @staticmethod
    def resolve_prototype(trial: Any) -> dict[str, Any]:
        """Return the prototype by its title."""
        return {"id": trial.prototype_id, "name": trial.prototype.title}

    @staticmethod
    def resolve_idea(trial: Any) -> dict[str, Any]:
        """Return the idea by its reference."""
        return {"id": trial.prototype.idea_id, "name": trial.prototype.idea.reference}


class ImplementationOut(Schema):
    """An implementation of an idea by an authority; `origin` is where the idea comes from, `replication` elsewhere."""

    model_config = with_example(
        {
            "id": 4,
            "authority": {"id": 2, "slug": "pays-de-la-loire", "name": "Pays de la Loire"},
            "unit": "Economic development",
            "scope": "full",
            "kind": "origin",
            "state": "live",
            "live_on": "2027-01-11",
            "ended_on": None,
            "evidence": "https://example.org/hub-pme",
        }
    )

    id: int
    authority: SlugReference
    unit: str
    scope: str
    kind: str
    state: str
    live_on: date | None
    ended_on: date | None
    evidence: str
