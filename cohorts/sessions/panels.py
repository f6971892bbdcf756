"""Sessions on the home page: notices about what is late, and the card of the next seven days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.requests import person
from cohorts.attendance.models import Tally
from cohorts.clock import local_day
from cohorts.models import Attendance, Session
from cohorts.sessions.models import SessionQuerySet, venues_of
from cohorts.sessions.next_steps import ANSWERS, SessionLine
from web.database.arrays import among_keys
from web.database.nested_rows import nested, row_from_nested
from web.database.prepared import prepared
from web.dates.clock import Day, Today, day_in, day_of_rows, today_everywhere
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, on_day
from web.site_addresses import cached_reverse

MAX_NOTICES = 3  # notices of one kind; above that, a single notice gives the number
WEEK_AHEAD, CARD_ROWS = timedelta(days=6), 6
ANSWER_AHEAD = timedelta(weeks=2)
CONFIRM_AHEAD = timedelta(weeks=3)  # the first e-mail about a session goes out three weeks before it


def _day_ahead(today: Day, ahead: timedelta) -> date | Combinable:
    """Return the day that is `ahead` of `today`, local to the authority of each session, for use in a filter of
    sessions.
    """
    return day_of_rows(today, "cohort__authority", lambda day: day + ahead)


def _first_sessions(rows: SessionQuerySet, by: str = "last_day") -> ArraySubquery:
    """Return the subquery of the first four of these sessions, by the day in a column, for notices on the home page.

    Three are shown; a fourth tells that there are more. Each has the name of its cohort and its time zone.
    """
    few = rows.order_by(by, "pk")[: MAX_NOTICES + 1]
    return nested(
        few,
        "id",
        "kind",
        "number",
        "title",
        "first_day",
        "last_day",
        cohort="cohort__name",
        zone="cohort__authority__time_zone",
    )


def _find_unmarked(user: User, today: Today) -> ArraySubquery:
    """Return the subquery of the first sessions that are over on `today` and not recorded as held, in cohorts that the
    user leads.

    That is as coordinator or pilot; lab staff lead all.
    """
    return _first_sessions(Session.objects.in_cohorts_led_by(user, today).unmarked(today))


def _find_undecided(user: User, today: Today) -> ArraySubquery:
    """Return the subquery of the first drafts that begin within three weeks of `today`, or began before, in cohorts
    that the user leads.

    That is as coordinator or pilot; lab staff lead all.
    """
    drafts = Session.objects.in_cohorts_led_by(user, today).undecided(today, CONFIRM_AHEAD)
    return _first_sessions(drafts, by="first_day")


def _find_unreported(user: User, today: Today) -> ArraySubquery:
    """Return the subquery of the first sessions that were held and have no report, in cohorts that the user leads on
    `today`.

    That is as coordinator or pilot; lab staff lead all.
    """
    return _first_sessions(Session.objects.in_cohorts_led_by(user, today).unreported())


def _find_unanswered(user: User, today: Today) -> ArraySubquery:
    """Return the subquery of the first scheduled sessions, beginning within two weeks of `today`, that wait for the
    user's answer.
    """
    unanswered = Attendance.objects.unanswered(user, today).values("day__session")
    soon = Session.objects.at_work().filter(state="scheduled", first_day__lte=_day_ahead(today, ANSWER_AHEAD))
    return _first_sessions(soon.filter(among_keys("pk", unanswered)))


def _unanswered_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return home page notices, at most three, with the buttons of both answers: one for each session that the reader
    has not answered.

    `rows` are these sessions.
    """
    return [
        HomeNotice(
            _("%(session)s, %(cohort)s:") % {"session": row_from_nested(Session, row), "cohort": row["cohort"]},
            _("you have not said whether you are coming."),
            cached_reverse("cohorts:answer_session", row["id"]),
            _("Answer"),
            ANSWERS,
            when=on_day(row["first_day"]),
        )
        for row in rows[:MAX_NOTICES]
    ]


