"""The tables of a data package: their columns, described in both languages, and their rows."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from figures.implementation.lines import lines
from figures.outcomes.outcome_counts import Figures
from opendata.content import PublicContent
from programmes.models import Edition
from publications.enums import DataLicence
from publications.models import Publication
from publications.wording import Fact, dated_tests
from web.exports.tables import escape_csv_text
from web.site_addresses import absolute_url

Value = str | int | float | date | bool | None
FIGURES_LICENCE: Final = DataLicence.ETALAB
FIGURES: Final = ("accepted", "rate", "within_12", "within_24", "abandoned")  # what cohorts agree to publish


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, its type of the Table Schema standard, and what it holds."""

    name: str
    type: str
    description: StrOrPromise
    required: bool = False


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of a package; `key` names the columns that identify a row, `refers_to` columns of other tables.

    A table without a `licence` has the licences of the publications in it.
    """

    name: str
    title: StrOrPromise
    columns: tuple[Column, ...]
    rows: Callable[[PublicContent], Iterator[tuple[Value, ...]]]
    key: tuple[str, ...] = ()
    refers_to: tuple[tuple[str, str, str], ...] = ()
    licence: DataLicence | None = None

    def as_csv(self, content: PublicContent) -> bytes:
        """Return the table as a CSV file: commas, UTF-8, numbers with a decimal point, in full precision."""
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        writer.writerow([column.name for column in self.columns])
        writer.writerows([[csv_cell(value) for value in row] for row in self.rows(content)])
        return file.getvalue().encode()


def csv_cell(value: Value) -> str:
    """Return a value as the CSV file holds it: no text that a spreadsheet would take for a formula."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str():
            return escape_csv_text(value)
        case float():
            return repr(value)
        case _:
            return str(value)


def _edition_rows(content: PublicContent) -> Iterator[tuple[Value, ...]]:
    """Yield a row for each edition that the other tables name."""
    counted = {each.edition: each.authorities for each in content.totals}
    editions = {*counted, *filter(None, map(_edition_of, content.versions))}
    for edition in sorted(editions, key=lambda each: each.slug):
        yield edition.slug, edition.name, "; ".join(counted.get(edition, ()))


def _figure_rows(content: PublicContent) -> Iterator[tuple[Value, ...]]:
    """Yield a row for each figure that the public page shows of an edition."""
    for totals in content.totals:
        for line in lines(totals.figures):
            if line.slug in FIGURES:
                is_count = isinstance(line.value, int)
                yield (
                    totals.edition.slug,
                    content.as_of,
                    line.slug,
                    None if is_count else line.value,
                    line.low,
                    line.high,
                    line.interval,
                    line.value if is_count else line.numerator,
                    line.denominator,
                )


def _duration_rows(content: PublicContent) -> Iterator[tuple[Value, ...]]:
    """Yield the counts of each edition by months since acceptance, the last row for all later months together."""
    for totals in content.totals:
        for months, *counts in durations(totals.figures):
            yield totals.edition.slug, months, *counts


def durations(figures: Figures) -> Iterator[tuple[float | None, int, int, int]]:
    """Yield (months, implemented, abandoned, open) as far as pages show the curve, then one row without months.

    That row counts the ideas that left observation later; with fewer than five accepted ideas, all of them.
    """
    later: Counter[str] = Counter()
    for row in figures.by_month:
        if figures.curve.is_known_at(row.months):
            yield row
        else:
            later.update(implemented=row.implemented, abandoned=row.abandoned, open=row.open)
    if later.total():
        yield None, later["implemented"], later["abandoned"], later["open"]


def _publication_rows(content: PublicContent) -> Iterator[tuple[Value, ...]]:
    """Yield a row for each published version."""
    for row in content.versions:
        edition, published_at, facts = _edition_of(row), row.published_at, row.facts
        yield (
            key_of(row),
            row.kind,
            edition.slug if edition else None,
            absolute_url(row.public_url("fr")),
            *(row.title_fr, row.title_en, row.summary_fr, row.summary_en),
            *(facts.get(name) for name in ("authority", "cohort", "reference", "state", "as_of")),
            published_at.date() if published_at else None,
            row.licence,
            row.data_licence,
        )


def _measure_rows(content: PublicContent) -> Iterator[tuple[Value, ...]]:
    """Yield a row for each version that shows what was measured before and after."""
    for row in content.versions:
        if fact := row.facts.get("measure"):
            values = (fact[name] for name in ("before", "before_on", "after", "after_on"))
            yield (
                key_of(row),
                row.measure_fr,
                row.measure_en,
                row.unit_fr,
                row.unit_en,
                *values,
                row.method_fr,
                row.method_en,
            )


