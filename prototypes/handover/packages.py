"""The snapshot of the work that a department receives at a hand-over."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch

from prototypes.enums import IdeaState, TrialState
from prototypes.ideas.models import last_event_into
from prototypes.models import Challenge, Idea, IdeaEvent, Indicator, Package, Prototype, Trial
from web.database.nested_rows import column_names

# No names of people: packages name roles, and an erased person must not remain in a snapshot.
PERSONAL_COLUMNS = frozenset({"made_by_id", "planned_by_id", "idempotency_key", "session_id"})
PROTOTYPE_COLUMNS = column_names(Prototype, exclude=PERSONAL_COLUMNS)
TRIAL_COLUMNS = column_names(Trial, exclude=PERSONAL_COLUMNS)
CHALLENGE_COLUMNS = ("title", "framing", "sponsor")
INDICATOR_COLUMNS = Indicator.FACTS
DECISION_COLUMNS = ("decision", "reason", "effective_on", "precision")


def create_package(event: IdeaEvent, texts: Mapping[str, str]) -> Package:
    """Save and return the package of the hand-over `event`: the texts for the department, and a copy of the work done
    so far.

    `texts` holds receives, watch, open_points and contact.
    """
    return Package.objects.create(event=event, content=snapshot(event.idea), created_on=event.recorded_on, **texts)


def snapshot(idea: Idea) -> dict[str, Any]:
    """Return a copy of the work on an idea as JSON values, without names of people.

    Its keys are idea, challenge, prototypes (with their tests that were not cancelled), decision, supports, the keys
    of the tests behind the decision, and indicators in their current version. Challenge and decision are None where
    there is none.
    """
    decided = last_event_into(IdeaEvent.objects.uncorrected().filter(idea=idea), IdeaState.DECIDED)
    challenge = idea.challenge
    indicators = Indicator.objects.current().filter(idea=idea).order_by("first_version")
    content = {
        "idea": _fields(idea, ("reference", "title", *Idea.TEXTS)),
        "challenge": _fields(challenge, CHALLENGE_COLUMNS) if isinstance(challenge, Challenge) else None,
        "prototypes": [_prototype(row) for row in _prototypes(idea)],
        "decision": _fields(decided, DECISION_COLUMNS) if decided else None,
        "supports": list(decided.supports.values_list("trial_id", flat=True)) if decided else [],
        "indicators": [_fields(row, INDICATOR_COLUMNS) for row in indicators],
    }
    return dict(json.loads(json.dumps(content, cls=DjangoJSONEncoder)))


def _prototypes(idea: Idea) -> list[Prototype]:
    """Return the idea's prototypes by version, with their tests that were not cancelled by number (in `trials`)."""
    not_cancelled = Trial.objects.exclude(state=TrialState.CANCELLED).order_by("number").prefetch_related("groups")
    return list(idea.prototypes.prefetch_related(Prefetch("trials", not_cancelled)).order_by("version"))


def _prototype(row: Prototype) -> dict[str, Any]:
    """Return a prototype as a dictionary of its columns and its `tests`, without the person who made it."""
    return _fields(row, PROTOTYPE_COLUMNS) | {"tests": [_trial(trial) for trial in row.trials.all()]}


def _trial(row: Trial) -> dict[str, Any]:
    """Return a test as a dictionary of its columns and its `groups` of participants as text, without the person who
    planned it.
    """
    return _fields(row, TRIAL_COLUMNS) | {"groups": [str(group) for group in row.groups.all()]}


def _fields(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the attributes of the row with these names, as a dictionary by name."""
    return {name: getattr(row, name) for name in names}
