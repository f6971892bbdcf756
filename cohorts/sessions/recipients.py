"""Who knows the dates of a session already: by a letter, or because they said whether they come."""

from django.db.models import Exists, Q, QuerySet

from cohorts.attendance.enums import ON_SITE, AttendanceStatus
from cohorts.models import Attendance
from cohorts.sessions.enums import LETTER_KINDS
from notifications.emails.models import DeliveryItemQuerySet
from notifications.enums import ItemState, ReminderState
from notifications.models import DeliveryItem, Reminder

CHANGED = "session_changed"  # the letter that says so to those who knew


def reached(session: int, **more: object) -> DeliveryItemQuerySet:
    """What people have of the session's letters, or may have."""
    about = {"reminder__kind__in": LETTER_KINDS, "reminder__object_id": session}
    limits = {f"reminder__{name}": value for name, value in more.items()}
    return DeliveryItem.objects.reached().filter(**about, **limits)


def knew(session: int, version: int) -> Q:
    """People a letter with earlier dates reached, or who said whether they come."""
    return Q(pk__in=reached(session, version__lt=version).values("user")) | Q(pk__in=_answered(session))


def knows(session: int) -> Q:
    """People any letter on the session reached, or who said whether they come."""
    return Q(pk__in=reached(session).values("user")) | Q(pk__in=_answered(session))


def untold(session: int, version: int) -> Q:
    """People who know nothing of these dates, and are not told of a change that led to them."""
    about = {"kind__in": LETTER_KINDS, "object_id": session, "version": version}
    change = Reminder.objects.filter(**about, letter=CHANGED)
    told = DeliveryItem.objects.filter(reminder__in=change, state__in=[ItemState.QUEUED, ItemState.SENT])
    waits = Q(Exists(change.filter(state=ReminderState.PLANNED)))
    will_be = Q(pk__in=reached(session, version__lt=version).values("user")) & waits
    have = Q(pk__in=reached(session, version=version).values("user")) | Q(pk__in=_answered(session))
    return ~(have | Q(pk__in=told.values("user")) | will_be)


def expected(session: int) -> QuerySet[Attendance]:
    """Members' lines of the list of whoever is not excused."""
    return Attendance.objects.filter(day__session=session, member__isnull=False, status__in=ON_SITE)


def _answered(session: int) -> QuerySet[Attendance]:
    """A move takes answers back, so that they are asked of the history."""
    lines = Attendance.pgh_event_model.objects.filter(  # type: ignore[attr-defined]  # given by `tracked`
        Q(answered_on__isnull=False) | Q(status=AttendanceStatus.EXCUSED), day__session=session, member__isnull=False
    )
    answered: QuerySet[Attendance] = lines.values("member__user")
    return answered
