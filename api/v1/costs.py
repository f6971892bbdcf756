"""What cohorts cost, and what funders pay of it: budget lines, agreements, and the statements issued to funders."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.lists import Page, PageQuery, filter_parameters, filtered_rows, read_page
from api.v1.addresses import cohort_slug
from api.v1.references import Reference, SlugReference
from api.v1.schemas import EXAMPLE_COHORT, WithPage, with_example
from cohorts.budget.costs import CostEntry, costs_of, total_of
from cohorts.budget.funding_lists import AGREEMENTS, STATEMENTS
from cohorts.budget.line_list import BUDGET_LINES
from cohorts.budget.permissions import costs_subject
from cohorts.budget.statements import entries_of
from cohorts.budget.views.lookups import get_statement_or_404

router = Router(auth=TokenAuth(Area.COSTS), tags=[Area.COSTS.value])

EXAMPLE_FUNDER = {"id": 4, "name": "Banque des Territoires"}
EXAMPLE_ENTRY = {
    "cohort": {"id": 3, "name": "Pays de la Loire"},
    "kind": "spent",
    "category": "agents",
    "days": 24.5,
    "euros": 7350.0,
    "rate": 300.0,
    "day": None,
    "note": "",
}
EXAMPLE_STATEMENT = {
    "id": 12,
    "number": 7,
    "agreement": 5,
    "funder_name": "Banque des Territoires",
    "subject_name": "Pays de la Loire",
    "reference": "2026-114",
    "share": 50.0,
    "amount": None,
    "first_day": "2026-01-05",
    "last_day": "2026-06-30",
    "issued_on": "2026-07-06",
    "planned": 42000.0,
    "spent": 38650.5,
    "due": 19325.25,
    "replaces": None,
    "replaced_by": None,
    "notice": "",
    "page": "https://lab.example/statements/12/",
}


class BudgetLineOut(Schema):
    """Days outside sessions, euros (VAT included), or both, that the lab entered for a cohort."""

    model_config = with_example(
        {
            "id": 44,
            "kind": "spent",
            "day": "2026-03-17",
            "category": "travel",
            "note": "Train tickets of the first week",
            "days": None,
            "euros": 412.6,
        }
    )

    id: int
    kind: str
    day: date
    category: str
    note: str
    days: float | None
    euros: float | None


class CostEntryOut(Schema):
    """Days or euros, planned or spent. Without a `day` they are the days in sessions of one group, at one `rate`.

    `euros` is null while these days have no rate.
    """

    model_config = with_example(EXAMPLE_ENTRY)

    cohort: Reference
    kind: str
    category: str
    days: float | None
    euros: float | None
    rate: float | None
    day: date | None
    note: str

    @staticmethod
    def resolve_cohort(entry: Any) -> dict[str, Any]:
        """Return the cohort by the name that it had then."""
        return {"id": entry.cohort, "name": entry.cohort_name}


class CostsOut(Schema):
    """The sums of the costs of a cohort, and its days in sessions, which are counted.

    `unpriced` is how many of the planned days in sessions have no day rate: they are in no sum of euros.
    """

    model_config = with_example(
        {
            "planned_days": 310.0,
            "spent_days": 122.5,
            "planned": 96000.0,
            "spent": 38650.5,
            "unpriced": 0.0,
            "days_in_sessions": [EXAMPLE_ENTRY],
        }
    )

    planned_days: float
    spent_days: float
    planned: float
    spent: float
    unpriced: float
    days_in_sessions: list[CostEntryOut]


class AgreementOut(Schema):
    """What a funder pays: a `share` in percent of what is spent, or an `amount`; without a cohort, for its edition."""

    model_config = with_example(
        {
            "id": 5,
            "funder": EXAMPLE_FUNDER,
            "edition": {"id": 1, "slug": "la-transfo-2026", "name": "La Transfo 2026"},
            "cohort": EXAMPLE_COHORT,
            "share": 50.0,
            "amount": None,
            "starts_on": "2026-01-05",
            "ends_on": "2028-01-04",
            "reference": "2026-114",
        }
    )

    id: int
    funder: Reference
    edition: SlugReference
    cohort: SlugReference | None
    share: float | None
    amount: float | None
    starts_on: date
    ends_on: date
    reference: str


class StatementOut(WithPage):
    """What was planned and spent in a period, and what the funder owes of it, in euros. It never changes.

    Names, `reference`, and `share` or `amount` are those of its `agreement` on the day it was issued. `subject_name` is
    that of a cohort or an edition. A statement that `replaces` an earlier one says why in its `notice`.
    """

    model_config = with_example(EXAMPLE_STATEMENT)

    id: int
    number: int
    agreement: int = Field(alias="agreement_id")
    funder_name: str
    subject_name: str
    reference: str
    share: float | None
    amount: float | None
    first_day: date
    last_day: date
    issued_on: date
    planned: float
    spent: float
    due: float
    replaces: int | None = Field(alias="replaces_id")
    replaced_by: int | None
    notice: str

    @staticmethod
    def resolve_replaced_by(statement: Any) -> int | None:
        """Return the id of the statement that replaces this one."""
        return getattr(getattr(statement, "replacement", None), "pk", None)


class StatementDocumentOut(StatementOut):
    """A statement with its lines."""

    model_config = with_example({**EXAMPLE_STATEMENT, "lines": [EXAMPLE_ENTRY]})

    lines: list[CostEntryOut]

    @staticmethod
    def resolve_lines(statement: Any) -> Iterable[CostEntry]:
        """Return the lines as they were issued."""
        return entries_of(statement)


@router.get(
    "/cohorts/{slug:slug}/budget-lines/",
    response=Page[BudgetLineOut],
    url_name="budget_lines",
    summary=_("List the budget lines of a cohort"),
    openapi_extra=filter_parameters(BUDGET_LINES),
)
def list_budget_lines(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the lines that the lab entered for a cohort; days in sessions are counted in its costs."""
    return read_page(request, filtered_rows(request, BUDGET_LINES, cohort_slug(request, slug)), query)


