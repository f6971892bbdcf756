"""The chapters about an edition: in brief, its cohorts, Intertransfos and lessons."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dossiers.chapters.cohorts import cohort_dates
from dossiers.chapters.collection import Collection
from dossiers.enums import DossierAudience
from dossiers.layout.blocks import Block, DataTable, Heading, Paragraph, RichText, Terms, plain
from exchanges.models import Exchange
from programmes.enums import PhaseKind
from programmes.models import Edition, Lesson
from prototypes.ideas.views.timeline_entries import day_text
from web.text import formats
from web.text.language import active_language


def in_brief(collection: Collection, edition: Edition) -> Iterator[Block]:
    """Yield the facts about an edition: programme, format, dates, cohorts, funders."""
    yield Terms(tuple(_facts(collection, edition)))


def _facts(collection: Collection, edition: Edition) -> Iterator[tuple[str, RichText]]:
    """Yield label and text of the facts about an edition."""
    yield _("Programme"), plain(str(edition.programme))
    yield _("Format"), plain(str(edition.format))
    if edition.starts_on and edition.ends_on:
        dates = (
            day_text(edition.starts_on, edition.starts_precision),
            day_text(edition.ends_on, edition.ends_precision),
        )
        yield _("Dates"), plain(formats.span(*dates))
    yield _("Cohorts"), plain(str(collection.access.cohorts(edition).count()))
    yield _("State"), plain(capfirst(str(edition.get_state_display())))
    if edition.funders:
        yield _("Funders"), plain(edition.funders)


def cohort_list(collection: Collection, edition: Edition) -> Iterator[Block]:
    """Yield the cohorts of an edition, as its page lists them, with their authorities and dates."""
    rows = collection.access.cohorts(edition).select_related("authority").by_name()
    lines = tuple(
        (cohort.authority.name, cohort.name, cohort_dates(cohort), capfirst(str(cohort.get_state_display())))
        for cohort in rows
    )
    if lines:
        header = (_("Authority"), _("Cohort"), _("Dates"), _("State"))
        yield DataTable(_("The cohorts of the edition"), header, lines, (5, 5, 5, 3))


def exchange_list(collection: Collection, edition: Edition) -> Iterator[Block]:
    """Yield the Intertransfos of an edition that were held or are planned, for people who take part in it."""
    rows = Exchange.objects.visible_to(collection.access.person).filter(edition=edition).not_cancelled()
    if collection.access.audience == DossierAudience.PUBLIC:
        rows = rows.filter(retrospective=True)
    lines = tuple(_exchange_row(row) for row in rows.with_host_and_edition().order_by("first_day", "pk"))
    if lines:
        header = (_("Dates"), _("Intertransfo"), _("Host"), _("State"))
        yield DataTable(_("The Intertransfos of the edition"), header, lines, (5, 7, 5, 3))


def _exchange_row(row: Exchange) -> tuple[str, ...]:
    """Return an Intertransfo as a row of a table."""
    if row.first_day and row.days and row.first_day_precision == "day":
        dates = formats.period(row.first_day, row.first_day + timedelta(days=row.days - 1), active_language())
    else:
        dates = day_text(row.first_day, row.first_day_precision) if row.first_day else ""
    title = " – ".join(filter(None, (str(row), row.theme if row.theme not in str(row) else "")))
    return dates, title, str(row.host or ""), capfirst(str(row.get_state_display()))


def lessons(collection: Collection, edition: Edition) -> Iterator[Block]:
    """Yield what people of the edition learned, by phase: the lessons that the lab accepted; for the public, none."""
    if collection.access.audience == DossierAudience.PUBLIC:
        return
    rows = Lesson.objects.visible_to(collection.access.person).filter(edition=edition, state="accepted")
    for phase in PhaseKind:
        of_phase = [row for row in rows.order_by("noted_on", "pk") if row.phase == phase]
        if of_phase:
            yield Heading(2, capfirst(str(phase.label)))
            yield from (Paragraph(plain(row.text)) for row in of_phase)
