"""States of a plan, how sure an absence is, and the rules that an exception can lift."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    """How far the plans of a residency are."""

    NEW = "new", _("not calculated yet")
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being calculated")
    DONE = "done", _("calculated")
    FAILED = "failed", _("failed")

    @property
    def tone(self) -> str:
        """The name of the colour in which pages show this state."""
        return PLAN_TONES[self]


PLAN_TONES = {
    PlanState.NEW: "waiting",
    PlanState.WAITING: "waiting",
    PlanState.RUNNING: "open",
    PlanState.DONE: "done",
    PlanState.FAILED: "risk",
}
UNDER_WAY = (PlanState.WAITING, PlanState.RUNNING)
PLAN_TRANSITIONS = {
    PlanState.NEW: [PlanState.WAITING],
    PlanState.WAITING: [PlanState.RUNNING],
    PlanState.RUNNING: [PlanState.DONE, PlanState.FAILED, PlanState.WAITING],  # waiting again if its worker died
    PlanState.DONE: [PlanState.WAITING],
    PlanState.FAILED: [PlanState.WAITING],
}

# Cancelled plans go back to what was calculated before, if anything was.
CANCELLABLE_PLAN_TRANSITIONS = {
    **PLAN_TRANSITIONS,
    PlanState.WAITING: [PlanState.RUNNING, PlanState.NEW, PlanState.DONE],
    PlanState.RUNNING: [*PLAN_TRANSITIONS[PlanState.RUNNING], PlanState.NEW],
}


class Certainty(models.TextChoices):
    """Whether someone is away, or has still to confirm that they can come."""

    AWAY = "away", _("away or closed")
    TO_CONFIRM = "to_confirm", _("to confirm")


class LiftableRule(models.TextChoices):
    """The rules of the solver that staff may lift with a reason, as pages name them.

    A locked week is unlocked instead, an absence removed; nobody can be with two cohorts on one day.
    """

    WEEKS = "weeks", _("the number of on-site weeks")
    SPACING = "spacing", _("weeks between two on-site weeks")
    HOST = "host", _("a host who is away")
    SCHOOL_HOLIDAYS = "school_holidays", _("school holidays")
    CLOSED = "closed", _("a closed period")
    EDITION = "edition", _("a meeting of the edition")
    SESSION = "session", _("another session of the cohort")
    DISCIPLINE = "discipline", _("a required discipline")
    DAYS = "days", _("the days agreed")


# The rules that are about a single week, and those that are about a host or a discipline.
OF_A_WEEK = (
    LiftableRule.HOST,
    LiftableRule.SCHOOL_HOLIDAYS,
    LiftableRule.CLOSED,
    LiftableRule.EDITION,
    LiftableRule.SESSION,
    LiftableRule.DISCIPLINE,
)
WITH_SUBJECT = (LiftableRule.HOST, LiftableRule.DISCIPLINE)
