"""The import of stakeholders: added, changed, recognised by name and organisation, undone while nothing uses them."""

from collections.abc import Collection

import pytest

from cohorts.imports.stakeholders import COLUMNS, StakeholderImport
from cohorts.models import Stakeholder
from imports import actions
from imports.cells import CellOptions
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import AttendanceFactory, SessionFactory, StakeholderFactory
from tests.factories.imports import checked, imported, plans, undone

pytestmark = pytest.mark.django_db
WORDS = [
    *(("category", word, "user") for word in ("usager du service", "usagère du service", "habitante", "citizen")),
    *(("category", word, "agent") for word in ("agent public", "agente publique")),
    *(("influence", word, 1) for word in ("faible", "basse")),
    *(("influence", word, 2) for word in ("modéré", "Modérée", "moyen", "moderate")),
    *(("interest", word, 3) for word in ("élevé", "elevee", "haute", "fort")),
]
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
        ("update", [["influence", "3", "1"]]),
        ("unchanged", []),
    ]
    second = imported("stakeholders", "rivage", text, cast["P"])
    assert actions.undo_refusals(batch, cast["P"], NOW) == []  # what a later import changed goes with what is new
    undone(second)
    assert Stakeholder.objects.get(name="Ada Essai").influence == 3
    assert (undone(batch).state, Stakeholder.objects.count()) == ("undone", 0)


@pytest.mark.parametrize(("name", "word", "value"), WORDS)
def test_ordinary_words_are_accepted(name: str, word: str, value: str | int):
    [column] = [column for column in COLUMNS if column.name == name]
    assert column.parse(word, CellOptions()) == value


def test_one_that_came_to_a_session_stops_the_undo(cast: Cast):
    batch = imported("stakeholders", "rivage", TABLE, cast["P"])
    day = SessionFactory(cohort=cast.cohort, state="held").days.get()
    AttendanceFactory(day=day, member=None, stakeholder=Stakeholder.objects.get(name="Les voisins"))
    assert actions.undo_refusals(batch, cast["P"], NOW) == [
        "These are used elsewhere now: Les voisins. Remove them by hand."
    ]


def test_an_unknown_level_and_a_row_without_a_name_are_refused(cast: Cast):
    text = "Nom;Influence\nAda;énorme\n;1"
    assert [(outcome, found[0]) for outcome, found in plans(checked("stakeholders", "rivage", text, cast["P"]))] == [
        ("refused", "influence"),
        ("refused", "name"),
    ]


def test_a_stakeholder_that_someone_changes_while_rows_are_imported_is_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    StakeholderFactory(cohort=cast.cohort, name="Les voisins", notes="Before")
    lock = StakeholderImport.lock

    def change_before_the_lock(self: StakeholderImport, keys: Collection[int]) -> None:
        Stakeholder.objects.update(notes="By someone else")
        lock(self, keys)

    monkeypatch.setattr(StakeholderImport, "lock", change_before_the_lock)
    batch = imported("stakeholders", "rivage", "Nom;Remarques\nLes voisins;After", cast["P"])
    assert Stakeholder.objects.get().notes == "By someone else"
    assert batch.rows.get().reason.startswith("Someone changed this since you checked the rows.")
