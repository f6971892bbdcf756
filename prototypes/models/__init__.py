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
from prototypes.models.challenges import Challenge
from prototypes.models.ideas import Idea, IdeaEvent
from prototypes.models.implementations import Implementation
from prototypes.models.trials import ParticipantGroup, Prototype, Trial

__all__ = [
    "Canvas",
    "CanvasCell",
    "CanvasStep",
    "Challenge",
    "Idea",
    "IdeaEvent",
    "Implementation",
    "JourneyMap",
    "ParticipantGroup",
    "Persona",
    "Prototype",
    "ServiceBlueprint",
    "ServiceModel",
    "Trial",
]
