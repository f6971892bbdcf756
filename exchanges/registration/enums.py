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


# Someone without a seat who comes all the same is a walk-in: from any answer to “came”. Attendance that was recorded by
# mistake is undone: back to the answer from before.
REGISTRATION_TRANSITIONS = {
    R.INVITED: [R.REGISTERED, R.DECLINED, R.WAITLISTED, R.ATTENDED],
    R.REGISTERED: [R.ATTENDED, R.NO_SHOW, R.CANCELLED],
    R.DECLINED: [R.REGISTERED, R.WAITLISTED, R.ATTENDED],
    R.WAITLISTED: [R.REGISTERED, R.DECLINED, R.CANCELLED, R.ATTENDED],
    R.CANCELLED: [R.REGISTERED, R.WAITLISTED, R.ATTENDED],
    R.ATTENDED: [R.NO_SHOW, R.INVITED, R.REGISTERED, R.DECLINED, R.WAITLISTED, R.CANCELLED],
    R.NO_SHOW: [R.ATTENDED, R.REGISTERED],
}


EXPECTED = (R.REGISTERED, R.ATTENDED, R.NO_SHOW)


ANSWERED_YES = (R.REGISTERED, R.WAITLISTED)


REFUSED = (R.DECLINED, R.CANCELLED)


RECORDED = (R.ATTENDED, R.NO_SHOW)  # whether the person came is recorded


CAME = (R.REGISTERED, R.ATTENDED)  # at a held exchange, REGISTERED means that attendance is not recorded yet


class GuestState(models.TextChoices):
    EXPECTED = "expected", _("expected")
    ATTENDED = "attended", _("came")
    NO_SHOW = "no_show", _("did not come")

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the state: "open", "done" or "stopped"."""
        return {"expected": "open", "attended": "done", "no_show": "stopped"}[self]


G = GuestState


GUEST_TRANSITIONS = {
    G.EXPECTED: [G.ATTENDED, G.NO_SHOW],
    G.ATTENDED: [G.NO_SHOW, G.EXPECTED],  # to correct attendance, or to undo it
    G.NO_SHOW: [G.ATTENDED, G.EXPECTED],
}


class Travel(models.TextChoices):
    """How people travel; the answer is optional."""

    TRAIN = "train", _("by train")
    COACH = "coach", _("by coach or bus")
    CAR = "car", _("by car")
    PLANE = "plane", _("by plane")
    NEAR = "near", _("on foot or by bicycle")
    OTHER = "other", _("in another way")
