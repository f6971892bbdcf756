"""Sessions on the home page: notes on what is late, and the card of the next seven days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.requests import person
from cohorts.attendance.models import Tally
from cohorts.clock import local_day
from cohorts.models import Attendance, Session
from cohorts.sessions.models import SessionQuerySet, venues_of
from cohorts.sessions.next_steps import SessionLine
from web.database.nested_rows import nested, row_from_nested
from web.database.prepared import prepared
from web.dates.clock import Day, Today, day_in, day_of_rows, today_everywhere
from web.pages.home import Attention, AttentionSource, NestedRows

MAX_NOTES = 3  # notes of one kind; above that, a single note gives the number
WEEK_AHEAD, CARD_ROWS = timedelta(days=6), 6
ANSWER_AHEAD = timedelta(weeks=2)


def _day_ahead(today: Day, ahead: timedelta) -> date | Combinable:
    """Return the day that is `ahead` of `today`, as an expression that is local to the authority of each session."""
    return day_of_rows(today, "cohort__authority", lambda day: day + ahead)


def _first_sessions(rows: SessionQuerySet) -> ArraySubquery:
    """Return the subquery of the first sessions, by last day, for notes on the home page.

    It has one session more than the notes shown, which tells that there are more.
    """
    few = rows.order_by("last_day", "pk")[: MAX_NOTES + 1]
    return nested(
        few, "id", "kind", "number", "title", "last_day", cohort="cohort__name", zone="cohort__authority__time_zone"
    )


def _find_unmarked(user: User, today: Today) -> ArraySubquery:
    """Return the subquery of the first sessions that the person leads, that are over and not recorded as held."""
    return _first_sessions(Session.objects.led_by(user, today).unmarked(today))


def _find_unreported(user: User, today: Today) -> ArraySubquery:
    """Return the subquery of the first sessions that the person leads and that were held and have no report."""
    return _first_sessions(Session.objects.led_by(user, today).unreported())


def _find_unanswered(user: User, today: Today) -> ArraySubquery:
    """Return the subquery of the first sessions within two weeks for which the person has not answered."""
    unanswered = Attendance.objects.unanswered(user, today).filter(day__session=OuterRef("pk"))
    soon = Session.objects.at_work().filter(
        Exists(unanswered), state="scheduled", first_day__lte=_day_ahead(today, ANSWER_AHEAD)
    )
    return _first_sessions(soon)


def _unanswered_notes(_request: HttpRequest, rows: NestedRows) -> list[Attention]:
    """Return the home page's notes about sessions for which the person has not said whether they come."""
    return [
        Attention(
            f"{row_from_nested(Session, row)}, {row['cohort']}:",
            _("you have not said whether you are coming."),
            reverse("cohorts:session", args=[row["id"]]),
            _("Answer"),
        )
        for row in rows[:MAX_NOTES]
    ]


def _unmarked_notes(_request: HttpRequest, rows: NestedRows) -> list[Attention]:
    """Return the home page's notes about sessions that are over and not recorded as held; a single one if they are
    many.
    """
    if len(rows) > MAX_NOTES:
        text = _("More than %(count)s sessions are over, and nobody said whether they were held.") % {
            "count": MAX_NOTES
        }
        return [Attention(text, "", f"{reverse('cohorts:sessions')}?period=past&state=scheduled", _("See the list"))]
    return [
        Attention(
            _("%(session)s, %(cohort)s, is over.")
            % {"session": row_from_nested(Session, row), "cohort": row["cohort"]},
            _("Nobody has said whether it was held."),
            reverse("cohorts:session", args=[row["id"]]),
            _("Open the session"),
        )
        for row in rows
    ]


def _unreported_notes(_request: HttpRequest, rows: NestedRows) -> list[Attention]:
    """Return the home page's notes about sessions that were held and have no report; a single one if they are many."""
    if len(rows) > MAX_NOTES:
        text = _("More than %(count)s sessions have no report.") % {"count": MAX_NOTES}
        return [Attention(text, "", f"{reverse('cohorts:sessions')}?period=all&state=held", _("See the list"))]
    now = timezone.now()
    return [
        _unreported_note(row, (day_in(row["zone"], now) - date.fromisoformat(row["last_day"])).days) for row in rows
    ]


def _unreported_note(row: dict[str, Any], days: int) -> Attention:
    """Return the note that a session has no report; `days` is how many days ago it was held."""
    ago = ngettext("It was held %(days)s day ago.", "It was held %(days)s days ago.", days) % {"days": days}
    return Attention(
        _("%(session)s, %(cohort)s, has no report.")
        % {"session": row_from_nested(Session, row), "cohort": row["cohort"]},
        ago if days else _("It was held today."),
        reverse("cohorts:report_session", args=[row["id"]]),
        _("Write the report"),
    )


# Sessions soon at which the person is expected, and for which they have not answered.
unanswered_sessions = AttentionSource(_find_unanswered, _unanswered_notes)
# Sessions whose days are over and which nobody marked as held.
unmarked_sessions = AttentionSource(_find_unmarked, _unmarked_notes)
# Sessions that were held and have no report yet.
unreported_sessions = AttentionSource(_find_unreported, _unreported_notes)


def week_panel(request: HttpRequest) -> dict[str, Any] | None:
    """Return the context of the home page's card of scheduled sessions in the next seven days.

    None for someone who never was in a cohort and has no session to see. Two statements.
    """
    user, today, now = person(request), today_everywhere(), timezone.now()
    rows = _sessions_of_week(user, today)
    if not rows and not user.is_lab_staff and not user.memberships.exists():
        return None
    tallies = Attendance.objects.tallies(rows, user, today) if rows else {}
    entries = [_week_entry(session, tallies[session.pk], local_day(session.cohort, now)) for session in rows]
    return {"entries": sorted(entries, key=lambda entry: entry.day), "today": today.platform}


@prepared
def _sessions_of_week(user: User, today: Today) -> SessionQuerySet:
    """Return the first scheduled sessions of the next seven days that the user may see, with cohort and days."""
    sessions = Session.objects.visible_to(user).at_work().filter(state="scheduled").upcoming(today)
    upcoming = sessions.filter(first_day__lte=_day_ahead(today, WEEK_AHEAD)).with_cohort().with_nested_days()
    return upcoming.order_by("first_day", "pk")[:CARD_ROWS]


@dataclass(frozen=True, slots=True)
class WeekEntry:
    """A session on the home page's card of the week: its next day, its venues, and its line with numbers of people."""

    day: date
    venues: list[str]
    line: SessionLine


def _week_entry(session: Session, tally: Tally, today: date) -> WeekEntry:
    """Return the session as an entry of the card of the week."""
    days = session.days_from_annotation
    next_day = min((day.date for day in days if day.date >= today), default=today)
    return WeekEntry(next_day, venues_of(days), SessionLine(session, tally, None))
