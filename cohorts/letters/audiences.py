"""Who is concerned by a letter about a session on the day it leaves, and who is not any more.

People are members on the session's list: stakeholders have no account, and no address of theirs is kept.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from django.db.models import Count, Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.actions.reminders import (
    ATTENDANCE,
    CANCELLED,
    CHANGED,
    INVITATION,
    POSTPONED,
    REPORT_MISSING,
    SUMMARY,
    TOLD,
    UNTOLD,
)
from cohorts.clock import local_day
from cohorts.enums import ON_SITE, AttendanceStatus, Role, SessionState
from cohorts.models import Attendance, Membership, Session
from cohorts.told import knew, knows
from cohorts.told import sent as _sent
from notifications.models import DeliveryItem, Reminder
from notifications.registries import Recipient

Audience = Callable[[int, date], Q]  # of a session's id, on a day: nothing is read before the letter's own statement
S = SessionState
NOBODY: Final = Q(pk__in=[])
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
    "settled": _("it was settled already"),
    "unheld": _("nobody said that the session was held"),
    "unreported": _("there was no report yet"),
    "invited": _("the person was invited already"),
    "told": _("the person knows of it already"),
    "other_kind": _("the session became one of another kind"),
}


def _in_cohort(session: int, today: date) -> Q:
    """Members of the session's cohort today: who left gets nothing."""
    members = Membership.objects.active(today).filter(cohort__sessions=session)
    return Q(pk__in=members.values("user"))


def _listed(*limits: Q, **more: object) -> Audience:
    """Members on the session's list, in lines of the list that are so."""

    def audience(session: int, today: date) -> Q:
        rows = Attendance.objects.filter(*limits, day__session=session, member__isnull=False, **more)
        return Q(pk__in=rows.values("member__user")) & _in_cohort(session, today)

    return audience


def _unanswered(session: int, today: date) -> Q:
    """Those who said nothing yet of some day ahead."""
    return _listed(status=AttendanceStatus.EXPECTED, answered_on=None, day__date__gte=today)(session, today)


def _not_yet_invited(session: int, today: date) -> Q:
    """Those expected whom no invitation reached; `recipients` leaves out those whose invitation is on its way too."""
    return EXPECTED(session, today) & ~Q(pk__in=_sent(session, letter=INVITATION).values("user"))


def _untold(session: int, today: date) -> Q:
    """Those expected who know nothing of the session yet."""
    return EXPECTED(session, today) & ~knows(session)


def _told(session: int, today: date) -> Q:
    """Everybody on the list, those who declined too, and everybody a letter on the session went to."""
    listed = Attendance.objects.filter(day__session=session, member__isnull=False)
    told = Q(pk__in=listed.values("member__user")) | Q(pk__in=_sent(session).values("user"))
    return told & _in_cohort(session, today)


def _facilitators(session: int, today: date) -> Q:
    """Those who answer for it, as on the home page: coordinator and pilot; the lab where there is neither."""
    leads = Membership.objects.active(today).filter(
        cohort__sessions=session, role__in=[Role.COORDINATOR, Role.PILOT], user__is_active=True
    )
    return Q(pk__in=leads.values("user")) | (Q(is_lab_staff=True) & Q(~Exists(leads)))


def _nobody(_session: int, _today: date) -> Q:
    return NOBODY


EXPECTED: Final = _listed(status__in=ON_SITE)
AUDIENCES: Final[Mapping[str, Audience]] = MappingProxyType(
    {
        "elected_and_direction": _listed(status__in=ON_SITE, member__role__in=[Role.ELECTED, Role.DIRECTION]),
        "not_yet_invited": _not_yet_invited,
        UNTOLD: _untold,
        "unanswered": _unanswered,
        "expected": EXPECTED,
        "attendees": EXPECTED,  # whoever came, and whoever was expected while nobody noted it
        "facilitator": _facilitators,
        "facilitator_without_report": _facilitators,
        TOLD: _told,
    }
)
DECIDED_ON_THE_DAY: Final = {"unanswered", "not_yet_invited", UNTOLD, "attendees", "facilitator_without_report", TOLD}


