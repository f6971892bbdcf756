"""Challenges, ideas with their events, prototypes, tests and implementations."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import uuid4

import factory

from prototypes.handover.packages import create_package
from prototypes.models import (
    AcceptanceRequest,
    Challenge,
    ChallengeSession,
    ChallengeStakeholder,
    Confirmation,
    FollowUp,
    Idea,
    IdeaAuthor,
    IdeaEvent,
    Implementation,
    Indicator,
    IndicatorValue,
    Lineage,
    Package,
    ParticipantGroup,
    Prototype,
    Support,
    Trial,
    TrialCorrection,
    TrialNote,
)
from prototypes.trials.log_values import figures, json_values
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CREATED_ON, CohortFactory, MembershipFactory, SessionFactory, StakeholderFactory

PATH = ["captured", "accepted", "prototyping", "testing", "decided", "handed_over", "implementing", "implemented"]
DAYS = {
    "captured": date(2026, 2, 2),
    "accepted": date(2026, 3, 2),
    "prototyping": date(2026, 4, 1),
    "testing": date(2026, 5, 4),
    "decided": date(2026, 6, 1),
    "handed_over": date(2026, 7, 1),
    "implementing": date(2026, 8, 3),
    "implemented": date(2026, 9, 1),
    "parked": date(2026, 10, 1),
    "abandoned": date(2026, 10, 5),
    "merged": date(2026, 10, 6),
    "split": date(2026, 10, 6),
}


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def add_event(idea: Idea, state: str, on: date | None = None, **fields: object) -> IdeaEvent:
    """Append one event to an idea's timeline, recorded the day it happened unless `recorded_on` says otherwise.

    The columns of the idea that follow from its events are read again.
    """
    event = create_event(idea, state, on, **fields)
    idea.refresh_from_db()
    return event


def create_event(idea: Idea, state: str, on: date | None = None, **fields: object) -> IdeaEvent:
    """Append one event as `add_event` does; the idea in memory stays as it was."""
    on = on or DAYS[state]
    recorded = fields.pop("recorded_on", on)
    fields.setdefault("recorded_at", noon(recorded))
    fields.setdefault("reason", "Told by the tests" if state in {"decided", "abandoned"} else "")
    fields.setdefault("decision", "adopt" if state == "decided" else "")
    return IdeaEvent.objects.create(idea=idea, state=state, effective_on=on, recorded_on=recorded, **fields)


class ChallengeFactory(factory.django.DjangoModelFactory):
    """A challenge: created as proposed, then brought to `state`."""

    class Meta:
        model = Challenge

    created_on = CREATED_ON
    cohort = factory.SubFactory(CohortFactory)
    kind = "test_case"
    title = factory.Sequence(lambda n: f"Accueil en mairie {n}")
    state = "active"

    @classmethod
    def _create(cls, model_class: type[Challenge], *args: object, **kwargs: object) -> Challenge:
        state, path = kwargs.pop("state"), ["proposed", "framed", "active", "handed_over", "closed"]
        if kwargs.get("retrospective"):
            return super()._create(model_class, *args, state=state, **kwargs)
        row = super()._create(model_class, *args, state="proposed", **kwargs)
        for step in path[1 : path.index(state) + 1] if state in path else [state]:
            row.state = step
            row.reason = "Dropped by the tests" if step == "dropped" else ""
            row.save()
        return row


class IdeaFactory(factory.django.DjangoModelFactory):
    """An idea with events up to `state`, on the days of `DAYS` or of `days={"accepted": …}`.

    parked, abandoned and merged follow `after` (accepted by default); `merged_into=` names the target. A retrospective
    idea has one event in `state`, on `days[state]` or without a day.
    """

    class Meta:
        model = Idea

    created_on = CREATED_ON
    cohort = factory.SubFactory(CohortFactory)
    title = factory.Sequence(lambda n: f"Une borne qui parle {n}")
    summary = "Des mots simples au guichet."

    @classmethod
    def _create(cls, model_class: type[Idea], *args: object, **kwargs: object) -> Idea:
        state, after = kwargs.pop("state", "captured"), kwargs.pop("after", "accepted")
        days, target = kwargs.pop("days", {}), kwargs.pop("merged_into", None)
        row = super()._create(model_class, *args, **kwargs)
        if row.retrospective and state:
            return report_state(row, state, days.get(state))
        last = state if state in PATH else after
        for step in PATH[: PATH.index(last) + 1] if state else []:
            if step == "implemented":
                ImplementationFactory(idea=row, live_on=days.get(step, DAYS[step]))
            create_event(row, step, days.get(step))
        if state and state not in PATH:
            create_event(row, state, days.get(state), **({"merged_into": target} if target else {}))
        row.refresh_from_db()
        return row


def report_state(idea: Idea, state: str, on: date | None, precision: str = "month") -> Idea:
    """Add the single event of a retrospective idea."""
    today = date(2026, 11, 24)
    IdeaEvent.objects.create(
        idea=idea,
        state=state,
        effective_on=on,
        precision=precision,
        is_reported_state=True,
        recorded_on=today,
        recorded_at=noon(today),
        source="A published page",
    )
    idea.refresh_from_db()
    return idea


class PrototypeFactory(factory.django.DjangoModelFactory):
    """A prototype of an idea in prototyping, brought to `state`."""

    class Meta:
        model = Prototype

    created_on = CREATED_ON
    idea = factory.SubFactory(IdeaFactory, state="prototyping")
    version = factory.LazyAttribute(lambda row: row.idea.prototypes.count() + 1)
    title = factory.Sequence(lambda n: f"Borne en carton {n}")
    medium = "carton"
    fidelity = 2
    question = "Trouve-t-on le bon guichet ?"
    made_on = date(2026, 4, 1)
    state = "ready"

    @classmethod
    def _create(cls, model_class: type[Prototype], *args: object, **kwargs: object) -> Prototype:
        state, path = kwargs.pop("state"), ["draft", "ready", "in_test", "retired"]
        if kwargs.get("retrospective"):
            return super()._create(model_class, *args, state=state, **kwargs)
        row = super()._create(model_class, *args, state="draft", **kwargs)
        for step in path[1 : path.index(state) + 1]:
            row.state = step
            row.save()
        return row


class TrialFactory(factory.django.DjangoModelFactory):
    """A test, created as planned and brought to `state`: locked on 4 May 2026, held on the 11th by 12 people, 9
    succeeding.

    `segments` counts its people by group.
    """

    class Meta:
        model = Trial

    created_on = CREATED_ON
    prototype = factory.SubFactory(PrototypeFactory)
    number = factory.LazyAttribute(lambda row: row.prototype.trials.count() + 1)
    hypothesis = "8 personnes sur 10 trouvent le bon guichet."
    measure = "Part des personnes qui trouvent le guichet seules"
    comparator = ">="
    threshold = Decimal(80)
    unit = "%"
    planned_on = date(2026, 5, 11)
    state = "planned"

    @classmethod
    def _create(cls, model_class: type[Trial], *args: object, **kwargs: object) -> Trial:
        state, segments = kwargs.pop("state"), kwargs.pop("segments", {})
        if kwargs.get("retrospective"):
            return super()._create(model_class, *args, state=state, **kwargs)
        steps = [step for step in TRIAL_STEPS if state in step[1]]
        later = {name for _, _, values in steps for name in values}
        trial_fields = {name: kwargs.pop(name) for name in later & set(kwargs)}
        row = super()._create(model_class, *args, state="planned", **kwargs)
        for step, _, values in steps:
            row.state = step
            for name, value in values.items():
                setattr(row, name, trial_fields.get(name, value))
            row.save()
            if step == "held":
                for segment, count in segments.items():
                    ParticipantGroup.objects.create(trial=row, segment=segment, count=count)
        return row


TRIAL_STEPS: list[tuple[str, set[str], dict[str, object]]] = [
    (
        "locked",
        {"locked", "held", "concluded"},
        {"locked_on": date(2026, 5, 4), "locked_at": datetime(2026, 5, 4, 9, tzinfo=UTC)},
    ),
    (
        "held",
        {"held", "concluded"},
        {
            "held_on": date(2026, 5, 11),
            "participants": 12,
            "successes": 9,
            "observation": "Trois personnes sont reparties sans réponse.",
        },
    ),
    (
        "concluded",
        {"concluded"},
        {
            "concluded_on": date(2026, 5, 12),
            "observed_value": Decimal(75),
            "result": "not_met",
            "contradiction_reason": "",
            "learning": "Les sigles perdent tout le monde.",
            "decision": "adapt",
            "strength": "did_for_real",
        },
    ),
    ("cancelled", {"cancelled"}, {"reason": "The counter is closed"}),
]


class ParticipantGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ParticipantGroup

    trial = factory.SubFactory(TrialFactory, state="held")
    segment = "habitants"
    count = 8


class TrialCorrectionFactory(factory.django.DjangoModelFactory):
    """A correction of a concluded test: 8 of its 12 people succeeded, not 9."""

    class Meta:
        model = TrialCorrection

    created_on = CREATED_ON
    trial = factory.SubFactory(TrialFactory, state="concluded")
    after = factory.LazyAttribute(
        lambda row: json_values(figures(row.trial)) | {"successes": 8, "observed_value": "66.67", "result": "not_met"}
    )
    reason = "One person was counted twice."
    recorded_at = datetime(2026, 5, 14, 9, tzinfo=UTC)
    by = factory.SubFactory(UserFactory)


class TrialNoteFactory(factory.django.DjangoModelFactory):
    """A second version that waits for a choice: 10 people, 9 succeeding, next to a concluded test."""

    class Meta:
        model = TrialNote

    created_on = CREATED_ON
    key = factory.LazyFunction(uuid4)
    trial = factory.SubFactory(TrialFactory, state="concluded")
    by = factory.SubFactory(UserFactory)
    outcome = "beside"
    received_at = datetime(2026, 5, 13, 9, tzinfo=UTC)
    answers = factory.LazyFunction(
        lambda: {
            "held_on": "2026-05-11",
            "participants": 10,
            "successes": 9,
            "groups": {"habitants": 8},
            "result": "met",
            "contradiction_reason": "",
            "observation": "Une personne est repartie.",
            "learning": "Les pictogrammes aident.",
            "decision": "persevere",
            "strength": "did_for_real",
        }
    )


class ImplementationFactory(factory.django.DjangoModelFactory):
    """A full implementation by the idea's own authority, live since 1 September 2026, brought to `state`."""

    class Meta:
        model = Implementation

    created_on = CREATED_ON
    idea = factory.SubFactory(IdeaFactory, state="implementing")
    authority = factory.SelfAttribute("idea.cohort.authority")
    unit = "Accueil central"
    scope = "full"
    live_on = date(2026, 9, 1)
    evidence = "Délibération du 28 août 2026"
    state = "live"

    @classmethod
    def _create(cls, model_class: type[Implementation], *args: object, **kwargs: object) -> Implementation:
        state = kwargs.pop("state")
        if kwargs.get("retrospective"):
            return super()._create(model_class, *args, state=state, **kwargs)
        ended = {name: kwargs.pop(name) for name in ("ended_on", "reason") if name in kwargs}
        row = super()._create(model_class, *args, state="planned", **kwargs)
        paths = {
            "planned": [],
            "sustained": ["live", "sustained"],
            "discontinued": ["live", "discontinued"],
            "failed": ["failed"],
            "withdrawn": ["live", "withdrawn"],
        }
        for step in paths.get(state, ["live"]):
            row.state = step
            if step in {"discontinued", "failed", "withdrawn"}:
                row.ended_on = None if step == "withdrawn" else ended.get("ended_on", date(2026, 10, 1))
                row.reason = ended.get("reason", "Ended by the tests")
            row.save()
        return row


