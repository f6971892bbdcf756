"""Who is concerned by a letter about a session on the day it leaves, and who is not any more.

People are members on the session's list: stakeholders have no account, and no address of theirs is kept.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.db.models import DateField, DateTimeField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.attendance.enums import ON_SITE, AttendanceStatus
from cohorts.clock import local_day
from cohorts.models import Attendance, Membership, Session
from cohorts.people.enums import Role
from cohorts.sessions.actions.reminders import (
    ATTENDANCE,
    CANCELLED,
    INVITATION,
    POSTPONED,
    REPORT_MISSING,
    SUMMARY,
    TOLD,
    UNTOLD,
)
from cohorts.sessions.enums import SessionState
from cohorts.sessions.models import SessionQuerySet
from cohorts.sessions.recipients import CHANGED, knew, reached, untold
from notifications.models import DeliveryItem, Reminder
from notifications.registries import Recipient
from notifications.reminders.recipients import NOBODY, Audiences

Audience = Callable[[int, Subquery], Q]  # of a session's id, on the day it is there
S = SessionState
AHEAD = (S.SCHEDULED,)
PAST = (S.HELD, S.REPORTED)

# In which states of the session a letter makes sense; any other state stops it.
LETTER_STATES: Final[Mapping[str, tuple[SessionState, ...]]] = MappingProxyType(
    {
        "group_dates": AHEAD,
        "group_details": AHEAD,
        "group_last_note": AHEAD,
        ATTENDANCE: (S.SCHEDULED, *PAST),
        INVITATION: AHEAD,
        "stakeholder_answer_awaited": AHEAD,
        "stakeholder_details": AHEAD,
        "stakeholder_last_note": AHEAD,
        SUMMARY: (S.REPORTED,),
        REPORT_MISSING: (S.SCHEDULED, S.HELD),
        "stakeholder_outcome": PAST,
        CHANGED: AHEAD,
        POSTPONED: (S.POSTPONED,),
        CANCELLED: (S.CANCELLED,),
    }
)
REASONS: Final = {
    "postponed": _("the session is postponed"),
    "settled": _("it was no longer needed"),
    "unheld": _("nobody recorded that the session was held"),
    "unreported": _("there was no report yet"),
    "invited": _("the person was invited already"),
    "told": _("the person was already informed"),
    "other_kind": _("the session changed to another kind"),
    "ahead": _("the session is still to come"),
}
ONCE: Final = {
    "unheld": _("once someone records that the session was held"),
    "unreported": _("once there is a report"),
    "ahead": _("once the session is over"),
}


def _in_cohort(session: int, today: Subquery) -> Q:
    """Members of the session's cohort today: who left gets nothing."""
    members = Membership.objects.active(today).filter(cohort__sessions=session)
    return Q(pk__in=members.values("user"))


def _listed(*limits: Q, **more: object) -> Audience:
    """Members on the session's list, in lines of the list that are so."""

    def audience(session: int, today: Subquery) -> Q:
        rows = Attendance.objects.filter(*limits, day__session=session, member__isnull=False, **more)
        return Q(pk__in=rows.values("member__user")) & _in_cohort(session, today)

    return audience


def _unanswered(session: int, today: Subquery) -> Q:
    """Those who said nothing yet of some day ahead."""
    return _listed(status=AttendanceStatus.EXPECTED, answered_on=None, day__date__gte=today)(session, today)


def _not_yet_invited(session: int, today: Subquery) -> Q:
    """Those expected whom no invitation reached; `recipients` leaves out those whose invitation is on its way too."""
    return EXPECTED(session, today) & ~Q(pk__in=reached(session, letter=INVITATION).sent().values("user"))


def _told(session: int, today: Subquery) -> Q:
    """Everybody on the list, those who declined too, and everybody a letter on the session reached."""
    listed = Attendance.objects.filter(day__session=session, member__isnull=False)
    told = Q(pk__in=listed.values("member__user")) | Q(pk__in=reached(session).values("user"))
    return told & _in_cohort(session, today)


def _facilitators(session: int, today: Subquery) -> Q:
    """Those who answer for it, as on the home page: coordinator and pilot; the lab where there is neither."""
    leads = Membership.objects.active(today).filter(
        cohort__sessions=session, role__in=[Role.COORDINATOR, Role.PILOT], user__is_active=True
    )
    return Q(pk__in=leads.values("user")) | (Q(is_lab_staff=True) & Q(~Exists(leads)))


