"""States and kinds of the exchanges, each state machine declared once for trigger, actions and buttons."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from cohorts.cohort.enums import CohortState
from programmes.enums import EditionState

PLANNED_FOR = (EditionState.OPEN, EditionState.RUNNING)  # editions that exchanges are planned for


class ExchangeKind(models.TextChoices):
    """`other` keeps the published word in `kind_label`."""

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
    FOLLOWED_UP = "followed_up", _("followed up")
    CANCELLED = "cancelled", _("cancelled")

    @property
    def tone(self) -> str:
        return EXCHANGE_TONES[self]


S = ExchangeState
EXCHANGE_TONES = {
    S.PROPOSED: "waiting",
    S.HOST_CONFIRMED: "waiting",
    S.ANNOUNCED: "open",
    S.REGISTRATION_OPEN: "open",
    S.REGISTRATION_CLOSED: "open",
    S.HELD: "done",
    S.FOLLOWED_UP: "done",
    S.CANCELLED: "stopped",
}
EXCHANGE_TRANSITIONS = {
    S.PROPOSED: [S.HOST_CONFIRMED, S.CANCELLED],
    S.HOST_CONFIRMED: [S.PROPOSED, S.ANNOUNCED, S.CANCELLED],  # back: another host has to confirm in its turn
    S.ANNOUNCED: [S.REGISTRATION_OPEN, S.CANCELLED],
    S.REGISTRATION_OPEN: [S.REGISTRATION_CLOSED, S.CANCELLED],
    S.REGISTRATION_CLOSED: [S.HELD, S.CANCELLED],
    S.HELD: [S.FOLLOWED_UP],
}
GONE = (CohortState.SUSPENDED, CohortState.WITHDRAWN)  # a cohort that cannot host any more
ESCALATES = timedelta(weeks=18)  # before the first day: a host that has not confirmed by then is passed over
COMING = (S.PROPOSED, S.HOST_CONFIRMED, S.ANNOUNCED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED)
UNANNOUNCED = (S.PROPOSED, S.HOST_CONFIRMED)
ANSWERABLE = (S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED)
PAST = (S.HELD, S.FOLLOWED_UP)


# Cohorts that come and may host. A prospect has signed nothing: it neither weighs on a date nor hosts.
COMMITTED = (CohortState.AGREED, CohortState.RUNNING, CohortState.COMPLETED, CohortState.ALUMNI)
