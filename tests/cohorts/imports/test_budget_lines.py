"""The import of budget lines: added, changed, corrected once a statement was issued, refused, undone by lab staff."""

from datetime import date
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from cohorts.models import BudgetLine
from imports import actions
from imports.kinds import ImportContext, import_kinds
from tests.factories.budget import stated
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.imports import checked, imported, plans, undone
from web.errors import Refused

pytestmark = pytest.mark.django_db
TABLE = """Date;Objet;Prévu ou dépensé;Catégorie;Jours;Montant TTC
10/03/2026;Train;dépensé;déplacements;;1 234,50 €
11/03/2026;Préparation;prévu;équipe;2,5;
"""
FIELDS = ("day", "note", "kind", "category", "days", "euros")


def test_lines_are_added_changed_recognised_and_set_back(cast: Cast):
    batch = imported("budgets", "rivage", TABLE, cast["S"])
    assert list(BudgetLine.objects.order_by("pk").values_list(*FIELDS)) == [
        (date(2026, 3, 10), "Train", "spent", "travel", None, Decimal("1234.50")),
        (date(2026, 3, 11), "Préparation", "planned", "design_team", Decimal("2.5"), None),
    ]
    text = TABLE.replace("Train", "TRAIN").replace("1 234,50", "1 000")
    assert plans(checked("budgets", "rivage", text, cast["S"])) == [
        ("update", [["euros", "1234.50", "1000.00"]]),
        ("unchanged", []),
    ]
    second = imported("budgets", "rivage", text, cast["S"])
    undone(second)
    assert BudgetLine.objects.get(note="Train").euros == Decimal("1234.50")
    assert (undone(batch).state, BudgetLine.objects.count()) == ("undone", 0)


def test_a_line_of_a_stated_period_is_corrected_and_stops_the_undo(cast: Cast):
    batch = imported("budgets", "rivage", TABLE, cast["S"])
    stated(cast.cohort)
    assert actions.undo_refusals(batch, cast["S"], NOW) == [
        "A statement was issued for the day of: Train, Préparation."
    ]
    second = imported("budgets", "rivage", TABLE.replace("1 234,50", "1 000"), cast["S"])
    amounts = BudgetLine.objects.filter(note="Train").order_by("pk").values_list("euros", flat=True)
    assert list(amounts) == [Decimal("1234.50"), Decimal(1000)]
    assert actions.undo_refusals(second, cast["S"], NOW) == ["A statement was issued for the day of: Train."]


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        ("1 234,50", "-1", "euros"),
        ("1 234,50", "1,234", "euros"),
        ("1 234,50 €", "", "euros"),
        ("10/03/2026", "10/03/2036", "day"),
        ("dépensé", "payé", "kind"),
        ("déplacements", "cadeaux", "category"),
        ("Train", "", "note"),
    ],
)
def test_a_wrong_cell_is_refused(cast: Cast, before: str, after: str, column: str):
    [(outcome, found), _rest] = plans(checked("budgets", "rivage", TABLE.replace(before, after), cast["S"]))
    assert (outcome, found[0]) == ("refused", column)


def test_days_are_counted_in_halves(cast: Cast):
    [_first, (outcome, found)] = plans(checked("budgets", "rivage", TABLE.replace("2,5", "2,4"), cast["S"]))
    assert (outcome, found) == ("refused", ("days", "Days are counted in halves."))


def test_only_lab_staff_import_lines_and_not_of_published_facts(cast: Cast):
    with pytest.raises(Refused):
        checked("budgets", "rivage", TABLE, cast["P"])
    published = CohortFactory(retrospective=True)
    assert import_kinds["budgets"].find_target(published.slug, cast["S"]) is None


@pytest.mark.parametrize("number", [1, 3])
def test_rows_are_planned_in_one_statement(cast: Cast, number: int, django_assert_num_queries: DjangoAssertNumQueries):
    importer = import_kinds["budgets"]
    target = importer.find_target("rivage", cast["S"])
    assert target is not None
    row = {"day": date(2026, 3, 10), "kind": "spent", "category": "travel", "days": None, "euros": Decimal(1)}
    context = ImportContext(target=target, by=cast["S"], at=NOW, emails_at=NOW)
    with django_assert_num_queries(1):
        importer.plan([{**row, "note": str(each)} for each in range(number)], context)
