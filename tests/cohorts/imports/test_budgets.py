"""The import of budgets: cohorts of an edition by name, code or authority, changed and set back by lab staff."""

from decimal import Decimal

import pytest

from imports import actions
from imports.kinds import import_kinds
from tests.factories.cast import NOW, Cast
from tests.factories.imports import checked, imported, plans, undone
from tests.factories.programmes import EditionFactory
from web.errors import Refused

pytestmark = pytest.mark.django_db
BUDGET = ("planned_contribution", "actual_contribution", "planned_team_days", "actual_team_days")


def budget(cast: Cast) -> list[Decimal | None]:
    cast.cohort.refresh_from_db()
    return [getattr(cast.cohort, name) for name in BUDGET]


def test_a_budget_is_changed_by_name_or_code_and_set_back(cast: Cast):
    cast.cohort.planned_contribution = Decimal("100.00")
    cast.cohort.save()
    for word in (cast.cohort.name.upper(), cast.cohort.code, cast.cohort.authority.name):
        text = f"Cohorte;Budget prévu;Jours prévus;Jours réels\n{word};1 234,50 €;12,5;"
        [(outcome, changes)] = plans(checked("budgets", cast.edition.slug, text, cast["S"]))
        assert (outcome, changes) == (
            "update",
            [["planned_contribution", "100.00", "1234.50"], ["planned_team_days", "", "12.5"]],
        )
    batch = imported("budgets", cast.edition.slug, text, cast["S"])
    assert budget(cast) == [Decimal("1234.50"), None, Decimal("12.5"), None]
    assert plans(checked("budgets", cast.edition.slug, text, cast["S"])) == [("unchanged", [])]
    undone(batch)
    assert budget(cast) == [Decimal("100.00"), None, None, None]


def test_unknown_cohorts_and_wrong_numbers_are_refused(cast: Cast):
    text = "Cohorte;Budget prévu;Jours prévus\nAilleurs;1;1\nRivage;-1;1\nMontagne;1;1,25\n"
    assert [found[0] for _outcome, found in plans(checked("budgets", cast.edition.slug, text, cast["S"]))] == [
        "cohort",
        "planned_contribution",
        "planned_team_days",
    ]


def test_only_lab_staff_import_budgets_and_a_later_change_stops_the_undo(cast: Cast):
    text = "Cohorte;Budget prévu\nRivage;5"
    with pytest.raises(Refused):
        checked("budgets", cast.edition.slug, text, cast["C"])
    draft, kind = EditionFactory(state="draft"), import_kinds["budgets"]
    assert [bool(kind.find_target(draft.slug, cast[role])) for role in "SC"] == [True, False]
    batch = imported("budgets", cast.edition.slug, text, cast["S"])
    cast.cohort.refresh_from_db()
    cast.cohort.planned_contribution = 6
    cast.cohort.save()
    assert actions.undo_refusals(batch, cast["S"], NOW) == [
        f"These were changed after the import: {cast.cohort}. Change them by hand."
    ]
