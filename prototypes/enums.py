"""States and kinds of the work on ideas, each state machine declared once for trigger, actions and buttons."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChallengeKind(models.TextChoices):
    TEST_CASE = "test_case", _("test case")
    PRIORITY = "priority", _("priority challenge")
    OTHER = "other", _("other")


class ChallengeState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    FRAMED = "framed", _("framed")
    ACTIVE = "active", _("active")
    HANDED_OVER = "handed_over", pgettext_lazy("challenge", "handed over")
    CLOSED = "closed", pgettext_lazy("challenge", "closed")
    DROPPED = "dropped", _("dropped")

    @property
    def tone(self) -> str:
        return CHALLENGE_TONES[self]


CHALLENGE_TONES = {
    ChallengeState.PROPOSED: "waiting",
    ChallengeState.FRAMED: "waiting",
    ChallengeState.ACTIVE: "open",
    ChallengeState.HANDED_OVER: "done",
    ChallengeState.CLOSED: "neutral",
    ChallengeState.DROPPED: "stopped",
}
CHALLENGE_TRANSITIONS = {
    ChallengeState.PROPOSED: [ChallengeState.FRAMED, ChallengeState.DROPPED],
    ChallengeState.FRAMED: [ChallengeState.ACTIVE, ChallengeState.DROPPED],
    ChallengeState.ACTIVE: [ChallengeState.HANDED_OVER, ChallengeState.DROPPED],
    ChallengeState.HANDED_OVER: [ChallengeState.CLOSED],
}


class IdeaState(models.TextChoices):
    CAPTURED = "captured", _("captured")
    ACCEPTED = "accepted", _("accepted")
    PROTOTYPING = "prototyping", _("prototyping")
    TESTING = "testing", _("in test")
    DECIDED = "decided", _("decided")
    HANDED_OVER = "handed_over", _("handed over")
    IMPLEMENTING = "implementing", _("being implemented")
    IMPLEMENTED = "implemented", _("implemented")
    PARKED = "parked", _("parked")
    ABANDONED = "abandoned", _("abandoned")
    MERGED = "merged", _("merged")
    SPLIT = "split", pgettext_lazy("idea", "split")

    @property
    def tone(self) -> str:
        return IDEA_TONES[self]


IDEA_TONES = {
    IdeaState.CAPTURED: "waiting",
    IdeaState.ACCEPTED: "open",
    IdeaState.PROTOTYPING: "open",
    IdeaState.TESTING: "open",
    IdeaState.DECIDED: "open",
    IdeaState.HANDED_OVER: "open",
    IdeaState.IMPLEMENTING: "open",
    IdeaState.IMPLEMENTED: "done",
    IdeaState.PARKED: "waiting",
    IdeaState.ABANDONED: "stopped",
    IdeaState.MERGED: "neutral",
    IdeaState.SPLIT: "neutral",
}
# An idea is born captured. From parked it goes back to the state before: that needs its story, not this table.
IDEA_PATH = {
    IdeaState.CAPTURED: [IdeaState.ACCEPTED],
    IdeaState.ACCEPTED: [IdeaState.PROTOTYPING],
    IdeaState.PROTOTYPING: [IdeaState.TESTING],
    IdeaState.TESTING: [IdeaState.PROTOTYPING, IdeaState.DECIDED],
    IdeaState.DECIDED: [IdeaState.HANDED_OVER],
    IdeaState.HANDED_OVER: [IdeaState.IMPLEMENTING],
    IdeaState.IMPLEMENTING: [IdeaState.IMPLEMENTED],
}
IDEA_BORN = IdeaState.CAPTURED
# The cohort's own, to work on and to split; once handed over it is its department's.
IDEA_WITH_COHORT = (
    IdeaState.CAPTURED,
    IdeaState.ACCEPTED,
    IdeaState.PROTOTYPING,
    IdeaState.TESTING,
    IdeaState.DECIDED,
)
IDEA_HANDED_OVER = (IdeaState.HANDED_OVER, IdeaState.IMPLEMENTING, IdeaState.IMPLEMENTED)
IDEA_OPEN = (*IDEA_PATH, IdeaState.PARKED)
IDEA_EXITS = [IdeaState.PARKED, IdeaState.ABANDONED, IdeaState.MERGED]
# The idea continues as another one (merged) or as several (split), whose outcome is its outcome.
IDEA_REPLACED = (IdeaState.MERGED, IdeaState.SPLIT)
IDEA_TRANSITIONS = {
    **{
        state: [*targets, *IDEA_EXITS, *([IdeaState.SPLIT] if state in IDEA_WITH_COHORT else [])]
        for state, targets in IDEA_PATH.items()
    },
    IdeaState.PARKED: [IdeaState.ABANDONED, IdeaState.MERGED],
    IdeaState.ABANDONED: [IdeaState.ACCEPTED],
}


class Decision(models.TextChoices):
    ADOPT = "adopt", _("adopt")
    ADAPT = "adapt", _("adapt")


class AbandonedFor(models.TextChoices):
    """Why an idea is given up: the kept list, so that reasons can be counted; the words beside it say the rest."""

    NO_NEED = "no_need", _("nobody needs it")
    TESTED = "tested", _("tests did not support it")
    TOO_COSTLY = "too_costly", _("it costs too much time or money")
    NO_SERVICE = "no_service", _("no department takes it over")
    NOT_ALLOWED = "not_allowed", _("the law does not allow it")
    PRIORITIES = "priorities", _("priorities have changed")
    EXISTS = "exists", _("it already exists elsewhere")
    OTHER = "other", _("another reason")


class LineageKind(models.TextChoices):
    """How an idea comes from another. A merge is not in this list: the merged idea's own story tells it."""

    SPLIT = "split", pgettext_lazy("lineage", "part of")
    REUSE = "reuse", pgettext_lazy("lineage", "takes up")


