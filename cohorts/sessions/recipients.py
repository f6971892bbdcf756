"""Filters for people by what they know of a session's dates, from e-mails or from their own answers."""

from django.db.models import Exists, Q, QuerySet

from cohorts.attendance.enums import EXPECTED_OR_PRESENT, AttendanceStatus
from cohorts.models import Attendance
from cohorts.sessions.email_types import CHANGED
from cohorts.sessions.enums import EMAIL_EVENT_KINDS
from notifications.emails.models import DeliveryItemQuerySet
from notifications.enums import ItemState, ReminderState
from notifications.models import DeliveryItem, Reminder


def emails_received(session_id: int, **more: object) -> DeliveryItemQuerySet:
    """Return the copies of e-mails about a session (by id) that people have received, or may have received.

    `more` are conditions on the reminder of a copy, such as `email_type` or `version__lt`.
    """
    about = {"reminder__kind__in": EMAIL_EVENT_KINDS, "reminder__object_id": session_id}
    limits = {f"reminder__{name}": value for name, value in more.items()}
    return DeliveryItem.objects.possibly_received().filter(**about, **limits)


def informed_of_earlier_dates(session_id: int, version: int) -> Q:
    """Return a filter for users who got an e-mail about the session (by id) before this `version`, or ever answered for
    it.
    """
    return Q(pk__in=emails_received(session_id, version__lt=version).values("user")) | Q(pk__in=_answered(session_id))


def informed(session_id: int) -> Q:
    """Return a filter for users who received any e-mail about the session (by id), or ever answered for it."""
    return Q(pk__in=emails_received(session_id).values("user")) | Q(pk__in=_answered(session_id))


def not_yet_informed(session_id: int, version: int) -> Q:
    """Return a filter for people who know nothing of the dates that the session (by id) has in this `version`.

    They received no e-mail about that version, never answered, and will not get its change notice.
    """
    about = {"kind__in": EMAIL_EVENT_KINDS, "object_id": session_id, "version": version}
    change = Reminder.objects.filter(**about, email_type=CHANGED)
    change_notices = DeliveryItem.objects.filter(reminder__in=change, state__in=[ItemState.QUEUED, ItemState.SENT])
    change_is_planned = Q(Exists(change.filter(state=ReminderState.PLANNED)))
    will_be_notified = Q(pk__in=emails_received(session_id, version__lt=version).values("user")) & change_is_planned
    already_informed = Q(pk__in=emails_received(session_id, version=version).values("user")) | Q(
        pk__in=_answered(session_id)
    )
    return ~(already_informed | Q(pk__in=change_notices.values("user")) | will_be_notified)


def expected(session_id: int) -> QuerySet[Attendance]:
    """Return the attendance rows, one for each day, of members who are expected at the session (by id) or came."""
    return Attendance.objects.filter(day__session=session_id, member__isnull=False, status__in=EXPECTED_OR_PRESENT)


def _answered(session_id: int) -> QuerySet[Attendance]:
    """Return the ids of the users who ever answered for the session (by id), or were excused, as a subquery.

    They are read from the history, because moving a day deletes its answers.
    """
    lines = Attendance.pgh_event_model.objects.filter(  # type: ignore[attr-defined]  # given by `tracked`
        Q(answered_on__isnull=False) | Q(status=AttendanceStatus.EXCUSED), day__session=session_id, member__isnull=False
    )
    answered: QuerySet[Attendance] = lines.values("member__user")
    return answered
