"""The costs of cohorts: lines that the lab entered, and days in sessions, counted and multiplied by their rate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django_stubs_ext import StrOrPromise

from cohorts.budget.enums import BudgetKind, CostCategory
from cohorts.budget.models import BudgetLine, DayRate
from cohorts.budget.session_days import ALWAYS, CountedDay, Period, StatedNext, counted_days
from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort
from web.database.arrays import among
from web.database.prepared import IdsArgument, prepared

CENT: Final = Decimal("0.01")

Rates = Mapping[tuple[int, str], list[tuple[date, Decimal]]]


@dataclass(frozen=True, slots=True)
class CostEntry:
    """Days or euros of a cohort, planned or spent.

    Typed ones have a `day` and a `note`. Counted ones are the days in sessions of one group at one rate: they have no
    day, and no euros while the lab has set no rate.
    """

    cohort: int
    cohort_name: str
    kind: str
    category: str
    days: Decimal | None = None
    euros: Decimal | None = None
    rate: Decimal | None = None
    day: date | None = None
    note: str = ""

    @property
    def is_counted(self) -> bool:
        """Whether the days are counted from sessions and attendance; otherwise the lab entered the line."""
        return self.day is None

    @property
    def category_label(self) -> StrOrPromise:
        """The label of the category."""
        return CostCategory(self.category).label

    @property
    def kind_label(self) -> StrOrPromise:
        """“planned” or “spent”."""
        return BudgetKind(self.kind).label

    def as_json(self) -> dict[str, Any]:
        """Return the entry as a statement stores it: numbers and days as texts, what is not known left out."""
        return {name: str(value) for name in ENTRY_FIELDS if (value := getattr(self, name)) not in (None, "")}

    @classmethod
    def from_json(cls, row: Mapping[str, str]) -> CostEntry:
        """Return the entry that `as_json` wrote."""
        days, euros, rate = (Decimal(row[name]) if name in row else None for name in ("days", "euros", "rate"))
        return cls(
            cohort=int(row["cohort"]),
            cohort_name=row["cohort_name"],
            kind=row["kind"],
            category=row["category"],
            days=days,
            euros=euros,
            rate=rate,
            day=date.fromisoformat(row["day"]) if "day" in row else None,
            note=row.get("note", ""),
        )


ENTRY_FIELDS: Final = ("cohort", "cohort_name", "kind", "category", "days", "euros", "rate", "day", "note")


@dataclass
class CostTotal:
    """The sums of entries: days and euros, planned and spent.

    `unpriced` is the number of planned days in sessions without a day rate; it includes days of presence, and is in no
    sum of euros.
    """

    planned_days: Decimal = Decimal(0)
    spent_days: Decimal = Decimal(0)
    planned: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)
    unpriced: Decimal = Decimal(0)

    def add(self, entry: CostEntry) -> None:
        """Add an entry to the sums of its kind."""
        days, euros = entry.days or Decimal(0), entry.euros or Decimal(0)
        if entry.kind == BudgetKind.PLANNED:
            self.planned_days, self.planned = self.planned_days + days, self.planned + euros
            self.unpriced += days if entry.is_counted and entry.euros is None else 0
        else:
            self.spent_days, self.spent = self.spent_days + days, self.spent + euros

    @property
    def is_unpriced(self) -> bool:
        """Whether there are days in sessions, none of them with a day rate: their amounts are not known."""
        return bool(self.unpriced) and self.unpriced == self.planned_days

    @property
    def remaining(self) -> Decimal:
        """What is planned and not spent; negative where more was spent."""
        return self.planned - self.spent


def total_of(entries: Iterable[CostEntry]) -> CostTotal:
    """Return the sums of these entries."""
    total = CostTotal()
    for entry in entries:
        total.add(entry)
    return total


def totals_by_category(entries: Iterable[CostEntry]) -> list[dict[str, Any]]:
    """Return the sums for each category that has some, counted ones first, each with `label` and `is_counted`."""
    totals: defaultdict[tuple[bool, str], CostTotal] = defaultdict(CostTotal)
    for entry in entries:
        totals[entry.is_counted, entry.category].add(entry)
    order = [(is_counted, category) for is_counted in (True, False) for category in CostCategory.values]
    return [
        {"label": CostCategory(category).label, "is_counted": is_counted, "total": totals[is_counted, category]}
        for is_counted, category in order
        if (is_counted, category) in totals
    ]


class Costs:
    """The costs of cohorts as they are now, read once for any number of periods."""

    def __init__(
        self, cohorts: tuple[Cohort, ...], lines: list[CostEntry], days: list[CountedDay], rates: Rates
    ) -> None:
        """Hold the `lines` that the lab entered, and the `days` in sessions."""
        self.cohorts = cohorts
        self.lines = lines
        self.days = days
        self.rates = rates
        self._spent_by_period: dict[tuple[date, date], dict[int, Decimal]] = {}

    def entries(self, first: date | None = None, last: date | None = None) -> list[CostEntry]:
        """Return lines by cohort and day, then counted days, from the `first` to the `last` day, both included; None is
        no limit. Of withdrawn cohorts, only what was spent.
        """
        withdrawn = {cohort.pk for cohort in self.cohorts if cohort.state == CohortState.WITHDRAWN}
        lines = [entry for entry in self.lines if entry.day and _within(entry.day, first, last)]
        entries = [*lines, *self._counted(first, last)]
        return [each for each in entries if each.kind == BudgetKind.SPENT or each.cohort not in withdrawn]

    def spent(self, first: date, last: date, cohort: int | None = None) -> Decimal:
        """Return the euros spent in a period, by one cohort or by all of these."""
        by_cohort = self._spent_by_cohort(first, last)
        return sum(by_cohort.values(), Decimal(0)) if cohort is None else by_cohort.get(cohort, Decimal(0))

    def _spent_by_cohort(self, first: date, last: date) -> dict[int, Decimal]:
        """Return the euros spent by each cohort in a period; summed once for each period."""
        if (first, last) not in self._spent_by_period:
            sums = defaultdict[int, Decimal](Decimal)
            for entry in self.entries(first, last):
                if entry.kind == BudgetKind.SPENT:
                    sums[entry.cohort] += entry.euros or 0
            self._spent_by_period[first, last] = dict(sums)
        return self._spent_by_period[first, last]

    def _counted(self, first: date | None, last: date | None) -> list[CostEntry]:
        """Return the days in sessions of each cohort, group and rate: planned ones, and those with someone present."""
        half_days: defaultdict[tuple[int, str, str, Decimal | None], int] = defaultdict(int)
        for day, planned_half_days, spent_half_days in self.days:
            if _within(day.date, first, last):
                rate = _rate_on(self.rates.get((day.cohort, day.group), []), day.date)
                half_days[day.cohort, day.group, BudgetKind.PLANNED.value, rate] += planned_half_days
                half_days[day.cohort, day.group, BudgetKind.SPENT.value, rate] += spent_half_days
        names = {cohort.pk: cohort.name for cohort in self.cohorts}
        return [
            CostEntry(
                cohort=cohort,
                cohort_name=names[cohort],
                kind=kind,
                category=group,
                days=Decimal(number) / 2,
                rate=rate,
                euros=None if rate is None else (number * rate / 2).quantize(CENT, ROUND_HALF_UP),
            )
            for (cohort, group, kind, rate), number in sorted(
                half_days.items(), key=lambda item: (names[item[0][0]], *item[0][:3], item[0][3] or 0)
            )
            if number
        ]


def read_costs(
    cohorts: Iterable[Cohort], *, lock: bool = False, period: Period = ALWAYS, stated_next: StatedNext | None = None
) -> Costs:
    """Return the costs of these cohorts (three queries), as they will be once `stated_next` is issued.

    Days in sessions are only those of the `period`: ask for no longer one. With `lock`, the lines stay locked until
    the transaction ends.
    """
    cohorts = tuple(cohorts)
    lines, days = _entered_lines(cohorts, lock=lock), counted_days(cohorts, period, stated_next)
    return Costs(cohorts, list(lines), list(days), _rates(cohorts))


def costs_of(cohorts: Collection[Cohort], first: date | None = None, last: date | None = None) -> list[CostEntry]:
    """Return the costs of these cohorts in a period (see `Costs.entries`; three queries)."""
    return read_costs(cohorts).entries(first, last)


def _entered_lines(cohorts: Collection[Cohort], *, lock: bool) -> Iterator[CostEntry]:
    """Yield the lines that count, by name of the cohort and day."""
    names = {cohort.pk: cohort.name for cohort in cohorts}
    keys = IdsArgument(sorted(names))
    rows = _lines(keys).select_for_update(of=("self",), no_key=True) if lock else _read_lines(keys)
    for row in rows:
        yield CostEntry(
            cohort=row.cohort_id,
            cohort_name=names[row.cohort_id],
            kind=row.kind,
            category=row.category,
            days=row.days,
            euros=row.euros,
            day=row.day,
            note=row.note,
        )


def _lines(cohorts: IdsArgument) -> QuerySet[BudgetLine]:
    """Return the lines of these cohorts that count, by name of the cohort and day."""
    rows = BudgetLine.objects.filter(among("cohort", cohorts)).current()
    return rows.order_by("cohort__name", "cohort", "day", "pk")


_read_lines = prepared(_lines)


def _within(day: date, first: date | None, last: date | None) -> bool:
    """Return whether a day lies from `first` to `last`, both included; None is no limit."""
    return (first is None or day >= first) and (last is None or day <= last)


def _rates(cohorts: Collection[Cohort]) -> dict[tuple[int, str], list[tuple[date, Decimal]]]:
    """Return the rates by cohort and group, each with the day from which it applies, the earliest first."""
    rates = defaultdict[tuple[int, str], list[tuple[date, Decimal]]](list)
    for cohort, group, starts_on, euros in _day_rates(IdsArgument(sorted(cohort.pk for cohort in cohorts))):
        rates[cohort, group].append((starts_on, euros))
    return dict(rates)


@prepared
def _day_rates(cohorts: IdsArgument) -> QuerySet[DayRate, tuple[int, str, date, Decimal]]:
    """Return the cohort, the group, the first day and the euros of the rates of these cohorts, by day."""
    rows = DayRate.objects.filter(among("cohort", cohorts)).order_by("starts_on", "pk")
    return rows.values_list("cohort", "group", "starts_on", "euros")


def _rate_on(rates: Iterable[tuple[date, Decimal]], day: date) -> Decimal | None:
    """Return the rate that applies on the day: that of the latest start up to it; None for none."""
    return next((euros for starts_on, euros in reversed([*rates]) if starts_on <= day), None)


def due_of(spent: Decimal, *, share: Decimal | None, at_most: Decimal = Decimal(0)) -> Decimal:
    """Return what a funder owes of what was spent: its `share` in percent; without a share, all of it `at_most`."""
    if share is not None:
        return (spent * share / 100).quantize(CENT, ROUND_HALF_UP)
    return min(spent, max(at_most, Decimal(0)))