@router.get("/cohorts/{slug:slug}/costs/", response=CostsOut, url_name="costs", summary=_("Read the costs of a cohort"))
def read_costs(request: HttpRequest, slug: str) -> Any:
    """Return what a cohort costs: what the lab entered, and days in sessions multiplied by their rates."""
    entries = costs_of([costs_subject(person(request), cohort_slug(request, slug)).cohort])
    total = total_of(entries)
    return {
        **{name: getattr(total, name) for name in CostsOut.model_fields if name != "days_in_sessions"},
        "days_in_sessions": [entry for entry in entries if entry.is_counted],
    }


@router.get(
    "/agreements/",
    response=Page[AgreementOut],
    url_name="agreements",
    summary=_("List agreements with funders"),
    openapi_extra=filter_parameters(AGREEMENTS),
)
def list_agreements(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the agreements that the person may read."""
    rows = filtered_rows(request, AGREEMENTS).select_related("funder", "edition", "cohort")
    return read_page(request, rows, query)


@router.get(
    "/statements/",
    response=Page[StatementOut],
    url_name="statements",
    summary=_("List statements to funders"),
    openapi_extra=filter_parameters(STATEMENTS),
)
def list_statements(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the statements that the person may read, without their lines."""
    rows = filtered_rows(request, STATEMENTS).select_related("replacement").defer("rows")
    return read_page(request, rows, query)


@router.get(
    "/statements/{int:pk}/",
    response=StatementDocumentOut,
    url_name="statement",
    summary=_("Read a statement to a funder"),
)
def read_statement(request: HttpRequest, pk: int) -> Any:
    """Return a statement with its lines."""
    return get_statement_or_404(request, pk)
