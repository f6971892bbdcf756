"""What statements claim from funders of the same costs: together never more than was spent, or the lab is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cohorts.budget.costs import Costs, due_of
from cohorts.budget.enums import BudgetKind
from cohorts.models import Statement
from programmes.models import Edition


@dataclass(frozen=True, slots=True)
class Claim:
    """What a funder owes by a statement of the costs of a cohort in a period.

    Without a cohort it is a fixed amount for all cohorts of the edition, which may pay for any of them.
    """

    statement: int
    cohort: int | None
    first_day: date
    last_day: date
    due: Decimal


def claims_on(edition: Edition | int) -> list[Claim]:
    """Return the claims of all current statements on an edition and its cohorts, in one statement; the share of a
    funder of the edition is one claim for each cohort.
    """
    rows = Statement.objects.current().filter(agreement__edition=edition).select_related("agreement").order_by("number")
    return [claim for row in rows for claim in _claims_of(row)]


def _claims_of(row: Statement) -> Iterator[Claim]:
    """Yield the claims of a statement."""
    period = (row.first_day, row.last_day)
    if row.agreement.cohort_id or row.share is None:
        yield Claim(row.pk, row.agreement.cohort_id, *period, row.due)
        return
    spent: defaultdict[int, Decimal] = defaultdict(Decimal)
    for line in row.rows:
        if line["kind"] == BudgetKind.SPENT:
            spent[int(line["cohort"])] += Decimal(line.get("euros", 0))
    for cohort, euros in spent.items():
        yield Claim(row.pk, cohort, *period, due_of(euros, share=row.share, left=None))


def uncovered(
    claims: Collection[Claim], costs: Costs, first: date, last: date, *, cohort: int | None = None
) -> Decimal:
    """Return what was spent from the `first` to the `last` day and no claim covers; negative where claims are higher.

    A claim covers any day of its period: this is the least that is left in any longer period, too. `costs` are those of
    all cohorts of the edition; with a `cohort`, both its own are looked at and those of all.
    """
    left = _uncovered(claims, costs, first, last)
    if cohort is None:
        return left
    return min(left, _uncovered([each for each in claims if each.cohort == cohort], costs, first, last, cohort))


def _uncovered(claims: Collection[Claim], costs: Costs, first: date, last: date, cohort: int | None = None) -> Decimal:
    """Return what these claims leave of the costs of a cohort, or of all, in the period or any longer one."""
    starts = {first, *(each.first_day for each in claims if each.first_day < first)}
    ends = {last, *(each.last_day for each in claims if each.last_day > last)}
    return min(
        costs.spent(start, end, cohort)
        - sum((each.due for each in claims if start <= each.first_day and each.last_day <= end), Decimal(0))
        for start in starts
        for end in ends
    )


def overclaimed(claims: Collection[Claim], costs: Costs, cohort: int | None = None) -> Decimal:
    """Return by how much claims are above what was spent in their periods: on a cohort, or on all; 0 if they are not.

    `costs` may then be those of the cohort only.
    """
    own = [each for each in claims if cohort in {None, each.cohort}]
    left = (_uncovered(own, costs, each.first_day, each.last_day, cohort) for each in own)
    return max(Decimal(0), -min(left, default=Decimal(0)))
