"""Actions on several sessions at once: each runs the single action on each session, with its permission."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import User
from accounts.roles import LEADS_AND_RESIDENTS
from cohorts.attendance.actions import answers_given, restore_answers
from cohorts.models import Attendance, Membership, Session
from cohorts.permissions import ROLE_OF_MEMBER, can_plan_sessions, roles_by_cohort
from cohorts.sessions.actions.sessions import DayPlan, cancel_session, move_session
from cohorts.sessions.conflicts import calendar_conflicts
from cohorts.sessions.enums import REMINDER_SCHEDULES, SessionState
from cohorts.sessions.forms import SessionReasonForm
from cohorts.visibility import active_on
from web.dates.clock import Day
from web.decisions import ALLOW, Decision, deny
from web.errors import DomainError
from web.lists.bulk_actions import BulkAction, BulkForm, Decide
from web.lists.columns import Reader
from web.text import formats
from web.text.language import active_language

EMAIL_DELAY: Final = timedelta(minutes=10)  # so that an undo can come before the e-mails
RELATED: Final = ("cohort__authority", "cohort__edition")
MAX_MOVE: Final = 366  # days, as far as dates may be from those of the cohort
PUBLISHED: Final = gettext_lazy("This session is one of the published facts: it cannot be changed.")


class MoveForm(BulkForm):
    """By how many days or weeks sessions move, and in which direction."""

    number = forms.IntegerField(label=gettext_lazy("Move by"), min_value=1, max_value=MAX_MOVE)
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[("7", gettext_lazy("weeks")), ("1", gettext_lazy("days"))],
        initial="7",
        widget=forms.RadioSelect({"class": "seg"}),
    )
    direction = forms.ChoiceField(
        label=pgettext_lazy("of a move in time", "Direction"),
        choices=[("1", pgettext_lazy("of time", "later")), ("-1", pgettext_lazy("of time", "earlier"))],
        initial="1",
        widget=forms.RadioSelect({"class": "seg"}),
    )

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError for a move by more than a year; return the cleaned data with `days`, by how many days
        the sessions move, negative for earlier ones.
        """
        values = self.cleaned_data
        if {"number", "unit", "direction"} <= values.keys():
            days = values["number"] * int(values["unit"])
            if days > MAX_MOVE:
                self.add_error("number", _("Sessions move by a year at most."))
            values["days"] = days * int(values["direction"])
        return values


class CancelForm(SessionReasonForm, BulkForm):
    """The reason why several sessions are cancelled, the same for all of them."""


def plans_somewhere(user: User, today: Day) -> bool:
    """Return whether the user may plan sessions of any cohort on `today` (one statement, none for lab staff)."""
    roles = [member for member, role in ROLE_OF_MEMBER.items() if role in LEADS_AND_RESIDENTS]
    return user.is_lab_staff or Membership.objects.filter(active_on(today), user=user, role__in=roles).exists()


def _can_plan(reader: Reader, sessions: Sequence[Session]) -> Decide:
    """Return the function that decides whether the reader may plan one of the sessions (one statement at most)."""
    roles = roles_by_cohort(reader.user, {session.cohort for session in sessions}, reader.today)
    return lambda session: can_plan_sessions(roles[session.cohort_id])


def _can_move(session: Session) -> Decision:
    """Return whether the state of the session allows to move it."""
    if session.retrospective:
        return deny(PUBLISHED)
    if session.first_day is None:
        return deny(gettext_lazy("This session has no day yet."))
    is_movable = session.state in (SessionState.DRAFT, SessionState.SCHEDULED)
    return ALLOW if is_movable else deny(gettext_lazy("Only a draft or a scheduled session can be moved."))


def _can_cancel(session: Session) -> Decision:
    """Return whether the state of the session allows to cancel it."""
    if session.retrospective:
        return deny(PUBLISHED)
    if session.state in (SessionState.DRAFT, SessionState.SCHEDULED, SessionState.POSTPONED):
        return ALLOW
    return deny(gettext_lazy("This session was held, or is cancelled already."))


