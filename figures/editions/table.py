"""The comparison of editions in words: one column per edition, one line per figure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from figures.editions.differences import difference_texts, sentence
from figures.editions.figures import EditionFigures, PartialSum, compare
from figures.editions.unit_cost import UnitCost
from figures.formats import join_parts, none_yet, number, share, share_range
from figures.outcomes.figures import HORIZONS
from figures.rates import CurvePoint
from figures.work.lines import attendance_text, first_prototype_text, locked_text, strength_text, tests_text
from programmes.models import Edition, Format

NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class EditionColumn:
    """One edition with its figures."""

    edition: Edition
    figures: EditionFigures

    @property
    def format(self) -> Format:
        """The format version by which the edition runs: planned months, seats and sessions."""
        return self.edition.format


@dataclass(frozen=True, slots=True)
class ComparisonCell:
    """A figure, a detail about it, and a link; a `value` of "" is unknown."""

    value: str
    detail: str = ""
    href: str = ""


CellWriter = Callable[[EditionColumn], ComparisonCell]


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    label: str
    cells: tuple[ComparisonCell, ...]


@dataclass(frozen=True, slots=True)
class ComparisonSection:
    """Lines under one heading."""

    title: str
    lines: tuple[ComparisonLine, ...]


def comparison_context(editions: Sequence[Edition], figures: Mapping[int, EditionFigures]) -> dict[str, Any]:
    """Return the template context of the comparison of editions, given their figures by edition id.

    Keys: `columns` (one per edition), `width` (columns with the labels), `format_headings`, `sections` (titled lines of
    cells), `comparison`, `sentence` and `differences` (which editions differ: data, one text, and per pair).
    """
    columns = [EditionColumn(edition, figures[edition.pk]) for edition in editions]
    comparison, names = (
        compare([column.figures.rates for column in columns]),
        [column.edition.name for column in columns],
    )
    return {
        "columns": columns,
        "width": len(columns) + 1,
        "format_headings": list(_format_headings(columns)),
        "sections": [_section(title, lines, columns) for title, lines in _sections()],
        "sentence": sentence(comparison, names),
        "comparison": comparison,
        "differences": difference_texts(comparison, names),
    }


class FormatHeading(NamedTuple):
    """A format version above so many columns; `earlier` is the version of the same programme to its left."""

    format: Format
    columns: int
    earlier: Format | None


def _format_headings(columns: Sequence[EditionColumn]) -> Iterator[FormatHeading]:
    """Yield one heading per run of neighbouring columns with the same format version: the version and how many columns.

    Each also carries the version of the same programme to its left, None where there is none.
    """
    previous: Format | None = None
    for version, of in groupby(columns, key=lambda column: column.format):
        same_programme = previous is not None and previous.programme_id == version.programme_id
        yield FormatHeading(version, len(list(of)), previous if same_programme else None)
        previous = version


def _section(title: str, lines: Mapping[str, CellWriter], columns: Sequence[EditionColumn]) -> ComparisonSection:
    """Return a section of the table under a title, with one cell per line and column.

    `lines` gives, for each label, the function that writes the cell of a column.
    """
    return ComparisonSection(
        title, tuple(ComparisonLine(label, tuple(map(write, columns))) for label, write in lines.items())
    )


def _sections() -> list[tuple[str, dict[str, CellWriter]]]:
    """Return the sections of the table, top to bottom: pairs of a title and its lines.

    Lines are a dict from the label to the function that writes the cell of a column.
    """
    return [
        (
            _("Format and people"),
            {
                _("Length"): _length,
                _("Authorities"): _authorities,
                _("Seats"): _seats,
                _("Sessions"): _sessions,
            },
        ),
        (
            _("Costs"),
            {
                _("Contribution of the authorities"): lambda column: _cost(column, "euros", _euros),
                _("Days granted by the authorities"): _granted,
                _("Days of the lab’s team"): lambda column: _cost(column, "days", _days),
            },
        ),
        (
            _("What became of the ideas"),
            {
                _("Implemented, plain count"): _stock,
                **{_within_label(months): _within(months) for months in HORIZONS},
                _("Contribution per implemented idea"): lambda column: _unit_cost_cell(column, "euros", _euros),
                _("Days of the team per implemented idea"): lambda column: _unit_cost_cell(column, "days", _days),
            },
        ),
        (
            _("Results of the work"),
            {
                _("First prototype in test"): lambda column: ComparisonCell(*first_prototype_text(column.figures.work)),
                _("Tests concluded"): lambda column: ComparisonCell(*tests_text(column.figures.work)),
                _("Locked before observation"): lambda column: ComparisonCell(*locked_text(column.figures.work)),
                _("Strength of evidence"): lambda column: ComparisonCell(*strength_text(column.figures.work)),
                _("Attendance"): lambda column: ComparisonCell(*attendance_text(column.figures.work)),
            },
        ),
        (
            _("What remains after the edition"),
            {_("Innovation teams open"): _teams, _("People in the network"): _network},
        ),
    ]


def _length(column: EditionColumn) -> ComparisonCell:
    """Return the cell of an edition's length: the planned months, and those that its ended cohorts took.

    The detail says how many cohorts have ended, or that none has.
    """
    planned, lengths_taken = months_text(column.format.months), column.figures.months
    if not lengths_taken:
        return ComparisonCell(planned, _("planned; no cohort has ended yet"))
    lengths = (
        months_text(lengths_taken[0])
        if lengths_taken[0] == lengths_taken[-1]
        else _("%(low)s to %(high)s months") % _lowest_and_highest(lengths_taken)
    )
    ended = {"some": len(lengths_taken), "all": len(column.figures.active_runs)}
    return ComparisonCell(
        _("%(length)s planned") % {"length": planned},
        join_parts(_("took %(length)s") % {"length": lengths}, _("%(some)s of %(all)s cohorts have ended") % ended),
    )


def _lowest_and_highest(values: Sequence[int]) -> dict[str, int]:
    """Return `{"low": first, "high": last}` of values that are sorted and not empty, for the pattern of a message."""
    return {"low": values[0], "high": values[-1]}


def _authorities(column: EditionColumn) -> ComparisonCell:
    """Return the cell of the number of authorities with a cohort that did not withdraw; the detail is the number
    planned.
    """
    planned = column.edition.planned_authorities
    return ComparisonCell(
        number(column.figures.authorities), _("%(count)s planned") % {"count": planned} if planned else ""
    )


def _seats(column: EditionColumn) -> ComparisonCell:
    """Return the cell of the seats of all cohorts that did not withdraw;
    the detail is the format's number per cohort.
    """
    seats = column.figures.sum_of("seats")
    a_cohort = column.format.seats
    return ComparisonCell(
        _sum_text(seats, number), _("%(count)s per cohort in the format") % {"count": a_cohort} if a_cohort else ""
    )


def _sessions(column: EditionColumn) -> ComparisonCell:
    """Return the cell of the sessions held; the detail is those still to come and the format's number per cohort.

    Cohorts that withdrew are left out.
    """
    held, left = (int(column.figures.sum_of(name).total) for name in ("sessions_held", "sessions_left"))
    a_cohort = column.format.sessions
    return ComparisonCell(
        _("%(count)s held") % {"count": number(held)},
        join_parts(
            _("%(count)s to come") % {"count": number(left)} if left else "",
            _("%(count)s per cohort in the format") % {"count": a_cohort} if a_cohort else "",
        ),
    )


def _cost(column: EditionColumn, unit: str, write: Callable[[float], str]) -> ComparisonCell:
    """Return the cell of an edition's actual cost, with the planned one as detail; the planned one alone while none is
    spent.

    `unit` is “euros” or “days”; `write` turns an amount into text. Both sums say for how many cohorts they are known.
    Empty where no cost is known.
    """
    planned, actual = (column.figures.sum_of(f"{when}_{unit}") for when in ("planned", "actual"))
    planned_text = _("planned: %(sum)s") % {"sum": _sum_text(planned, write)} if planned.known_count else ""
    if actual.known_count:
        return ComparisonCell(_sum_text(actual, write), planned_text)
    return (
        ComparisonCell(_sum_text(planned, write), _("planned; no spending recorded yet"))
        if planned.known_count
        else ComparisonCell("")
    )


def _sum_text(partial: PartialSum, write: Callable[[float], str]) -> str:
    """Return a sum as text; where it is not known for all cohorts, with the number for which it is.

    `write` turns the amount into text. Empty where it is known for no cohort.
    """
    if not partial.known_count:
        return ""
    total = write(float(partial.total))
    if partial.is_complete:
        return total
    return _("%(sum)s, known for %(some)s of %(all)s cohorts") % {
        "sum": total,
        "some": partial.known_count,
        "all": partial.out_of,
    }


def _granted(column: EditionColumn) -> ComparisonCell:
    """Return the cell of the days granted in the mission letters of the edition's ambassadors, all added up.

    The detail says for how many ambassadors they are recorded, and the days per person in the format. Without any
    recorded the value is empty.
    """
    days, people_counted, people = (
        int(column.figures.sum_of(name).total) for name in ("granted", "granted_to", "ambassadors")
    )
    by_format = column.format.day_allowance
    pattern = _("%(count)s per person in the format") % {"count": by_format} if by_format else ""
    if not people_counted:
        return ComparisonCell("", pattern)
    return ComparisonCell(
        _days(days),
        join_parts(
            _("recorded for %(some)s of %(all)s ambassadors") % {"some": people_counted, "all": people}, pattern
        ),
    )


def _stock(column: EditionColumn) -> ComparisonCell:
    """Return the cell of ideas implemented out of ideas accepted: “3 of 12”; “none yet” where none was accepted.

    The detail is the 95 % interval of the share, left out with fewer than five accepted ideas.
    """
    rates = column.figures.rates
    if not rates.accepted:
        return ComparisonCell(none_yet(), _("no idea accepted yet"))
    plain = rates.plain_share
    counted = {"some": number(rates.implemented), "all": number(rates.accepted)}
    return ComparisonCell(
        _("%(some)s of %(all)s") % counted, "" if rates.is_too_few_for_rates else share_range(plain.low, plain.high)
    )


def _within_label(months: int) -> str:
    """Return the label of a line of the table: “Implemented within 12 months” (`months`)."""
    words = ngettext("Implemented within %(months)d month", "Implemented within %(months)d months", months)
    return words % {"months": months}


def _within(months: int) -> CellWriter:
    """Return the function that writes a column's cell of the share implemented within `months` of acceptance."""

    def write(column: EditionColumn) -> ComparisonCell:
        """Return the cell of the column's share implemented in time, with its 95 % interval as detail.

        “not yet” where fewer than five ideas were followed that long.
        """
        point = column.figures.rates.incidence_at(months)
        if point is None or point.implemented is None:
            return ComparisonCell(_("not yet"), _("fewer than five ideas were followed that long"))
        return ComparisonCell(share(point.implemented), _interval(point))

    return write


