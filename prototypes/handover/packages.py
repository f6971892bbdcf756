"""What a department receives at hand-over: the work as it stands, kept so that later edits change nothing of it."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch

from prototypes.enums import IdeaState, TrialState
from prototypes.ideas.models import reached
from prototypes.models import Challenge, Idea, IdeaEvent, Package, Prototype, Trial
from web.database.nested_rows import columns

# No names of people: whoever takes the idea on asks a role, and an erased person must not live on in here.
PEOPLE = frozenset({"made_by_id", "planned_by_id", "entry", "session_id"})
OF_PROTOTYPE = columns(Prototype, but=PEOPLE)
OF_TRIAL = columns(Trial, but=PEOPLE)
OF_CHALLENGE = ("title", "framing", "sponsor")
OF_DECISION = ("decision", "reason", "effective_on", "precision")


def pack(event: IdeaEvent, written: Mapping[str, str]) -> Package:
    """Freeze the package of a hand-over: what was `written` for it, and the idea's work."""
    return Package.objects.create(event=event, content=snapshot(event.idea), born_on=event.recorded_on, **written)


def snapshot(idea: Idea) -> dict[str, Any]:
    """The idea, its problem, its prototypes with their tests that were not cancelled, and what was decided on which."""
    decided = reached(IdeaEvent.objects.counting().filter(idea=idea), IdeaState.DECIDED)
    challenge = idea.challenge
    found = {
        "idea": {"reference": idea.reference, "title": idea.title, "summary": idea.summary},
        "challenge": _fields(challenge, OF_CHALLENGE) if isinstance(challenge, Challenge) else None,
        "prototypes": [_prototype(row) for row in _prototypes(idea)],
        "decision": _fields(decided, OF_DECISION) if decided else None,
        "supports": list(decided.supports.values_list("trial_id", flat=True)) if decided else [],
    }
    return dict(json.loads(json.dumps(found, cls=DjangoJSONEncoder)))


def _prototypes(idea: Idea) -> list[Prototype]:
    run = Trial.objects.exclude(state=TrialState.CANCELLED).order_by("number").prefetch_related("groups")
    return list(idea.prototypes.prefetch_related(Prefetch("trials", run)).order_by("version"))


def _prototype(row: Prototype) -> dict[str, Any]:
    return _fields(row, OF_PROTOTYPE) | {"tests": [_trial(trial) for trial in row.trials.all()]}


def _trial(row: Trial) -> dict[str, Any]:
    return _fields(row, OF_TRIAL) | {"groups": [str(group) for group in row.groups.all()]}


def _fields(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
