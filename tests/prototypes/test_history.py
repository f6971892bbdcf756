"""Every change of ideas is recorded in the history, raw SQL included, and the history cannot be changed."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import ProgrammingError, models, transaction
from pghistory.models import Event

from prototypes import actions
from prototypes.models import ChallengeRating
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    ParticipantGroupFactory,
    PrototypeFactory,
    TrialFactory,
    add_event,
    noon,
)
from tests.sql import delete, execute, update

pytestmark = pytest.mark.django_db

Make = Callable[[], models.Model]
MODELS = [model for app in ("prototypes", "canvases", "comments") for model in apps.get_app_config(app).get_models()]
UNTRACKED = {ChallengeRating}  # its history would tell who rated what
OURS = [model for model in MODELS if not issubclass(model, Event) and model not in UNTRACKED]


def an_event() -> models.Model:
    return add_event(IdeaFactory(), "accepted", by=UserFactory())


def draft() -> models.Model:
    return PrototypeFactory(state="draft")


CHANGES: list[tuple[Make, dict[str, object]]] = [
    (ChallengeFactory, {"title": "Other"}),
    (IdeaFactory, {"title": "Other"}),
    (draft, {"title": "Other"}),
    (TrialFactory, {"hypothesis": "Other"}),
    (ParticipantGroupFactory, {"segment": "Other"}),
    (ImplementationFactory, {"state": "sustained"}),
]
IDS = ["challenge", "idea", "prototype", "test", "group", "implementation"]


def lines(row: models.Model) -> list[str]:
    """Return the history of a row, in order."""
    history = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk)
    return list(history.order_by("pgh_id").values_list("pgh_label", flat=True))


def test_every_model_keeps_a_history():
    assert {model.__name__ for model in OURS} == {
        "AcceptanceRequest",
        "Canvas",
        "CanvasCell",
        "CanvasStep",
        "Challenge",
        "ChallengeSession",
        "ChallengeStakeholder",
        "Comment",
        "Confirmation",
        "TrialNote",
        "FollowUp",
        "Idea",
        "IdeaAuthor",
        "IdeaEvent",
        "Implementation",
        "Indicator",
        "IndicatorValue",
        "JourneyMap",
        "Lineage",
        "Mention",
        "Package",
        "ParticipantGroup",
        "Persona",
        "Prototype",
        "RatedChallenge",
        "RatingRound",
        "ServiceBlueprint",
        "ServiceModel",
        "Support",
        "Trial",
        "TrialCorrection",
    }
    assert {model.pgh_event_model for model in OURS} == set(MODELS) - set(OURS) - UNTRACKED


@pytest.mark.parametrize(("make", "change"), CHANGES, ids=IDS)
def test_raw_update_is_recorded_in_the_history(make: Make, change: dict[str, object]):
    row = make()
    before = lines(row)
    update(row, **change)
    assert lines(row) == [*before, "update"]
    last = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk).latest("pgh_id")
    assert {name: getattr(last, name) for name in change} == change


def test_replacement_of_an_erased_person_is_recorded_in_the_history():
    event = an_event()
    update(event, by_id=UserFactory().pk)
    assert lines(event) == ["insert", "update"]


@pytest.mark.parametrize("make", [ChallengeFactory, draft, TrialFactory, ParticipantGroupFactory])
def test_raw_deletion_is_recorded_in_the_history(make: Make):
    row = make()
    delete(row)
    assert lines(row)[-1] == "delete"


def test_derived_columns_are_in_the_history_of_the_idea():
    idea = IdeaFactory(state="accepted")
    states = list(idea.history.order_by("pgh_id").values_list("state", flat=True))
    assert states == ["", "captured", "accepted"]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_history_tables_are_append_only(model: type[models.Model]):
    assert [str(trigger.name) for trigger in model.pgh_event_model._meta.triggers] == ["append_only"]


@pytest.mark.parametrize("statement", ["UPDATE {table} SET title = 'x'", "DELETE FROM {table}"])
def test_history_rows_are_never_changed_or_removed(statement: str):
    idea = IdeaFactory()
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        execute(statement.format(table=type(idea).pgh_event_model._meta.db_table))
    assert lines(idea) == ["insert", "update"]


def test_nested_action_is_recorded_as_the_outer_action(cast: Cast):
    trial = TrialFactory(prototype__idea__cohort=cast.cohort, state="locked")
    actions.log_trial(
        trial=trial,
        run={"participants": 12, "successes": 9},
        conclusion={"result": "not_met"},
        by=cast["M"],
        at=noon(cast.cohort.actual_start.replace(month=11)),
    )
    history = trial.events.order_by("-pgh_id")[:2]
    assert [event.pgh_context.metadata["action"] for event in history] == ["log_trial", "log_trial"]
    assert history[0].pgh_context.metadata["by"] == cast["M"].pk


def test_change_of_the_idea_by_a_lock_is_recorded_as_the_lock(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
    trial = TrialFactory(prototype=PrototypeFactory(idea=idea))
    actions.lock_trial(trial=trial, by=cast["M"], at=noon(cast.cohort.actual_start.replace(month=11)))
    last = idea.history.latest("pgh_id")
    assert (last.state, last.pgh_context.metadata["action"]) == ("testing", "lock_trial")
