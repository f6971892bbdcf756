"""Kinds and states of what an exchange is made of: contributions, commitments, and when each may be written."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchanges.exchange.enums import ExchangeState

S = ExchangeState
# When questions are asked and changed: what people prepare for does not change once registration has closed.
ASKING = (S.PROPOSED, S.HOST_CONFIRMED, S.ANNOUNCED, S.REGISTRATION_OPEN)
# When cohorts contribute: from the day they are told, until lab staff close the whole.
CONTRIBUTING = (S.ANNOUNCED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED, S.HELD)
# When minutes are written, commitments made and feedback given: from the days themselves on.
MEETING = (S.REGISTRATION_CLOSED, S.HELD, S.FOLLOWED_UP)
PROGRAMMING = (S.HOST_CONFIRMED, S.ANNOUNCED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED, S.HELD)


MOST_OF_MINUTES = 50_000  # letters
MOST_OF_A_COMMITMENT = 1000


class ContributionKind(models.TextChoices):
    SUCCESS = "success", _("success")
    DIFFICULTY = "difficulty", _("difficulty")
    ANSWER = "answer", _("answer to a question")
    OFFER = "offer", _("offer")
    REQUEST = "request", _("request")

    @property
    def tone(self) -> str:
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
    KEPT = "kept", pgettext_lazy("commitment", "kept")
    DROPPED = "dropped", pgettext_lazy("commitment", "dropped")

    @property
    def tone(self) -> str:
        return COMMITMENT_TONES[self]


C = CommitmentState
COMMITMENT_TONES = {C.OPEN: "open", C.KEPT: "done", C.DROPPED: "stopped"}
COMMITMENT_TRANSITIONS = {C.OPEN: [C.KEPT, C.DROPPED]}

FEW = 5  # answers under which feedback is masked
SCALE = range(1, 6)