def _move(session: Session, values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Move all days of the session; e-mails about it leave ten minutes later."""
    before = [DayPlan(day.date, day.starts_at, day.ends_at, day.venue) for day in session.days.all()]
    answers = answers_given(session)
    plans = [
        DayPlan(day.date + timedelta(days=values["days"]), day.starts_at, day.ends_at, day.venue) for day in before
    ]
    moved = move_session(
        session=session,
        days=plans,
        at=at,
        emails_at=at + EMAIL_DELAY,
        accept_conflicts=True,
        version_token=(session.version, session.state),
        by=by,
    )
    return {
        "version": moved.version,
        "state": moved.state,
        "days": [_stored(day) for day in before],
        "answers": answers,
    }


def _move_back(session: Session, details: Mapping[str, Any], by: User, at: datetime) -> None:
    """Give the session its days and the answers from before; raise DomainError when it has changed since."""
    if (session.version, session.state) != (details["version"], details["state"]):
        raise DomainError(_("This session has changed since then. Move it on its page."))
    move_session(
        session=session,
        days=[_restored(day) for day in details["days"]],
        at=at,
        accept_conflicts=True,
        version_token=(details["version"], details["state"]),
        by=by,
    )
    restore_answers(session=session, answers=details["answers"], by=by)


def _stored(day: DayPlan) -> list[str]:
    """Return a planned day as JSON: date, hours ("" for none) and venue."""
    hours = (moment.isoformat() if moment else "" for moment in (day.starts_at, day.ends_at))
    return [day.date.isoformat(), *hours, day.venue]


def _restored(stored: Sequence[str]) -> DayPlan:
    """Return the planned day of a stored one."""
    on, starts, ends, venue = stored
    starts_at, ends_at = (time.fromisoformat(text) if text else None for text in (starts, ends))
    return DayPlan(date.fromisoformat(on), starts_at, ends_at, venue)


def _cancel(session: Session, values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Cancel the session, with the reason given."""
    cancel_session(session=session, reason=values["reason"], at=at, by=by)
    return {}


def _in_free_order(sessions: Sequence[Session], values: Mapping[str, Any]) -> list[Session]:
    """Return the sessions in the order in which none moves to days that another one still has: the last first when they
    move to later days.
    """
    return sorted(sessions, key=lambda session: (session.first_day, session.pk), reverse=values["days"] > 0)


def _new_days(sessions: Sequence[Session], values: Mapping[str, Any]) -> dict[int, list[str]]:
    """Return for each session, by its key, its present and its new days in words, and what the calendar has against the
    new ones (one statement).
    """
    language, shift = active_language(), timedelta(days=values["days"])
    days = {session.pk: [day.date for day in session.days.all()] for session in sessions}
    new_days = [(session.cohort, [day + shift for day in days[session.pk]]) for session in sessions]
    conflicts = calendar_conflicts(new_days)
    return {
        session.pk: [
            f"{formats.periods(days[session.pk], language)} → {formats.periods(moved, language)}",
            *(conflict.sentence for conflict in of_session),
        ]
        for session, (_cohort, moved), of_session in zip(sessions, new_days, conflicts, strict=True)
    }


def count_informed_members(sessions: Sequence[Session], today: Day) -> int:
    """Return how many people who are still members on `today` are on the lists of those of the sessions that have
    e-mails (one statement).
    """
    announced = [
        session.pk for session in sessions if session.state != SessionState.DRAFT and session.kind in REMINDER_SCHEDULES
    ]
    members = Membership.objects.active(today).filter(cohort__sessions__in=announced)
    rows = Attendance.objects.filter(day__session__in=announced, member__user__in=members.values("user"))
    return rows.values("member__user").distinct().count()


def _consequences_of_move(reader: Reader, sessions: Sequence[Session]) -> list[str]:
    """Return what a move means for the people on the lists: who is informed, and when (one statement)."""
    sentences = [
        _(
            "Times and venues stay. Days with conflicts are accepted and noted with the session; a session whose new"
            " days are impossible is not moved."
        ),
        _("Answers for a day that moves are reset: people are asked again whether they are coming."),
    ]
    if number := count_informed_members(sessions, reader.today):
        informed = ngettext(
            "%(n)s member is on the lists. Those who know the present dates are informed by e-mail after ten minutes,"
            " unless you undo this before.",
            "%(n)s members are on the lists. Those who know the present dates are informed by e-mail after ten minutes,"
            " unless you undo this before.",
            number,
        )
        return [*sentences, informed % {"n": number}]
    return [*sentences, _("Nobody receives an e-mail.")]


def _consequences_of_cancelling(reader: Reader, sessions: Sequence[Session]) -> list[str]:
    """Return what cancelling means for the people on the lists (one statement)."""
    sentences = [_("The sessions stay in the list as cancelled, with your reason. They cannot be resumed.")]
    if number := count_informed_members(sessions, reader.today):
        informed = ngettext(
            "The sessions’ e-mails are stopped. %(n)s member on their lists is informed by e-mail at once.",
            "The sessions’ e-mails are stopped. %(n)s members on their lists are informed by e-mail at once.",
            number,
        )
        return [*sentences, informed % {"n": number}]
    return [*sentences, _("Nobody receives an e-mail.")]


MOVE: Final = BulkAction(
    label=gettext_lazy("Move sessions"),
    description=gettext_lazy("All days of the selected sessions move by the same number of days or weeks."),
    permission=_can_plan,
    state_decision=_can_move,
    run=_move,
    undo=_move_back,
    consequences=_consequences_of_move,
    row_effects=_new_days,
    in_order=_in_free_order,
    form=MoveForm,
    related=RELATED,
    prefetched=("days",),
    compared=("version", "state"),
)
CANCEL: Final = BulkAction(
    label=gettext_lazy("Cancel sessions"),
    description=gettext_lazy("The selected sessions are cancelled for good, with one reason."),
    permission=_can_plan,
    state_decision=_can_cancel,
    run=_cancel,
    consequences=_consequences_of_cancelling,
    form=CancelForm,
    related=RELATED,
    is_destructive=True,
)
