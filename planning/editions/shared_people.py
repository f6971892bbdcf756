"""Days on which someone is expected in two cohorts, of which one belongs to an edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, F, Max, Min, Q, QuerySet, Window
from django.utils.translation import gettext as _

from cohorts.calendars.busy_days import NOT_IN_CALENDAR
from cohorts.cohort.residencies import gets_new_days
from cohorts.models import Membership, Session, SessionDay
from cohorts.people.enums import CORE_ROLES
from cohorts.visibility import active_on
from programmes.models import Edition
from web.database.prepared import prepared
from web.pages.pagination import NumberedPage, page_number

PER_PAGE: Final = 24  # sessions of one person: twelve days for someone who is expected twice on each


@dataclass(frozen=True, slots=True)
class SharedDay:
    """A day on which these people, by name, are expected at sessions of two cohorts or more.

    `movable` are those of the sessions that are drafts: new days can be proposed for them.
    """

    day: date
    people: tuple[str, ...]
    sessions: tuple[Session, ...]

    @property
    def movable(self) -> list[Session]:
        """The sessions for which new days can be proposed, one for each cohort."""
        drafts = [session for session in self.sessions if gets_new_days(session, session.cohort)]
        return list({session.cohort_id: session for session in drafts}.values())

    @property
    def links(self) -> list[tuple[str, str]]:
        """The address and the name of each session."""
        return [(row.get_absolute_url(), session_text(row.cohort.name, row.number)) for row in self.sessions]


@dataclass(frozen=True, slots=True)
class SharedDays(NumberedPage):
    """One page of days with people who are expected in two cohorts."""

    days: tuple[SharedDay, ...]
    number: int
    has_next: bool


def session_text(cohort: str, number: str) -> str:
    """Return a session in words, with the name of its cohort."""
    return _("%(cohort)s, session %(number)s") % {"cohort": cohort, "number": number}


def shared_days(edition: Edition, today: date, number: str | None) -> SharedDays:
    """Return one page of the days from `today` on with people who are expected in two cohorts, by date (one statement).

    `number` is its number as the URL has it; one past the end gives the first page. Ambassadors, pilots, residents and
    coordinators count; sessions that are postponed or cancelled do not.
    """
    current = page_number(number)
    rows = _expected_twice(edition.pk, today, str(current))
    if not rows and current > 1:
        return shared_days(edition, today, None)
    days = tuple(_shared_day(day, list(own)) for day, own in groupby(rows[:PER_PAGE], key=lambda row: row.date))
    return SharedDays(days, current, len(rows) > PER_PAGE)


def _shared_day(day: date, rows: Sequence[SessionDay]) -> SharedDay:
    """Return a day with its people by name and its sessions by cohort; each row is a session with one of them."""
    people = sorted({row.person for row in rows})  # type: ignore[attr-defined] # annotated
    return SharedDay(day, tuple(people), tuple({row.session_id: row.session for row in rows}.values()))


@prepared
def _expected_twice(edition: int, today: date, number: str) -> QuerySet[SessionDay]:
    """Return one page of the days of sessions at which someone is expected who is expected in another cohort too on
    that day, one of the two of the edition; one row for each of these people.

    A page has one row more where another page follows.
    """
    members = Membership.objects.filter(role__in=CORE_ROLES).order_by().values("user")
    in_two = members.annotate(n=Count("cohort", distinct=True)).filter(n__gt=1).values("user")
    expected = SessionDay.objects.filter(
        active_on(F("date"), "session__cohort__memberships__"),
        date__gte=today,
        session__retrospective=False,
        session__cohort__memberships__role__in=CORE_ROLES,
        session__cohort__memberships__user__in=in_two,
    ).exclude(session__state__in=NOT_IN_CALENDAR)
    on_one_day: Any = {"partition_by": [F("date"), F("session__cohort__memberships__user")]}
    rows = expected.annotate(
        person=F("session__cohort__memberships__user__full_name"),
        first_cohort=Window(Min("session__cohort"), **on_one_day),
        last_cohort=Window(Max("session__cohort"), **on_one_day),
        is_of_edition=Window(BoolOr(Q(session__cohort__edition=edition)), **on_one_day),
    ).filter(first_cohort__lt=F("last_cohort"), is_of_edition=True)
    start = (int(number) - 1) * PER_PAGE
    rows = rows.select_related("session__cohort__edition__programme")
    return rows.order_by("date", "session__cohort__name", "session_id", "person")[start : start + PER_PAGE + 1]
