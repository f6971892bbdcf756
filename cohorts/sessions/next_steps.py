"""Sessions as lists show them: how many people, and the one thing the reader can do next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.attendance.models import Tally
from cohorts.models import Attendance, Session
from cohorts.permissions import LETTERS, TABLE
from cohorts.sessions.enums import SessionState
from cohorts.visibility import active_on
from web.dates.clock import Day, Today

PLANNERS = [role for role, letter in LETTERS.items() if letter in TABLE["plan_sessions"][0]]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do with a session: a link, or with `post` a button; `answer` goes with the button."""

    label: StrOrPromise
    href: str
    post: bool = False
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A session in a list; `step` is None where there is nothing for the reader to do."""

    session: Session
    tally: Tally
    step: Step | None

    @property
    def over(self) -> bool:
        """People are counted by who came, no longer by who is expected."""
        return self.session.state in (SessionState.HELD, SessionState.REPORTED)

    @property
    def on(self) -> bool:
        """People are expected on its days; of a draft nobody is yet, whoever was invited to it already."""
        return self.session.state == SessionState.SCHEDULED


def next_step(session: Session, tally: Tally, *, plans: bool, today: date) -> Step | None:
    """The one thing the reader can do with a session now; those who plan sessions come before those who answer."""
    if session.retrospective:
        return None
    return (_to_plan(session, tally, today) if plans else None) or _to_answer(session, tally)


def _to_plan(session: Session, tally: Tally, today: date) -> Step | None:
    over = session.last_day is not None and session.last_day < today
    steps = {
        SessionState.DRAFT: (
            Step(_("Confirm the dates"), _at("schedule_session", session), post=True)
            if session.first_day
            else Step(_("Choose the days"), _at("move_session", session))
        ),
        SessionState.SCHEDULED: Step(_("Mark as held"), _at("hold_session", session), post=True) if over else None,
        SessionState.POSTPONED: Step(_("Choose new dates"), _at("move_session", session)),
        SessionState.HELD: (
            Step(_("Write the report"), _at("report_session", session))
            if tally.came
            else Step(_("Record attendance"), _at("record_attendance", session))
        ),
    }
    return steps.get(SessionState(session.state))


def other_steps(session: Session, today: date) -> list[Step]:
    """Everything else those who plan the session can do with it now, by its state."""
    if session.retrospective:
        return []
    edit, move = Step(_("Edit"), _at("edit_session", session)), Step(_("Move"), _at("move_session", session))
    invite, sheet = (
        Step(_("Invite"), _at("invite_to_session", session)),
        Step(_("Record attendance"), _at("record_attendance", session)),
    )
    postpone = Step(_("Postpone"), _at("postpone_session", session))
    cancel = Step(_("Cancel the session"), _at("cancel_session", session))
    begun = session.first_day is not None and session.first_day <= today
    steps = {
        SessionState.DRAFT: [edit, move, invite, cancel],
        SessionState.SCHEDULED: [edit, *([sheet] if begun else [move]), invite, postpone, cancel],
        SessionState.POSTPONED: [edit, cancel],
        SessionState.HELD: [sheet, edit],
        SessionState.REPORTED: [Step(_("Edit the report"), _at("report_session", session)), sheet, edit],
    }
    return steps.get(SessionState(session.state), [])


def _to_answer(session: Session, tally: Tally) -> Step | None:
    if session.state != SessionState.SCHEDULED or not tally.silent:
        return None
    return Step(_("I am coming"), _at("answer_session", session), post=True, answer="coming")


def _at(name: str, session: Session) -> str:
    return reverse(f"cohorts:{name}", args=[session.pk])


def lines_of(sessions: Sequence[Session], *, user: User, today: Day, plans: bool | None = None) -> list[Line]:
    """A line for each session, in the order given (two statements for all of them).

    `plans` says whether the reader plans all of them, where that is known already; one statement less.
    """
    planned = _planned_by(user, sessions, today) if plans is None else {s.cohort_id for s in sessions if plans}
    tallies = Attendance.objects.tallies(sessions, user, today)
    return [
        Line(
            session,
            tallies[session.pk],
            next_step(session, tallies[session.pk], plans=session.cohort_id in planned, today=_day_of(session, today)),
        )
        for session in sessions
    ]


def _day_of(session: Session, today: Day) -> date:
    """Today's date where the session is."""
    return today.at(session.cohort.authority.time_zone) if isinstance(today, Today) else today


def _planned_by(user: User, sessions: Iterable[Session], today: Day) -> set[int]:
    """Cohorts of these sessions whose sessions the person may plan."""
    cohorts = {session.cohort_id for session in sessions}
    if user.is_lab_staff:
        return cohorts
    planned = user.memberships.filter(active_on(today), role__in=PLANNERS, cohort__in=cohorts)
    return set(planned.values_list("cohort", flat=True))
