"""Challenges, ideas and their events, prototypes, tests, implementations."""

from prototypes.models.challenges import Challenge
from prototypes.models.comments import Comment, Mention
from prototypes.models.ideas import Idea, IdeaEvent
from prototypes.models.implementations import Implementation
from prototypes.models.trials import ParticipantGroup, Prototype, Trial

__all__ = [
    "Challenge",
    "Comment",
    "Idea",
    "IdeaEvent",
    "Implementation",
    "Mention",
    "ParticipantGroup",
    "Prototype",
    "Trial",
]