def _unmarked_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a home page notice for each session that is over and not recorded as held, with a link to its page.

    With more than three sessions (`rows`), a single notice links to the list of them.
    """
    if len(rows) > MAX_NOTICES:
        text = _("More than %(count)s sessions are over, and nobody said whether they were held.") % {
            "count": MAX_NOTICES
        }
        return [HomeNotice(text, "", f"{reverse('cohorts:sessions')}?period=past&state=scheduled", _("See the list"))]
    return [
        HomeNotice(
            _("%(session)s, %(cohort)s, is over.")
            % {"session": row_from_nested(Session, row), "cohort": row["cohort"]},
            _("Nobody has said whether it was held."),
            cached_reverse("cohorts:session", row["id"]),
            _("Open the session"),
            when=on_day(row["last_day"]),
        )
        for row in rows
    ]


def _undecided_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a home page notice for each draft whose days are near or past, with a link to its page.

    With more than three drafts (`rows`), a single notice links to the list of them.
    """
    if len(rows) > MAX_NOTICES:
        strong = _("More than %(count)s sessions of the next three weeks are drafts.") % {"count": MAX_NOTICES}
        href = f"{reverse('cohorts:sessions')}?period=all&state=draft"
        return [HomeNotice(strong, _("Nobody is invited before their dates are confirmed."), href, _("See the list"))]
    return [
        HomeNotice(
            _("%(session)s, %(cohort)s, is still a draft.")
            % {"session": row_from_nested(Session, row), "cohort": row["cohort"]},
            _("Nobody is invited before its dates are confirmed."),
            cached_reverse("cohorts:session", row["id"]),
            _("Open the session"),
            when=on_day(row["first_day"]),
        )
        for row in rows
    ]


def _unreported_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a home page notice for each session that was held and has no report, with a link to write it.

    With more than three sessions (`rows`), a single notice links to the list of them.
    """
    if len(rows) > MAX_NOTICES:
        text = _("More than %(count)s sessions have no report.") % {"count": MAX_NOTICES}
        return [HomeNotice(text, "", f"{reverse('cohorts:sessions')}?period=all&state=held", _("See the list"))]
    now = timezone.now()
    return [
        _unreported_notice(row, (day_in(row["zone"], now) - date.fromisoformat(row["last_day"])).days) for row in rows
    ]


def _unreported_notice(row: dict[str, Any], days: int) -> HomeNotice:
    """Return the notice that a session (`row`) has no report, with a link to write it; `days` is how many days ago it
    was held.
    """
    ago = ngettext("It was held %(days)s day ago.", "It was held %(days)s days ago.", days) % {"days": days}
    return HomeNotice(
        _("%(session)s, %(cohort)s, has no report.")
        % {"session": row_from_nested(Session, row), "cohort": row["cohort"]},
        ago if days else _("It was held today."),
        cached_reverse("cohorts:report_session", row["id"]),
        _("Write the report"),
        when=on_day(row["last_day"]),
    )


# Sessions soon at which the person is expected, and for which they have not answered.
unanswered_sessions = HomeNoticeSource(
    _find_unanswered, _unanswered_notices, "session_answers", gettext_lazy("Sessions to answer")
)
# Sessions whose days are over and which nobody marked as held.
unmarked_sessions = HomeNoticeSource(
    _find_unmarked, _unmarked_notices, "unmarked_sessions", gettext_lazy("Sessions that are over")
)
# Drafts that begin soon, or have begun, and to which nobody is invited yet.
undecided_sessions = HomeNoticeSource(
    _find_undecided, _undecided_notices, "undecided_sessions", gettext_lazy("Sessions to confirm")
)
# Sessions that were held and have no report yet.
unreported_sessions = HomeNoticeSource(
    _find_unreported, _unreported_notices, "unreported_sessions", gettext_lazy("Sessions without a report")
)


def week_panel(request: HttpRequest) -> dict[str, Any] | None:
    """Return the context of the home page's card of scheduled sessions in the next seven days, sorted by their next
    day.

    It lists at most six sessions that the reader may see. None for someone who never was in a cohort and has no session
    to see. Two statements.
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
    """Return up to six scheduled sessions from `today` to six days later that the user may see, by first day.

    Cohort, authority, edition and days are loaded.
    """
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
    """Return the session as an entry of the card of the week, under its next day on `today` or later, without a next
    step.

    `tally` holds its numbers of people.
    """
    days = session.days_from_annotation
    next_day = min((day.date for day in days if day.date >= today), default=today)
    return WeekEntry(next_day, venues_of(days), SessionLine(session, tally, None))
