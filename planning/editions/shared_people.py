"""Days on which someone is expected in two cohorts, of which one belongs to an edition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Count, F

from cohorts.calendars.busy_days import NOT_IN_CALENDAR
from cohorts.cohort.residencies import gets_new_days
from cohorts.models import Membership, Session, SessionDay
from cohorts.people.enums import CORE_ROLES
from cohorts.visibility import active_on
from programmes.models import Edition


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


def shared_days(edition: Edition, today: date) -> list[SharedDay]:
    """Return the days from `today` on with people who are expected in two cohorts, by date (two statements).

    Ambassadors, pilots, residents and coordinators count; sessions that are postponed or cancelled do not.
    """
    members = Membership.objects.filter(role__in=CORE_ROLES).order_by().values("user")
    in_two = members.annotate(n=Count("cohort", distinct=True)).filter(n__gt=1)
    rows = SessionDay.objects.filter(
        active_on(F("date"), "session__cohort__memberships__"),
        date__gte=today,
        session__retrospective=False,
        session__cohort__memberships__role__in=CORE_ROLES,
        session__cohort__memberships__user__in=in_two.filter(user__in=members.filter(cohort__edition=edition)).values(
            "user"
        ),
    ).exclude(session__state__in=NOT_IN_CALENDAR)
    columns = ("date", "session__cohort__memberships__user__full_name", "session__cohort__memberships__user", "session")
    expected: dict[tuple[date, int], tuple[str, set[int]]] = {}
    for day, name, user, session in rows.order_by("date", "pk").values_list(*columns):
        expected.setdefault((day, user), (str(name), set()))[1].add(session)
    keys = {key for _name, sessions in expected.values() if len(sessions) > 1 for key in sessions}
    related = ("cohort__edition__programme", "cohort__authority")
    sessions = Session.objects.select_related(*related).in_bulk(keys) if keys else {}
    return list(_collisions(edition, expected, sessions))


def _collisions(
    edition: Edition, expected: Mapping[tuple[date, int], tuple[str, set[int]]], sessions: Mapping[int, Session]
) -> Iterator[SharedDay]:
    """Yield the days on which people are expected in two cohorts, one of them of the edition.

    `expected` has the name of a person and the keys of their sessions by day and person.
    """
    for day, own in groupby(sorted(expected.items()), key=lambda item: item[0][0]):
        people, found = [], dict[int, Session]()
        for _key, (name, keys) in own:
            rows = {key: sessions[key] for key in keys if len(keys) > 1}
            if len({row.cohort_id for row in rows.values()}) > 1:
                people.append(name)
                found |= rows
        if any(row.cohort.edition_id == edition.pk for row in found.values()):
            ordered = sorted(found.values(), key=lambda row: (row.cohort.name, row.pk))
            yield SharedDay(day, tuple(sorted(people)), tuple(ordered))
