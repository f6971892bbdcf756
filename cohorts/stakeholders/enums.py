"""Kinds and categories of stakeholders, and levels of influence and interest."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StakeholderKind(models.TextChoices):
    """Whether a stakeholder is a person or an organisation."""

    PERSON = "person", _("person")
    ORGANISATION = "organisation", _("organisation")


class StakeholderCategory(models.TextChoices):
    """What a stakeholder is to the public service: user, agent, elected official, partner…"""

    USER = "user", _("user of the service")
    AGENT = "agent", _("public agent")
    ELECTED = "elected", _("elected official")
    PARTNER = "partner", _("partner")
    ASSOCIATION = "association", _("association")
    COMPANY = "company", _("company")
    EXPERT = "expert", _("expert")
    OTHER = "other", _("other")


class Level(models.IntegerChoices):
    """The levels of a stakeholder's influence and interest."""

    LOW = 1, _("low")
    MIDDLE = 2, _("moderate")
    HIGH = 3, _("high")
