"""Sessions as rows of a list: the count of people, and the reader's next step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.attendance.models import Tally
from cohorts.models import Attendance, Session, SessionDay
from cohorts.permissions import ROLE_OF_MEMBER, TABLE
from cohorts.sessions.enums import SessionState
from cohorts.sessions.models import ListedDay
from cohorts.visibility import active_on
from web.database.arrays import among
from web.database.prepared import IdsArgument, prepared
from web.dates.clock import Day, Today
from web.site_addresses import cached_reverse

COMING: Final = "coming"
ANSWERS: Final = ((COMING, _("I am coming")), ("excused", _("I cannot come")))
PLANNERS = [member for member, role in ROLE_OF_MEMBER.items() if role in TABLE["plan_sessions"][0]]


@dataclass(frozen=True, slots=True)
class SessionStep:
    """One thing that the reader can do with a session: a link, or with `post` a button.

    With `answers`, pairs of value and label, there is a button for each, which sends its value as `answer`.
    """

    label: StrOrPromise
    href: str
    post: bool = False
    answers: tuple[tuple[str, StrOrPromise], ...] = ()


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in a list, with its numbers of people; `step` is None when the reader has nothing to do."""

    session: Session
    tally: Tally
    step: SessionStep | None

    @property
    def is_over(self) -> bool:
        """Whether the session was held (with or without a report): pages then count people who came, not people
        expected.
        """
        return self.session.state in (SessionState.HELD, SessionState.REPORTED)

    @property
    def is_upcoming(self) -> bool:
        """Whether the session's state is scheduled, so that people are expected."""
        return self.session.state == SessionState.SCHEDULED

    @property
    def can_change_answer(self) -> bool:
        """Whether the reader is on the list, has answered, and people are still expected."""
        return self.is_upcoming and self.tally.own > 0 and not self.tally.unanswered

    @property
    def people_in_words(self) -> str:
        """How many people came, of how many, or are expected; "" where neither is known."""
        if self.is_over and self.tally.came:
            return gettext("%(came)s of %(invited)s") % {"came": self.tally.came, "invited": self.tally.invited}
        if self.is_upcoming and self.tally.on_site:
            text = ngettext("%(people)s expected", "%(people)s expected", self.tally.on_site)
            return text % {"people": self.tally.on_site}
        return ""

    @property
    def stakeholders_in_words(self) -> str:
        """How many stakeholders came, or are expected; "" without any."""
        count = self.tally.stakeholders
        return ngettext("%(people)s stakeholder", "%(people)s stakeholders", count) % {"people": count} if count else ""


def next_step(session: Session, tally: Tally, *, can_plan: bool, today: date) -> SessionStep | None:
    """Return the one thing that the reader can do with the session on `today`; None when there is nothing.

    `can_plan` says whether the reader plans sessions: then that comes first, such as confirming the dates; else the
    reader's own answer, if `tally` counts unanswered days.
    """
    if session.retrospective:
        return None
    return (_planner_step(session, tally, today) if can_plan else None) or _answer_step(session, tally)


def _planner_step(session: Session, tally: Tally, today: date) -> SessionStep | None:
    """Return the next step of someone who plans the session, by its state; None when there is none.

    It is to choose or confirm days, mark it as held once its days are before `today`, record attendance, or, once
    `tally` counts people who came, write the report.
    """
    is_past = session.last_day is not None and session.last_day < today
    steps = {
        SessionState.DRAFT: (_("Confirm the dates"), "schedule_session", True)
        if session.first_day
        else (_("Choose the days"), "move_session", False),
        SessionState.SCHEDULED: (_("Mark as held"), "hold_session", True) if is_past else None,
        SessionState.POSTPONED: (_("Choose new dates"), "move_session", False),
        SessionState.HELD: (_("Write the report"), "report_session", False)
        if tally.came
        else (_("Record attendance"), "record_attendance", False),
    }
    if (step := steps.get(SessionState(session.state))) is None:
        return None
    label, page, post = step
    return SessionStep(label, _session_url(page, session), post=post)


