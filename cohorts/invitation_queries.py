"""Questions about invitations. Every page starts from `visible_to`; the letter's link from `with_token`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Q

from cohorts.invitations.invitable_roles import BRINGS
from cohorts.visibility import active_on
from web.clock import Day

if TYPE_CHECKING:
    from accounts.models import User
    from cohorts.invitations.models import Invitation, InvitationList

ENDING: Final = timedelta(days=3)  # before its end, whoever invited is told
ENDED: Final = timedelta(days=14)  # for so long they are told that it ended


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User, today: Day) -> InvitationQuerySet:
        """All for lab staff, else those of cohorts the person leads that day."""
        if not user.is_authenticated:
            return self.none()
        if user.is_lab_staff:
            return self
        led = user.memberships.filter(active_on(today), role__in=BRINGS)
        return self.filter(cohort__in=led.values("cohort"))

    def to_settle_by(self, user: User, today: Day) -> InvitationQuerySet:
        """Those the person may send again and take back: to roles they could give."""
        if not user.is_authenticated or user.is_lab_staff:
            return self.visible_to(user, today)
        theirs = Q()
        for lead, given in BRINGS.items():
            led = user.memberships.filter(active_on(today), role=lead)
            theirs |= Q(cohort__in=led.values("cohort"), role__in=given)
        return self.filter(theirs)

    def with_token(self, token_hash: str) -> InvitationQuerySet:
        """Whose link has, or once had, this token."""
        return self.filter(Q(token_hash=token_hash) | Q(replaced__contains=[token_hash]))

    def open(self) -> InvitationQuerySet:
        """Neither accepted nor revoked: pending, or expired."""
        return self.filter(accepted_at=None, revoked_at=None)

    def pending(self, at: datetime) -> InvitationQuerySet:
        return self.open().filter(expires_at__gt=at)

    def expired(self, at: datetime) -> InvitationQuerySet:
        return self.open().filter(expires_at__lte=at)

    def accepted(self) -> InvitationQuerySet:
        return self.filter(accepted_at__isnull=False)

    def revoked(self) -> InvitationQuerySet:
        return self.filter(revoked_at__isnull=False)

    def in_state(self, state: str, at: datetime) -> InvitationQuerySet:
        """Those in one state; all of them for any other word."""
        found = {"pending": self.pending, "expired": self.expired}
        if state in found:
            return found[state](at)
        settled = {"accepted": self.accepted, "revoked": self.revoked}
        return settled[state]() if state in settled else self

    def named_like(self, text: str) -> InvitationQuerySet:
        """Whose name or address holds the text, accents and capitals ignored."""
        return self.filter(Q(full_name__unaccent__icontains=text) | Q(email__icontains=text))

    def ending(self, at: datetime) -> InvitationQuerySet:
        """Open ones that end within days, or did not long ago: somebody has to send them again or take them back."""
        return self.open().filter(expires_at__gt=at - ENDED, expires_at__lte=at + ENDING)

    def dead_since(self, at: datetime) -> InvitationQuerySet:
        """Revoked, or expired without an answer, before a moment."""
        over = Q(revoked_at__lte=at) | Q(revoked_at=None, accepted_at=None, expires_at__lte=at)
        return self.filter(over)

    def latest_first(self) -> InvitationQuerySet:
        return self.order_by("-invited_at", "-pk")

    def with_places(self) -> InvitationQuerySet:
        return self.select_related("cohort__authority", "cohort__edition", "authority", "invited_by", "person")


class InvitationListQuerySet(models.QuerySet["InvitationList"]):
    def waiting(self) -> InvitationListQuerySet:
        """Those with lines still to send, the oldest first."""
        return self.filter(finished_at=None).order_by("pk")

    def to_look_at(self) -> InvitationListQuerySet:
        """Those on their way, and those that ended with lines nobody could be invited by, while these are kept."""
        return self.filter(Q(finished_at=None) | ~Q(refused=[])).order_by("pk")

    def read_long_ago(self, before: datetime) -> InvitationListQuerySet:
        """Those whose refused lines were there to be read for long enough."""
        return self.filter(finished_at__lt=before).exclude(refused=[])
