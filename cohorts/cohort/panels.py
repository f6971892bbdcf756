"""Panels about cohorts on pages of editions and authorities, and their cards and notices on the home page."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.requests import person
from cohorts.clock import local_day
from cohorts.cohort.models import FIRST_DAY, CohortQuerySet
from cohorts.cohort.timelines import Marks, cohort_layout, cohorts_layout, marks_of, progress_text, with_calendar
from cohorts.models import Cohort, Invitation
from cohorts.opening.actions import STATES_TAKING_COHORTS
from cohorts.people.enums import MembershipRole
from cohorts.permissions import can_manage_cohorts, can_see_edition_assessments, can_see_edition_costs
from programmes.enums import EditionState
from programmes.models import Authority, Edition
from web.database.nested_rows import nested_first
from web.database.prepared import prepared
from web.dates.clock import Today, platform_today, today_everywhere
from web.maps.france import france
from web.maps.seats import MapLocation, SeatMap, draw
from web.pages.home import (
    HomeNotice,
    HomeNoticeSource,
    NestedRows,
    start_day,
    total_if_truncated,
    until_day,
)
from web.site_addresses import cached_reverse
from web.text.formats import long_day

Context = dict[str, Any] | None
MAX_EDITIONS, MAX_NAMED_EDITIONS = 2, 10
MAX_COHORTS = 20
MAX_NOTICES = 5
MAX_OWN_COHORTS = 3


def edition_cohorts(request: HttpRequest, edition: Edition) -> Context:
    """Return the context of the panel on an edition's page: up to 20 of its cohorts that the person may see, on one
    timeline.

    None when there is no cohort to show and the person cannot add one.
    """
    can_add = (
        can_manage_cohorts(person(request)) and edition.state in STATES_TAKING_COHORTS and not edition.retrospective
    )
    cohorts = _first_cohorts_of_edition(person(request), edition.pk, bool(can_add))
    if not (cohorts or can_add):
        return None
    for cohort in cohorts if can_add else ():
        _count_pending_invitations(cohort)
    can_see_assessments = can_see_edition_assessments(person(request)) and not edition.retrospective
    context = {
        "edition": edition,
        "cohorts": cohorts,
        "map": cohort_map(cohorts),
        "can_add": can_add,
        "can_see_assessments": can_see_assessments,
        "can_see_costs": can_see_edition_costs(person(request)) and not edition.retrospective,
    }
    return context | _timeline_context(edition, cohorts, marks_of(cohorts))


@prepared
def _first_cohorts_of_edition(user: User, edition: int, with_invitations: bool) -> CohortQuerySet:
    """Return up to 20 cohorts of an edition (by id) that the user may see, by start, with their authority, phases and
    sessions, and `with_invitations` also the moments until which open invitations to them can be answered.
    """
    cohorts = _visible_with_calendar(user).filter(edition=edition).select_related("authority").by_start()[:MAX_COHORTS]
    if not with_invitations:
        return cohorts
    open_invitations = Invitation.objects.open().filter(cohort=OuterRef("pk")).order_by()
    return cohorts.annotate(invitations_until=ArraySubquery(open_invitations.values("expires_at")))


def _count_pending_invitations(cohort: Cohort) -> None:
    """Give a cohort read with its invitations an `invited_count`: how many of them can still be answered."""
    now = timezone.now()
    vars(cohort)["invited_count"] = sum(until > now for until in vars(cohort)["invitations_until"])


def cohort_map(cohorts: Sequence[Cohort]) -> SeatMap | None:
    """Return the map of where the cohorts are, by the seats of their authorities; None with fewer than two known seats.

    The cohorts were read with their authorities.
    """
    seats = [
        MapLocation(cohort.name, cohort.authority.latitude, cohort.authority.longitude)
        for cohort in cohorts
        if cohort.authority.latitude is not None and cohort.authority.longitude is not None
    ]
    return draw(seats, france()) if len(seats) > 1 else None


def authority_cohorts(request: HttpRequest, authority: Authority) -> Context:
    """Return the context of the panel on an authority's page: its cohorts that the person may see, the latest start
    first.

    At most 20; None when there are none.
    """
    rows = Cohort.objects.visible_to(person(request)).select_related("edition").filter(authority=authority)
    cohorts = list(rows.by_start().reverse()[:MAX_COHORTS])
    return {"cohorts": cohorts} if cohorts else None


def current_editions(request: HttpRequest) -> Context:
    """Return the context of the home page's card for lab staff: up to two open or running editions with their cohorts.

    Each edition has a timeline; up to eight `other_editions` are named. None for other people, and without such an
    edition.
    """
    if not person(request).is_lab_staff:
        return None
    current = _current_editions()
    editions, others = current[:MAX_EDITIONS], current[MAX_EDITIONS:]
    rows = _cohorts_of_editions(person(request), tuple(edition.pk for edition in editions))
    marks = marks_of(rows)
    cards = [
        _edition_card(edition, [row for row in rows if row.edition_id == edition.pk], marks) for edition in editions
    ]
    return {"cards": cards, "other_editions": others} if cards else None


@prepared
def _current_editions() -> QuerySet[Edition]:
    """Return at most ten editions that are running or open: running ones first, then later starts; no imported
    published facts.
    """
    editions = Edition.objects.measured().filter(state__in=[EditionState.OPEN, EditionState.RUNNING])
    editions = editions.order_by("-state", "-starts_on", "pk")  # running before open
    return editions.select_related("format", "programme")[:MAX_NAMED_EDITIONS]


@prepared
def _cohorts_of_editions(user: User, editions: tuple[int, ...]) -> CohortQuerySet:
    """Return up to 40 cohorts of these editions (by id) that the user may see, by start, with their phases and
    sessions.
    """
    return _visible_with_calendar(user).filter(edition__in=editions).by_start()[: MAX_COHORTS * MAX_EDITIONS]


@prepared
def _own_cohorts(user: User, today: Today) -> CohortQuerySet:
    """Return up to three cohorts of which the user is a member on `today`, by start.

    They are loaded with phases, sessions and authority, the first day of the next session, and the last day of an
    ongoing one.
    """
    rows = (
        _visible_with_calendar(user)
        .with_active_member(user, today)
        .with_next_session(today)
        .with_ongoing_session(today)
        .select_related("authority")
    )
    return rows.by_start()[:MAX_OWN_COHORTS]


def own_cohorts(request: HttpRequest) -> Context:
    """Return the context of a member's card on the home page: up to three cohorts they are in today, each on its
    timeline.

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
    """Return the cohorts of which the user is pilot or coordinator on `today` (all cohorts for lab staff), by name."""
    return Cohort.objects.led_by(user, today).by_name()


