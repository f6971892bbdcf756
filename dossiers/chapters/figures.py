"""The chapter of figures: the lines and sentences of the rates page, counted by the same functions."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.models import Cohort
from dossiers.chapters.collection import Collection
from dossiers.layout.blocks import Block, DataTable, KeyFigure, KeyFigures, Paragraph, Remark, plain
from figures.figure_lines import FigureLine
from figures.implementation.headline import difference_sentence, intervals_sentence, within_a_year
from figures.implementation.lines import lines, reasons
from figures.implementation.sentences import confirmed_sentence, imprecise_sentence
from figures.number_formats import day, join_parts, none_yet, number
from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import implementation_rates
from figures.scope.selection import FiguresScope
from figures.scope.sentences import coverage
from figures.scope.visibility import VisibleCohorts
from figures.work.lines import work_lines
from figures.work.queries import work_done
from programmes.models import Edition

KEY_SLUGS: Final = ("rate", "within_12", "within_24", "still_live", "open", "abandoned")
PUBLISHED_SLUGS: Final = ("rate", "within_12", "within_24", "abandoned")  # what cohorts agree to publish


def cohort_figures(collection: Collection, cohort: Cohort) -> Iterator[Block]:
    """Yield the figures of a cohort; for readers who may not count it alone, a sentence that says so."""
    counted = collection.access.cohort_scope(cohort)
    if counted is None:
        yield Remark(plain(_("The figures are left out: these readers see figures of a cohort only within totals.")))
    else:
        yield from _figures(collection, *counted)


def edition_figures(collection: Collection, edition: Edition) -> Iterator[Block]:
    """Yield the totals of an edition over the cohorts that the readers may count, with the names of these."""
    counted = collection.access.edition_scope(edition)
    if counted is not None:
        yield from _figures(collection, *counted)


def _figures(collection: Collection, visible: VisibleCohorts, scope: FiguresScope) -> Iterator[Block]:
    """Yield the figures of a scope as pages show them: the headline, every line, reasons, and what is counted."""
    as_of = collection.access.today
    if not visible.cohorts_in(scope):
        yield Remark(plain(_("The figures are left out: no cohort shares them with these readers.")))
        return
    collection.show("cohorts", (cohort.pk for cohort in visible.cohorts_in(scope)))
    figures = implementation_rates(scope=scope, as_of=as_of, with_effects=True)
    work = work_done(scope=scope, as_of=as_of)
    collection.step()
    if not (figures.accepted or figures.captured or figures.retrospective):
        yield Paragraph(plain(_("No idea is recorded yet.")))
        return
    slugs = PUBLISHED_SLUGS if collection.access.is_public else KEY_SLUGS
    if figures.accepted or figures.captured:
        yield from _headline(figures, slugs)
    if collection.access.is_public:
        yield Remark(plain(" ".join([_as_of(as_of), *filter(None, coverage(visible, scope).sentences)])))
        return
    displayed = [line for line in (*lines(figures), *work_lines(work)) if line.display] if figures.accepted else []
    if displayed:
        yield _table(displayed)
    yield from _reasons(figures)
    sentences = [*_sentences(figures), *coverage(visible, scope).sentences]
    yield Remark(plain(" ".join([_as_of(as_of), *filter(None, sentences)])))


def _as_of(as_of: date) -> str:
    """Return the sentence on the day of the figures."""
    return _("Figures as of %(day)s.") % {"day": day(as_of)}


def _headline(figures: Figures, slugs: Iterable[str]) -> Iterator[Block]:
    """Yield the figures with these slugs, large, and the share within a year as a sentence."""
    by_slug = {line.slug: line for line in lines(figures)} if figures.accepted else {}
    key = [by_slug[slug] for slug in slugs if slug in by_slug and _is_known(by_slug[slug])]
    accepted = KeyFigure(number(figures.accepted), _("Ideas accepted"))
    yield KeyFigures((accepted, *(_key_figure(line) for line in key)))
    if figures.accepted and not figures.is_too_few_for_rates:
        yield Paragraph(plain(within_a_year(figures)))


def _is_known(line: FigureLine) -> bool:
    """Return whether a line has a figure to show: not a share that is not known yet, nor “none yet”."""
    return bool(line.display) and line.display != none_yet() and not (line.value is None and line.numerator is None)


def _key_figure(line: FigureLine) -> KeyFigure:
    """Return a line as a large figure."""
    label = _("Ideas implemented") if line.slug == "rate" else str(line.label)
    return KeyFigure(line.display, label, line.detail)


def _table(displayed: Iterable[FigureLine]) -> Block:
    """Return the lines of the figures page as a table."""
    return DataTable(
        _("All figures"),
        (_("Figure"), _("Value"), _("Details")),
        tuple((str(line.label), line.display, line.detail) for line in displayed),
        (8, 4, 6),
    )


def _reasons(figures: Figures) -> Iterator[Block]:
    """Yield the reasons for which ideas were abandoned, the most frequent first; nothing without any."""
    if rows := tuple((capfirst(str(label)), number(count)) for label, _slug, count in reasons(figures)):
        yield DataTable(_("Why ideas were abandoned"), (_("Reason"), _("Ideas")), rows, (5, 1))


def _sentences(figures: Figures) -> Iterator[str]:
    """Yield the sentences of the figures page: intervals, differences, updates, imprecise dates, what is left out."""
    if figures.accepted:
        yield intervals_sentence(figures)
        yield difference_sentence(figures) if not figures.is_too_few_for_rates else ""
        yield confirmed_sentence(figures)
        yield imprecise_sentence(figures)
    left_out = join_parts(*_left_out(figures))
    yield _("Not counted: %(ideas)s.") % {"ideas": left_out} if left_out else ""


def _left_out(figures: Figures) -> Iterator[str]:
    """Yield how many ideas of each kind the figures leave out, as the figures page words it."""
    captured, merged, published = figures.captured, figures.merged, figures.retrospective
    texts = (
        (captured, ngettext("%(number)s idea only captured", "%(number)s ideas only captured", captured)),
        (merged, ngettext("%(number)s merged into another", "%(number)s merged into others", merged)),
        (published, ngettext("%(number)s known from publications", "%(number)s known from publications", published)),
    )
    return (text % {"number": number(count)} for count, text in texts if count)