def _facts(name: str) -> Callable[[Fact], list[Fact]]:
    """Return the function that reads the stored facts of this name; [] where there are none."""
    return lambda facts: facts.get(name, [])


def _rows_of_facts(
    facts_of: Callable[[Fact], list[Fact]], *names: str
) -> Callable[[PublicContent], Iterator[tuple[Value, ...]]]:
    """Return the function that yields a row for each fact that `facts_of` reads, with these values of it."""

    def rows(content: PublicContent) -> Iterator[tuple[Value, ...]]:
        """Yield the key of the version, and the values."""
        for version in content.versions:
            for fact in facts_of(version.facts):
                yield key_of(version), *(fact.get(name) for name in names)

    return rows


def key_of(version: Publication) -> str:
    """Return the text that identifies what a version is about: “ideas/riv-001”."""
    return f"{version.kind}/{version.slug}"


def _edition_of(version: Publication) -> Edition | None:
    """Return the edition that a version belongs to; None for what belongs to none."""
    source: Any = version.cohort or version.lesson
    edition: Edition | None = source.edition if source else None
    return edition


_EDITION: Final = Column("edition", "string", _("Edition, as in the table of editions"), required=True)
_PUBLICATION: Final = Column("publication", "string", _("Publication, as in the table of publications"), required=True)
_DAY: Final = Column("day", "date", _("Day, as precise as the next column says"))
_PRECISION: Final = Column("precision", "string", _("How precisely the day is known: day, month or year"))
_OF_EDITION: Final = (("edition", "editions", "edition"),)
_OF_PUBLICATION: Final = (("publication", "publications", "publication"),)