class StillLive(models.TextChoices):
    """What a follow-up found."""

    FULL = "full", _("yes, in full")
    PARTIAL = "partial", _("yes, in part")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("it is not known")

    @property
    def tone(self) -> str:
        return {"full": "done", "partial": "open", "no": "stopped"}.get(self.value, "neutral")


class FollowedFrom(models.TextChoices):
    """The day a follow-up counts its months from."""

    HANDOVER = "handover", _("hand-over")
    LIVE = "live", _("the day it went live")


# Months after which a follow-up is due. Until an idea is live, the question is whether it is live yet.
FOLLOWED_UP = {FollowedFrom.HANDOVER: (3, 6), FollowedFrom.LIVE: (3, 6, 12, 24)}


class PrototypeState(models.TextChoices):
    DRAFT = "draft", _("draft")
    READY = "ready", _("ready")
    IN_TEST = "in_test", _("in test")
    RETIRED = "retired", _("retired")

    @property
    def tone(self) -> str:
        return {"draft": "waiting", "ready": "done", "in_test": "open"}.get(self.value, "neutral")


PROTOTYPE_TRANSITIONS = {
    PrototypeState.DRAFT: [PrototypeState.READY, PrototypeState.RETIRED],
    PrototypeState.READY: [PrototypeState.IN_TEST, PrototypeState.RETIRED],
    PrototypeState.IN_TEST: [PrototypeState.RETIRED],
}


class Fidelity(models.IntegerChoices):
    SKETCH = 1, _("1 · sketch")
    PAPER = 2, _("2 · paper")
    ROLE_PLAY = 3, _("3 · role-play or click-through")
    LIVE = 4, _("4 · live for some days")
    PILOT = 5, _("5 · pilot for weeks")


class TrialState(models.TextChoices):
    PLANNED = "planned", _("planned")
    LOCKED = "locked", _("locked")
    HELD = "held", pgettext_lazy("test", "held")
    CONCLUDED = "concluded", _("concluded")
    CANCELLED = "cancelled", pgettext_lazy("test", "cancelled")

    @property
    def tone(self) -> str:
        return {"planned": "waiting", "locked": "open", "held": "neutral", "concluded": "done"}.get(
            self.value, "stopped"
        )


