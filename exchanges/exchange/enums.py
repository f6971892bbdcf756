"""States and kinds of the exchanges, each state machine declared once for trigger, verbs and buttons."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from cohorts.enums import CohortState
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


class RegistrationState(models.TextChoices):
    INVITED = "invited", _("invited")
    REGISTERED = "registered", _("registered")
    DECLINED = "declined", _("declined")
    WAITLISTED = "waitlisted", _("on the waiting list")
    ATTENDED = "attended", _("came")
    NO_SHOW = "no_show", _("did not come")
    CANCELLED = "cancelled", _("cancelled their place")

    @property
    def tone(self) -> str:
        return REGISTRATION_TONES[self]


R = RegistrationState
REGISTRATION_TONES = {
    R.INVITED: "waiting",
    R.REGISTERED: "open",
    R.DECLINED: "stopped",
    R.WAITLISTED: "waiting",
    R.ATTENDED: "done",
    R.NO_SHOW: "stopped",
    R.CANCELLED: "stopped",
}
REGISTRATION_TRANSITIONS = {
    R.INVITED: [R.REGISTERED, R.DECLINED, R.WAITLISTED],
    R.REGISTERED: [R.ATTENDED, R.NO_SHOW, R.CANCELLED],
    R.DECLINED: [R.REGISTERED, R.WAITLISTED],
    R.WAITLISTED: [R.REGISTERED, R.DECLINED, R.CANCELLED],
    R.CANCELLED: [R.REGISTERED, R.WAITLISTED],
    R.ATTENDED: [R.NO_SHOW],  # attendance recorded by mistake is put right
    R.NO_SHOW: [R.ATTENDED],
}
EXPECTED = (R.REGISTERED, R.ATTENDED, R.NO_SHOW)
ANSWERED_YES = (R.REGISTERED, R.WAITLISTED)
REFUSED = (R.DECLINED, R.CANCELLED)
CAME = (R.REGISTERED, R.ATTENDED)  # to an exchange that was held; registered: attendance is not recorded yet


class GuestState(models.TextChoices):
    EXPECTED = "expected", _("expected")
    ATTENDED = "attended", _("came")
    NO_SHOW = "no_show", _("did not come")


G = GuestState
GUEST_TRANSITIONS = {
    G.EXPECTED: [G.ATTENDED, G.NO_SHOW],
    G.ATTENDED: [G.NO_SHOW],  # attendance recorded by mistake is put right
    G.NO_SHOW: [G.ATTENDED],
}


class Travel(models.TextChoices):
    """How people come; they may leave it open."""

    TRAIN = "train", _("by train")
    COACH = "coach", _("by coach or bus")
    CAR = "car", _("by car")
    PLANE = "plane", _("by plane")
    NEAR = "near", _("on foot or by bicycle")
    OTHER = "other", _("in another way")
