"""Actions that begin and end a support visit: the time in which a member of lab staff acts as a person."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import SupportVisit, User
from web.actions import action


@action(gettext_lazy("The lab began to act for the person"))
def open_support(*, person: User, reason: str, at: datetime, by: User) -> SupportVisit:
    """Record that a member of lab staff (`by`) begins to act as `person` at the moment `at`; return the support visit.

    The person can read `reason`. An earlier visit of `by` that is still open ends now; a visit lasts half an hour at
    most. Raises DomainError when `by` is not lab staff, when the person is lab staff or an administrator, and when
    their account is closed.
    """
    SupportVisit.objects.filter(staff=by, ended_at=None).update(ended_at=at)
    return SupportVisit.objects.create(person=person, staff=by, because=reason, began_at=at)


@action(gettext_lazy("The lab stopped acting for the person"))
def end_support(*, visit: SupportVisit, at: datetime, by: User | None) -> SupportVisit:
    """End a support visit at the moment `at` and return it; a visit that has already ended stays as it is.

    `by` is the member of lab staff, or None when their account no longer allows the visit.
    """
    if visit.ended_at is None:
        visit.ended_at = max(at, visit.began_at)
        visit.save(update_fields=["ended_at"])
    return visit
