"""Panels of editions and authorities, cards and notes of the home page, about cohorts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.requests import person
from cohorts.clock import local_day
from cohorts.cohort.models import CohortQuerySet
from cohorts.cohort.timelines import Marks, cohort_layout, cohorts_layout, marks_of, phrase_of, with_calendar
from cohorts.models import Cohort, Invitation
from cohorts.opening.actions import TAKES_COHORTS
from cohorts.people.enums import Role
from cohorts.permissions import may_open_cohort, may_sum_up_edition
from programmes.enums import EditionState
from programmes.models import Authority, Edition
from web.database.nested_rows import first
from web.database.prepared import prepared
from web.dates.clock import Today, platform_today, today_everywhere
from web.pages.home import Attention, Found, Watch, in_all
from web.text.formats import long_day

Context = dict[str, Any] | None
EDITIONS_SHOWN = 2
COHORTS_SHOWN = 20
NOTES_SHOWN = 5
OWN_SHOWN = 3


def edition_cohorts(request: HttpRequest, edition: Edition) -> Context:
    """The edition's cohorts on one line of time, those the person may see; nothing to show without any."""
    cohorts = list(_of(person(request)).filter(edition=edition).by_start()[:COHORTS_SHOWN])
    may_add = may_open_cohort(person(request)) and edition.state in TAKES_COHORTS and not edition.retrospective
    if not (cohorts or may_add):
        return None
    may_sum_up = may_sum_up_edition(person(request)) and not edition.retrospective
    found = {"edition": edition, "cohorts": cohorts, "may_add": may_add, "may_sum_up": may_sum_up}
    return found | _drawn(edition, cohorts, marks_of(cohorts))


def authority_cohorts(request: HttpRequest, authority: Authority) -> Context:
    """The authority's cohorts, the latest first."""
    rows = Cohort.objects.visible_to(person(request)).select_related("edition").filter(authority=authority)
    cohorts = list(rows.by_start().reverse()[:COHORTS_SHOWN])
    return {"cohorts": cohorts} if cohorts else None


def current_editions(request: HttpRequest) -> Context:
    """Lab staff: the editions under way, each with its cohorts on one line."""
    if not person(request).is_lab_staff:
        return None
    shown = _under_way()
    rows = _of_editions(person(request), tuple(edition.pk for edition in shown))
    marks = marks_of(rows)
    cards = [_card(edition, [row for row in rows if row.edition_id == edition.pk], marks) for edition in shown]
    return {"cards": cards} if cards else None


@prepared
def _under_way() -> QuerySet[Edition]:
    editions = Edition.objects.measured().filter(state__in=[EditionState.OPEN, EditionState.RUNNING])
    editions = editions.order_by("-state", "-starts_on", "pk")  # running before open
    return editions.select_related("format", "programme")[:EDITIONS_SHOWN]


@prepared
def _of_editions(user: User, editions: tuple[int, ...]) -> CohortQuerySet:
    return _of(user).filter(edition__in=editions).by_start()[: COHORTS_SHOWN * EDITIONS_SHOWN]


@prepared
def _own(user: User, today: Today) -> CohortQuerySet:
    rows = _of(user).with_active_member(user, today).with_next_session(today).select_related("authority")
    return rows.by_start()[:OWN_SHOWN]


def own_cohorts(request: HttpRequest) -> Context:
    """Members: the cohorts they are in now, each on its line."""
    user, now = person(request), timezone.now()
    if user.is_lab_staff:
        return None
    shown = _own(user, today_everywhere(now))
    marks = marks_of(shown)
    cards = [{"cohort": row, "layout": cohort_layout(row, marks=marks, today=local_day(row, now))} for row in shown]
    return {"cards": cards} if cards else None


def _led(user: User, today: Today) -> CohortQuerySet:
    return Cohort.objects.led_by(user, today).by_name()