def _interval(point: CurvePoint) -> str:
    """Return the 95 % interval of the share implemented at a point as text: “between 20% and 40%”; empty where there is
    none.
    """
    return "" if point.low is None or point.high is None else share_range(point.low, point.high)


def _unit_cost_cell(column: EditionColumn, unit: str, write: Callable[[float], str]) -> ComparisonCell:
    """Return the cell of an edition's cost per implemented idea.

    The detail gives the interval, for how many cohorts a cost is known, and how many of these are planned ones. `unit`
    is “euros” or “days”; `write` turns an amount into text. Without a cost or an accepted idea the value is empty and
    the detail says why.
    """
    cost, each = column.figures.cost(unit), column.figures.cost_each(unit)
    if each is None or not column.figures.rates.accepted:
        return ComparisonCell("", _("no cost is recorded") if each is None else _("no idea accepted yet"))
    planned = column.figures.planned_cost_count(unit)
    cohorts_with_cost = {"some": cost.known_count, "all": cost.out_of}
    return ComparisonCell(
        _unit_cost(each, write),
        join_parts(
            _range(each, write),
            "" if cost.is_complete else _("costs known for %(some)s of %(all)s cohorts") % cohorts_with_cost,
            _("of which planned costs for %(count)s") % {"count": planned} if planned else "",
        ),
    )


