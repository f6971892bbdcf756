"""States of calls and of applications, with the transitions between them."""

from typing import Final

from django.db import models
from django.utils.translation import pgettext_lazy

from cohorts.people.enums import MembershipRole


class CallState(models.TextChoices):
    """The states of a call. A published one takes applications from its first to its last day; a withdrawn one is no
    longer public.
    """

    DRAFT = "draft", pgettext_lazy("call", "draft")
    PUBLISHED = "published", pgettext_lazy("call", "published")
    CLOSED = "closed", pgettext_lazy("call", "closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("call", "withdrawn")

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme in which pages show the state."""
        return {"draft": "waiting", "published": "open", "closed": "neutral", "withdrawn": "stopped"}[self]


class ApplicationState(models.TextChoices):
    """The states of an application. An unconfirmed one holds nothing but the address to which the link was sent."""

    UNCONFIRMED = "unconfirmed", pgettext_lazy("application", "address not confirmed")
    DRAFT = "draft", pgettext_lazy("application", "not sent yet")
    SUBMITTED = "submitted", pgettext_lazy("application", "sent, not decided")
    ACCEPTED = "accepted", pgettext_lazy("application", "accepted")
    REFUSED = "refused", pgettext_lazy("application", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme in which pages show the state."""
        return APPLICATION_TONES[self]


CALL_TRANSITIONS: Final = {
    CallState.DRAFT: [CallState.PUBLISHED],
    CallState.PUBLISHED: [CallState.CLOSED, CallState.WITHDRAWN],
    CallState.CLOSED: [CallState.PUBLISHED, CallState.WITHDRAWN],
}
APPLICATION_TRANSITIONS: Final = {
    ApplicationState.UNCONFIRMED: [ApplicationState.DRAFT],
    ApplicationState.DRAFT: [ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN],
    ApplicationState.SUBMITTED: [ApplicationState.ACCEPTED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN],
}
APPLICATION_TONES: Final = {
    ApplicationState.UNCONFIRMED: "waiting",
    ApplicationState.DRAFT: "waiting",
    ApplicationState.SUBMITTED: "open",
    ApplicationState.ACCEPTED: "done",
    ApplicationState.REFUSED: "stopped",
    ApplicationState.WITHDRAWN: "paused",
}
# States before the application is sent; the applicant writes in DRAFT only.
NOT_SENT: Final = (ApplicationState.UNCONFIRMED, ApplicationState.DRAFT)
DECIDED: Final = (ApplicationState.ACCEPTED, ApplicationState.REFUSED)
SENT: Final = (ApplicationState.SUBMITTED, *DECIDED)  # what the lab and the reviewers read
# The roles for which an authority names people; the lab names the others.
APPLICANT_ROLES: Final = (
    MembershipRole.PILOT,
    MembershipRole.AMBASSADOR,
    MembershipRole.RELAY,
    MembershipRole.ELECTED,
    MembershipRole.DIRECTION,
)
