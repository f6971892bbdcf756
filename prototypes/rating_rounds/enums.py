"""What a cohort decides about a challenge after a round, and whether its members agree on a criterion."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChallengeDecision(models.TextChoices):
    """What the cohort does with a challenge that it rated."""

    TAKE_ON = "take_on", pgettext_lazy("challenge", "taken on")
    LATER = "later", pgettext_lazy("challenge", "not now")
    DROP = "drop", _("dropped")

    @property
    def tone(self) -> str:
        """Return the name of the colour that shows this decision: "open", "waiting" or "stopped"."""
        return {"take_on": "open", "later": "waiting", "drop": "stopped"}[self.value]


class Agreement(models.TextChoices):
    """Whether the people who rated a challenge by one criterion agree."""

    AGREE = "agree", pgettext_lazy("ratings", "agree")
    SPLIT = "split", pgettext_lazy("ratings", "split")
    NEITHER = "neither", pgettext_lazy("ratings", "no clear view")

    @property
    def tone(self) -> str:
        """Return the name of the colour that shows it: "done", "attention" or "neutral"."""
        return {"agree": "done", "split": "attention", "neither": "neutral"}[self.value]
