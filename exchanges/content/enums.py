"""Kinds and states of the content of an exchange, and the exchange states in which each may be written."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchanges.exchange.enums import ExchangeState

S = ExchangeState
# States in which questions can be added and changed: after registration closes, cohorts prepare their answers.
QUESTION_STATES = (S.PROPOSED, S.HOST_CONFIRMED, S.ANNOUNCED, S.REGISTRATION_OPEN)
# States in which cohorts contribute: from the announcement until lab staff close the exchange.
CONTRIBUTION_STATES = (S.ANNOUNCED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED, S.HELD)
# States in which minutes are written, commitments made and feedback given: from the meeting on.
MEETING_STATES = (S.REGISTRATION_CLOSED, S.HELD, S.CLOSED)
PROGRAMME_STATES = (S.HOST_CONFIRMED, S.ANNOUNCED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED, S.HELD)


MAX_MINUTES_CHARACTERS = 50_000
MAX_COMMITMENT_CHARACTERS = 1000


class ContributionKind(models.TextChoices):
    SUCCESS = "success", _("success")
    DIFFICULTY = "difficulty", _("difficulty")
    ANSWER = "answer", _("answer to a question")
    OFFER = "offer", _("offer")
    REQUEST = "request", _("request")

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show this kind of contribution.

        It is "done", "risk", "neutral", "open" or "waiting".
        """
        return CONTRIBUTION_TONES[self]


K = ContributionKind
CONTRIBUTION_TONES = {
    K.SUCCESS: "done",
    K.DIFFICULTY: "risk",
    K.ANSWER: "neutral",
    K.OFFER: "open",
    K.REQUEST: "waiting",
}


class CommitmentState(models.TextChoices):
    OPEN = "open", pgettext_lazy("commitment", "open")
    FULFILLED = "kept", pgettext_lazy("commitment", "kept")
    DROPPED = "dropped", pgettext_lazy("commitment", "dropped")

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show this state: "open", "done" or "stopped"."""
        return COMMITMENT_TONES[self]


C = CommitmentState
COMMITMENT_TONES = {C.OPEN: "open", C.FULFILLED: "done", C.DROPPED: "stopped"}
COMMITMENT_TRANSITIONS = {C.OPEN: [C.FULFILLED, C.DROPPED]}

SCALE = range(1, 6)
