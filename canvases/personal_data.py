"""What canvases keep of a person. It stays when they are erased, without their name."""

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks
from accounts.privacy.personal_data import row_reader
from canvases.models import Canvas, CanvasCell

PARTS = {
    "canvases": PersonalData(
        _("Canvases you created"),
        row_reader(lambda user: Canvas.objects.filter(made_by=user), "title", "kind"),
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
        row_reader(lambda user: CanvasCell.objects.filter(edited_by=user), "text"),
        covers=("canvases.CanvasCell.edited_by",),
    ),
}


PRIVACY = PrivacyHooks(personal_data=PARTS)
