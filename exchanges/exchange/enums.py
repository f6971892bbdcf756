"""Kinds and states of exchanges. Each state machine is declared once, for triggers, actions and buttons."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from cohorts.cohort.enums import CohortState
from programmes.enums import EditionState

PLANNED_EDITION_STATES = (EditionState.OPEN, EditionState.RUNNING)  # editions that exchanges are planned for


class ExchangeKind(models.TextChoices):
    """The kind of an exchange. `other` has the published word in `kind_label`."""

    INTERTRANSFO = "intertransfo", _("Intertransfo")
    STUDY_VISIT = "study_visit", _("study visit")
    OTHER = "other", _("other meeting")


class ExchangeState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    HOST_CONFIRMED = "host_confirmed", _("date and host confirmed")
    ANNOUNCED = "announced", _("announced")
    REGISTRATION_OPEN = "registration_open", _("registration open")
    REGISTRATION_CLOSED = "registration_closed", _("registration closed")
    HELD = "held", _("held")
    CLOSED = "followed_up", _("followed up")
    CANCELLED = "cancelled", _("cancelled")

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the state: "waiting", "open", "done" or "stopped"."""
        return EXCHANGE_TONES[self]


S = ExchangeState
EXCHANGE_TONES = {
    S.PROPOSED: "waiting",
    S.HOST_CONFIRMED: "waiting",
    S.ANNOUNCED: "open",
    S.REGISTRATION_OPEN: "open",
    S.REGISTRATION_CLOSED: "open",
    S.HELD: "done",
    S.CLOSED: "done",
    S.CANCELLED: "stopped",
}
EXCHANGE_TRANSITIONS = {
    S.PROPOSED: [S.HOST_CONFIRMED, S.CANCELLED],
    S.HOST_CONFIRMED: [S.PROPOSED, S.ANNOUNCED, S.CANCELLED],  # PROPOSED again when another host has to confirm
    S.ANNOUNCED: [S.REGISTRATION_OPEN, S.CANCELLED],
    S.REGISTRATION_OPEN: [S.REGISTRATION_CLOSED, S.CANCELLED],
    S.REGISTRATION_CLOSED: [S.HELD, S.CANCELLED],
    S.HELD: [S.CLOSED],
}
UNABLE_TO_HOST = (CohortState.SUSPENDED, CohortState.WITHDRAWN)  # states of cohorts that cannot host any more
ESCALATION_PERIOD = timedelta(weeks=18)  # before the first day, the next cohort is asked if the host has not confirmed
UPCOMING_STATES = (S.PROPOSED, S.HOST_CONFIRMED, S.ANNOUNCED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED)
UNANNOUNCED = (S.PROPOSED, S.HOST_CONFIRMED)
ANSWERABLE = (S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED)
PAST = (S.HELD, S.CLOSED)


# Cohorts that take part: their people are invited.
COHORT_STATES_TAKING_PART = (CohortState.AGREED, CohortState.RUNNING, CohortState.COMPLETED, CohortState.ALUMNI)
# Cohorts that planning counts on. A prospect may be proposed as host; only a cohort that agreed can be confirmed.
COHORT_STATES_EXPECTED = (CohortState.PROSPECT, *COHORT_STATES_TAKING_PART)
COHORT_STATES_BEFORE_START = (CohortState.PROSPECT, CohortState.AGREED)
