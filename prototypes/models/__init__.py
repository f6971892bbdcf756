"""Challenges, ideas and their events, prototypes, tests, implementations, canvases."""

from prototypes.models.canvases import (
    Canvas,
    CanvasCell,
    CanvasStep,
    JourneyMap,
    Persona,
    ServiceBlueprint,
    ServiceModel,
)
from prototypes.models.challenges import Challenge, ChallengeSession, ChallengeStakeholder
from prototypes.models.comments import Comment, Mention
from prototypes.models.confirmations import Confirmation
from prototypes.models.handover import FollowUp, Package, Support
from prototypes.models.ideas import Idea, IdeaEvent
from prototypes.models.implementations import Implementation
from prototypes.models.lineage import IdeaAuthor, Lineage
from prototypes.models.notes import FieldNote
from prototypes.models.trial_corrections import TrialCorrection
from prototypes.models.trials import ParticipantGroup, Prototype, Trial

__all__ = [
    "Canvas",
    "CanvasCell",
    "CanvasStep",
    "Challenge",
    "ChallengeSession",
    "ChallengeStakeholder",
    "Comment",
    "Confirmation",
    "FieldNote",
    "FollowUp",
    "Idea",
    "IdeaAuthor",
    "IdeaEvent",
    "Implementation",
    "JourneyMap",
    "Lineage",
    "Mention",
    "Package",
    "ParticipantGroup",
    "Persona",
    "Prototype",
    "ServiceBlueprint",
    "ServiceModel",
    "Support",
    "Trial",
    "TrialCorrection",
]
