"""Editions side by side in words: a column each, a line a figure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from figures.editions.differences import pairs, sentence
from figures.editions.figures import EditionFigures, Known, compare
from figures.editions.unit_cost import UnitCost
from figures.formats import between, nothing, number, share, together
from figures.outcomes.figures import HORIZONS
from figures.rates import CurvePoint
from figures.work.lines import attendance, first_prototype, locked, strength, tests
from programmes.models import Edition, Format

NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Column:
    """One edition with its figures."""

    edition: Edition
    figures: EditionFigures

    @property
    def format(self) -> Format:
        return self.edition.format


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, what must be known beside it, and where it leads; a value of "" is not known."""

    value: str
    detail: str = ""
    href: str = ""


Telling = Callable[[Column], Cell]


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under one heading."""

    title: str
    lines: tuple[Line, ...]


def side_by_side(editions: Sequence[Edition], figures: Mapping[int, EditionFigures]) -> dict[str, Any]:
    """The context of the table: columns, the format versions above them, blocks of lines, the sentence."""
    columns = [Column(edition, figures[edition.pk]) for edition in editions]
    told, names = compare([column.figures.rates for column in columns]), [column.edition.name for column in columns]
    return {
        "columns": columns,
        "width": len(columns) + 1,
        "versions": list(_versions(columns)),
        "blocks": [_block(title, lines, columns) for title, lines in _blocks()],
        "sentence": sentence(told, names),
        "compared": told,
        "pairs": pairs(told, names),
    }


class Version(NamedTuple):
    """A format version above so many columns; `earlier` is the one of its programme that stands before it."""

    format: Format
    columns: int
    earlier: Format | None


def _versions(columns: Sequence[Column]) -> Iterator[Version]:
    before: Format | None = None
    for version, of in groupby(columns, key=lambda column: column.format):
        same = before is not None and before.programme_id == version.programme_id
        yield Version(version, len(list(of)), before if same else None)
        before = version


def _block(title: str, lines: Mapping[str, Telling], columns: Sequence[Column]) -> Block:
    return Block(title, tuple(Line(label, tuple(map(tell, columns))) for label, tell in lines.items()))


def _blocks() -> list[tuple[str, dict[str, Telling]]]:
    """Every line of the table, top to bottom."""
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
                _("Contribution per implemented idea"): lambda column: _each(column, "euros", _euros),
                _("Days of the team per implemented idea"): lambda column: _each(column, "days", _days),
            },
        ),
        (
            _("Results of the work"),
            {
                _("First prototype in test"): lambda column: Cell(*first_prototype(column.figures.work)),
                _("Tests concluded"): lambda column: Cell(*tests(column.figures.work)),
                _("Locked before observation"): lambda column: Cell(*locked(column.figures.work)),
                _("Strength of evidence"): lambda column: Cell(*strength(column.figures.work)),
                _("Attendance"): lambda column: Cell(*attendance(column.figures.work)),
            },
        ),
        (
            _("What remains after the edition"),
            {_("Innovation teams open"): _teams, _("People in the network"): _network},
        ),
    ]


def _length(column: Column) -> Cell:
    """Planned by the format; of the cohorts that ended, how long they took."""
    planned, took = months_of(column.format.months), column.figures.months
    if not took:
        return Cell(planned, _("planned; no cohort has ended yet"))
    lengths = months_of(took[0]) if took[0] == took[-1] else _("%(low)s to %(high)s months") % _ends(took)
    ended = {"some": len(took), "all": len(column.figures.taking_part)}
    return Cell(
        _("%(length)s planned") % {"length": planned},
        together(_("took %(length)s") % {"length": lengths}, _("%(some)s of %(all)s cohorts have ended") % ended),
    )


def _ends(values: Sequence[int]) -> dict[str, int]:
    return {"low": values[0], "high": values[-1]}


def _authorities(column: Column) -> Cell:
    planned = column.edition.planned_authorities
    return Cell(number(column.figures.authorities), _("%(count)s planned") % {"count": planned} if planned else "")


def _seats(column: Column) -> Cell:
    seats = column.figures.known("seats")
    a_cohort = column.format.seats
    return Cell(
        _known(seats, number), _("%(count)s per cohort in the format") % {"count": a_cohort} if a_cohort else ""
    )


def _sessions(column: Column) -> Cell:
    held, left = (int(column.figures.known(name).total) for name in ("sessions_held", "sessions_left"))
    a_cohort = column.format.sessions
    return Cell(
        _("%(count)s held") % {"count": number(held)},
        together(
            _("%(count)s to come") % {"count": number(left)} if left else "",
            _("%(count)s per cohort in the format") % {"count": a_cohort} if a_cohort else "",
        ),
    )


def _cost(column: Column, unit: str, write: Callable[[float], str]) -> Cell:
    """Actual first, planned beside it; each says of how many cohorts it is known."""
    planned, actual = (column.figures.known(f"{when}_{unit}") for when in ("planned", "actual"))
    told = _("planned: %(sum)s") % {"sum": _known(planned, write)} if planned.known else ""
    if actual.known:
        return Cell(_known(actual, write), told)
    return Cell(_known(planned, write), _("planned; no spending recorded yet")) if planned.known else Cell("")


def _known(sum_of: Known, write: Callable[[float], str]) -> str:
    """A sum, and of how many cohorts where that is not all of them; "" where none is known."""
    if not sum_of.known:
        return ""
    total = write(float(sum_of.total))
    if sum_of.complete:
        return total
    return _("%(sum)s, known for %(some)s of %(all)s cohorts") % {"sum": total, "some": sum_of.known, "all": sum_of.of}


def _granted(column: Column) -> Cell:
    """Days of the ambassadors' mission letters."""
    days, told, people = (int(column.figures.known(name).total) for name in ("granted", "granted_to", "ambassadors"))
    by_format = column.format.day_allowance
    pattern = _("%(count)s per person in the format") % {"count": by_format} if by_format else ""
    if not told:
        return Cell("", pattern)
    return Cell(
        _days(days),
        together(_("recorded for %(some)s of %(all)s ambassadors") % {"some": told, "all": people}, pattern),
    )


