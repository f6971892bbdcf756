"""Opening an edition: its cohorts, their dated phases and the sessions proposed to them, all at once or not at all."""

from collections.abc import Iterable, Sequence
from datetime import date, time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.calendars.busy_days import busy_days_of_edition
from cohorts.calendars.planning import Plan, last_day
from cohorts.calendars.proposals import Entry, Proposed, known_periods, pattern_of, proposed
from cohorts.models import Cohort, Phase, Session, SessionDay
from cohorts.opening.codes import suggest_code, suggest_slug
from programmes.actions import change_edition, create_edition, open_registration
from programmes.enums import EditionState
from programmes.models import Authority, Edition, Format, Programme
from web.actions import action
from web.dates.plausible import CHECK_THE_YEAR, LONGEST, TOO_LONG, is_plausible
from web.errors import DomainError

DAY_STARTS, DAY_ENDS = time(9), time(17)
TAKES_COHORTS = frozenset({EditionState.DRAFT, EditionState.OPEN, EditionState.RUNNING})
NO_AUTHORITY = gettext_lazy("Choose at least one authority: an edition is opened with its cohorts.")
Invited = tuple[Authority, date | None, str]


@action(gettext_lazy("Edition opened"))
def open_edition(
    *,
    programme: Programme,
    format: Format,  # noqa: A002 - the domain's word
    name: str,
    starts_on: date,
    authorities: Sequence[Invited],
    by: User | None,
    today: date,
    funders: str = "",
    planned_authorities: int | None = None,
    demonstration: bool = False,
) -> Edition:
    """Make the edition, open it, and give each (authority, own first day or None, site) its cohort.

    The edition lasts until its last cohort ends. Sessions are drafts on proposed days, none before `today`.
    Raises DomainError, with nothing saved, for no authority or for one that cannot take part.
    """
    if not authorities:
        raise DomainError(NO_AUTHORITY, field="authorities")
    if not is_plausible(starts_on):
        raise DomainError(CHECK_THE_YEAR, field="starts_on")
    entries = [_checked(Entry(*invited), starts_on, format.months) for invited in authorities]
    calendars = proposed(pattern_of(format), starts_on, entries, periods=known_periods(), today=today)
    edition = create_edition(
        programme=programme,
        format=format,
        name=name,
        starts_on=starts_on,
        ends_on=max(last_day(starts_on, format.months), *(found.plan.ends_on for found in calendars)),
        funders=funders,
        planned_authorities=planned_authorities,
        demonstration=demonstration,
        by=by,
    )
    _found_cohorts(edition, calendars)
    return open_registration(edition=edition, by=by)


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
    """Let one more authority in, from the edition's first day or its own; the edition grows to hold it.

    Raises DomainError once the edition is closed, or when the authority cannot take part.
    """
    if edition.state not in TAKES_COHORTS or edition.starts_on is None:
        raise DomainError(_("The edition is over: no authority can be added to it."))
    entry = _checked(Entry(authority, starts_on, site), edition.starts_on, edition.format.months)
    pattern, periods = pattern_of(edition.format), known_periods()
    first = entry.starts_on or edition.starts_on
    busy = busy_days_of_edition(edition, first, last_day(first, edition.format.months))
    (found,) = proposed(pattern, edition.starts_on, [entry], periods=periods, today=today, busy=busy)
    (cohort,) = _found_cohorts(edition, [found])
    if edition.ends_on is None or found.plan.ends_on > edition.ends_on:
        change_edition(edition=edition, ends_on=found.plan.ends_on, by=by)
    return cohort


def ends_too_late(starts_on: date, edition_starts: date, months: int) -> bool:
    """Whether a cohort of so many months would make its edition longer than any is."""
    latest = edition_starts + LONGEST
    return starts_on > latest or last_day(starts_on, months) > latest


def _checked(entry: Entry, edition_starts: date, months: int) -> Entry:
    """The entry, when its authority lives, starts no earlier than the edition and ends within its ten years."""
    starts, dissolved = entry.starts_on or edition_starts, entry.authority.dissolved_on
    if starts < edition_starts:
        raise DomainError(
            _("%(name)s would start before the edition: choose a later day.") % {"name": entry.name},
            field="authorities",
        )
    if ends_too_late(starts, edition_starts, months):
        raise DomainError(f"{entry.name}: {TOO_LONG}", field="authorities")
    if dissolved and dissolved <= starts:
        raise DomainError(
            _("%(name)s no longer exists on that date: choose the authority that succeeded it.") % {"name": entry.name},
            field="authorities",
        )
    return entry


def _found_cohorts(edition: Edition, calendars: Iterable[Proposed]) -> list[Cohort]:
    """Cohorts in the order given, each with a code and an address nobody else has."""
    codes = set(Cohort.objects.values_list("code", flat=True))
    slugs = set(Cohort.objects.values_list("slug", flat=True))
    cohorts = []
    for found in calendars:
        cohort = _cohort(edition, found, codes, slugs)
        codes.add(cohort.code)
        slugs.add(cohort.slug)
        _write_calendar(cohort, found.plan)
        cohorts.append(cohort)
    return cohorts


def _cohort(edition: Edition, found: Proposed, codes: set[str], slugs: set[str]) -> Cohort:
    entry, calendar = found.entry, found.plan
    return Cohort.objects.create(
        edition=edition,
        authority=entry.authority,
        site=entry.site,
        name=entry.name,
        slug=suggest_slug(entry.authority.slug, calendar.starts_on.year, slugs),
        code=suggest_code(entry.authority.name, codes),
        planned_start=calendar.starts_on,
        planned_end=calendar.ends_on,
        seats=edition.format.seats,
    )


def _write_calendar(cohort: Cohort, calendar: Plan) -> None:
    Phase.objects.bulk_create(
        Phase(cohort=cohort, kind=phase.kind, starts_on=phase.starts_on, ends_on=phase.ends_on)
        for phase in calendar.phases
    )
    sessions = Session.objects.bulk_create(
        Session(cohort=cohort, number=planned.number, kind=planned.kind, remarks=list(planned.remarks))
        for planned in calendar.sessions
    )
    SessionDay.objects.bulk_create(
        _day(session, day) for session, planned in zip(sessions, calendar.sessions, strict=True) for day in planned.days
    )


def _day(session: Session, day: date) -> SessionDay:
    return SessionDay(session=session, date=day, starts_at=DAY_STARTS, ends_at=DAY_ENDS)
