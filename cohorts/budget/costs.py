"""The costs of cohorts: lines that the lab entered, and days in sessions, counted and multiplied by their rate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db.models import Count, F, Sum
from django_stubs_ext import StrOrPromise

from cohorts.budget.enums import GROUP_OF_ROLE, BudgetKind, CostCategory
from cohorts.budget.models import BudgetLine, DayRate
from cohorts.cohort.enums import CohortState
from cohorts.models import Attendance, Cohort, SessionDay
from cohorts.people.enums import CORE_ROLES, MembershipRole
from cohorts.sessions.enums import SessionState
from cohorts.visibility import active_on

CENT: Final = Decimal("0.01")
NOT_TAKING_PLACE: Final = (SessionState.CANCELLED, SessionState.POSTPONED)
EXPECTED_ROLES: Final = [role for role in CORE_ROLES if role in GROUP_OF_ROLE]

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


def costs_of(
    cohorts: Collection[Cohort], first: date | None = None, last: date | None = None, *, lock: bool = False
) -> list[CostEntry]:
    """Return the costs of these cohorts, in four statements: entered lines by cohort and day, then counted days.

    Only those from the `first` to the `last` day, both included; None is no limit. Of withdrawn cohorts, only what was
    spent. With `lock`, the lines stay locked until the transaction ends.
    """
    withdrawn = {cohort.pk for cohort in cohorts if cohort.state == CohortState.WITHDRAWN}
    entries = [*_entered_lines(cohorts, first, last, lock=lock), *_counted_days(cohorts, first, last)]
    return [each for each in entries if each.kind == BudgetKind.SPENT or each.cohort not in withdrawn]


def _entered_lines(
    cohorts: Collection[Cohort], first: date | None, last: date | None, *, lock: bool
) -> Iterator[CostEntry]:
    """Yield the lines that count, by name of the cohort and day."""
    rows = BudgetLine.objects.filter(cohort__in=cohorts).current().order_by("cohort__name", "cohort", "day", "pk")
    names = {cohort.pk: cohort.name for cohort in cohorts}
    for row in rows.select_for_update(of=("self",), no_key=True) if lock else rows:
        if _within(row.day, first, last):
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


def _within(day: date, first: date | None, last: date | None) -> bool:
    """Return whether a day lies from `first` to `last`, both included; None is no limit."""
    return (first is None or first <= day) and (last is None or day <= last)


def _counted_days(cohorts: Collection[Cohort], first: date | None, last: date | None) -> list[CostEntry]:
    """Return the days in sessions of each cohort, group and rate: planned ones, and those with someone present."""
    rates = _rates(cohorts)
    days: defaultdict[tuple[int, str, str, Decimal | None], Decimal] = defaultdict(Decimal)
    for cohort, day, role, planned, half_days in (*_days_on_lists(cohorts), *_days_of_drafts(cohorts)):
        if _within(day, first, last):
            group = GROUP_OF_ROLE[MembershipRole(role)].value
            rate = _rate_on(rates.get((cohort, group), []), day)
            days[cohort, group, BudgetKind.PLANNED.value, rate] += planned
            days[cohort, group, BudgetKind.SPENT.value, rate] += Decimal(half_days) / 2
    names = {cohort.pk: cohort.name for cohort in cohorts}
    return [
        CostEntry(
            cohort=cohort,
            cohort_name=names[cohort],
            kind=kind,
            category=group,
            days=number,
            rate=rate,
            euros=None if rate is None else (number * rate).quantize(CENT, ROUND_HALF_UP),
        )
        for (cohort, group, kind, rate), number in sorted(
            days.items(), key=lambda item: (names[item[0][0]], *item[0][:3], item[0][3] or 0)
        )
        if number
    ]


def _days_on_lists(cohorts: Collection[Cohort]) -> Iterable[tuple[int, date, str, int, int]]:
    """Return, by cohort, day and role, how many members are on the list of a session, and their half-days of presence.

    Everyone on the list counts as planned, present or not; cancelled and postponed sessions are left out.
    """
    rows = Attendance.objects.filter(day__session__cohort__in=cohorts, member__role__in=GROUP_OF_ROLE)
    rows = rows.exclude(day__session__state__in=NOT_TAKING_PLACE).order_by()
    by_day = rows.values_list("day__session__cohort", "day__date", "member__role")
    return by_day.annotate(listed=Count("pk"), half_days_present=Sum("half_days"))


def _days_of_drafts(cohorts: Collection[Cohort]) -> Iterator[tuple[int, date, str, int, int]]:
    """Yield, by cohort, day and role, how many members will be expected in a session that is still a draft, as the
    planner places them: each person once, under the first role of `CORE_ROLES`.
    """
    path = "session__cohort__memberships"
    rows = SessionDay.objects.filter(
        active_on(F("date"), f"{path}__"),
        session__cohort__in=cohorts,
        session__state=SessionState.DRAFT,
        session__cohort__memberships__role__in=EXPECTED_ROLES,
        attendances=None,
    )
    columns = ("session__cohort", "pk", "date", f"{path}__user", f"{path}__role")
    roles: dict[tuple[int, int, date, int], str] = {}
    for cohort, key, day, user, role in rows.order_by().values_list(*columns):
        earlier_role = roles.get((cohort, key, day, user), role)
        roles[cohort, key, day, user] = min(earlier_role, role, key=EXPECTED_ROLES.index)
    for (cohort, _key, day, _user), role in roles.items():
        yield cohort, day, role, 1, 0


def _rates(cohorts: Collection[Cohort]) -> dict[tuple[int, str], list[tuple[date, Decimal]]]:
    """Return the rates by cohort and group, each with the day from which it applies, the earliest first."""
    rates = defaultdict[tuple[int, str], list[tuple[date, Decimal]]](list)
    rows = DayRate.objects.filter(cohort__in=cohorts).order_by("starts_on", "pk")
    for cohort, group, starts_on, euros in rows.values_list("cohort", "group", "starts_on", "euros"):
        rates[cohort, group].append((starts_on, euros))
    return dict(rates)


def _rate_on(rates: Iterable[tuple[date, Decimal]], day: date) -> Decimal | None:
    """Return the rate that applies on the day: that of the latest start up to it; None for none."""
    return next((euros for starts_on, euros in reversed([*rates]) if starts_on <= day), None)


def due_of(spent: Decimal, *, share: Decimal | None, left: Decimal | None) -> Decimal:
    """Return what a funder owes of what was spent: its `share` in percent, else at most what is `left` of an amount."""
    if share is not None:
        return (spent * share / 100).quantize(CENT, ROUND_HALF_UP)
    return min(spent, max(left or Decimal(0), Decimal(0)))
