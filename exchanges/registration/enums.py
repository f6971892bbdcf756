"""States of registrations and guests. Each state machine is declared once, for triggers, actions and buttons."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegistrationState(models.TextChoices):
    INVITED = "invited", _("invited")
    REGISTERED = "registered", _("registered")
    DECLINED = "declined", _("declined")
    WAITLISTED = "waitlisted", _("on the waiting list")
    ATTENDED = "attended", _("came")
    NO_SHOW = "no_show", _("did not come")
    CANCELLED = "cancelled", _("released their seat")

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the answer: "waiting", "open", "done" or "stopped"."""
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
    R.ATTENDED: [R.NO_SHOW],  # to correct attendance
    R.NO_SHOW: [R.ATTENDED],
}


EXPECTED = (R.REGISTERED, R.ATTENDED, R.NO_SHOW)


ANSWERED_YES = (R.REGISTERED, R.WAITLISTED)


REFUSED = (R.DECLINED, R.CANCELLED)


CAME = (R.REGISTERED, R.ATTENDED)  # at a held exchange, REGISTERED means that attendance is not recorded yet


class GuestState(models.TextChoices):
    EXPECTED = "expected", _("expected")
    ATTENDED = "attended", _("came")
    NO_SHOW = "no_show", _("did not come")


G = GuestState


GUEST_TRANSITIONS = {
    G.EXPECTED: [G.ATTENDED, G.NO_SHOW],
    G.ATTENDED: [G.NO_SHOW],  # to correct attendance
    G.NO_SHOW: [G.ATTENDED],
}


class Travel(models.TextChoices):
    """How people travel; the answer is optional."""

    TRAIN = "train", _("by train")
    COACH = "coach", _("by coach or bus")
    CAR = "car", _("by car")
    PLANE = "plane", _("by plane")
    NEAR = "near", _("on foot or by bicycle")
    OTHER = "other", _("in another way")
