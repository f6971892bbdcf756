"""The chapters about ideas: what each is, what happened to it, its prototypes and tests, what became of it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.chapters.collection import Collection, paragraphs
from dossiers.layout.blocks import Block, DataTable, Heading, Paragraph, Remark, RichText, Span, Terms, plain
from prototypes.effects.cards import indicator_cards
from prototypes.effects.timeline_entries import indicator_events
from prototypes.enums import Fidelity, IdeaState, TrialState
from prototypes.file_owners import KINDS
from prototypes.ideas.views.idea_timeline import timeline_events
from prototypes.ideas.views.ideas import events_of, prototypes_of
from prototypes.ideas.views.timeline_entries import EventDetails, day_text, implementation_events
from prototypes.implementations.models import live_day
from prototypes.models import Idea, IdeaEvent, Implementation, Prototype, Trial
from prototypes.trials.cards import trial_card
from prototypes.views.lookups import idea_rows, with_timeline
from web.dates.clock import today_everywhere
from web.pages.steps import IdeaTimelineEvent

MAX_LISTED: Final = 1_000  # as a table; writers take seconds for each thousand rows
MAX_IDEAS: Final = 150  # told one by one; more make a book that nobody reads
IDEA_ORDER: Final = ("cohort__name", "cohort", "number")


def ideas_in(collection: Collection, ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Return those of the ideas that the dossier may show, with all that their timeline shows, in their order."""
    user = collection.access.person
    rows = with_timeline(idea_rows(user), user, today_everywhere())
    return rows.filter(pk__in=collection.access.ideas().values("pk") & ideas.values("pk")).order_by(*IDEA_ORDER)


def idea_stories(collection: Collection, ideas: QuerySet[Idea]) -> Iterator[Block]:
    """Yield each idea with its texts, timeline, prototypes and tests; of more than 150, the first ones."""
    rows = ideas_in(collection, ideas)
    for row in rows[:MAX_IDEAS]:
        yield Heading(2, str(row))
        yield from summary(collection, row)
        yield from story(collection, row)
        yield from results(collection, row)
        collection.step()
    if (left_out := rows.count() - MAX_IDEAS) > 0:
        text = ngettext(
            "%(ideas)s more idea is only in the list of ideas.",
            "%(ideas)s more ideas are only in the list of ideas.",
            left_out,
        )
        yield Remark(plain(text % {"ideas": left_out}))


def story(collection: Collection, row: Any, *, level: int = 3) -> Iterator[Block]:
    """Yield what happened to an idea: its timeline, then prototypes with their tests, under headings of this level."""
    collection.show("ideas", [row.pk])
    user, today = collection.access.person, collection.access.today
    events, prototypes, live = events_of(row), prototypes_of(row, user, today), implementations_of(collection, row)
    if not collection.access.sees_names:
        row.indicator_rows = [indicator | {"who": None} for indicator in row.indicator_rows]
    lines = timeline_events(
        events,
        prototypes,
        other_events=[
            *(event for each in live for event in implementation_events(each)),
            *indicator_events(row),
        ],
    )
    if lines:
        yield DataTable(
            _("What happened, in order"),
            (_("When"), _("What"), _("Details")),
            tuple(_timeline_row(line) for line in lines),
            (3, 5, 9),
        )
    for prototype in prototypes:
        yield from _prototype(collection, prototype, level)


def implementations_of(collection: Collection, row: Idea) -> list[Implementation]:
    """Return the implementations of an idea that the person may read, without withdrawn ones, the first first."""
    rows = Implementation.objects.visible_to(collection.access.person).filter(idea=row).not_withdrawn()
    return list(rows.select_related("authority", "corrects"))


def _timeline_row(line: IdeaTimelineEvent) -> tuple[str, str, str]:
    """Return an entry of a timeline as a row of a table: when, what, and the rest."""
    evidence = line.below.evidence if isinstance(line.below, EventDetails) else ""
    details = [str(line.text), str(line.detail).removeprefix(" · ")]
    details += [_("Evidence: %(evidence)s") % {"evidence": evidence}] if evidence else []
    return str(line.when), str(line.title), "\n".join(filter(None, details))


def summary(collection: Collection, row: Any) -> Iterator[Block]:
    """Yield the texts of an idea, the facts about it, and its pictures."""
    collection.show("ideas", [row.pk])
    for label, text in row.filled_texts:
        for number, part in enumerate(paragraphs(text)):
            lead = (Span(f"{label}. ", bold=True),) if label and not number else ()
            yield Paragraph((*lead, Span(part)))
    yield Terms(tuple(_facts(collection, row)))
    yield from collection.picture_block(KINDS[Idea][0], row.pk)


def _facts(collection: Collection, row: Any) -> Iterator[tuple[str, RichText]]:
    """Yield label and text of what is known of an idea: its state, since when, its cohort, challenge and owner."""
    state = capfirst(str(row.state_text))
    since = _("since %(day)s") % {"day": day_text(row.state_since, row.state_precision)} if row.state_since else ""
    yield _("State"), plain(", ".join(filter(None, (state, since))))
    if collection.dossier.cohort_id is None:
        yield _("Cohort"), plain(f"{row.cohort.name} · {row.cohort.authority.name}")
    if row.challenge and collection.access.is_inside:
        yield _("Challenge"), plain(row.challenge.title)
    if name := collection.name_of(row.owner):
        yield _("Owner"), plain(name)
    if row.retrospective and row.source:
        yield _("Source"), plain(row.source)


