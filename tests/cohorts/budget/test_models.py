"""Rules of the database on costs and funders, tested with raw SQL."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cohorts.models import BudgetLine, DayRate
from tests.cohorts.raw import refused, run_sql
from tests.factories.budget import AgreementFactory, BudgetLineFactory, FunderFactory, StatementFactory, stated
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import EditionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"euros": None}, "budget_line_days_or_euros"),
        ({"euros": Decimal("-0.01")}, "budget_line_not_negative"),
        ({"days": Decimal("-0.5")}, "budget_line_not_negative"),
        ({"days": Decimal("1.2")}, "budget_line_half_days"),
        ({"note": " "}, "budget_line_note"),
        ({"kind": "paid"}, "budget_line_kind"),
        ({"day": date(1989, 12, 31)}, "budget_line_plausible_dates"),
        ({"day": date(2101, 1, 1)}, "budget_line_plausible_dates"),
    ],
)
def test_a_line_has_a_plausible_day_and_no_negative_amount(values: dict[str, Any], rule: str):
    assert BudgetLineFactory(days=Decimal("0.5"), euros=Decimal(0)).pk
    assert BudgetLineFactory(days=Decimal(0), euros=None).pk
    with refused(rule):
        BudgetLineFactory(**values)


def test_a_line_is_there_once_and_stays_in_its_cohort():
    line = BudgetLineFactory(note="Train")
    with refused("budget_line_once"):
        BudgetLineFactory(cohort=line.cohort, note="TRAIN")
    with refused("budget_line_fixed"):
        run_sql("UPDATE cohorts_budgetline SET cohort_id = %s WHERE id = %s", CohortFactory().pk, line.pk)
    correcting = BudgetLineFactory(cohort=line.cohort, note="Train", corrects=line)
    assert list(BudgetLine.objects.current()) == [correcting]
    with refused("budget_line_corrects_own"):
        BudgetLineFactory(corrects=correcting)
    with refused("budget_line_corrects_own"):
        BudgetLineFactory(cohort=line.cohort, kind="planned", corrects=correcting)


@pytest.mark.parametrize("for_edition", [False, True])
def test_lines_of_a_stated_period_are_frozen(for_edition: bool):
    cohort = CohortFactory()
    inside = {day: BudgetLineFactory(cohort=cohort, day=day) for day in (date(2026, 1, 1), date(2026, 6, 30))}
    outside = BudgetLineFactory(cohort=cohort, day=date(2026, 7, 1))
    elsewhere = BudgetLineFactory(day=date(2026, 3, 1))
    stated(cohort, AgreementFactory(cohort=None, edition=cohort.edition) if for_edition else None)
    for line in inside.values():
        assert line.is_stated()
        with refused("budget_line_stated"):
            run_sql("UPDATE cohorts_budgetline SET euros = 1 WHERE id = %s", line.pk)
        with refused("budget_line_stated"):
            run_sql("DELETE FROM cohorts_budgetline WHERE id = %s", line.pk)
    for line in (outside, elsewhere):
        assert not line.is_stated()
        assert run_sql("UPDATE cohorts_budgetline SET euros = 1 WHERE id = %s", line.pk) == 1


def test_a_correction_stays_in_the_period_of_the_statement():
    line = BudgetLineFactory(day=date(2026, 6, 30))
    stated(line.cohort)
    with refused("budget_line_same_period"):
        BudgetLineFactory(cohort=line.cohort, note=line.note, corrects=line, day=date(2026, 7, 1))
    correcting = BudgetLineFactory(cohort=line.cohort, note=line.note, corrects=line, day=date(2026, 1, 1))
    with refused("budget_line_same_period"):
        BudgetLineFactory(cohort=line.cohort, note=line.note, corrects=correcting, day=date(2025, 12, 31))
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    with refused("budget_line_no_truncate"):
        run_sql("TRUNCATE cohorts_budgetline CASCADE")


def test_a_rate_is_not_negative_and_once_a_day():
    rate = {"cohort": CohortFactory(), "group": "agents", "starts_on": date(2026, 1, 1)}
    DayRate.objects.create(**rate, euros=0)
    with refused("day_rate_once"):
        DayRate.objects.create(**rate, euros=1)
    with refused("day_rate_not_negative"):
        DayRate.objects.create(**{**rate, "group": "design_team"}, euros=Decimal("-0.01"))


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"share": None}, "agreement_share_or_amount"),
        ({"amount": Decimal(10)}, "agreement_share_or_amount"),
        ({"share": None, "amount": Decimal(0)}, "agreement_share_or_amount"),
        ({"share": Decimal(0)}, "agreement_share_or_amount"),
        ({"share": Decimal("100.01")}, "agreement_shares_to_100"),
        ({"ends_on": date(2025, 12, 31)}, "agreement_dates"),
    ],
)
def test_an_agreement_is_a_share_or_an_amount_for_some_days(values: dict[str, Any], rule: str):
    assert AgreementFactory(share=Decimal(100)).pk
    assert AgreementFactory(share=None, amount=Decimal("0.01"), ends_on=date(2026, 1, 1)).pk
    with refused(rule):
        AgreementFactory(**values)


@pytest.mark.parametrize("for_edition", [False, True])
def test_a_funder_and_its_agreement_are_there_once(for_edition: bool):
    funder, cohort = FunderFactory(name="Fondation"), CohortFactory()
    with refused("funder_once"):
        FunderFactory(name="FONDATION")
    scope = {"cohort": None if for_edition else cohort, "edition": cohort.edition, "funder": funder}
    AgreementFactory(**scope)
    with refused("agreement_once"):
        AgreementFactory(**scope, ends_on=date(2027, 1, 1))
    assert AgreementFactory(**scope, starts_on=date(2026, 1, 2)).pk


def test_shares_of_a_cohort_are_never_above_100_on_any_day():
    cohort = CohortFactory()
    edition = cohort.edition
    for_edition = {"edition": edition, "cohort": None}
    spring = AgreementFactory(cohort=cohort, share=Decimal(60), ends_on=date(2026, 6, 30))
    AgreementFactory(cohort=cohort, share=Decimal(40), ends_on=date(2026, 6, 30))
    AgreementFactory(cohort=cohort, share=Decimal(100), starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 31))
    AgreementFactory(cohort=cohort, share=None, amount=Decimal(1))
    AgreementFactory(cohort=CohortFactory(edition=edition), share=Decimal(99), starts_on=date(2026, 8, 1))
    for days in ((date(2025, 1, 1), date(2026, 1, 1)), (date(2026, 6, 30), date(2026, 6, 30))):
        with refused("agreement_shares_to_100"):
            AgreementFactory(cohort=cohort, share=Decimal("0.01"), starts_on=days[0], ends_on=days[1])
        with refused("agreement_shares_to_100"):
            AgreementFactory(**for_edition, share=Decimal("0.01"), starts_on=days[0], ends_on=days[1])
    with refused("agreement_shares_to_100"):
        run_sql("UPDATE cohorts_agreement SET ends_on = '2026-07-01' WHERE id = %s", spring.pk)
    with refused("agreement_shares_to_100"):
        AgreementFactory(**for_edition, share=Decimal("1.01"), starts_on=date(2026, 8, 1))
    assert AgreementFactory(**for_edition, share=Decimal(1), starts_on=date(2026, 8, 1)).pk
    with refused("agreement_shares_to_100"):
        AgreementFactory(cohort=cohort, share=Decimal("99.01"), starts_on=date(2026, 8, 1))
    with refused("agreement_cohort_of_edition"):
        AgreementFactory(cohort=cohort, edition=EditionFactory())


def test_an_issued_statement_never_changes_nor_does_what_it_rests_on():
    cohort = CohortFactory()
    first = stated(cohort)
    second, agreement = first.replacement, first.agreement
    assert list(type(first).objects.current()) == [second]
    for statement in (first, second):
        with refused("statement_frozen"):
            run_sql("UPDATE cohorts_statement SET due = 0 WHERE id = %s", statement.pk)
        with refused("statement_frozen"):
            run_sql("DELETE FROM cohorts_statement WHERE id = %s", statement.pk)
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    with refused("statement_no_truncate"):
        run_sql("TRUNCATE cohorts_statement CASCADE")
    with refused("agreement_stated"):
        run_sql("UPDATE cohorts_agreement SET share = 1 WHERE id = %s", agreement.pk)
    with refused("agreement_stated"):
        run_sql("DELETE FROM cohorts_agreement WHERE id = %s", agreement.pk)
    with refused("agreement_covers_statements"):
        run_sql("UPDATE cohorts_agreement SET ends_on = '2026-06-29' WHERE id = %s", agreement.pk)
    change = "UPDATE cohorts_agreement SET ends_on = '2026-06-30', reference = 'B' WHERE id = %s"
    assert run_sql(change, agreement.pk) == 1


LINE = {"kind": "spent", "euros": "10.00", "cohort": "0", "cohort_name": "", "category": "travel"}
SECOND_HALF = {"first_day": date(2026, 7, 1), "last_day": date(2026, 12, 31), "issued_on": date(2027, 1, 4)}


def test_a_statement_has_its_own_days_and_number_and_says_what_was_agreed():
    cohort = CohortFactory()
    statement = stated(cohort)
    agreement = statement.agreement
    spent = {"agreement": agreement, "spent": Decimal(10), "due": Decimal(4), "rows": [LINE]}
    StatementFactory(**spent, **SECOND_HALF | {"last_day": date(2026, 7, 1)}, number=900)
    later = spent | SECOND_HALF | {"first_day": date(2026, 7, 2), "number": 901}
    for rule, values in {
        "statement_periods_apart": {"first_day": date(2026, 6, 30)},
        "statement_within_agreement": {"last_day": date(2027, 1, 1)},
        "statement_dates": {"last_day": date(2026, 6, 30)},
        "statement_amounts": {"share": None, "due": Decimal(11)},
        "statement_notice": {"notice": "Pourquoi"},
        "statement_number_once": {"number": statement.number},
        "statement_sums": {"spent": Decimal(11), "due": Decimal("4.40")},
    }.items():
        with refused("statement_as_agreed" if rule == "statement_amounts" else rule):
            StatementFactory(**later | values)
    for values in (
        {"due": Decimal("4.01")},
        {"share": None},
        {"amount": Decimal(1)},
        {"funder_name": "Autre"},
        {"subject_name": "Autre"},
        {"reference": "Autre"},
    ):
        with refused("statement_as_agreed"):
            StatementFactory(**later | values)
    assert StatementFactory(**later).pk


@pytest.mark.parametrize("for_edition", [False, True])
def test_a_fixed_amount_is_due_only_of_what_other_statements_leave(for_edition: bool):
    cohort = CohortFactory()
    subject: dict[str, Any] = {"cohort": None, "edition": cohort.edition} if for_edition else {"cohort": cohort}
    for days in ({}, {"first_day": date(2025, 12, 31)}, {"last_day": date(2026, 7, 1)}):  # the last two reach beyond
        StatementFactory(
            agreement=AgreementFactory(cohort=cohort, share=Decimal(30), starts_on=date(2025, 1, 1)),
            spent=Decimal(10),
            due=Decimal(3),
            rows=[LINE],
            **days,
        )
    values = {"agreement": AgreementFactory(**subject, share=None, amount=Decimal(50)), "spent": 10, "rows": [LINE]}
    with refused("statement_within_costs"):
        StatementFactory(**values, due=Decimal("7.01"))
    first = StatementFactory(**values, due=Decimal(7))
    with refused("statement_within_costs"):
        StatementFactory(**values, due=Decimal("7.01"), replaces=first, notice="Un oubli")
    assert StatementFactory(**values, due=Decimal(7), replaces=first, notice="Un oubli").pk
