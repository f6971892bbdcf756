"""The chapters about a cohort or a residency: in brief, people, method."""

from collections.abc import Iterator, Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cohorts.models import Cohort, InnovationTeam, Membership, Session
from cohorts.people.enums import ROLE_ORDER, MembershipRole
from cohorts.teams.follow_ups import answer_text, latest_answers
from dossiers.chapters.collection import Collection, paragraphs
from dossiers.layout.blocks import (
    Block,
    Bullets,
    DataTable,
    Heading,
    Lead,
    Paragraph,
    RichText,
    Terms,
    plain,
)
from programmes.models import Format
from prototypes.ideas.views.timeline_entries import day_text
from prototypes.models import Challenge
from web.text import formats
from web.text.language import active_language


def in_brief(collection: Collection, cohort: Cohort) -> Iterator[Block]:
    """Yield what a cohort is about: its theme and result, and the facts about it."""
    if cohort.theme:
        yield Lead(plain(cohort.theme))
    if collection.access.is_inside or cohort.retrospective:
        yield from (Paragraph(plain(part)) for part in paragraphs(cohort.outcome))
    yield Terms(tuple(_facts(cohort)))
    yield from _challenges(collection, cohort)
    yield from _innovation_teams(collection, cohort)


def _facts(cohort: Cohort) -> Iterator[tuple[str, RichText]]:
    """Yield label and text of the facts about a cohort: programme, authority, site, dates, state."""
    yield _("Programme"), plain(f"{cohort.edition.programme} · {cohort.edition.name}")
    yield _("Authority"), plain(cohort.authority.name)
    if cohort.site:
        yield _("Site"), plain(cohort.site)
    if dates := cohort_dates(cohort):
        yield _("Dates"), plain(dates)
    yield _("State"), plain(capfirst(str(cohort.get_state_display())))


def cohort_dates(cohort: Cohort) -> str:
    """Return the first and last day of a cohort as a period, planned ones where it has not begun or ended; or ""."""
    if cohort.starts_on and cohort.ends_on and cohort.actual_start_precision == cohort.actual_end_precision == "day":
        return formats.period(cohort.starts_on, cohort.ends_on, active_language())
    days = [
        day_text(day, precision)
        for day, precision in (
            (cohort.starts_on, cohort.actual_start_precision),
            (cohort.ends_on, cohort.actual_end_precision),
        )
        if day
    ]
    return " – ".join(dict.fromkeys(days))


def _challenges(collection: Collection, cohort: Cohort) -> Iterator[Block]:
    """Yield the challenges of a cohort, which only readers inside it see, and those known from publications."""
    rows = Challenge.objects.visible_to(collection.access.person).filter(cohort=cohort).order_by("pk")
    if not collection.access.is_inside:
        rows = rows.filter(retrospective=True)
    if rows:
        yield Heading(2, _("Challenges"))
    for row in rows:
        yield Paragraph((*plain(row.title, bold=True), *plain(f" – {row.state_text}")))
        yield from (Paragraph(plain(part)) for part in paragraphs(row.framing))


def _innovation_teams(collection: Collection, cohort: Cohort) -> Iterator[Block]:
    """Yield the state of the innovation team that stays in the authority, for readers inside the cohort."""
    rows = InnovationTeam.objects.visible_to(collection.access.person).filter(cohort=cohort).order_by("pk")
    if not collection.access.is_inside:
        rows = rows.filter(retrospective=True)
    for row in rows:
        yield Heading(2, _("The innovation team"))
        state = capfirst(str(row.state_label or row.get_state_display()))
        yield Paragraph(plain(" · ".join(filter(None, (row.name, state)))))
        if collection.access.is_inside and not row.retrospective:
            yield from (Paragraph(plain(answer_text(answer))) for answer in latest_answers([row]).values())


