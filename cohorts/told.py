"""Who knows the dates of a session already: by a letter, or because they said whether they come."""

from django.db.models import Q, QuerySet

from cohorts.enums import LETTER_KINDS, ON_SITE, AttendanceStatus
from cohorts.models import Attendance
from notifications.enums import ItemState
from notifications.models import DeliveryItem


def sent(session: int, **more: object) -> QuerySet[DeliveryItem]:
    """What went of the session's letters."""
    about = {"reminder__kind__in": LETTER_KINDS, "reminder__object_id": session}
    limits = {f"reminder__{name}": value for name, value in more.items()}
    return DeliveryItem.objects.filter(state=ItemState.SENT, **about, **limits)


def knew(session: int, version: int) -> Q:
    """People a letter with earlier dates went to, or who said whether they come."""
    return Q(pk__in=sent(session, version__lt=version).values("user")) | Q(pk__in=_answered(session))


def knows(session: int) -> Q:
    """People any letter on the session went to, or who said whether they come."""
    return Q(pk__in=sent(session).values("user")) | Q(pk__in=_answered(session))


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
