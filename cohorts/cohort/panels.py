"""Panels about cohorts on pages of editions and authorities, and their cards and notes on the home page."""

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
from cohorts.cohort.timelines import Marks, cohort_layout, cohorts_layout, marks_of, progress_text, with_calendar
from cohorts.models import Cohort, Invitation
from cohorts.opening.actions import STATES_TAKING_COHORTS
from cohorts.people.enums import MembershipRole
from cohorts.permissions import can_open_cohort, can_sum_up_edition
from programmes.enums import EditionState
from programmes.models import Authority, Edition
from web.database.nested_rows import nested_first
from web.database.prepared import prepared
from web.dates.clock import Today, platform_today, today_everywhere
from web.pages.home import Attention, AttentionSource, NestedRows, total_if_truncated
from web.text.formats import long_day

Context = dict[str, Any] | None
MAX_EDITIONS = 2
MAX_COHORTS = 20
MAX_NOTES = 5
MAX_OWN_COHORTS = 3


def edition_cohorts(request: HttpRequest, edition: Edition) -> Context:
    """Return the context of the panel on an edition's page: its cohorts that the person may see, on one timeline.

    None when there is no cohort to show and the person cannot add one.
    """
    cohorts = list(_visible_with_calendar(person(request)).filter(edition=edition).by_start()[:MAX_COHORTS])
    can_add = can_open_cohort(person(request)) and edition.state in STATES_TAKING_COHORTS and not edition.retrospective
    if not (cohorts or can_add):
        return None
    can_sum_up = can_sum_up_edition(person(request)) and not edition.retrospective
    context = {"edition": edition, "cohorts": cohorts, "can_add": can_add, "can_sum_up": can_sum_up}
    return context | _timeline_context(edition, cohorts, marks_of(cohorts))


def authority_cohorts(request: HttpRequest, authority: Authority) -> Context:
    """Return the context of the panel on an authority's page: its cohorts that the person may see, the latest first.

    None when there are none.
    """
    rows = Cohort.objects.visible_to(person(request)).select_related("edition").filter(authority=authority)
    cohorts = list(rows.by_start().reverse()[:MAX_COHORTS])
    return {"cohorts": cohorts} if cohorts else None


def current_editions(request: HttpRequest) -> Context:
    """Return the context of the home page's card of editions: open and running ones, each with its cohorts on a
    timeline.

    None for people who are not lab staff, and when there is no such edition.
    """
    if not person(request).is_lab_staff:
        return None
    editions = _current_editions()
    rows = _cohorts_of_editions(person(request), tuple(edition.pk for edition in editions))
    marks = marks_of(rows)
    cards = [
        _edition_card(edition, [row for row in rows if row.edition_id == edition.pk], marks) for edition in editions
    ]
    return {"cards": cards} if cards else None


@prepared
def _current_editions() -> QuerySet[Edition]:
    """Return the first editions that are running or open, running ones and later starts first."""
    editions = Edition.objects.measured().filter(state__in=[EditionState.OPEN, EditionState.RUNNING])
    editions = editions.order_by("-state", "-starts_on", "pk")  # running before open
    return editions.select_related("format", "programme")[:MAX_EDITIONS]


@prepared
def _cohorts_of_editions(user: User, editions: tuple[int, ...]) -> CohortQuerySet:
    """Return the cohorts of these editions (by id) that the user may see, with their calendars, by start."""
    return _visible_with_calendar(user).filter(edition__in=editions).by_start()[: MAX_COHORTS * MAX_EDITIONS]


@prepared
def _own_cohorts(user: User, today: Today) -> CohortQuerySet:
    """Return the first cohorts of which the user is a member on `today`, with their calendars and next session day."""
    rows = (
        _visible_with_calendar(user)
        .with_active_member(user, today)
        .with_next_session(today)
        .select_related("authority")
    )
    return rows.by_start()[:MAX_OWN_COHORTS]


def own_cohorts(request: HttpRequest) -> Context:
    """Return the context of the home page's card of a member: the cohorts they are in today, each on its timeline.

    None for lab staff, and for people who are in no cohort.
    """
    user, now = person(request), timezone.now()
    if user.is_lab_staff:
        return None
    cohorts = _own_cohorts(user, today_everywhere(now))
    marks = marks_of(cohorts)
    cards = [{"cohort": row, "layout": cohort_layout(row, marks=marks, today=local_day(row, now))} for row in cohorts]
    return {"cards": cards} if cards else None


def _led_cohorts(user: User, today: Today) -> CohortQuerySet:
    """Return the cohorts that the person leads on `today`, by name."""
    return Cohort.objects.led_by(user, today).by_name()


