"""Rules of the database on stakeholders, tested with raw SQL."""

import pytest

from cohorts.models import Stakeholder
from tests.cohorts.raw import query_value, refused, run_sql
from tests.factories.cohorts import CohortFactory, StakeholderFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("field", ["influence", "interest"])
@pytest.mark.parametrize("level", [0, 4])
def test_influence_and_interest_go_from_one_to_three(field: str, level: int):
    StakeholderFactory()
    with refused("stakeholder_levels"):
        run_sql(f"UPDATE cohorts_stakeholder SET {field} = {level}")


@pytest.mark.parametrize("name", ["", "   "])
def test_a_stakeholder_has_a_name(name: str):
    StakeholderFactory()
    with refused("stakeholder_named"):
        run_sql("UPDATE cohorts_stakeholder SET name = %s", name)


def test_stakeholder_is_unique_regardless_of_case():
    first = StakeholderFactory(name="Conseil des PME", organisation="CCI")
    with refused("stakeholder_once"):
        StakeholderFactory(name="conseil des pme", organisation="cci", cohort=first.cohort)


@pytest.mark.parametrize("field", ["organisation", "cohort"])
def test_namesakes_differ_by_organisation_or_cohort(field: str):
    first = StakeholderFactory(name="Anne Le Goff", organisation="CCI")
    same = {"name": first.name, "organisation": first.organisation, "cohort": first.cohort}
    StakeholderFactory(**same | {field: "CAF" if field == "organisation" else CohortFactory()})
    assert Stakeholder.objects.filter(name="Anne Le Goff").count() == 2


def test_stakeholder_cannot_change_cohort():
    StakeholderFactory()
    with refused("stakeholder_cohort_fixed"):
        run_sql("UPDATE cohorts_stakeholder SET cohort_id = %s", CohortFactory().pk)


def test_a_stakeholder_removed_by_raw_sql_stays_in_the_history():
    StakeholderFactory(category="expert")
    run_sql("DELETE FROM cohorts_stakeholder")
    history_rows = query_value(
        "SELECT array_agg(pgh_label || ' ' || category ORDER BY pgh_id) FROM cohorts_stakeholderevent"
    )
    assert history_rows == ["insert expert", "delete expert"]
