"""Actions on the lab acting for somebody: begun and ended."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import SupportVisit, User
from web.actions import action


@action(gettext_lazy("The lab began to act for the person"))
def open_support(*, person: User, reason: str, at: datetime, by: User) -> SupportVisit:
    """Somebody of the lab acts as a person who asked for it, for half an hour at most; an earlier time of theirs ends.

    Raises DomainError for a colleague and for a closed account.
    """
    SupportVisit.objects.filter(staff=by, ended_at=None).update(ended_at=at)
    return SupportVisit.objects.create(person=person, staff=by, because=reason, began_at=at)


@action(gettext_lazy("The lab stopped acting for the person"))
def end_support(*, visit: SupportVisit, at: datetime, by: User | None) -> SupportVisit:
    """It is over; twice changes nothing."""
    if visit.ended_at is None:
        visit.ended_at = max(at, visit.began_at)
        visit.save(update_fields=["ended_at"])
    return visit
