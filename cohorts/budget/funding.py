"""What statements to funders already pay of the costs of a period, and by how much together they exceed them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cohorts.budget.costs import Costs, due_of
from cohorts.budget.enums import BudgetKind
from cohorts.models import Statement


@dataclass(frozen=True, slots=True)
class FundedPeriod:
    """What a funder owes, by a statement, of the costs of a cohort in a period.

    Without a cohort it is a fixed amount for all cohorts of the edition, which may pay for any of them.
    """

    cohort: int | None
    first_day: date
    last_day: date
    due: Decimal


def funded_periods(statements: Iterable[Statement]) -> list[FundedPeriod]:
    """Return the periods of the statements to funders on an edition and its cohorts (`StatementQuerySet.of_edition`).

    The share of a funder of the edition is one period for each cohort.
    """
    return [period for row in statements for period in _periods_of(row)]


def _periods_of(row: Statement) -> Iterator[FundedPeriod]:
    """Yield the funded periods of a statement to a funder: one, or for a share of the edition one for each cohort."""
    days = (row.first_day, row.last_day)
    if row.agreement.cohort_id or row.share is None:
        yield FundedPeriod(row.agreement.cohort_id, *days, row.due)
        return
    spent: defaultdict[int, Decimal] = defaultdict(Decimal)
    for line in row.rows:
        if line["kind"] == BudgetKind.SPENT:
            spent[int(line["cohort"])] += Decimal(line.get("euros", 0))
    for cohort, euros in spent.items():
        yield FundedPeriod(cohort, *days, due_of(euros, share=row.share))


def unfunded_amount(
    periods: Collection[FundedPeriod], costs: Costs, first: date, last: date, *, cohort: int | None = None
) -> Decimal:
    """Return what was spent from the `first` to the `last` day minus what is funded; negative where more is funded.

    A funder may pay for any day of its period. So this is the lowest difference over this period and each longer one.
    `costs` are those of all cohorts of the edition; with a `cohort`, its own difference counts if it is lower.
    The trigger `statement_within_costs` is the weaker rule (see `triggers.FUNDED_BY_OTHERS`).
    """
    of_all = _lowest_difference(periods, costs, first, last)
    if cohort is None:
        return of_all
    own = [each for each in periods if each.cohort == cohort]
    return min(of_all, _lowest_difference(own, costs, first, last, cohort))


def excess_amount(periods: Collection[FundedPeriod], costs: Costs, cohort: int | None = None) -> Decimal:
    """Return by how much funding exceeds what was spent, of one cohort or of all; 0 where it does not.

    With a `cohort`, `costs` may be those of the cohort only.
    """
    own = [each for each in periods if cohort in {None, each.cohort}]
    unfunded = (_lowest_difference(own, costs, each.first_day, each.last_day, cohort) for each in own)
    return max(Decimal(0), -min(unfunded, default=Decimal(0)))


def _lowest_difference(
    periods: Collection[FundedPeriod], costs: Costs, first: date, last: date, cohort: int | None = None
) -> Decimal:
    """Return the lowest of what was spent minus what is funded, by a cohort or by all, in this or any longer period."""
    starts = {first, *(each.first_day for each in periods if each.first_day < first)}
    ends = {last, *(each.last_day for each in periods if each.last_day > last)}
    return min(
        costs.spent(start, end, cohort)
        - sum((each.due for each in periods if start <= each.first_day and each.last_day <= end), Decimal(0))
        for start in starts
        for end in ends
    )