class IdeaAuthorFactory(factory.django.DjangoModelFactory):
    """A co-author: by default a new member of the idea's cohort."""

    class Meta:
        model = IdeaAuthor

    idea = factory.SubFactory(IdeaFactory)
    user = factory.LazyAttribute(lambda row: MembershipFactory(cohort=row.idea.cohort).user)


class LineageFactory(factory.django.DjangoModelFactory):
    """An idea adopted by another cohort of the edition, from a shared one."""

    class Meta:
        model = Lineage

    parent = factory.SubFactory(IdeaFactory, shared_with_edition=True)
    child = factory.LazyAttribute(
        lambda row: IdeaFactory(cohort=CohortFactory(edition=row.parent.cohort.edition), title=row.parent.title)
    )
    kind = "reuse"


def support(trial: Trial | None = None, **fields: object) -> Support:
    """Return a decision supported by a concluded test."""
    trial = trial or TrialFactory(prototype__idea__state="testing", state="concluded")
    idea = Idea.objects.get(pk=trial.prototype.idea_id)
    event = add_event(idea, "decided", date(2026, 6, 1), **fields)
    return Support.objects.create(event=event, trial=trial)


def package(idea: Idea | None = None, **written: str) -> Package:
    """Return the handover package that a department received for the idea."""
    idea = idea or IdeaFactory(state="handed_over")
    return create_package(
        idea.events.get(state="handed_over"), {"receives": "La borne", "contact": "Le pilote", **written}
    )


