"""The chapter on what was observed: reports of sessions, notes on tests, and canvases such as personas."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from canvases.canvas_schema import CanvasKind
from canvases.models import Canvas
from canvases.views.layout import layout
from cohorts.models import Cohort, Session
from cohorts.sessions.file_owners import SESSION
from dossiers.chapters.cohorts import sessions_of
from dossiers.chapters.collection import Collection
from dossiers.layout.blocks import Block, DataTable, Heading, Quotation, Terms, plain
from dossiers.layout.markdown import report_blocks
from prototypes.enums import TrialState
from prototypes.ideas.views.timeline_entries import day_text
from prototypes.models import Trial, TrialNote
from web.text import formats
from web.text.language import active_language

MAX_CANVASES: Final = 40
STATES_WITH_REPORT: Final = ("held", "reported")


def observations(collection: Collection, cohort: Cohort) -> Iterator[Block]:
    """Yield what was observed: the reports of sessions, notes on tests, and canvases such as personas."""
    for row in sessions_of(collection, cohort):
        if row.state in STATES_WITH_REPORT and row.report:
            yield Heading(2, _report_title(row))
            yield from report_blocks(row.report, level=3)
            yield from collection.picture_block(SESSION, row.pk)
            collection.step()
    yield from field_notes(collection, cohort)
    yield from canvas_blocks(collection, Canvas.objects.filter(cohort=cohort))


def _report_title(row: Session) -> str:
    """Return the heading of the report of a session: what it was, and when."""
    days = [day.date for day in row.days.all()]
    return f"{row} ({formats.period(min(days), max(days), active_language())})" if days else str(row)


def field_notes(collection: Collection, cohort: Cohort) -> Iterator[Block]:
    """Yield what people noted at the tests of the ideas that the dossier shows, by day.

    Readers inside the cohort also see second versions that wait for a choice, where they say something else.
    """
    person, ideas = collection.access.person, collection.access.ideas().filter(cohort=cohort)
    of_ideas = {"prototype__idea__in": ideas.order_by().values("pk"), "held_on__isnull": False}
    trials = list(
        Trial.objects.visible_to(person)
        .filter(**of_ideas)
        .exclude(state=TrialState.CANCELLED)
        .select_related("prototype__idea")
        .prefetch_related("groups")
        .order_by("held_on", "pk")
    )
    waiting = TrialNote.objects.visible_to(person).second_versions().filter(trial__in=trials, settled_at=None)
    second: dict[int, list[str]] = {}
    for note in waiting if collection.access.is_inside else ():
        second.setdefault(note.trial_id, []).append(str(note.answers.get("observation", "")))
    rows = [
        (trial, text)
        for trial in trials
        for text in dict.fromkeys([trial.observation, *second.get(trial.pk, ())])
        if text.strip()
    ]
    collection.show("ideas", (trial.prototype.idea_id for trial, _text in rows))
    if rows:
        yield Heading(2, _("Notes on tests"))
        header = (_("When"), _("Test"), _("What was seen and heard"))
        yield DataTable("", header, tuple(_note_row(trial, text) for trial, text in rows), (3, 6, 9))


def _note_row(trial: Trial, text: str) -> tuple[str, ...]:
    """Return a note as a row of a table: the day, what was tested with whom, and the text."""
    groups = ", ".join(str(group) for group in trial.groups.all())
    return day_text(trial.held_on), "\n".join(filter(None, (trial.prototype.title, groups))), text


def canvas_blocks(collection: Collection, canvases: Any) -> Iterator[Block]:
    """Yield each of the canvases that the dossier may show: texts under their labels, steps as a table."""
    rows = collection.access.canvases().filter(pk__in=canvases.values("pk")).order_by("kind", "pk")[:MAX_CANVASES]
    for row in rows:
        collection.show("canvases", [row.pk])
        yield Heading(2, f"{capfirst(str(CanvasKind(row.kind).label))}{_(':')} {row.title}")
        yield from _canvas(row)


def _canvas(row: Canvas) -> Iterator[Block]:
    """Yield the texts of a canvas; an assumption says so."""
    content = layout(row)
    for slot in content.sections:
        if slot.lane.slug == "quote" and slot.cell and slot.cell.text:
            yield Quotation(plain(slot.cell.text))
    sections = [(slot, text) for slot in content.sections if slot.lane.slug != "quote" and (text := _cell_text(slot))]
    if sections:
        yield Terms(tuple((str(slot.lane.label), plain(text)) for slot, text in sections))
    for band in content.bands:
        rows = tuple(
            (heading.step.name, *(_cell_text(lane.slots[number]) for lane in band.rows))
            for number, heading in enumerate(band.headings)
        )
        header = (str(row.pattern.step_label), *(str(lane.lane.label) for lane in band.rows))
        yield DataTable(row.title, header, rows, (2, *(3,) * len(band.rows)))


def _cell_text(slot: Any) -> str:
    """Return the level and text of a cell, with its state: an assumption, or what supports or contradicts it."""
    if slot.cell is None:
        return ""
    state = f" ({slot.state.label})" if slot.state else ""
    text = "\n".join(filter(None, (str(slot.level_label), slot.cell.text)))
    return f"{text}{state}" if text else ""
