"""Canvases with their steps and texts."""

from typing import Any

import factory

from canvases.models import Canvas, CanvasCell, CanvasStep
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.cohorts import CREATED_ON, CohortFactory


class CanvasFactory(factory.django.DjangoModelFactory):
    """A service blueprint without steps."""

    class Meta:
        model = Canvas

    created_on = CREATED_ON
    cohort = factory.SubFactory(CohortFactory)
    kind = "service_blueprint"
    title = factory.Sequence(lambda n: f"Trouver son guichet {n}")
    made_by = factory.SubFactory(UserFactory)


class CanvasStepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CanvasStep

    canvas = factory.SubFactory(CanvasFactory)
    position = factory.LazyAttribute(lambda step: step.canvas.steps.count() + 1)
    name = factory.Sequence(lambda n: f"Étape {n}")


class CanvasCellFactory(factory.django.DjangoModelFactory):
    """An assumption in a frontstage lane, at the first step of a blueprint."""

    class Meta:
        model = CanvasCell

    step = factory.SubFactory(CanvasStepFactory)
    canvas = factory.SelfAttribute("step.canvas")
    lane = "frontstage"
    text = "L'agente se lève et accompagne."
    assumption = factory.LazyAttribute(lambda cell: not getattr(cell, "session", None) and not cell.stance)
    stance = ""
    edited_by = factory.SelfAttribute("canvas.made_by")
    edited_at = NOW


def drawn(steps: int = 2, **fields: Any) -> Canvas:
    """Return a canvas with a text in every lane of its steps, or in every section of a service model or persona."""
    canvas = CanvasFactory(**fields)
    for lane in canvas.pattern.sections:
        CanvasCellFactory(canvas=canvas, step=None, lane=lane.slug)
    for _place in range(steps if canvas.pattern.lanes else 0):
        step = CanvasStepFactory(canvas=canvas)
        for lane in canvas.pattern.lanes:
            CanvasCellFactory(step=step, lane=lane.slug)
    return canvas