class FollowUpFactory(factory.django.DjangoModelFactory):
    """A follow-up three months after handover: live in full."""

    class Meta:
        model = FollowUp

    idea = factory.SubFactory(IdeaFactory, state="handed_over")
    months = 3
    answer = "full"
    evidence = "Vue à l'accueil"
    noted_on = date(2026, 10, 2)


class IndicatorFactory(factory.django.DjangoModelFactory):
    """An indicator of a decided idea: 12 documents on 1 June 2026, with a target of 4."""

    class Meta:
        model = Indicator

    idea = factory.SubFactory(IdeaFactory, state="decided")
    measure = factory.Sequence(lambda n: f"Pièces à fournir {n}")
    unit = "pièces"
    baseline = Decimal(12)
    baseline_on = date(2026, 6, 1)
    baseline_source = "Quarante dossiers de mai"
    target = Decimal(4)
    method = "Compter les pièces de vingt dossiers"
    fixed_on = date(2026, 6, 2)


def measured_idea(value: str | None = "5", **fields: object) -> Idea:
    """Return an idea implemented on 1 September 2026, with an indicator and its value at the first follow-up.

    With None as its value, the indicator was not measured. `fields` are those of the idea.
    """
    idea = IdeaFactory(state="decided", **fields)
    indicator = IndicatorFactory(idea=idea)
    for state in ("handed_over", "implementing"):
        add_event(idea, state)
    ImplementationFactory(idea=idea)
    add_event(idea, "implemented")
    missing = {"value": None, "measured_on": None, "not_measured": "Aucun dossier ce mois"}
    IndicatorValueFactory(indicator=indicator, **({"value": Decimal(value)} if value else missing))
    return idea


