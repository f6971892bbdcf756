"""Challenges, ideas and their events, prototypes, tests, implementations."""

from prototypes.models.challenges import Challenge, ChallengeSession, ChallengeStakeholder
from prototypes.models.confirmations import Confirmation
from prototypes.models.handover import FollowUp, Package, Support
from prototypes.models.ideas import Idea, IdeaEvent
from prototypes.models.implementations import Implementation
from prototypes.models.lineage import IdeaAuthor, Lineage
from prototypes.models.notes import FieldNote
from prototypes.models.trial_corrections import TrialCorrection
from prototypes.models.trials import ParticipantGroup, Prototype, Trial

__all__ = [
    "Challenge",
    "ChallengeSession",
    "ChallengeStakeholder",
    "Confirmation",
    "FieldNote",
    "FollowUp",
    "Idea",
    "IdeaAuthor",
    "IdeaEvent",
    "Implementation",
    "Lineage",
    "Package",
    "ParticipantGroup",
    "Prototype",
    "Support",
    "Trial",
    "TrialCorrection",
]
