"""Factories for costs, agreements with funders and statements."""

from datetime import date
from decimal import Decimal

import factory.django

from cohorts.budget.actions import issue_statement, reissue_statement
from cohorts.models import Agreement, BudgetLine, Cohort, DayRate, Funder, Statement
from tests.factories.cohorts import CohortFactory


class BudgetLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BudgetLine

    cohort = factory.SubFactory(CohortFactory)
    kind = "spent"
    day = date(2026, 3, 10)
    category = "travel"
    euros = Decimal("100.00")
    note = factory.Sequence(lambda n: f"Billet {n}")


class FunderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Funder

    name = factory.Sequence(lambda n: f"Fondation {n}")


class AgreementFactory(factory.django.DjangoModelFactory):
    """An agreement on a cohort for a share of 40 %, for the year 2026."""

    class Meta:
        model = Agreement

    cohort = factory.SubFactory(CohortFactory)
    edition = factory.LazyAttribute(lambda row: row.cohort.edition)
    funder = factory.SubFactory(FunderFactory)
    share = Decimal(40)
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 12, 31)


class DayRateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DayRate

    cohort = factory.SubFactory(CohortFactory)
    group = "design_team"
    starts_on = date(2026, 1, 5)
    euros = Decimal(500)


class StatementFactory(factory.django.DjangoModelFactory):
    """A statement without lines for the first half of 2026."""

    class Meta:
        model = Statement

    agreement = factory.SubFactory(AgreementFactory)
    funder_name = factory.LazyAttribute(lambda row: row.agreement.funder.name)
    subject_name = factory.LazyAttribute(lambda row: (row.agreement.cohort or row.agreement.edition).name)
    reference = factory.LazyAttribute(lambda row: row.agreement.reference)
    share = factory.LazyAttribute(lambda row: row.agreement.share)
    amount = factory.LazyAttribute(lambda row: row.agreement.amount)
    number = factory.Sequence(lambda n: n + 1)
    first_day = date(2026, 1, 1)
    last_day = date(2026, 6, 30)
    issued_on = date(2026, 9, 1)
    planned = spent = due = Decimal(0)
    rows = factory.LazyFunction(list)


def stated(
    cohort: Cohort,
    agreement: Agreement | None = None,
    *,
    note: str = "Billet",
    reference: str = "",
    notice: str = "Un oubli",
) -> Statement:
    """Return a statement on a line of the cohort in the first half of 2026, issued again with this notice."""
    BudgetLineFactory(cohort=cohort, note=note)
    agreement = agreement or AgreementFactory(cohort=cohort, reference=reference)
    first = issue_statement(
        agreement=agreement,
        first_day=date(2026, 1, 1),
        last_day=date(2026, 6, 30),
        today=date(2026, 9, 1),
        by=None,
    )
    reissue_statement(statement=first, notice=notice, today=date(2026, 9, 2), by=None)
    return first