class IndicatorValueFactory(factory.django.DjangoModelFactory):
    """A value at the first follow-up of a live idea: 5 documents on 2 November 2026."""

    class Meta:
        model = IndicatorValue

    indicator = factory.SubFactory(IndicatorFactory)
    follow_up = factory.LazyAttribute(
        lambda row: FollowUpFactory(idea=row.indicator.idea, counted_from="live", noted_on=date(2026, 11, 3))
    )
    value = Decimal(5)
    measured_on = date(2026, 11, 2)


class AcceptanceRequestFactory(factory.django.DjangoModelFactory):
    """A request that a captured idea be accepted, made on 3 November 2026."""

    class Meta:
        model = AcceptanceRequest

    idea = factory.SubFactory(IdeaFactory, state="captured")
    by = factory.SubFactory(UserFactory)
    requested_at = noon(date(2026, 11, 3))


class ConfirmationFactory(factory.django.DjangoModelFactory):
    """A confirmation of an accepted idea on 2 October 2026."""

    class Meta:
        model = Confirmation

    idea = factory.SubFactory(IdeaFactory, state="accepted")
    state = factory.LazyAttribute(lambda row: row.idea.state)
    confirmed_on = date(2026, 10, 2)
    recorded_at = factory.LazyAttribute(lambda row: noon(row.confirmed_on))
    evidence = "Vue à l'accueil"


class ChallengeStakeholderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChallengeStakeholder

    challenge = factory.SubFactory(ChallengeFactory)
    stakeholder = factory.LazyAttribute(lambda row: StakeholderFactory(cohort=row.challenge.cohort))


class ChallengeSessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChallengeSession

    challenge = factory.SubFactory(ChallengeFactory)
    session = factory.LazyAttribute(lambda row: SessionFactory(cohort=row.challenge.cohort))
