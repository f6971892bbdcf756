"""What canvases keep of a person. It stays when they are erased, without their name."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.personal_data import told
from accounts.registries import PersonalData, personal_data
from canvases.models import Canvas, CanvasCell

PARTS = {
    "canvases": PersonalData(
        _("Canvases you created"),
        told(lambda user: Canvas.objects.filter(made_by=user), "title", "kind"),
        covers=(
            "canvases.Canvas.made_by",
            "canvases.Persona.made_by",
            "canvases.JourneyMap.made_by",
            "canvases.ServiceBlueprint.made_by",
            "canvases.ServiceModel.made_by",
        ),
    ),
    "canvas_cells": PersonalData(
        _("What you wrote on canvases"),
        told(lambda user: CanvasCell.objects.filter(edited_by=user), "text"),
        covers=("canvases.CanvasCell.edited_by",),
    ),
}


def register() -> None:
    """Bring them to accounts."""
    for order, (slug, part) in enumerate(PARTS.items(), 43):
        personal_data.register(slug, part, order=order)
