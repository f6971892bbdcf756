"""Actions on stakeholders."""

from typing import Any

import pytest
from pghistory.models import Context

from cohorts.models import Stakeholder
from cohorts.stakeholders.actions import add_stakeholder, edit_stakeholder, remove_stakeholder
from tests.cohorts.raw import query_value
from tests.factories.cast import Cast
from tests.factories.cohorts import AttendanceFactory, SessionFactory, StakeholderFactory
from web.errors import DomainError


def added(cast: Cast, **more: Any) -> Stakeholder:
    values = {"name": "Anne Le Goff", "kind": "person", "category": "partner", "organisation": "CCI"}
    return add_stakeholder(cohort=cast.cohort, by=cast["P"], **values | more)


def test_new_stakeholder_has_moderate_influence_and_interest(cast: Cast):
    row = Stakeholder.objects.get(pk=added(cast).pk)
    assert (row.cohort, row.name, row.organisation, row.category) == (cast.cohort, "Anne Le Goff", "CCI", "partner")
    assert (row.influence, row.interest, row.notes) == (2, 2, "")


def test_same_stakeholder_is_added_only_once(cast: Cast):
    added(cast)
    with pytest.raises(DomainError, match="already") as caught:
        added(cast, name="ANNE LE GOFF")
    assert (caught.value.field, Stakeholder.objects.count()) == ("name", 1)


@pytest.mark.parametrize(
    ("invalid", "field"), [({"name": " "}, "name"), ({"influence": 4}, "influence"), ({"interest": 0}, "influence")]
)
def test_invalid_input_is_refused_with_its_field(invalid: dict[str, Any], field: str, cast: Cast):
    with pytest.raises(DomainError) as caught:
        added(cast, **invalid)
    assert (caught.value.field, Stakeholder.objects.count()) == (field, 0)


def test_stakeholder_is_edited(cast: Cast):
    row = edit_stakeholder(stakeholder=added(cast), influence=3, notes="Met in May", by=cast["D"])
    row.refresh_from_db()
    assert (row.name, row.influence, row.notes) == ("Anne Le Goff", 3, "Met in May")


def test_removed_stakeholder_stays_in_the_history(cast: Cast):
    remove_stakeholder(stakeholder=added(cast), by=cast["P"])
    assert Stakeholder.objects.count() == 0
    assert query_value("SELECT kind FROM cohorts_stakeholderevent WHERE pgh_label = 'delete'") == "person"
    assert Context.objects.filter(metadata__action="remove_stakeholder", metadata__by=cast["P"].pk).count() == 1


def test_stakeholder_on_the_list_of_a_session_cannot_be_removed(cast: Cast):
    row = StakeholderFactory(cohort=cast.cohort)
    AttendanceFactory(day=SessionFactory(cohort=cast.cohort).days.get(), member=None, stakeholder=row)
    with pytest.raises(DomainError, match="is on the list of a session and cannot be removed"):
        remove_stakeholder(stakeholder=row, by=cast["P"])
    assert Stakeholder.objects.filter(pk=row.pk).exists()
