"""Actions that open an edition with its cohorts, their phases and proposed sessions: all of it is saved, or nothing."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.calendars.busy_days import busy_days_of_edition
from cohorts.calendars.planning import CalendarPlan, last_day
from cohorts.calendars.proposals import (
    Participation,
    ProposedCalendar,
    calendar_periods,
    pattern_of,
    proposed_calendars,
)
from cohorts.hooks import cohort_hooks
from cohorts.models import Cohort, Phase, Session, SessionDay
from cohorts.opening.codes import suggest_code, suggest_slug
from programmes.actions import change_edition, create_edition, open_registration
from programmes.enums import EditionState
from programmes.models import Authority, Edition, Format, Programme
from web.actions import action
from web.dates.clock import platform_day
from web.dates.plausible import CHECK_THE_YEAR, MAX_SPAN, TOO_LONG, is_plausible
from web.errors import DomainError

DAY_STARTS, DAY_ENDS = time(9), time(17)
STATES_TAKING_COHORTS = frozenset({EditionState.DRAFT, EditionState.OPEN, EditionState.RUNNING})
NO_AUTHORITY = gettext_lazy("Choose at least one authority: an edition is opened with its cohorts.")
AuthorityChoice = tuple[Authority, date | None, str]


@action(gettext_lazy("Edition opened"))
def open_edition(
    *,
    programme: Programme,
    format: Format,  # noqa: A002 - the domain's word
    name: str,
    starts_on: date,
    authorities: Sequence[AuthorityChoice],
    by: User | None,
    at: datetime,
    funders: str = "",
    planned_authorities: int | None = None,
    demonstration: bool = False,
) -> Edition:
    """Create an edition of a format version and open it, with a cohort for each of `authorities`; return it.

    An authority is a tuple (authority, own first day or None, site or ""). The edition starts on `starts_on` and lasts
    until its last cohort ends; a `demonstration` is only for showing the platform. Sessions are drafts on proposed
    days, none before the day of `at`. The other apps add what belongs to it (`CohortHooks.edition_opened`). `by` is who
    acts. Raises DomainError, with nothing saved, without an authority, for one that cannot take part, or for an
    implausible year.
    """
    if not authorities:
        raise DomainError(NO_AUTHORITY, field="authorities")
    if not is_plausible(starts_on):
        raise DomainError(CHECK_THE_YEAR, field="starts_on")
    participations = [_check_participation(Participation(*choice), starts_on, format.months) for choice in authorities]
    calendars = proposed_calendars(
        pattern_of(format), starts_on, participations, periods=calendar_periods(), today=platform_day(at)
    )
    edition = create_edition(
        programme=programme,
        format=format,
        name=name,
        starts_on=starts_on,
        ends_on=max(last_day(starts_on, format.months), *(calendar.plan.ends_on for calendar in calendars)),
        funders=funders,
        planned_authorities=planned_authorities,
        demonstration=demonstration,
        by=by,
    )
    _create_cohorts(edition, calendars)
    opened = open_registration(edition=edition, by=by)
    for hooks in cohort_hooks:
        hooks.edition_opened(edition=opened, at=at, by=by)
    return opened


@action(gettext_lazy("Cohort added"))
def add_cohort(
    *,
    edition: Edition,
    authority: Authority,
    by: User | None,
    today: date,
    starts_on: date | None = None,
    site: str = "",
) -> Cohort:
    """Add an authority's cohort to an edition, with its phases and draft sessions, none of them before `today`.

    It starts on `starts_on`, else with the edition, which is extended if necessary; `site` is the place that hosts a
    residency. Returns the cohort. Raises DomainError once the edition is closed, or when the authority cannot take
    part. `by` is who acts.
    """
    if edition.state not in STATES_TAKING_COHORTS or edition.starts_on is None:
        raise DomainError(_("The edition is over: no authority can be added to it."))
    participation = _check_participation(
        Participation(authority, starts_on, site), edition.starts_on, edition.format.months
    )
    pattern, periods = pattern_of(edition.format), calendar_periods()
    first = participation.starts_on or edition.starts_on
    busy = busy_days_of_edition(edition, first, last_day(first, edition.format.months))
    (calendar,) = proposed_calendars(
        pattern, edition.starts_on, [participation], periods=periods, today=today, busy=busy
    )
    (cohort,) = _create_cohorts(edition, [calendar])
    if edition.ends_on is None or calendar.plan.ends_on > edition.ends_on:
        change_edition(edition=edition, ends_on=calendar.plan.ends_on, by=by)
    return cohort


def ends_too_late(starts_on: date, edition_starts: date, months: int) -> bool:
    """Return whether a cohort of `months`, starting on `starts_on`, would end more than ten years after
    `edition_starts`.
    """
    latest = edition_starts + MAX_SPAN
    return starts_on > latest or last_day(starts_on, months) > latest


def _check_participation(participation: Participation, edition_starts: date, months: int) -> Participation:
    """Return the participation if its cohort can be created; raise DomainError, naming the cohort, otherwise.

    A cohort of `months` starts no earlier than the edition (`edition_starts`), ends within ten years of that day, and
    its authority is not dissolved when it starts.
    """
    starts, dissolved_on = participation.starts_on or edition_starts, participation.authority.dissolved_on
    if starts < edition_starts:
        raise DomainError(
            _("%(name)s would start before the edition: choose a later day.") % {"name": participation.name},
            field="authorities",
        )
    if ends_too_late(starts, edition_starts, months):
        raise DomainError(f"{participation.name}: {TOO_LONG}", field="authorities")
    if dissolved_on and dissolved_on <= starts:
        raise DomainError(
            _("%(name)s no longer exists on that date: choose the authority that succeeded it.")
            % {"name": participation.name},
            field="authorities",
        )
    return participation


def _create_cohorts(edition: Edition, calendars: Iterable[ProposedCalendar]) -> list[Cohort]:
    """Create and return the cohorts of an edition, in the order of `calendars`, with their phases and draft sessions.

    Each gets a code and a slug that no other cohort has.
    """
    codes = set(Cohort.objects.values_list("code", flat=True))
    slugs = set(Cohort.objects.values_list("slug", flat=True))
    cohorts = []
    for calendar in calendars:
        cohort = _create_cohort(edition, calendar, codes, slugs)
        codes.add(cohort.code)
        slugs.add(cohort.slug)
        _write_calendar(cohort, calendar.plan)
        cohorts.append(cohort)
    return cohorts


def _create_cohort(edition: Edition, calendar: ProposedCalendar, codes: set[str], slugs: set[str]) -> Cohort:
    """Create and return one cohort from its proposed calendar, without phases and sessions.

    Its code and slug differ from those in `codes` and `slugs`.
    """
    participation, plan = calendar.participation, calendar.plan
    return Cohort.objects.create(
        edition=edition,
        authority=participation.authority,
        site=participation.site,
        name=participation.name,
        slug=suggest_slug(participation.authority.slug, plan.starts_on.year, slugs),
        code=suggest_code(participation.authority.name, codes),
        planned_start=plan.starts_on,
        planned_end=plan.ends_on,
        seats=edition.format.seats,
    )


def _write_calendar(cohort: Cohort, plan: CalendarPlan) -> None:
    """Save the phases, draft sessions and session days of the plan for the cohort."""
    Phase.objects.bulk_create(
        Phase(cohort=cohort, kind=phase.kind, starts_on=phase.starts_on, ends_on=phase.ends_on) for phase in plan.phases
    )
    sessions = Session.objects.bulk_create(
        Session(cohort=cohort, number=planned.number, kind=planned.kind, remarks=list(planned.remarks))
        for planned in plan.sessions
    )
    SessionDay.objects.bulk_create(
        _full_day(session, day)
        for session, planned in zip(sessions, plan.sessions, strict=True)
        for day in planned.days
    )


def _full_day(session: Session, day: date) -> SessionDay:
    """Return an unsaved day of a session, from 9:00 to 17:00."""
    return SessionDay(session=session, date=day, starts_at=DAY_STARTS, ends_at=DAY_ENDS)
