"""States and kinds of the work on ideas. Triggers, actions and buttons share one declaration of each state machine."""

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
        """Return the name of the colour that shows this state: "waiting", "open", "done", "neutral" or "stopped"."""
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
        """Return the name of the colour that shows this state: "waiting", "open", "done", "stopped" or "neutral"."""
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
# An idea starts as captured. A parked idea goes back to its previous state, which its events tell, not this table.
IDEA_PATH = {
    IdeaState.CAPTURED: [IdeaState.ACCEPTED],
    IdeaState.ACCEPTED: [IdeaState.PROTOTYPING],
    IdeaState.PROTOTYPING: [IdeaState.TESTING],
    IdeaState.TESTING: [IdeaState.PROTOTYPING, IdeaState.DECIDED],
    IdeaState.DECIDED: [IdeaState.HANDED_OVER],
    IdeaState.HANDED_OVER: [IdeaState.IMPLEMENTING],
    IdeaState.IMPLEMENTING: [IdeaState.IMPLEMENTED],
}
IDEA_INITIAL_STATE = IdeaState.CAPTURED
# The cohort works on ideas in these states and may split them; later the department is in charge.
IDEA_WITH_COHORT = (
    IdeaState.CAPTURED,
    IdeaState.ACCEPTED,
    IdeaState.PROTOTYPING,
    IdeaState.TESTING,
    IdeaState.DECIDED,
)
IDEA_HANDED_OVER = (IdeaState.HANDED_OVER, IdeaState.IMPLEMENTING, IdeaState.IMPLEMENTED)
# Decided and not implemented yet: what will be measured can be fixed.
IDEA_DECIDED = (IdeaState.DECIDED, IdeaState.HANDED_OVER, IdeaState.IMPLEMENTING)
IDEA_OPEN = (*IDEA_PATH, IdeaState.PARKED)
IDEA_EXITS = [IdeaState.PARKED, IdeaState.ABANDONED, IdeaState.MERGED]
# The idea continues as another one (merged) or as several (split), and takes their outcome.
IDEA_REPLACED = (IdeaState.MERGED, IdeaState.SPLIT)
IDEA_TRANSITIONS = {
    **{
        state: [*targets, *IDEA_EXITS, *([IdeaState.SPLIT] if state in IDEA_WITH_COHORT else [])]
        for state, targets in IDEA_PATH.items()
    },
    IdeaState.PARKED: [IdeaState.ABANDONED, IdeaState.MERGED],
    IdeaState.ABANDONED: [IdeaState.ACCEPTED],
}


class IdeaDecision(models.TextChoices):
    ADOPT = "adopt", _("adopt")
    ADAPT = "adapt", _("adapt")


class AbandonReason(models.TextChoices):
    """The reason why an idea is abandoned, from a fixed list so that reasons can be counted."""

    NO_NEED = "no_need", _("nobody needs it")
    TESTED = "tested", _("tests did not support it")
    TOO_COSTLY = "too_costly", _("it costs too much time or money")
    NO_SERVICE = "no_service", _("no department takes it over")
    NOT_ALLOWED = "not_allowed", _("the law does not allow it")
    PRIORITIES = "priorities", _("priorities have changed")
    EXISTS = "exists", _("it already exists elsewhere")
    OTHER = "other", _("another reason")


class LineageKind(models.TextChoices):
    """How an idea comes from another. Merges are not listed: the merged idea's own events record them."""

    SPLIT = "split", pgettext_lazy("lineage", "part of")
    REUSE = "reuse", pgettext_lazy("lineage", "reuses")


class FollowUpAnswer(models.TextChoices):
    """The answer of a follow-up: whether the idea is live."""

    FULL = "full", _("yes, in full")
    PARTIAL = "partial", _("yes, in part")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("it is not known")

    @property
    def tone(self) -> str:
        """Return the name of the colour that shows this answer: "done", "open" (in part), "stopped" (no) or "neutral"
        (not known).
        """
        return {"full": "done", "partial": "open", "no": "stopped"}.get(self.value, "neutral")


