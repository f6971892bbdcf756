"""Moments and skills of self-assessments, and the scale of answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Moment(models.TextChoices):
    """The moment that a self-assessment is about; “then” is the start as members see it in the end."""

    BEFORE = "before", pgettext_lazy("moment", "before")
    AFTER = "after", pgettext_lazy("moment", "after")
    THEN = "then", pgettext_lazy("moment", "looking back")
    LATER = "later", pgettext_lazy("moment", "later")


class Skill(models.TextChoices):
    """The seven questions of a self-assessment (docs/decisions/0015): six skills, and curiosity."""

    OBSERVING = "observing", _("Observing people where they use a service")
    FRAMING = "framing", _("Turning a vague problem into a question one can work on")
    IMAGINING = "imagining", _("Finding ideas together with users and colleagues")
    PROTOTYPING = "prototyping", _("Making a rough prototype within a day")
    TESTING = "testing", _("Testing an idea with a measure chosen beforehand")
    CARRYING = "carrying", _("Carrying an idea to officials and departments until it is decided")
    CURIOSITY = "curiosity", _("Being curious about how others live and work")


MIN_SCORE, MAX_SCORE = 1, 5  # the scale of answers