def _stock(column: Column) -> Cell:
    rates = column.figures.rates
    if rates.interval is None:
        return Cell(nothing(), _("no idea accepted yet"))
    counted = {"some": number(rates.implemented), "all": number(rates.accepted)}
    return Cell(_("%(some)s of %(all)s") % counted, "" if rates.only_counts else between(*rates.interval))


def _within_label(months: int) -> str:
    said = ngettext("Implemented within %(months)d month", "Implemented within %(months)d months", months)
    return said % {"months": months}


def _within(months: int) -> Telling:
    def tell(column: Column) -> Cell:
        point = column.figures.rates.within(months)
        if point is None or point.implemented is None:
            return Cell(_("not yet"), _("fewer than five ideas were followed that long"))
        return Cell(share(point.implemented), _interval(point))

    return tell


def _interval(point: CurvePoint) -> str:
    return "" if point.low is None or point.high is None else between(point.low, point.high)


def _each(column: Column, unit: str, write: Callable[[float], str]) -> Cell:
    """A cost shared out, its interval, and how much of the cost is known and spent."""
    cost, each = column.figures.cost(unit), column.figures.cost_each(unit)
    if each is None or not column.figures.rates.accepted:
        return Cell("", _("no cost is recorded") if each is None else _("no idea accepted yet"))
    planned = column.figures.planned_only(unit)
    known = {"some": cost.known, "all": cost.of}
    return Cell(
        _unit_cost(each, write),
        together(
            _range(each, write),
            "" if cost.complete else _("costs known for %(some)s of %(all)s cohorts") % known,
            _("of which planned costs for %(count)s") % {"count": planned} if planned else "",
        ),
    )


def _unit_cost(each: UnitCost, write: Callable[[float], str]) -> str:
    if each.estimate is None:
        return _("probably more than %(least)s") % {"least": write(each.low)}
    return write(each.estimate)


def _range(each: UnitCost, write: Callable[[float], str]) -> str:
    if each.high is None:
        return _("no idea implemented yet; lower bound only, correct in about 95 of 100 cases")
    return _("between %(low)s and %(high)s") % {"low": write(each.low), "high": write(each.high)}


def _teams(column: Column) -> Cell:
    """With the way to all of them."""
    noted, standing = getattr(column.edition, "teams", 0), getattr(column.edition, "teams_open", 0)
    address = f"{reverse('cohorts:innovation_teams')}?edition={column.edition.slug}"
    return Cell(number(standing), _("of %(count)s recorded") % {"count": noted}, address if noted else "")


def _network(column: Column) -> Cell:
    """Everyone active on its last day, alumni of its cohorts included."""
    over = column.edition.ends_on is not None and column.edition.ends_on < column.figures.rates.as_of
    return Cell(number(getattr(column.edition, "network", 0)), _("on its last day") if over else _("today"))


def months_of(count: int) -> str:
    return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}


def _euros(amount: float) -> str:
    return f"{number(round(amount))}{NO_BREAK}€"


def _days(count: float) -> str:
    """Whole days once there are ten of them."""
    written = number(round(count) if count >= 10 else count)
    return _("%(count)s days") % {"count": written}