def _find_without_pilot(user: User, today: Today) -> ArraySubquery:
    """Return the subquery of up to five cohorts that the user leads on `today` and that have no pilot, by name.

    The user leads them as coordinator or is lab staff. Each row has the name and end of its latest unanswered
    invitation of a pilot; `_without_pilot_notes` compares that end with the present moment, which a statement about a
    day cannot know.
    """
    invitations = Invitation.objects.open().filter(cohort=OuterRef("pk"), role=MembershipRole.PILOT)
    latest_first = invitations.order_by("-expires_at", "-pk")
    latest = {name: Subquery(latest_first.values(name)[:1]) for name in ("full_name", "expires_at")}
    rows = _led_cohorts(user, today).without_pilot(today).annotate(**latest, first_day=FIRST_DAY)
    return nested_first(rows, MAX_NOTICES, "name", "slug", "first_day", *latest)


def _without_pilot_notices(request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for each of these cohorts without a pilot: it links to naming one, or to the pending invitation.

    A last notice links to the full list when there are more cohorts. `rows` is the result of `_find_without_pilot`.
    """
    now = timezone.now()
    notices = [_pilot_invited_notice(row) if _is_invited(row, now) else _pilot_missing_notice(row) for row in rows]
    if n := total_if_truncated(rows):
        text = ngettext("%(n)d cohort has no pilot.", "%(n)d cohorts have no pilot.", n) % {"n": n}
        notices.append(_see_all_notice(text, "pilot"))
    return notices


def _is_invited(row: dict[str, Any], at: datetime) -> bool:
    """Return whether the pilot's invitation in this row has not expired at the moment `at`; False when there is none.

    `row` is a mapping whose `expires_at` is ISO text or None.
    """
    return bool(row["expires_at"]) and datetime.fromisoformat(row["expires_at"]) > at


def _pilot_missing_notice(row: dict[str, Any]) -> HomeNotice:
    """Return the home page's notice that a cohort has no pilot, with a link to name one; `row` has its `name`,
    `slug` and `first_day`.
    """
    return HomeNotice(
        _("%(cohort)s has no pilot.") % {"cohort": row["name"]},
        _("Nobody is responsible for the cohort in the authority."),
        f"{reverse('cohorts:add_member', args=[row['slug']])}?role=pilot",
        _("Name a pilot"),
        when=start_day(row["first_day"]),
    )


def _pilot_invited_notice(row: dict[str, Any]) -> HomeNotice:
    """Return the home page's notice that a pilot is invited to a cohort and has not answered, with a link to the
    invitation.

    `row` has the cohort's `name` and `slug`, and the `full_name` of the invited person.
    """
    return HomeNotice(
        _("%(cohort)s has no pilot yet.") % {"cohort": row["name"]},
        _("%(person)s is invited and has not answered.") % {"person": row["full_name"]},
        f"{reverse('cohorts:members', args=[row['slug']])}#invited",
        _("See the invitation"),
        when=until_day(row["expires_at"]),
    )


def _see_all_notice(text: str, missing: str) -> HomeNotice:
    """Return the notice, with `text`, that follows the first notices when there are more cohorts; it links to the full
    list.

    `missing` is the filter of that list: "pilot" or "start".
    """
    href = f"{reverse('cohorts:cohorts')}?missing={missing}"
    return HomeNotice(
        text, _("Only the first ones are shown above. The list shows all of them."), href, _("See them all")
    )


def _overdue_notices(request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for each cohort that has not started although its planned start has passed, with a link to start
    it.

    A last notice links to the full list when there are more. `rows` have the cohorts' name, slug and planned start.
    """
    locale = request.LANGUAGE_CODE[:2]
    notices = [
        HomeNotice(
            _("%(cohort)s has not started.") % {"cohort": row["name"]},
            _("Its start was planned for %(day)s.")
            % {"day": long_day(date.fromisoformat(row["planned_start"]), locale)},
            cached_reverse("cohorts:start_cohort", row["slug"]),
            _("Start the cohort"),
        )
        for row in rows
    ]
    if n := total_if_truncated(rows):
        text = ngettext("%(n)d cohort has not started.", "%(n)d cohorts have not started.", n) % {"n": n}
        notices.append(_see_all_notice(text, "start"))
    return notices


# Cohorts the person leads that have no pilot.
without_pilot = HomeNoticeSource(
    find=_find_without_pilot,
    describe=_without_pilot_notices,
    slug="without_pilot",
    label=gettext_lazy("Cohorts without a pilot"),
)
# Cohorts the person leads that have not started although their planned start has passed.
overdue = HomeNoticeSource(
    find=lambda user, today: nested_first(
        _led_cohorts(user, today).overdue(today), MAX_NOTICES, "name", "slug", "planned_start"
    ),
    describe=_overdue_notices,
    slug="not_started",
    label=gettext_lazy("Cohorts that have not started"),
)


def _visible_with_calendar(user: User) -> CohortQuerySet:
    """Return the cohorts that the user may see, with edition, programme, format, phases and sessions, in one
    statement.
    """
    return with_calendar(Cohort.objects.visible_to(user).select_related("edition__programme", "edition__format"), user)


def _timeline_context(edition: Edition, cohorts: Sequence[Cohort], marks: Marks) -> dict[str, Any]:
    """Return the template's data for the cohorts of an edition: their timeline, a line on how many have started, the
    family of the programme.

    `marks` are the exchanges to draw, by edition id.
    """
    return {
        "layout": cohorts_layout(cohorts, marks=marks, today=platform_today()),
        "progress_text": progress_text(edition, cohorts),
        "family": edition.programme.family,
    }


def _edition_card(edition: Edition, cohorts: Sequence[Cohort], marks: Marks) -> dict[str, Any]:
    """Return the data of one edition on the home page's card: the edition, its cohorts and their common timeline.

    `marks` are the exchanges to draw, by edition id.
    """
    return {"edition": edition, "cohorts": cohorts} | _timeline_context(edition, cohorts, marks)
