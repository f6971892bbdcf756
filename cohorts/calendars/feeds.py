"""Sessions in calendar feeds, one entry for each day in the authority's local time; and what calendars of cohorts and
editions contain.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import person
from cohorts.models import Cohort, SessionDay
from cohorts.sessions.emails.audiences import name_with_cohort
from cohorts.sessions.emails.calendar_entries import entry_of
from cohorts.sessions.enums import SessionState
from cohorts.sessions.models import SessionDayQuerySet
from notifications.calendars.panels import context_with_feed, panel_context
from notifications.calendars.scopes import EVERYTHING, PERSON, CalendarScope
from notifications.calendars.sources import FeedEntry
from notifications.models import CalendarFeed
from programmes.models import Edition
from web.calendars.ics import Status
from web.database.nested_rows import nested, row_from_nested

COHORT: Final = "cohort"
EDITION: Final = "edition"
# A postponed session is cancelled in calendars; once it has new days, a higher version with the same UIDs restores it.
STATUS: Final[Mapping[str, Status]] = MappingProxyType(
    {
        SessionState.DRAFT: "TENTATIVE",
        SessionState.SCHEDULED: "CONFIRMED",
        SessionState.POSTPONED: "CANCELLED",
        SessionState.HELD: "CONFIRMED",
        SessionState.REPORTED: "CONFIRMED",
        SessionState.CANCELLED: "CANCELLED",
    }
)


def feed_entries(feed: CalendarFeed) -> Iterator[FeedEntry]:
    """Yield an entry for each session day of a calendar feed that the feed's person may see (one statement)."""
    days = SessionDay.objects.visible_to(feed.user).at_work()
    for day in days_in_calendar(days, feed.user, feed.about, feed.object_id).as_entries():
        yield FeedEntry(
            pk=day.session_id,
            version=day.session.version,
            changed_at=day.changed_at,  # type: ignore[attr-defined] # annotated
            entry=entry_of(day, day.session, STATUS[day.session.state], name_with_cohort(day.session)),
        )


def days_in_calendar(days: SessionDayQuerySet, user: User, about: str, object_id: int) -> SessionDayQuerySet:
    """Return those of `days` that belong in a calendar of the user.

    `about` and `object_id` say which: days on which the user is expected, those of a cohort or of an edition, or all;
    none for anything else.
    """
    if about == EVERYTHING:
        return days
    if about == PERSON:
        return days.concerning(user)
    paths = {COHORT: "session__cohort", EDITION: "session__cohort__edition"}
    return days.filter(**{paths[about]: object_id}) if about in paths else days.none()


def feed_name(feed: CalendarFeed) -> str:
    """Return the name of the cohort or edition that a calendar feed is about.

    "" for other feeds, and when the person who owns the feed may no longer see the cohort or edition.
    """
    if feed.about == COHORT:
        rows: Any = Cohort.objects.visible_to(feed.user)
    elif feed.about == EDITION:
        rows = Edition.objects.visible_to(feed.user)
    else:
        return ""
    return rows.filter(pk=feed.object_id).values_list("name", flat=True).first() or ""


def cohort_calendar(request: HttpRequest, cohort: Cohort) -> dict[str, Any] | None:
    """Return the context of the panel on a cohort's page where the reader creates or revokes their address of its
    calendar.

    None for cohorts that are imported published facts.
    """
    if cohort.retrospective:
        return None
    text = _("The sessions of this cohort and the Intertransfos in your own calendar, kept up to date.")
    return panel_context(request, scope_of(cohort), text=text)


def edition_calendar(request: HttpRequest, edition: Edition) -> dict[str, Any] | None:
    """Return the context of the panel on an edition's page where the reader creates or revokes their address of its
    calendar.

    None for editions that are imported published facts, and for those that the reader has no part in.
    """
    user, rows = person(request), vars(edition)["own_feeds"]
    if edition.retrospective or not (user.is_lab_staff or edition.pk in user.access.editions):
        return None
    text = _("The sessions of these cohorts and the Intertransfos in your own calendar, kept up to date.")
    feed = next((row_from_nested(CalendarFeed, row) for row in rows), None)
    return context_with_feed(feed, scope_of(edition), text)


def own_feeds_of_edition(user: User) -> dict[str, ArraySubquery]:
    """Return the column `own_feeds` for a query of editions: the user's feed of the edition, if any."""
    feeds = CalendarFeed.objects.visible_to(user).filter(about=EDITION, object_id=OuterRef("pk")).order_by("pk")
    return {"own_feeds": nested(feeds, "id", "made_at", "last_read_at")}


def scope_of(row: Cohort | Edition) -> CalendarScope:
    """Return the scope of the calendar of a cohort, or of an edition."""
    return CalendarScope(COHORT if isinstance(row, Cohort) else EDITION, row.pk, row.slug, row.name)
