"""Which cohorts and editions a person has access to: read in one statement, and given to queries as lists of ids.

Memberships and mandates belong to apps above this one: their models are looked up by name.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import LessThanOrEqual

from web.actions import latest_action
from web.database.arrays import among, day_for
from web.database.created_on import latest_day
from web.database.nested_rows import nested
from web.database.prepared import prepared
from web.dates.clock import today_everywhere


@dataclass(frozen=True, slots=True)
class Access:
    """The ids by which a person reads more than what is open to everyone; empty for lab staff, who read all.

    - `cohorts`: where they have a membership without a last day, and those of authorities they administer today.
    - `editions`: the editions of these cohorts. `member_editions`: those with a membership without a last day.
    - `authorities`: those they administer today.
    - `ending_cohorts`: other cohorts in which they have a membership with a last day, past or to come; in the same
      order `last_days_in_cohorts`, the latest of these days.
    - `ending_editions` and `last_days_in_editions`: the same for editions that are not among `member_editions`.
    - `roles`: those of all these memberships, past ones included.

    Past members read what existed on their last day. The clock is not read for that: no row was created after today.
    """

    cohorts: tuple[int, ...] = ()
    editions: tuple[int, ...] = ()
    member_editions: tuple[int, ...] = ()
    authorities: tuple[int, ...] = ()
    ending_cohorts: tuple[int, ...] = ()
    last_days_in_cohorts: tuple[date, ...] = ()
    ending_editions: tuple[int, ...] = ()
    last_days_in_editions: tuple[date, ...] = ()
    roles: frozenset[str] = frozenset()


class CachedAccess(NamedTuple):
    """The access of a request's person, and the action before which it was read."""

    access: Access
    read_after: object


Rows = Iterable[Mapping[str, Any]]


def access_from(memberships: Rows, mandates: Rows) -> Access:
    """Return the access that a person has by these memberships and by these mandates, those of today.

    A membership has `cohort`, `edition`, `role` and `ends_on` (a date as text, or None). A mandate has `authority`,
    `cohort` and `edition`, once for each cohort of the authority; both are None for an authority without cohorts.
    """
    lasting = [row for row in memberships if row["ends_on"] is None]
    current = [*lasting, *(row for row in mandates if row["cohort"])]
    cohorts = {row["cohort"] for row in current}
    member_editions = {row["edition"] for row in lasting}
    ending = sorted((row["ends_on"], row["cohort"], row["edition"]) for row in memberships if row["ends_on"])
    last_days_in_cohorts = {cohort: day for day, cohort, _ in ending if cohort not in cohorts}
    last_days_in_editions = {edition: day for day, _, edition in ending if edition not in member_editions}
    return Access(
        tuple(sorted(cohorts)),
        tuple(sorted({row["edition"] for row in current})),
        tuple(sorted(member_editions)),
        tuple(sorted({row["authority"] for row in mandates})),
        tuple(last_days_in_cohorts),
        tuple(map(date.fromisoformat, last_days_in_cohorts.values())),
        tuple(last_days_in_editions),
        tuple(map(date.fromisoformat, last_days_in_editions.values())),
        frozenset(row["role"] for row in memberships),
    )


@prepared
def _people_with_access(pk: int) -> QuerySet[Any]:
    """Return the query for the person with the key `pk`, with the rows that `access_from` takes, the lab's time zone,
    and the rate of its accessibility statement, which every page shows.
    """
    memberships = apps.get_model("cohorts.Membership")._default_manager.filter(user=OuterRef("pk"))
    mandates: Any = apps.get_model("programmes.AuthorityAdmin")._default_manager
    statements = apps.get_model("labplatform.AccessibilityStatement")._default_manager
    of_cohort = {"cohort": "authority__cohorts", "edition": "authority__cohorts__edition"}
    return (
        get_user_model()
        ._default_manager.filter(pk=pk)
        .annotate(
            lab_zone=Subquery(apps.get_model("accounts.Lab")._default_manager.values("time_zone")[:1]),
            accessibility_rate=Subquery(statements.values("rate")[:1]),
            membership_rows=nested(memberships.order_by("pk"), "cohort", "ends_on", "role", edition="cohort__edition"),
            mandate_rows=nested(
                mandates.active(today_everywhere()).filter(user=OuterRef("pk")).order_by("pk"), "authority", **of_cohort
            ),
        )
    )


def person_with_access(pk: int) -> Any:
    """Return the person with this key, with their access cached until an action begins (one statement); None if there
    is no such person.
    """
    for person in _people_with_access(pk):
        person.access = access_from(person.membership_rows, person.mandate_rows)
        return person
    return None


def cache_access(user: AbstractBaseUser, access: Access) -> None:
    """Have `access_of` return this access for the user until an action begins or ends."""
    vars(user)["cached_access"] = CachedAccess(access, latest_action())


def access_of(user: AbstractBaseUser) -> Access:
    """Return the access of a user who is signed in and not lab staff: the one that is cached, else read now."""
    cached: CachedAccess | None = vars(user).get("cached_access")
    if cached and _is_current(cached):
        return cached.access
    person = person_with_access(user.pk)
    access: Access = person.access if person else Access()
    return access


def _is_current(cached: CachedAccess) -> bool:
    """Return whether no action began or ended since the access was read: an action may change it."""
    return cached.read_after is latest_action()


def in_ending_cohorts(access: Access, path: str, created: Collection[str] = ()) -> Q:
    """Return the condition for rows of cohorts in which the person has a last day, created no later than that day.

    `path` leads from the row to the key of its cohort. `created` names the columns with the days on which the row, and
    the rows it belongs to, were created; without them the days do not count.
    """
    return _until_last_day(path, access.ending_cohorts, access.last_days_in_cohorts, created)


def in_ending_editions(access: Access, path: str, created: Collection[str] = ()) -> Q:
    """Return the condition for rows of editions in which the person has a last day, created no later than that day.

    `path` leads from the row to the key of its edition; `created` is as for `in_ending_cohorts`.
    """
    return _until_last_day(path, access.ending_editions, access.last_days_in_editions, created)


def _until_last_day(path: str, ids: Sequence[int], days: Sequence[date], created: Collection[str]) -> Q:
    """Return the condition that the key at `path` is one of the ids, and that the row existed on the day of that id."""
    rows = among(path, ids)
    return rows & existed_on_last_day(path, ids, days, created) if ids and created else rows


def existed_on_last_day(path: str, ids: Sequence[int], days: Sequence[date], created: Collection[str]) -> Q:
    """Return the condition for rows created no later than the day that belongs to the id at `path`."""
    return Q(LessThanOrEqual(latest_day(*created), day_for(path, ids, days)))