TABLES: Final = (
    DataTable(
        "editions",
        _("Editions of the programmes"),
        (
            Column("edition", "string", _("Short name of the edition"), required=True),
            Column("name", "string", _("Name of the edition"), required=True),
            Column("authorities", "string", _("Authorities whose cohorts the figures count, separated by semicolons")),
        ),
        _edition_rows,
        key=("edition",),
        licence=FIGURES_LICENCE,
    ),
    DataTable(
        "figures",
        _("What became of the ideas: totals over the cohorts that publish their figures"),
        (
            _EDITION,
            Column("as_of", "date", _("Day of the figures"), required=True),
            Column(
                "figure",
                "string",
                _(
                    "accepted: ideas accepted; rate: those implemented so far; within_12 and within_24: estimated share"
                    " implemented within 12 and 24 months of acceptance (Aalen–Johansen); abandoned: those abandoned"
                ),
                required=True,
            ),
            Column("share", "number", _("Share from 0 to 1; empty if it is not known yet, or fewer than five ideas")),
            Column("low", "number", _("Lower bound of the interval of the share, at 95 %")),
            Column("high", "number", _("Upper bound of the interval of the share, at 95 %")),
            Column("interval", "string", _("Method of the interval: wilson, log-log or by cohort")),
            Column("ideas", "integer", _("Number of ideas counted")),
            Column("accepted", "integer", _("Number of accepted ideas, of which these are a part")),
        ),
        _figure_rows,
        key=("edition", "figure"),
        refers_to=_OF_EDITION,
        licence=FIGURES_LICENCE,
    ),
    DataTable(
        "durations",
        _("Months from acceptance to the outcome of ideas: what the shares are computed from"),
        (
            _EDITION,
            Column(
                "months",
                "number",
                _(
                    "Months from acceptance to the outcome, or to the day of the figures for open ideas: completed"
                    " months plus the part of the one that runs; empty for all later ones, of which too few ideas are"
                    " left to show when"
                ),
            ),
            Column("implemented", "integer", _("Ideas implemented after so many months"), required=True),
            Column("abandoned", "integer", _("Ideas abandoned after so many months"), required=True),
            Column("open", "integer", _("Ideas still open after so many months"), required=True),
        ),
        _duration_rows,
        refers_to=_OF_EDITION,
        licence=FIGURES_LICENCE,
    ),
    DataTable(
        "publications",
        _("Ideas, cohorts, programmes, lessons and methods that the lab published"),
        (
            Column("publication", "string", _("Kind and short name, as in the address"), required=True),
            Column("kind", "string", _("Kind: ideas, cohorts, programmes, lessons or methods"), required=True),
            Column("edition", "string", _("Edition, as in the table of editions; empty if it belongs to none")),
            Column("address", "string", _("Address of the page, with the full text and pictures"), required=True),
            Column("title_fr", "string", _("Title in French"), required=True),
            Column("title_en", "string", _("Title in English"), required=True),
            Column("summary_fr", "string", _("Summary in French"), required=True),
            Column("summary_en", "string", _("Summary in English"), required=True),
            Column("authority", "string", _("Public body whose cohort it is")),
            Column("cohort", "string", _("Name of the cohort")),
            Column("reference", "string", _("Reference of the idea")),
            Column("state", "string", _("State on the day of the facts")),
            Column("facts_as_of", "date", _("Day on which the facts were copied")),
            Column("published_on", "date", _("Day on which this version was published"), required=True),
            Column("licence", "string", _("Licence of title, summary and texts on measures"), required=True),
            Column(
                "data_licence",
                "string",
                _("Licence of the facts, also in the tables of steps, tests, measures, implementations and follow-ups"),
            ),
        ),
        _publication_rows,
        key=("publication",),
        refers_to=_OF_EDITION,
    ),
    DataTable(
        "steps",
        _("States that published ideas went through"),
        (
            _PUBLICATION,
            Column("state", "string", _("State of the idea from that day on"), required=True),
            _DAY,
            _PRECISION,
        ),
        _rows_of_facts(_facts("events"), "state", "on", "precision"),
        refers_to=_OF_PUBLICATION,
    ),
    DataTable(
        "tests",
        _("Concluded tests of prototypes of published ideas"),
        (
            _PUBLICATION,
            Column("prototype", "integer", _("Version of the prototype")),
            _DAY,
            Column("people", "integer", _("People who took part")),
            Column("successes", "integer", _("People who succeeded; empty where the test did not count them")),
            Column("comparator", "string", _("Comparison with the threshold, fixed before the test")),
            Column("threshold", "number", _("Threshold, fixed before the test")),
            Column("observed", "number", _("Value observed")),
            Column(
                "is_percentage",
                "boolean",
                _("Whether threshold and value are percentages; other units are not given"),
            ),
            Column("result", "string", _("Result: met, not_met or inconclusive")),
            Column("decision", "string", _("What was decided after the test")),
        ),
        _rows_of_facts(
            dated_tests,
            *("version", "on", "people", "successes", "comparator", "threshold", "observed", "percent", "result"),
            "decision",
        ),
        refers_to=_OF_PUBLICATION,
    ),
    DataTable(
        "measures",
        _("What was measured of published ideas before they were in use, and after"),
        (
            _PUBLICATION,
            Column("measure_fr", "string", _("What was measured, in French"), required=True),
            Column("measure_en", "string", _("What was measured, in English"), required=True),
            Column("unit_fr", "string", _("Unit of both values, in French"), required=True),
            Column("unit_en", "string", _("Unit of both values, in English"), required=True),
            Column("before", "number", _("Value before the idea was in use"), required=True),
            Column("before_on", "date", _("Day on which the value before was measured"), required=True),
            Column("after", "number", _("Latest value since the idea is in use"), required=True),
            Column("after_on", "date", _("Day on which the latest value was measured"), required=True),
            Column("method_fr", "string", _("How it was measured, in French"), required=True),
            Column("method_en", "string", _("How it was measured, in English"), required=True),
        ),
        _measure_rows,
        key=("publication",),
        refers_to=_OF_PUBLICATION,
    ),
    DataTable(
        "implementations",
        _("Where published ideas are in use, or were"),
        (
            _PUBLICATION,
            Column("authority", "string", _("Public body that uses it"), required=True),
            Column("scope", "string", _("How much of it: full, adapted or partial")),
            Column("state", "string", _("Whether it is in use")),
            _DAY,
            _PRECISION,
        ),
        _rows_of_facts(_facts("live"), "where", "scope", "state", "on", "precision"),
        refers_to=_OF_PUBLICATION,
    ),
    DataTable(
        "follow_ups",
        _("Whether published ideas are in use some months after they were handed over or went live"),
        (
            _PUBLICATION,
            Column("counted_from", "string", _("Event from which months are counted: handover or live"), required=True),
            Column("months", "integer", _("Months after which the question was asked"), required=True),
            Column("answer", "string", _("Whether it is in use: full, partial, no or unknown"), required=True),
            Column("day", "date", _("Day of the answer")),
        ),
        _rows_of_facts(_facts("follow_ups"), "counted_from", "months", "answer", "on"),
        refers_to=_OF_PUBLICATION,
    ),
)
