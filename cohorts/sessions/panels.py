"""What sessions put on the home page: what is late, and this week."""

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
from cohorts.sessions.models import SessionQuerySet, places_of
from cohorts.sessions.next_steps import Line
from web.database.nested_rows import nested, revived
from web.database.prepared import prepared
from web.dates.clock import Day, Today, day_in, day_of_rows, today_everywhere
from web.pages.home import Attention, Found, Watch

AT_MOST = 3  # notes of one kind; beyond, one note counts them
A_WEEK, CARD_ROWS = timedelta(days=6), 6
ANSWER_AHEAD = timedelta(weeks=2)


def _within(today: Day, ahead: timedelta) -> date | Combinable:
    """Return the day that is `ahead` of today, local to each session."""
    return day_of_rows(today, "cohort__authority", lambda day: day + ahead)


def _late(rows: SessionQuerySet) -> ArraySubquery:
    few = rows.order_by("last_day", "pk")[: AT_MOST + 1]
    return nested(
        few, "id", "kind", "number", "title", "last_day", cohort="cohort__name", zone="cohort__authority__time_zone"
    )


def _find_unmarked(user: User, today: Today) -> ArraySubquery:
    return _late(Session.objects.led_by(user, today).unmarked(today))


def _find_unreported(user: User, today: Today) -> ArraySubquery:
    return _late(Session.objects.led_by(user, today).unreported())


def _find_unanswered(user: User, today: Today) -> ArraySubquery:
    silent = Attendance.objects.silent(user, today).filter(day__session=OuterRef("pk"))
    soon = Session.objects.at_work().filter(
        Exists(silent), state="scheduled", first_day__lte=_within(today, ANSWER_AHEAD)
    )
    return _late(soon)


def _say_unanswered(_request: HttpRequest, found: Found) -> list[Attention]:
    return [
        Attention(
            f"{revived(Session, row)}, {row['cohort']}:",
            _("you have not said whether you are coming."),
            reverse("cohorts:session", args=[row["id"]]),
            _("Answer"),
        )
        for row in found[:AT_MOST]
    ]


def _say_unmarked(_request: HttpRequest, found: Found) -> list[Attention]:
    if len(found) > AT_MOST:
        said = _("More than %(count)s sessions are over, and nobody said whether they were held.") % {"count": AT_MOST}
        return [Attention(said, "", f"{reverse('cohorts:sessions')}?period=past&state=scheduled", _("See the list"))]
    return [
        Attention(
            _("%(session)s, %(cohort)s, is over.") % {"session": revived(Session, row), "cohort": row["cohort"]},
            _("Nobody has said whether it was held."),
            reverse("cohorts:session", args=[row["id"]]),
            _("Open the session"),
        )
        for row in found
    ]


def _say_unreported(_request: HttpRequest, found: Found) -> list[Attention]:
    if len(found) > AT_MOST:
        said = _("More than %(count)s sessions have no report.") % {"count": AT_MOST}
        return [Attention(said, "", f"{reverse('cohorts:sessions')}?period=all&state=held", _("See the list"))]
    now = timezone.now()
    return [_unreported(row, (day_in(row["zone"], now) - date.fromisoformat(row["last_day"])).days) for row in found]


def _unreported(row: dict[str, Any], days: int) -> Attention:
    ago = ngettext("It was held %(days)s day ago.", "It was held %(days)s days ago.", days) % {"days": days}
    return Attention(
        _("%(session)s, %(cohort)s, has no report.") % {"session": revived(Session, row), "cohort": row["cohort"]},
        ago if days else _("It was held today."),
        reverse("cohorts:report_session", args=[row["id"]]),
        _("Write the report"),
    )


unanswered_sessions = Watch(_find_unanswered, _say_unanswered)  # the person is expected soon, and has not answered
unmarked_sessions = Watch(_find_unmarked, _say_unmarked)  # their days are over and nobody marked them as held
unreported_sessions = Watch(_find_unreported, _say_unreported)  # held and not reported yet


def this_week(request: HttpRequest) -> dict[str, Any] | None:
    """The card of the next seven days; nothing for someone without a session in sight (two statements)."""
    user, today, now = person(request), today_everywhere(), timezone.now()
    rows = _near(user, today)
    if not rows and not user.is_lab_staff and not user.memberships.exists():
        return None
    tallies = Attendance.objects.tallies(rows, user, today) if rows else {}
    entries = [_entry(session, tallies[session.pk], local_day(session.cohort, now)) for session in rows]
    return {"entries": sorted(entries, key=lambda entry: entry.day), "today": today.platform}


@prepared
def _near(user: User, today: Today) -> SessionQuerySet:
    sessions = Session.objects.visible_to(user).at_work().filter(state="scheduled").upcoming(today)
    near = sessions.filter(first_day__lte=_within(today, A_WEEK)).with_cohort().with_nested_days()
    return near.order_by("first_day", "pk")[:CARD_ROWS]


@dataclass(frozen=True, slots=True)
class Entry:
    """A session of the week: the day that comes next, and all the places it meets at."""

    day: date
    places: list[str]
    line: Line


def _entry(session: Session, tally: Tally, today: date) -> Entry:
    days = session.days_read
    coming = min((day.date for day in days if day.date >= today), default=today)
    return Entry(coming, places_of(days), Line(session, tally, None))