EXPECTED: Final = _listed(status__in=ON_SITE)
AUDIENCES: Final[Mapping[str, Audience]] = MappingProxyType(
    {
        "elected_and_direction": _listed(status__in=ON_SITE, member__role__in=[Role.ELECTED, Role.DIRECTION]),
        "not_yet_invited": _not_yet_invited,
        UNTOLD: EXPECTED,  # of whom `_special` says who knows nothing of it yet
        "unanswered": _unanswered,
        "expected": EXPECTED,
        "attendees": EXPECTED,  # whoever came, and whoever was expected while nobody noted it
        "facilitator": _facilitators,
        "facilitator_without_report": _facilitators,
        TOLD: _told,
    }
)
LATE: Final = {"not_yet_invited", UNTOLD}  # those who had not what the others have


def recipients(reminder: Reminder, at: datetime) -> list[Recipient]:
    """The people of the reminder's audience today; of those who come late, whoever's dates are not on their way."""
    late = reminder.audience in LATE
    return SESSIONS.recipients(reminder, at, but=Q(pk__in=_on_its_way(reminder).values("user")) if late else NOBODY)


def _on_its_way(late: Reminder) -> QuerySet[DeliveryItem]:
    """The same letter to others who came late, made and not gone: held, or the server was busy.

    Asked only when letters are made: of two that exist already each would wait for the other.
    """
    same = Reminder.objects.filter(kind=late.kind, object_id=late.object_id, letter=late.letter)
    return DeliveryItem.objects.queued().filter(reminder__in=same.filter(reason="").exclude(pk=late.pk))


def _events(letters: Collection[str]) -> SessionQuerySet:
    """With the cohort and its authority, and for the letter about attendance the first day it is missing of."""
    sessions = Session.objects.select_related("cohort__authority").order_by()
    if ATTENDANCE not in letters:
        return sessions
    missing = Attendance.objects.filter(day__session=OuterRef("pk"), status=AttendanceStatus.EXPECTED)
    return sessions.annotate(missing_since=Subquery(missing.order_by("day__date").values("day__date")[:1]))


def _today(session: int, at: datetime) -> Subquery:
    """The day it is where the session's authority is, found by the statement that asks."""
    zone = F("cohort__authority__time_zone")
    local = Func(zone, Value(at), function="timezone", output_field=DateTimeField())
    return Subquery(Session.objects.filter(pk=session).order_by().values(today=Cast(local, DateField())))


def _special(reminder: Reminder, today: Subquery) -> Q | None:
    """What changed is news to nobody but those who knew what was, and dates are to those who know others only."""
    if reminder.audience == UNTOLD:
        return EXPECTED(reminder.object_id, today) & untold(reminder.object_id, reminder.version)
    if reminder.letter != CHANGED or reminder.audience not in AUDIENCES:
        return None
    return AUDIENCES[reminder.audience](reminder.object_id, today) & knew(reminder.object_id, reminder.version)


def _out_of_place(session: Session, letter: str, at: datetime) -> str:
    """The reason why the session, as it stands, has no use for the letter."""
    if session.state not in LETTER_STATES.get(letter, AHEAD):
        return _why_out_of_place(session.state, letter)
    if letter != ATTENDANCE:
        return ""
    today, since = local_day(session.cohort, at), vars(session)["missing_since"]
    if since and since <= today:
        return ""
    return "ahead" if session.last_day and session.last_day > today else "settled"


def _why_out_of_place(state: str, letter: str) -> str:
    if state in (S.CANCELLED, S.POSTPONED):
        return str(state)
    if letter == SUMMARY:
        return "unreported"
    return "unheld" if letter == "stakeholder_outcome" else "settled"


def _why_not(session: Session, reminder: Reminder, user: User, today: Subquery) -> str:
    """Why someone is not of the audience: they left, said no, said something, or had their invitation."""
    rows = Attendance.objects.filter(day__session=session, member__user=user)
    statuses = set(rows.values_list("status", flat=True))
    here = User.objects.filter(_in_cohort(session.pk, today), pk=user.pk).exists()
    if not (here and statuses):
        return "left"
    if not statuses & set(ON_SITE):
        return "declined"
    return {"unanswered": "answered", "not_yet_invited": "invited", UNTOLD: "told"}.get(reminder.audience, "left")


SESSIONS: Final = Audiences(
    events=_events,
    today=_today,
    people=AUDIENCES,
    out_of_place=_out_of_place,
    why_not=_why_not,
    special=_special,
    on_the_day={*LATE, "unanswered", "attendees", "facilitator_without_report", TOLD},
)
