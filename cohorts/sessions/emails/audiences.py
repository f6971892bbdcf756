"""The audience of an e-mail about a session on the day it leaves, and why someone is no longer part of it.

Audiences are members on the session's list. Stakeholders have no account, and no address of theirs is stored.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.db.models import DateField, DateTimeField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.lab.filters import STAFF_BUT_READERS
from accounts.models import User
from cohorts.attendance.enums import EXPECTED_OR_PRESENT, AttendanceStatus
from cohorts.clock import local_day
from cohorts.models import Attendance, Membership, Session
from cohorts.people.enums import MembershipRole
from cohorts.sessions.email_types import (
    ATTENDANCE,
    CANCELLED,
    CHANGED,
    INFORMED,
    INVITATION,
    NOT_YET_INFORMED,
    OUTCOME,
    POSTPONED,
    REPORT_MISSING,
    SUMMARY,
)
from cohorts.sessions.enums import SessionState
from cohorts.sessions.models import SessionQuerySet
from cohorts.sessions.recipients import emails_received, informed_of_earlier_dates, not_yet_informed
from notifications.models import DeliveryItem, Reminder
from notifications.registries import Recipient
from notifications.reminders.recipients import NOBODY, Audiences
from programmes.formats.wordings import own_wordings

Audience = Callable[[int, Subquery], Q]  # takes a session's id and its local day
S = SessionState
UPCOMING_STATES = (S.SCHEDULED,)
PAST_STATES = (S.HELD, S.REPORTED)
ALREADY_INFORMED: Final = "informed"  # reason, as stored

# States of the session in which each e-mail makes sense; any other state stops it.
EMAIL_STATES: Final[Mapping[str, tuple[SessionState, ...]]] = MappingProxyType(
    {
        "group_dates": UPCOMING_STATES,
        "group_details": UPCOMING_STATES,
        "group_last_note": UPCOMING_STATES,
        ATTENDANCE: (S.SCHEDULED, *PAST_STATES),
        INVITATION: UPCOMING_STATES,
        "stakeholder_answer_awaited": UPCOMING_STATES,
        "stakeholder_details": UPCOMING_STATES,
        "stakeholder_last_note": UPCOMING_STATES,
        SUMMARY: (S.REPORTED,),
        REPORT_MISSING: (S.SCHEDULED, S.HELD),
        OUTCOME: PAST_STATES,
        CHANGED: UPCOMING_STATES,
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
    ALREADY_INFORMED: _("the person was already informed"),
    "other_kind": _("the session changed to another kind"),
    "ahead": _("the session is still to come"),
}
RESUME_CONDITIONS: Final = {
    "unheld": _("once someone records that the session was held"),
    "unreported": _("once there is a report"),
    "ahead": _("once the session is over"),
}


def _in_cohort(session_id: int, today: Subquery) -> Q:
    """Return a filter for users who are members, on `today`, of the cohort of the session (by id)."""
    members = Membership.objects.active(today).filter(cohort__sessions=session_id)
    return Q(pk__in=members.values("user"))


def _listed(*limits: Q, **conditions: object) -> Audience:
    """Return an audience: today's members of the cohort whose attendance at the session meets the conditions.

    An audience is a function that takes a session's id and its local day (a subquery), and returns a filter for users.
    `limits` and `conditions` are those of `filter` on attendance rows.
    """

    def audience(session_id: int, today: Subquery) -> Q:
        """Return a filter for users who are members on `today` and have such an attendance row at the session (by
        id).
        """
        rows = Attendance.objects.filter(*limits, day__session=session_id, member__isnull=False, **conditions)
        return Q(pk__in=rows.values("member__user")) & _in_cohort(session_id, today)

    return audience


def _unanswered(session_id: int, today: Subquery) -> Q:
    """Return a filter for members who are expected at the session (by id) on a day, `today` or later, and have not
    answered.
    """
    return _listed(status=AttendanceStatus.EXPECTED, answered_on=None, day__date__gte=today)(session_id, today)


def _not_yet_invited(session_id: int, today: Subquery) -> Q:
    """Return a filter for members, on `today`, who are expected at the session (by id) and got no invitation to it by
    e-mail.
    """
    return EXPECTED(session_id, today) & ~Q(
        pk__in=emails_received(session_id, email_type=INVITATION).sent().values("user")
    )


def _listed_or_reached(session_id: int, today: Subquery) -> Q:
    """Return a filter for members on the session's list, whatever their status, and those who got an e-mail about it.

    `session_id` is its id. People who are not members of the cohort on `today` are left out.
    """
    listed = Attendance.objects.filter(day__session=session_id, member__isnull=False)
    concerned = Q(pk__in=listed.values("member__user")) | Q(pk__in=emails_received(session_id).values("user"))
    return concerned & _in_cohort(session_id, today)


def _facilitators(session_id: int, today: Subquery) -> Q:
    """Return a filter for the coordinator and pilot, on `today`, of the session's cohort; for lab staff but its readers
    when it has neither.

    `session_id` is its id; closed accounts do not count.
    """
    leads = Membership.objects.active(today).filter(
        cohort__sessions=session_id, role__in=[MembershipRole.COORDINATOR, MembershipRole.PILOT], user__is_active=True
    )
    return Q(pk__in=leads.values("user")) | (STAFF_BUT_READERS & Q(~Exists(leads)))


EXPECTED: Final = _listed(status__in=EXPECTED_OR_PRESENT)
AUDIENCES: Final[Mapping[str, Audience]] = MappingProxyType(
    {
        "elected_and_direction": _listed(
            status__in=EXPECTED_OR_PRESENT, member__role__in=[MembershipRole.ELECTED, MembershipRole.DIRECTION]
        ),
        "not_yet_invited": _not_yet_invited,
        NOT_YET_INFORMED: EXPECTED,  # narrowed by `_audience_by_dates` to those who know nothing yet
        "unanswered": _unanswered,
        "expected": EXPECTED,
        "attendees": EXPECTED,  # people who came, and people expected where nobody recorded attendance
        "facilitator": _facilitators,
        "facilitator_without_report": _facilitators,
        INFORMED: _listed_or_reached,
    }
)
LATE_AUDIENCES: Final = {"not_yet_invited", NOT_YET_INFORMED}  # for people who missed an e-mail that the others have


def recipients(reminder: Reminder, at: datetime) -> list[Recipient]:
    """Return the people to whom an e-mail about a session (`reminder`) goes at the moment `at`; may be empty.

    If it is for people who missed an earlier e-mail, those whose copy is being sent already are left out.
    """
    is_late = reminder.audience in LATE_AUDIENCES
    return SESSION_AUDIENCES.recipients(
        reminder, at, excluding=Q(pk__in=_pending_elsewhere(reminder).values("user")) if is_late else NOBODY
    )


def change_notice_count(session: Session, at: datetime) -> int:
    """Return how many people would get the notice of a change if the session moved at the moment `at` (one statement).

    They are those of its list, or who got an e-mail about it, who know the present days.
    """
    knows_present_days = informed_of_earlier_dates(session.pk, session.version + 1)
    audience = AUDIENCES[INFORMED](session.pk, _today(session.pk, at)) & knows_present_days
    return User.objects.filter(audience, is_active=True).count()


def _pending_elsewhere(reminder: Reminder) -> QuerySet[DeliveryItem]:
    """Return the unsent copies of this e-mail that were created under other reminders, for people who missed it.

    For use when e-mails are created: two copies that exist already would wait for each other.
    """
    same_email = Reminder.objects.filter(
        kind=reminder.kind, object_id=reminder.object_id, email_type=reminder.email_type
    )
    return DeliveryItem.objects.queued().filter(reminder__in=same_email.filter(reason="").exclude(pk=reminder.pk))


def _events(email_types: Collection[str]) -> SessionQuerySet:
    """Return all sessions, loaded with cohort and authority, and with what these types of e-mails (slugs) need.

    For the e-mail that asks for attendance that is `missing_since`, the first day on which someone is still “expected”.
    """
    sessions = Session.objects.select_related("cohort__authority").order_by()
    sessions = sessions.annotate(own_wordings=own_wordings("cohort__edition__format", email_types))
    if ATTENDANCE not in email_types:
        return sessions
    missing = Attendance.objects.filter(day__session=OuterRef("pk"), status=AttendanceStatus.EXPECTED)
    return sessions.annotate(missing_since=Subquery(missing.order_by("day__date").values("day__date")[:1]))


def _today(session_id: int, at: datetime) -> Subquery:
    """Return, as a subquery, the local date of the moment `at` in the authority of the session (by id)."""
    zone = F("cohort__authority__time_zone")
    local = Func(zone, Value(at), function="timezone", output_field=DateTimeField())
    return Subquery(Session.objects.filter(pk=session_id).order_by().values(today=Cast(local, DateField())))


def _audience_by_dates(reminder: Reminder, today: Subquery) -> Q | None:
    """Return a filter for the people who get an e-mail that depends on which dates they know; None for any other
    e-mail.

    A change notice goes to people who knew earlier dates. The dates go to expected people who know none, or only
    earlier ones. `today` is the session's local day.
    """
    if reminder.audience == NOT_YET_INFORMED:
        return EXPECTED(reminder.object_id, today) & not_yet_informed(reminder.object_id, reminder.version)
    if reminder.email_type != CHANGED or reminder.audience not in AUDIENCES:
        return None
    return AUDIENCES[reminder.audience](reminder.object_id, today) & informed_of_earlier_dates(
        reminder.object_id, reminder.version
    )


def _stop_reason(session: Session, email_type: str, at: datetime) -> str:
    """Return the slug of the reason why the session, as it is at the moment `at`, has no use for this type of e-mail;
    "" if it has.

    Its state must fit the e-mail; one that asks for attendance is also stopped while no past day lacks it.
    """
    if session.state not in EMAIL_STATES.get(email_type, UPCOMING_STATES):
        return _reason_by_state(session.state, email_type)
    if email_type != ATTENDANCE:
        return ""
    today, since = local_day(session.cohort, at), vars(session)["missing_since"]
    if since and since <= today:
        return ""
    return "ahead" if session.last_day and session.last_day > today else "settled"


def _reason_by_state(state: str, email_type: str) -> str:
    """Return the slug of the reason why a session in this state has no use for this type of e-mail.

    It is postponed or cancelled, has no report, was not recorded as held, or else the e-mail is no longer needed.
    """
    if state in (S.CANCELLED, S.POSTPONED):
        return str(state)
    if email_type == SUMMARY:
        return "unreported"
    return "unheld" if email_type == OUTCOME else "settled"


def _exclusion_reason(session: Session, reminder: Reminder, user: User, today: Subquery) -> str:
    """Return the slug of the reason why the user is not among the people for whom this e-mail is meant.

    They left the cohort or the list ("left"), are excused or absent ("declined"), or have answered, been invited or
    informed. `today` is the session's local day.
    """
    rows = Attendance.objects.filter(day__session=session, member__user=user)
    statuses = set(rows.values_list("status", flat=True))
    is_member = User.objects.filter(_in_cohort(session.pk, today), pk=user.pk).exists()
    if not (is_member and statuses):
        return "left"
    if not statuses & set(EXPECTED_OR_PRESENT):
        return "declined"
    return {"unanswered": "answered", "not_yet_invited": "invited", NOT_YET_INFORMED: ALREADY_INFORMED}.get(
        reminder.audience, "left"
    )


def name_with_cohort(session: Session) -> str:
    """Return the name of a session, with a capital, followed by “ · ” and the name of its cohort."""
    return f"{capfirst(str(session))} · {session.cohort.name}"


SESSION_AUDIENCES: Final = Audiences(
    events=_events,
    today=_today,
    people=AUDIENCES,
    event_stop_reason=_stop_reason,
    exclusion_reason=_exclusion_reason,
    event_name=name_with_cohort,
    audience_override=_audience_by_dates,
    uncountable_audiences={*LATE_AUDIENCES, "unanswered", "attendees", "facilitator_without_report", INFORMED},
)