def _prototype(collection: Collection, row: Prototype, level: int) -> Iterator[Block]:
    """Yield a prototype with its texts, pictures and tests."""
    yield Heading(level, _("Prototype %(version)s: %(title)s") % {"version": row.version, "title": row.title})
    rows = [
        (_("Question"), row.question),
        (_("Made of"), row.medium),
        (_("Realism"), Fidelity(row.fidelity).label if row.fidelity else ""),
    ]
    yield from (Paragraph(plain(part)) for part in paragraphs(row.description))
    if facts := tuple((label, plain(value)) for label, value in rows if value):
        yield Terms(facts)
    yield from collection.picture_block(KINDS[Prototype][0], row.pk)
    trials = [trial for trial in row.trials.all() if trial.state != TrialState.CANCELLED]
    for trial in trials:
        yield _test(trial, trials, with_observation=not collection.lists_field_notes)
        yield from collection.picture_block(KINDS[Trial][0], trial.pk)


def _test(row: Trial, others: Sequence[Trial], *, with_observation: bool) -> Block:
    """Return a test as a table: what was expected, observed, learned and decided.

    The text of the observation is left out where the dossier lists all of them in a chapter of their own.
    """
    card = trial_card(row, others)
    result = row.get_result_display() or row.get_state_display()
    people = ngettext("%(people)s person", "%(people)s people", row.participants or 0) % {"people": row.participants}
    title = " · ".join(filter(None, (card.held_day, people if row.participants else "", result)))
    rows = [
        (_("Hypothesis"), row.hypothesis),
        (_("Measure"), row.measure),
        (_("Success criterion"), card.criterion),
        (_("Criterion before"), card.previous_criterion),
        (_("Method"), row.method),
        (_("Observed"), card.observed),
        (_("Observation"), row.observation if with_observation else ""),
        (_("Result"), capfirst(str(row.get_result_display()))),
        (_("Why it differs from the criterion"), row.contradiction_reason),
        (_("Learning"), row.learning),
        (_("Decision"), capfirst(str(row.get_decision_display()))),
        (_("Strength of evidence"), capfirst(str(row.get_strength_display()))),
    ]
    return DataTable(
        "",
        (_("Test %(number)s") % {"number": row.number}, title),
        tuple((label, str(value)) for label, value in rows if value),
        (4, 13),
    )


def outcomes(collection: Collection, row: Any) -> Iterator[Block]:
    """Yield what became of an idea: where it is implemented, or that it is not yet, and what was measured."""
    blocks = list(results(collection, row))
    yield from blocks or [Paragraph(plain(_("The idea is not implemented anywhere yet.")))]


def results(collection: Collection, row: Any) -> Iterator[Block]:
    """Yield where an idea is implemented, and what was measured; nothing where there is neither."""
    live = implementations_of(collection, row)
    if live:
        yield DataTable(
            _("Where the idea is implemented"),
            (_("Where"), _("Scope"), _("State"), _("Since"), _("Evidence")),
            tuple(_implementation_row(each) for each in live),
            (5, 3, 3, 3, 6),
        )
    if cards := indicator_cards(row, frozenset(), live_day(live)):
        header = (_("Indicator"), _("Baseline"), _("Target"), _("Latest value"))
        rows = tuple(
            (card.indicator.measure, card.before, card.target, card.after.text if card.after else _("not measured yet"))
            for card in cards
        )
        yield DataTable(_("What was measured"), header, rows, (8, 3, 3, 4))


def _implementation_row(row: Implementation) -> tuple[str, ...]:
    """Return an implementation as a row of a table."""
    where = f"{row.authority}, {row.unit}" if row.unit else str(row.authority)
    since = day_text(row.live_on, row.live_precision) if row.live_on else ""
    return where, str(row.get_scope_display()), str(row.get_state_display()), since, row.evidence


def outcome_table(collection: Collection, ideas: QuerySet[Idea], *, with_cohort: bool = False) -> Iterator[Block]:
    """Yield the list of ideas with their states and where each is live, the first 1,000; nothing without ideas."""
    listed = collection.access.ideas().filter(pk__in=ideas.values("pk"))
    rows = list(
        listed.select_related("cohort")
        .prefetch_related("implementations__authority", Prefetch("events", _handovers(), to_attr="handovers"))
        .order_by(*IDEA_ORDER)[:MAX_LISTED]
    )
    collection.show("ideas", (row.pk for row in rows))
    if not rows:
        return
    cohort_label, widths = ((_("Cohort"),), (3, 7, 4, 4, 3, 5)) if with_cohort else ((), (3, 7, 4, 3, 6))
    yield DataTable(
        _("The ideas and what became of them"),
        (_("Reference"), _("Idea"), *cohort_label, _("State"), _("Since"), _("Implemented by, or handed over to")),
        tuple(_outcome_row(row, with_cohort=with_cohort) for row in rows),
        widths,
    )
    if (left_out := listed.count() - len(rows)) > 0:
        text = ngettext("%(ideas)s more idea is left out.", "%(ideas)s more ideas are left out.", left_out)
        yield Remark(plain(text % {"ideas": left_out}))


def _handovers() -> QuerySet[IdeaEvent]:
    """Return the hand-overs of ideas that no correction replaces, the first first; the evidence says to whom."""
    return IdeaEvent.objects.uncorrected().filter(state=IdeaState.HANDED_OVER)


def _outcome_row(row: Any, *, with_cohort: bool) -> tuple[str, ...]:
    """Return an idea as a row of the list of ideas: where it is live, else to whom it was handed over."""
    since = day_text(row.state_since, row.state_precision) if row.state_since else ""
    live: Iterable[Implementation] = (each for each in row.implementations.all() if each.state in {"live", "sustained"})
    where = ", ".join(dict.fromkeys(str(each.authority) for each in live))
    where = where or "".join(event.evidence for event in row.handovers[-1:])
    cohort = (row.cohort.name,) if with_cohort else ()
    return (row.reference, row.title, *cohort, str(row.state_text), since, where)
