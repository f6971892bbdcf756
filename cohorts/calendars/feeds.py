"""Sessions in calendar feeds, one entry for each day in the authority's local time; and the feed of a cohort."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cohorts.models import Cohort, SessionDay
from cohorts.sessions.emails.audiences import name_with_cohort
from cohorts.sessions.emails.calendar_entries import entry_of
from cohorts.sessions.enums import SessionState
from cohorts.sessions.models import SessionDayQuerySet
from notifications.calendars.ics import Status
from notifications.calendars.panels import panel_context
from notifications.models import CalendarFeed
from notifications.registries import FeedEntry, FeedSource

COHORT: Final = "cohort"
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


def entries(feed: CalendarFeed) -> Iterator[FeedEntry]:
    """Yield an entry for each session day of a calendar feed that the feed's person may see (one statement).

    A person's feed has their own sessions, a cohort's feed has all of its sessions.
    """
    days = SessionDay.objects.visible_to(feed.user).at_work()
    for day in _days_of_feed(feed, days).as_entries():
        yield FeedEntry(
            pk=day.session_id,
            version=day.session.version,
            changed_at=day.changed_at,  # type: ignore[attr-defined] # annotated
            entry=entry_of(day, day.session, STATUS[day.session.state], name_with_cohort(day.session)),
        )


def cohort_name(feed: CalendarFeed) -> str:
    """Return the name of the cohort that a calendar feed is about.

    "" for a person's own feed, and when the person who owns the feed may no longer see the cohort.
    """
    if feed.about != COHORT:
        return ""
    return Cohort.objects.visible_to(feed.user).filter(pk=feed.object_id).values_list("name", flat=True).first() or ""


def cohort_calendar(request: HttpRequest, cohort: Cohort) -> dict[str, Any] | None:
    """Return the context of the panel on a cohort's page where the reader creates or revokes their address of its
    calendar.

    None for cohorts that are imported published facts.
    """
    if cohort.retrospective:
        return None
    return panel_context(
        request,
        COHORT,
        cohort.pk,
        text=_("The sessions of this cohort and the Intertransfos in your own calendar, kept up to date."),
        open_href=reverse("cohorts:open_calendar", args=[cohort.slug]),
        revoke_href=reverse("cohorts:revoke_calendar", args=[cohort.slug]),
    )


def _days_of_feed(feed: CalendarFeed, days: SessionDayQuerySet) -> SessionDayQuerySet:
    """Return those of `days` that belong in the feed: days on which its person is expected, or all days of the feed's
    cohort.

    None of them for a feed about anything else.
    """
    if feed.about == CalendarFeed.PERSON:
        return days.concerning(feed.user)
    return days.filter(session__cohort=feed.object_id) if feed.about == COHORT else days.none()


SESSIONS: Final = FeedSource(entries, cohort_name)
