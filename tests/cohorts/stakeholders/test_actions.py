"""Actions on the people and organisations a cohort works with."""

from typing import Any

import pytest
from pghistory.models import Context

from cohorts.models import Stakeholder
from cohorts.stakeholders.actions import add_stakeholder, edit_stakeholder, remove_stakeholder
from tests.cohorts.raw import ask
from tests.factories.cast import Cast
from tests.factories.cohorts import AttendanceFactory, SessionFactory, StakeholderFactory
from web.errors import DomainError


def added(cast: Cast, **more: Any) -> Stakeholder:
    given = {"name": "Anne Le Goff", "kind": "person", "category": "partner", "organisation": "CCI"}
    return add_stakeholder(cohort=cast.cohort, by=cast["P"], **given | more)


def test_a_stakeholder_is_noted_with_middling_weight(cast: Cast):
    row = Stakeholder.objects.get(pk=added(cast).pk)
    assert (row.cohort, row.name, row.organisation, row.category) == (cast.cohort, "Anne Le Goff", "CCI", "partner")
    assert (row.influence, row.interest, row.notes) == (2, 2, "")


def test_a_stakeholder_is_noted_once(cast: Cast):
    added(cast)
    with pytest.raises(DomainError, match="already") as caught:
        added(cast, name="ANNE LE GOFF")
    assert (caught.value.field, Stakeholder.objects.count()) == ("name", 1)


@pytest.mark.parametrize(
    ("wrong", "field"), [({"name": " "}, "name"), ({"influence": 4}, "influence"), ({"interest": 0}, "influence")]
)
def test_nonsense_is_refused_beside_its_field(wrong: dict[str, Any], field: str, cast: Cast):
    with pytest.raises(DomainError) as caught:
        added(cast, **wrong)
    assert (caught.value.field, Stakeholder.objects.count()) == (field, 0)


def test_what_is_noted_is_changed(cast: Cast):
    row = edit_stakeholder(stakeholder=added(cast), influence=3, notes="Met in May", by=cast["D"])
    row.refresh_from_db()
    assert (row.name, row.influence, row.notes) == ("Anne Le Goff", 3, "Met in May")


def test_a_stakeholder_leaves_the_list_and_stays_in_the_history(cast: Cast):
    remove_stakeholder(stakeholder=added(cast), by=cast["P"])
    assert Stakeholder.objects.count() == 0
    assert ask("SELECT name FROM cohorts_stakeholderevent WHERE pgh_label = 'delete'") == "Anne Le Goff"
    assert Context.objects.filter(metadata__action="remove_stakeholder", metadata__by=cast["P"].pk).count() == 1


def test_a_stakeholder_on_the_list_of_a_session_stays(cast: Cast):
    row = StakeholderFactory(cohort=cast.cohort)
    AttendanceFactory(day=SessionFactory(cohort=cast.cohort).days.get(), member=None, stakeholder=row)
    with pytest.raises(DomainError, match="is on the list of a session and cannot be removed"):
        remove_stakeholder(stakeholder=row, by=cast["P"])
    assert Stakeholder.objects.filter(pk=row.pk).exists()
