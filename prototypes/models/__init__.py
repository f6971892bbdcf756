"""Challenges, ideas and their events, prototypes, tests, implementations."""

from prototypes.models.challenges import Challenge
from prototypes.models.ideas import Idea, IdeaEvent
from prototypes.models.implementations import Implementation
from prototypes.models.notes import FieldNote
from prototypes.models.trials import ParticipantGroup, Prototype, Trial

__all__ = ["Challenge", "FieldNote", "Idea", "IdeaEvent", "Implementation", "ParticipantGroup", "Prototype", "Trial"]