def _find_without_pilot(user: User, today: Today) -> ArraySubquery:
    """Return the first cohorts without a pilot, each with the invitation of a pilot that ends last.

    `_without_pilot` compares its end with the present moment, which the statement of a day cannot know.
    """
    invitations = Invitation.objects.open().filter(cohort=OuterRef("pk"), role=Role.PILOT)
    latest_first = invitations.order_by("-expires_at", "-pk")
    latest = {name: Subquery(latest_first.values(name)[:1]) for name in ("full_name", "expires_at")}
    rows = _led(user, today).without_pilot(today).annotate(**latest)
    return first(rows, NOTES_SHOWN, "name", "slug", *latest)


def _without_pilot(request: HttpRequest, found: Found) -> list[Attention]:
    now = timezone.now()
    notes = [_pilot_invited(row) if _is_invited(row, now) else _pilot_missing(row) for row in found]
    if n := in_all(found):
        strong = ngettext("%(n)d cohort has no pilot.", "%(n)d cohorts have no pilot.", n) % {"n": n}
        notes.append(_see_all(strong, "pilot"))
    return notes


def _is_invited(row: dict[str, Any], at: datetime) -> bool:
    """Return whether the invitation of a pilot is still pending at a moment."""
    return bool(row["expires_at"]) and datetime.fromisoformat(row["expires_at"]) > at


def _pilot_missing(row: dict[str, Any]) -> Attention:
    return Attention(
        _("%(cohort)s has no pilot.") % {"cohort": row["name"]},
        _("Nobody is responsible for the cohort in the authority."),
        f"{reverse('cohorts:add_member', args=[row['slug']])}?role=pilot",
        _("Name a pilot"),
    )


def _pilot_invited(row: dict[str, Any]) -> Attention:
    return Attention(
        _("%(cohort)s has no pilot yet.") % {"cohort": row["name"]},
        _("%(person)s is invited and has not answered.") % {"person": row["full_name"]},
        f"{reverse('cohorts:members', args=[row['slug']])}#invited",
        _("See the invitation"),
    )


def _see_all(strong: str, missing: str) -> Attention:
    """The last of the notes of a kind of which not all are shown."""
    href = f"{reverse('cohorts:cohorts')}?missing={missing}"
    return Attention(strong, _("The first ones are named above."), href, _("See them all"))


def _overdue(request: HttpRequest, found: Found) -> list[Attention]:
    locale = request.LANGUAGE_CODE[:2]
    notes = [
        Attention(
            _("%(cohort)s has not started.") % {"cohort": row["name"]},
            _("Its start was planned for %(day)s.")
            % {"day": long_day(date.fromisoformat(row["planned_start"]), locale)},
            reverse("cohorts:start_cohort", args=[row["slug"]]),
            _("Start the cohort"),
        )
        for row in found
    ]
    if n := in_all(found):
        strong = ngettext("%(n)d cohort has not started.", "%(n)d cohorts have not started.", n) % {"n": n}
        notes.append(_see_all(strong, "start"))
    return notes


# Cohorts the person answers for that nobody leads locally.
without_pilot = Watch(
    find=_find_without_pilot,
    say=_without_pilot,
)
# Cohorts the person answers for that were to start and have not.
overdue = Watch(
    find=lambda user, today: first(_led(user, today).overdue(today), NOTES_SHOWN, "name", "slug", "planned_start"),
    say=_overdue,
)


def _of(user: User) -> CohortQuerySet:
    return with_calendar(Cohort.objects.visible_to(user).select_related("edition__programme", "edition__format"), user)


def _drawn(edition: Edition, cohorts: Sequence[Cohort], marks: Marks) -> dict[str, Any]:
    return {
        "layout": cohorts_layout(cohorts, marks=marks, today=platform_today()),
        "phrase": phrase_of(edition, cohorts),
        "family": edition.programme.family,
    }


def _card(edition: Edition, cohorts: Sequence[Cohort], marks: Marks) -> dict[str, Any]:
    return {"edition": edition, "cohorts": cohorts} | _drawn(edition, cohorts, marks)