def people(collection: Collection, cohort: Cohort) -> Iterator[Block]:
    """Yield who takes part: by name for the person alone, by number for other readers inside the cohort.

    The people whom the person named, because they agreed to it, are listed for all readers.
    """
    rows = list(
        Membership.objects.visible_to(collection.access.person)
        .filter(cohort=cohort)
        .select_related("user")
        .order_by("starts_on", "pk")
    )
    rows.sort(key=lambda row: ROLE_ORDER.index(MembershipRole(row.role)))
    if collection.access.sees_names and rows:
        yield _by_name(collection, rows)
    elif collection.access.is_inside and rows:
        yield _by_role(rows)
    yield from named_people(collection)


def _by_name(collection: Collection, rows: Sequence[Membership]) -> Block:
    """Return a table of the people of a cohort, once for each of their roles."""
    return DataTable(
        _("The people of the cohort"),
        (_("Name"), _("Role"), _("Discipline or department")),
        tuple(
            dict.fromkeys(
                (collection.name_of(row.user), capfirst(str(row.get_role_display())), row.discipline or row.unit)
                for row in rows
            )
        ),
        (6, 4, 7),
    )


def _by_role(rows: Sequence[Membership]) -> Block:
    """Return a list of roles with the number of people in each, and the disciplines of residents."""
    people_of = {role: {row.user_id for row in rows if row.role == role} for role in ROLE_ORDER}
    residents = [row for row in rows if row.role == MembershipRole.RESIDENT]
    disciplines = {row.discipline for row in residents if row.discipline}
    labels = {role: capfirst(str(role.label)) for role in ROLE_ORDER}
    extra = {MembershipRole.RESIDENT: f" ({', '.join(sorted(disciplines))})" if disciplines else ""}
    return Bullets(
        tuple(
            plain(f"{labels[role]}{_(':')} {len(ids)}{extra.get(role, '')}") for role, ids in people_of.items() if ids
        )
    )


def named_people(collection: Collection) -> Iterator[Block]:
    """Yield the people whom the person named because they agreed to it, one a line."""
    if lines := [line.strip() for line in collection.dossier.people_named.splitlines() if line.strip()]:
        yield Heading(2, _("People named with their consent"))
        yield Bullets(tuple(plain(line) for line in lines))


def method(collection: Collection, cohort: Cohort) -> Iterator[Block]:
    """Yield how the cohort works: its format, its phases and, for readers inside it, its sessions."""
    yield from format_facts(cohort.edition.format)
    phases = list(cohort.phases.order_by("starts_on", "pk"))
    if phases and collection.access.is_inside:
        rows = tuple(
            (capfirst(str(row.get_kind_display())), formats.period(row.starts_on, row.ends_on, active_language()))
            for row in phases
        )
        yield DataTable(_("Phases"), (_("Phase"), _("Dates")), rows, (1, 1))
    if sessions := tuple(_session_row(row) for row in sessions_of(collection, cohort)):
        header = (_("Dates"), _("Session"), _("Kind"), _("Where"))
        yield DataTable(_("Sessions"), header, sessions, (5, 6, 4, 5))


def format_facts(row: Format) -> Iterator[Block]:
    """Yield what a format version asks for: months, sessions, weeks on site, people."""
    facts = [
        (_("Months"), row.months),
        (_("Weeks on site"), row.onsite_weeks),
        (_("Sessions"), row.sessions),
        (_("Seats"), row.seats),
        (_("First prototype after (months)"), row.first_prototype_months),
    ]
    if terms := tuple((label, plain(value)) for label, value in facts if value):
        yield Terms(terms)


def sessions_of(collection: Collection, cohort: Cohort) -> list[Session]:
    """Return the sessions of a cohort that the dossier shows, by date, without drafts and those called off."""
    rows = collection.access.sessions().filter(cohort=cohort).exclude(state__in=["draft", "cancelled", "postponed"])
    sessions = list(rows.with_days().in_order())
    collection.show("sessions", (row.pk for row in sessions))
    return sessions


def _session_row(row: Session) -> tuple[str, ...]:
    """Return a session as a row of a table."""
    days = [day.date for day in row.days.all()]
    kind = row.kind_label or row.get_kind_display()
    return formats.periods(days, active_language()), str(row), capfirst(str(kind)), ", ".join(row.venues)
