"""Moments and skills of self-assessments, and the scale of answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Moment(models.TextChoices):
    """When members say how they see themselves; “then” is the start, as they see it at the end."""

    BEFORE = "before", pgettext_lazy("moment", "before")
    AFTER = "after", pgettext_lazy("moment", "after")
    THEN = "then", pgettext_lazy("moment", "looking back")
    LATER = "later", pgettext_lazy("moment", "later")


class Skill(models.TextChoices):
    """What they say it of (docs/decisions/0015): six skills of the work, and curiosity."""

    OBSERVING = "observing", _("Observing people where they use a service")
    FRAMING = "framing", _("Turning a vague problem into a question one can work on")
    IMAGINING = "imagining", _("Finding ideas together with users and colleagues")
    PROTOTYPING = "prototyping", _("Making a rough prototype within a day")
    TESTING = "testing", _("Testing an idea with a measure chosen beforehand")
    CARRYING = "carrying", _("Carrying an idea to officials and departments until it is decided")
    CURIOSITY = "curiosity", _("Being curious about how others live and work")


LEAST, MOST = 1, 5  # the scale they say it on