def other_steps(session: Session, today: date) -> list[SessionStep]:
    """Return what someone who plans the session can do with it on `today`, by its state, apart from the main next step.

    For example edit, move, invite, postpone, cancel. Empty for cancelled sessions and imported published facts.
    """
    if session.retrospective:
        return []
    edit, move = (
        SessionStep(_("Edit"), _session_url("edit_session", session)),
        SessionStep(_("Move"), _session_url("move_session", session)),
    )
    invite, sheet = (
        SessionStep(_("Invite"), _session_url("invite_to_session", session)),
        SessionStep(_("Record attendance"), _session_url("record_attendance", session)),
    )
    outcome = SessionStep(_("Write what became of it"), _session_url("write_outcome", session))
    postpone = SessionStep(_("Postpone"), _session_url("postpone_session", session))
    cancel = SessionStep(_("Cancel the session"), _session_url("cancel_session", session))
    has_begun = session.first_day is not None and session.first_day <= today
    steps = {
        SessionState.DRAFT: [edit, move, invite, cancel],
        SessionState.SCHEDULED: [edit, *([sheet] if has_begun else [move]), invite, postpone, cancel],
        SessionState.POSTPONED: [edit, cancel],
        SessionState.HELD: [sheet, edit, outcome],
        SessionState.REPORTED: [
            SessionStep(_("Edit the report"), _session_url("report_session", session)),
            outcome,
            sheet,
            edit,
        ],
    }
    return steps.get(SessionState(session.state), [])


def _answer_step(session: Session, tally: Tally) -> SessionStep | None:
    """Return the buttons of both answers if the session is scheduled and the reader has days without an answer; else
    None.

    `tally` counts these days.
    """
    if session.state != SessionState.SCHEDULED or not tally.unanswered:
        return None
    return SessionStep(_("Answer"), _session_url("answer_session", session), post=True, answers=ANSWERS)


def _session_url(name: str, session: Session) -> str:
    """Return the URL of a page about the session; `name` is that of its view, such as "move_session"."""
    return cached_reverse(f"cohorts:{name}", session.pk)


def attach_days(sessions: Sequence[Session]) -> None:
    """Read the days of all sessions in one statement and set each session's `listed_days`."""
    days: dict[int, list[ListedDay]] = {session.pk: [] for session in sessions}
    for key, day, precision, venue in _listed_days(IdsArgument(days)):
        days[key].append(ListedDay(day, precision, venue))
    for session in sessions:
        session.listed_days = days[session.pk]


@prepared
def _listed_days(session_ids: IdsArgument) -> QuerySet[SessionDay, tuple[int, date, str, str]]:
    """Return session, date, its precision and venue of each day of these sessions."""
    days = SessionDay.objects.filter(among("session", session_ids))
    return days.values_list("session", "date", "date_precision", "venue")


def session_lines(
    sessions: Sequence[Session], *, user: User, today: Day, can_plan: bool | None = None
) -> list[SessionLine]:
    """Return a line for each session, in the given order, with numbers of people and the reader's (`user`) next step.

    `can_plan` says whether the reader plans all of them, None that it is to be found out (a second statement). `today`
    is a date, or today's date at each authority.
    """
    planned = _planned_by(user, sessions, today) if can_plan is None else {s.cohort_id for s in sessions if can_plan}
    tallies = Attendance.objects.tallies(sessions, user, today)
    return [
        SessionLine(
            session,
            tallies[session.pk],
            next_step(
                session, tallies[session.pk], can_plan=session.cohort_id in planned, today=_day_of(session, today)
            ),
        )
        for session in sessions
    ]


def _day_of(session: Session, today: Day) -> date:
    """Return today's date in the time zone of the session's authority; `today` itself if it is a date."""
    return today.at(session.cohort.authority.time_zone) if isinstance(today, Today) else today


def _planned_by(user: User, sessions: Iterable[Session], today: Day) -> set[int]:
    """Return the ids of those of the sessions' cohorts in which the user may plan sessions on `today`.

    Lab staff, coordinators, residents and pilots may; one statement at most.
    """
    cohorts = {session.cohort_id for session in sessions}
    if user.is_lab_staff:
        return cohorts
    planned = user.memberships.filter(active_on(today), role__in=PLANNERS, cohort__in=cohorts)
    return set(planned.values_list("cohort", flat=True))