def recipients(reminder: Reminder, at: datetime) -> list[Recipient]:
    """The people of the reminder's audience today; nobody where the session's state makes the letter senseless."""
    session = found(reminder)
    if session is None or _out_of_place(session, reminder.letter, at):
        return []
    people = User.objects.filter(_concerned(reminder, session, at), is_active=True)
    if reminder.audience == "not_yet_invited":
        people = people.exclude(pk__in=_on_its_way(reminder).values("user"))
    return [Recipient(user) for user in people.order_by("pk")]


def refusal(reminder: Reminder, user: User, at: datetime) -> str:
    """Why the person should not get the letter any more, as a slug; "" when they should."""
    session = found(reminder)
    if session is None:
        return "removed"
    if out_of_place := _out_of_place(session, reminder.letter, at):
        return out_of_place
    if User.objects.filter(_concerned(reminder, session, at), pk=user.pk).exists():
        return ""
    return _why_not(reminder, session, user, at)


def sizes(asked: Collection[tuple[int, str]], at: datetime) -> dict[tuple[int, str], int]:
    """People of each audience of each session today (two statements, none where nothing can be said yet).

    Audiences decided on the day, or by what happens until then, are left out.
    """
    told = [(pk, slug) for pk, slug in sorted(set(asked)) if slug in AUDIENCES and slug not in DECIDED_ON_THE_DAY]
    days = _local_days({pk for pk, _slug in told}, at) if told else {}
    known = [(pk, slug) for pk, slug in told if pk in days]
    counts = {f"size_{n}": Count("pk", filter=AUDIENCES[slug](pk, days[pk])) for n, (pk, slug) in enumerate(known)}
    people = User.objects.filter(is_active=True).aggregate(**counts) if counts else {}
    return dict(zip(known, people.values(), strict=True))


def _local_days(sessions: Collection[int], at: datetime) -> dict[int, date]:
    rows = Session.objects.select_related("cohort__authority").filter(pk__in=sessions)
    return {session.pk: local_day(session.cohort, at) for session in rows}


def found(reminder: Reminder) -> Session | None:
    """The session of a reminder with its cohort and authority."""
    return Session.objects.select_related("cohort__authority").filter(pk=reminder.object_id).first()


def _on_its_way(invitation: Reminder) -> QuerySet[DeliveryItem]:
    """Other invitations to the session that have a letter and have not gone: held, or the server was busy.

    Asked only when letters are made: of two that exist already each would wait for the other.
    """
    same_event = Reminder.objects.filter(kind=invitation.kind, object_id=invitation.object_id, letter=INVITATION)
    return DeliveryItem.objects.queued().filter(reminder__in=same_event.filter(reason="").exclude(pk=invitation.pk))


def _concerned(reminder: Reminder, session: Session, at: datetime) -> Q:
    """The audience today; what changed is news to nobody but those who knew what was."""
    people = AUDIENCES.get(reminder.audience, _nobody)(session.pk, local_day(session.cohort, at))
    return people & knew(session.pk, reminder.version) if reminder.letter == CHANGED else people


def _out_of_place(session: Session, letter: str, at: datetime) -> str:
    """The reason why the session, as it stands, has no use for the letter."""
    if session.state not in LETTER_STATES.get(letter, AHEAD):
        return _why_out_of_place(session.state, letter)
    rows = Attendance.objects.filter(day__session=session.pk)
    if letter == ATTENDANCE and not rows.unrecorded(local_day(session.cohort, at)).exists():
        return "settled"
    return ""


def _why_out_of_place(state: str, letter: str) -> str:
    if state in (S.CANCELLED, S.POSTPONED):
        return str(state)
    if letter == SUMMARY:
        return "unreported"
    return "unheld" if letter == "stakeholder_outcome" else "settled"


def _why_not(reminder: Reminder, session: Session, user: User, at: datetime) -> str:
    """Why someone is not of the audience: they left, said no, said something, or had their invitation."""
    rows = Attendance.objects.filter(day__session=session, member__user=user)
    statuses = set(rows.values_list("status", flat=True))
    here = User.objects.filter(_in_cohort(session.pk, local_day(session.cohort, at)), pk=user.pk).exists()
    if not (here and statuses):
        return "left"
    if not statuses & set(ON_SITE):
        return "declined"
    return {"unanswered": "answered", "not_yet_invited": "invited", UNTOLD: "told"}.get(reminder.audience, "left")