class FollowUpStart(models.TextChoices):
    """The event from which the months of a follow-up are counted."""

    HANDOVER = "handover", _("hand-over")
    LIVE = "live", _("the day it went live")


# Months after which a follow-up is due. Until an idea is live, the question is whether it is live yet.
FOLLOW_UP_MONTHS = {FollowUpStart.HANDOVER: (3, 6), FollowUpStart.LIVE: (3, 6, 12, 24)}


class PrototypeState(models.TextChoices):
    DRAFT = "draft", _("draft")
    READY = "ready", _("ready")
    IN_TEST = "in_test", _("in test")
    RETIRED = "retired", _("retired")

    @property
    def tone(self) -> str:
        """Return the name of the colour that shows this state: "waiting", "done", "open" or "neutral" (retired)."""
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
        """Return the name of the colour that shows this state: "waiting", "open", "neutral", "done" or "stopped"
        (cancelled).
        """
        return {"planned": "waiting", "locked": "open", "held": "neutral", "concluded": "done"}.get(
            self.value, "stopped"
        )


TRIAL_TRANSITIONS = {
    TrialState.PLANNED: [TrialState.LOCKED, TrialState.CANCELLED],
    TrialState.LOCKED: [TrialState.HELD, TrialState.CANCELLED],
    TrialState.HELD: [TrialState.CONCLUDED],
}
LOGGABLE_STATES = (TrialState.LOCKED, TrialState.HELD)
HELD_STATES = (TrialState.HELD, TrialState.CONCLUDED)


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
        """Return the name of the colour that shows this result: "done" (met), "stopped" (not met) or "neutral"
        (inconclusive).
        """
        return {"met": "done", "not_met": "stopped"}.get(self.value, "neutral")


class TrialDecision(models.TextChoices):
    PERSEVERE = "persevere", _("persevere")
    ADAPT = "adapt", _("adapt")
    PIVOT = "pivot", _("pivot")
    STOP = "stop", _("stop")
    TEST_AGAIN = "test_again", _("test again")


class Strength(models.TextChoices):
    """How strong the evidence of a test is: stated, seen in the lab, or seen in real use."""

    STATED = "said", _("stated")
    DID_IN_LAB = "did_in_lab", _("seen in the lab")
    DID_FOR_REAL = "did_for_real", _("seen in real use")


class NoteOutcome(models.TextChoices):
    """How a note on a test was received.

    Phones store these values with their drafts, so the values never change.
    """

    TAKEN = "taken", _("used in the test")
    SECOND_VERSION = "beside", _("kept as a second version")


class Settlement(models.TextChoices):
    """The choice between the recorded figures of a test and those of a second version."""

    RECORDED = "recorded", _("the recorded figures count")
    NOTED = "noted", _("the figures of the second version count")
    ADDED = "added", _("both are added up")


class NoteChoice(models.TextChoices):
    """What a second note on a test does to the first."""

    ADD = "add", _("Add to the first note")
    REPLACE = "replace", _("Replace the first note")


class ImplementationScope(models.TextChoices):
    FULL = "full", _("full")
    ADAPTED = "adapted", _("adapted")
    PARTIAL = "partial", _("partial")


COUNTED_SCOPES = (ImplementationScope.FULL, ImplementationScope.ADAPTED)


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
        """Return the name of the colour that shows this state: "waiting" (planned), "done" (live or sustained) or
        "stopped".
        """
        return {"planned": "waiting", "live": "done", "sustained": "done"}.get(self.value, "stopped")


# A live implementation that stops is discontinued; one that never went live has failed. One that a correction of its
# event removes is withdrawn: it never was live.
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
CURRENTLY_LIVE = (ImplementationState.LIVE, ImplementationState.SUSTAINED)
EVER_LIVE = (*CURRENTLY_LIVE, ImplementationState.DISCONTINUED)
