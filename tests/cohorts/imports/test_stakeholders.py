"""The import of stakeholders: added, changed, recognised by name and organisation, undone while nothing uses them."""

import pytest

from cohorts.models import Stakeholder
from imports import actions
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import AttendanceFactory, SessionFactory
from tests.factories.imports import checked, imported, plans, undone

pytestmark = pytest.mark.django_db
TABLE = """Nom;Structure;Type;Catégorie;Influence;Intérêt;Remarques
Ada Essai;La maison;personne;usagère;fort;1;À appeler
Les voisins;;structure;asso;;;
"""


def test_stakeholders_are_added_changed_and_recognised(cast: Cast):
    batch = imported("stakeholders", "rivage", TABLE, cast["P"])
    fields = ("name", "organisation", "kind", "category", "influence", "interest", "notes")
    assert list(Stakeholder.objects.order_by("pk").values_list(*fields)) == [
        ("Ada Essai", "La maison", "person", "user", 3, 1, "À appeler"),
        ("Les voisins", "", "organisation", "association", 2, 2, ""),
    ]
    text = TABLE.replace("fort", "faible").replace("À appeler", "")
    assert plans(checked("stakeholders", "rivage", text, cast["P"])) == [
        ("update", [["influence", "high", "low"]]),
        ("unchanged", []),
    ]
    second = imported("stakeholders", "rivage", text, cast["P"])
    assert actions.undo_refusals(batch, cast["P"], NOW) == []  # what a later import changed goes with what is new
    undone(second)
    assert Stakeholder.objects.get(name="Ada Essai").influence == 3
    assert (undone(batch).state, Stakeholder.objects.count()) == ("undone", 0)


def test_one_that_came_to_a_session_stops_the_undo(cast: Cast):
    batch = imported("stakeholders", "rivage", TABLE, cast["P"])
    day = SessionFactory(cohort=cast.cohort, state="held").days.get()
    AttendanceFactory(day=day, member=None, stakeholder=Stakeholder.objects.get(name="Les voisins"))
    assert actions.undo_refusals(batch, cast["P"], NOW) == ["Used since: Les voisins."]


def test_an_unknown_level_and_a_row_without_a_name_are_refused(cast: Cast):
    text = "Nom;Influence\nAda;énorme\n;1"
    assert [(outcome, found[0]) for outcome, found in plans(checked("stakeholders", "rivage", text, cast["P"]))] == [
        ("refused", "influence"),
        ("refused", "name"),
    ]