def _find_without_pilot(user: User, today: Today) -> ArraySubquery:
    """Return the subquery of the first cohorts that the person leads and that have no pilot.

    Each has the name and end of its latest unanswered invitation of a pilot; `_without_pilot_notes` compares that end
    with the present moment, which a statement about a day cannot know.
    """
    invitations = Invitation.objects.open().filter(cohort=OuterRef("pk"), role=MembershipRole.PILOT)
    latest_first = invitations.order_by("-expires_at", "-pk")
    latest = {name: Subquery(latest_first.values(name)[:1]) for name in ("full_name", "expires_at")}
    rows = _led_cohorts(user, today).without_pilot(today).annotate(**latest)
    return nested_first(rows, MAX_NOTES, "name", "slug", *latest)


def _without_pilot_notes(request: HttpRequest, rows: NestedRows) -> list[Attention]:
    """Return the home page's notes about cohorts without a pilot, and one that links to the full list if there are
    more.
    """
    now = timezone.now()
    notes = [_pilot_invited_note(row) if _is_invited(row, now) else _pilot_missing_note(row) for row in rows]
    if n := total_if_truncated(rows):
        text = ngettext("%(n)d cohort has no pilot.", "%(n)d cohorts have no pilot.", n) % {"n": n}
        notes.append(_see_all_note(text, "pilot"))
    return notes


def _is_invited(row: dict[str, Any], at: datetime) -> bool:
    """Return whether the invitation of a pilot in this row is open at the moment `at`; False without one."""
    return bool(row["expires_at"]) and datetime.fromisoformat(row["expires_at"]) > at


def _pilot_missing_note(row: dict[str, Any]) -> Attention:
    """Return the note that a cohort has no pilot, with a link to name one."""
    return Attention(
        _("%(cohort)s has no pilot.") % {"cohort": row["name"]},
        _("Nobody is responsible for the cohort in the authority."),
        f"{reverse('cohorts:add_member', args=[row['slug']])}?role=pilot",
        _("Name a pilot"),
    )


def _pilot_invited_note(row: dict[str, Any]) -> Attention:
    """Return the note that the pilot of a cohort is invited and has not answered."""
    return Attention(
        _("%(cohort)s has no pilot yet.") % {"cohort": row["name"]},
        _("%(person)s is invited and has not answered.") % {"person": row["full_name"]},
        f"{reverse('cohorts:members', args=[row['slug']])}#invited",
        _("See the invitation"),
    )


def _see_all_note(text: str, missing: str) -> Attention:
    """Return the note that follows the first ones when there are more: it links to the list filtered by what is
    `missing`.
    """
    href = f"{reverse('cohorts:cohorts')}?missing={missing}"
    return Attention(text, _("The first ones are named above."), href, _("See them all"))


def _overdue_notes(request: HttpRequest, rows: NestedRows) -> list[Attention]:
    """Return the home page's notes about cohorts that have not started although their planned start has passed."""
    locale = request.LANGUAGE_CODE[:2]
    notes = [
        Attention(
            _("%(cohort)s has not started.") % {"cohort": row["name"]},
            _("Its start was planned for %(day)s.")
            % {"day": long_day(date.fromisoformat(row["planned_start"]), locale)},
            reverse("cohorts:start_cohort", args=[row["slug"]]),
            _("Start the cohort"),
        )
        for row in rows
    ]
    if n := total_if_truncated(rows):
        text = ngettext("%(n)d cohort has not started.", "%(n)d cohorts have not started.", n) % {"n": n}
        notes.append(_see_all_note(text, "start"))
    return notes


# Cohorts the person leads that have no pilot.
without_pilot = AttentionSource(
    find=_find_without_pilot,
    describe=_without_pilot_notes,
)
# Cohorts the person leads that have not started although their planned start has passed.
overdue = AttentionSource(
    find=lambda user, today: nested_first(
        _led_cohorts(user, today).overdue(today), MAX_NOTES, "name", "slug", "planned_start"
    ),
    describe=_overdue_notes,
)


def _visible_with_calendar(user: User) -> CohortQuerySet:
    """Return the cohorts that the user may see, with their phases and sessions nested in the same statement."""
    return with_calendar(Cohort.objects.visible_to(user).select_related("edition__programme", "edition__format"), user)


def _timeline_context(edition: Edition, cohorts: Sequence[Cohort], marks: Marks) -> dict[str, Any]:
    """Return the timeline of an edition's cohorts, and the line on how many have started, for its template.

    `marks` are the exchanges to draw.
    """
    return {
        "layout": cohorts_layout(cohorts, marks=marks, today=platform_today()),
        "progress_text": progress_text(edition, cohorts),
        "family": edition.programme.family,
    }


def _edition_card(edition: Edition, cohorts: Sequence[Cohort], marks: Marks) -> dict[str, Any]:
    """Return the context of one edition on the home page's card: its cohorts on one timeline."""
    return {"edition": edition, "cohorts": cohorts} | _timeline_context(edition, cohorts, marks)
