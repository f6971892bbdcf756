"""Actions that begin and end a support visit: the time in which a member of lab staff acts as a person."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import SupportVisit, User
from web.actions import action


@action(gettext_lazy("The lab began to act for the person"))
def open_support(*, person: User, reason: str, at: datetime, by: User) -> SupportVisit:
    """Create the support visit of a member of lab staff (`by`) who begins to act as `person`; end their earlier one.

    `reason` is read by the person. The visit lasts half an hour at most. Raises DomainError when the person is a
    colleague, or when their account is closed.
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