TRIAL_TRANSITIONS = {
    TrialState.PLANNED: [TrialState.LOCKED, TrialState.CANCELLED],
    TrialState.LOCKED: [TrialState.HELD, TrialState.CANCELLED],
    TrialState.HELD: [TrialState.CONCLUDED],
}
TO_LOG = (TrialState.LOCKED, TrialState.HELD)
RUN = (TrialState.HELD, TrialState.CONCLUDED)


class Comparator(models.TextChoices):
    AT_LEAST = ">=", _("at least")
    MORE = ">", _("more than")
    AT_MOST = "<=", _("at most")
    LESS = "<", _("less than")
    EXACTLY = "=", _("exactly")


class Result(models.TextChoices):
    MET = "met", _("met")
    NOT_MET = "not_met", _("not met")
    INCONCLUSIVE = "inconclusive", _("inconclusive")

    @property
    def tone(self) -> str:
        return {"met": "done", "not_met": "stopped"}.get(self.value, "neutral")


class TrialDecision(models.TextChoices):
    PERSEVERE = "persevere", _("persevere")
    ADAPT = "adapt", _("adapt")
    PIVOT = "pivot", _("pivot")
    STOP = "stop", _("stop")
    TEST_AGAIN = "test_again", _("test again")


class Strength(models.TextChoices):
    """How much a test proves: what people say, do in a lab, do for real."""

    SAID = "said", _("stated")
    DID_IN_LAB = "did_in_lab", _("seen in the lab")
    DID_FOR_REAL = "did_for_real", _("seen in real use")


class NoteOutcome(models.TextChoices):
    """What became of a note from the field when it arrived."""

    TAKEN = "taken", _("used in the test")
    BESIDE = "beside", _("kept as a second version")


class Settlement(models.TextChoices):
    """What was made of a second version."""

    STANDS = "stands", _("the recorded figures count")
    NOTED = "noted", _("the figures of the second version count")
    ADDED = "added", _("both are added up")


class NoteChoice(models.TextChoices):
    """What the writer of a note on a test that has one already wants it to do."""

    ADD = "add", _("Add to the first note")
    REPLACE = "replace", _("Replace the first note")


class Scope(models.TextChoices):
    FULL = "full", _("full")
    ADAPTED = "adapted", _("adapted")
    PARTIAL = "partial", _("partial")


COUNTED_SCOPES = (Scope.FULL, Scope.ADAPTED)


class ImplementationKind(models.TextChoices):
    ORIGIN = "origin", _("in the idea’s own authority")
    REPLICATION = "replication", _("replication elsewhere")


class ImplementationState(models.TextChoices):
    PLANNED = "planned", _("planned")
    LIVE = "live", _("live")
    SUSTAINED = "sustained", _("sustained")
    DISCONTINUED = "discontinued", _("discontinued")
    FAILED = "failed", _("failed")
    WITHDRAWN = "withdrawn", _("recorded by mistake")

    @property
    def tone(self) -> str:
        return {"planned": "waiting", "live": "done", "sustained": "done"}.get(self.value, "stopped")


# What was live and stops is discontinued, whenever that is; what never got there failed. What the correction of an
# idea's event takes back is withdrawn: it never was live.
IMPLEMENTATION_TRANSITIONS = {
    ImplementationState.PLANNED: [ImplementationState.LIVE, ImplementationState.FAILED],
    ImplementationState.LIVE: [
        ImplementationState.SUSTAINED,
        ImplementationState.DISCONTINUED,
        ImplementationState.WITHDRAWN,
    ],
    ImplementationState.SUSTAINED: [ImplementationState.DISCONTINUED, ImplementationState.WITHDRAWN],
    ImplementationState.DISCONTINUED: [ImplementationState.WITHDRAWN],
}
STANDING = (ImplementationState.LIVE, ImplementationState.SUSTAINED)
BEEN_LIVE = (*STANDING, ImplementationState.DISCONTINUED)
