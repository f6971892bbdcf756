"""Questions about requests to come in, which are the lab's business alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Case, ExpressionWrapper, Q, Value, When
from django.db.models.functions import Coalesce, Lower

from cohorts.enums import AccessState

if TYPE_CHECKING:
    from accounts.models import User
    from cohorts.access_requests.models import AccessRequest

KEPT: Final = timedelta(days=90)  # after the answer; after it was asked, where nobody answers
_ENDS: Final = ExpressionWrapper(Coalesce("answered_at", "asked_at") + Value(KEPT), models.DateTimeField())


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def visible_to(self, user: User) -> AccessRequestQuerySet:
        """The lab's business alone."""
        return self if user.is_authenticated and user.is_lab_staff else self.none()

    def pending(self) -> AccessRequestQuerySet:
        return self.filter(state=AccessState.PENDING)

    def waiting_first(self) -> AccessRequestQuerySet:
        """Those that wait, the longest first, then the latest answers."""
        return self.order_by(
            Case(When(state=AccessState.PENDING, then=Value(0)), default=Value(1)), "-answered_at", "asked_at", "pk"
        )

    def answered(self) -> AccessRequestQuerySet:
        return self.exclude(state=AccessState.PENDING)

    def with_kept_until(self) -> AccessRequestQuerySet:
        """`kept_until`: when each is erased."""
        return self.annotate(kept_until=_ENDS)

    def over_before(self, at: datetime) -> AccessRequestQuerySet:
        """Those that are to be erased by that moment."""
        return self.alias(kept_until=_ENDS).filter(kept_until__lt=at)

    def named_like(self, text: str) -> AccessRequestQuerySet:
        """Whose name, address or proposed authority holds the text, accents and capitals ignored."""
        return self.filter(
            Q(full_name__unaccent__icontains=text)
            | Q(email__icontains=text)
            | Q(authority__name__unaccent__icontains=text)
        )

    def of_person(self, user: User) -> AccessRequestQuerySet:
        """What is kept of someone: what came with their account, or with their address."""
        return self.alias(address=Lower("email")).filter(Q(user=user) | Q(address=user.email.lower()))