def _unit_cost(each: UnitCost, write: Callable[[float], str]) -> str:
    """Return the cost of one implemented idea as text: its estimate, or “probably more than …” while none is
    implemented.

    `write` turns an amount into text.
    """
    if each.estimate is None:
        return _("probably more than %(least)s") % {"least": write(each.low)}
    return write(each.estimate)


def _range(each: UnitCost, write: Callable[[float], str]) -> str:
    """Return the 95 % interval of a unit cost as text: “between … and …”.

    While no idea is implemented, a note that there is a lower bound only. `write` turns an amount into text.
    """
    if each.high is None:
        return _("no idea implemented yet; lower bound only, correct in about 95 of 100 cases")
    return _("between %(low)s and %(high)s") % {"low": write(each.low), "high": write(each.high)}


def _teams(column: EditionColumn) -> ComparisonCell:
    """Return the cell of the edition's innovation teams open today, linked to the list of its teams where it has any.

    The detail is the number recorded.
    """
    recorded, open_now = getattr(column.edition, "teams", 0), getattr(column.edition, "teams_open", 0)
    address = f"{reverse('cohorts:innovation_teams')}?edition={column.edition.slug}"
    return ComparisonCell(
        number(open_now), _("of %(count)s recorded") % {"count": recorded}, address if recorded else ""
    )


def _network(column: EditionColumn) -> ComparisonCell:
    """Return the cell of the people active in the edition's cohorts on its last day, or today while it still runs.

    Alumni count until they leave; the detail says which of the two days it is.
    """
    over = column.edition.ends_on is not None and column.edition.ends_on < column.figures.rates.as_of
    return ComparisonCell(number(getattr(column.edition, "network", 0)), _("on its last day") if over else _("today"))


def months_text(count: int) -> str:
    """Return a whole number of months as text: “6 months”."""
    return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}


def _euros(amount: float) -> str:
    """Return an amount in euros as text, rounded to whole euros: “1,200 €”."""
    return f"{number(round(amount))}{NO_BREAK}€"


def _days(count: float) -> str:
    """Return a number of days as text: “12 days”; from ten on rounded to whole days."""
    written = number(round(count) if count >= 10 else count)
    return _("%(count)s days") % {"count": written}
