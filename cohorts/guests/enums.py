"""What a guest answers to an invitation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GuestAnswer(models.TextChoices):
    """The answers of a guest: they come, they do not, or someone else comes instead."""

    YES = "yes", _("Yes, I am coming")
    NO = "no", _("No, I cannot come")
    SUBSTITUTE = "substitute", _("Someone else comes instead")
