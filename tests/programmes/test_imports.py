"""The import of authorities: created, changed, recognised, refused, and undone while nothing uses them."""

import pytest

from imports import actions
from programmes.models import Authority
from tests.cohorts.pages import browser, errors
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.imports import checked, imported, plans, undone
from tests.factories.programmes import AuthorityFactory
from web.errors import Refused

pytestmark = pytest.mark.django_db
TABLE = """Nom;Type;SIREN;Code INSEE;Siège;Lat;Lon;Zone
Ville d’Essai;commune;732 829 320;44109;Essai;47,218371;-1.553621;
Pays neuf;Syndicat mixte;;;Neuf;;;B
"""


def test_authorities_are_created_with_what_follows_from_their_code(cast: Cast):
    batch = imported("authorities", "", TABLE, cast["S"])
    fields = ("name", "slug", "kind", "kind_label", "siren", "seat", "latitude", "school_zone", "time_zone")
    assert list(Authority.objects.order_by("-pk").values_list(*fields)[:2]) == [
        ("Pays neuf", "pays-neuf", "other", "Syndicat mixte", None, "Neuf", None, "B", "Europe/Paris"),
        ("Ville d’Essai", "ville-d-essai", "municipality", "", "732829320", "Essai", 47.218371, "B", "Europe/Paris"),
    ]
    assert plans(checked("authorities", "", TABLE, cast["S"])) == [("unchanged", [])] * 2
    created = Authority.objects.count()
    assert (undone(batch).state, Authority.objects.count()) == ("undone", created - 2)


def test_an_authority_is_changed_by_its_siren_or_its_name_and_changed_back(cast: Cast):
    row = AuthorityFactory(name="Ville d’Essai", slug="ville-d-essai", siren=None, seat="Ailleurs", kind="other")
    batch = checked("authorities", "", TABLE.splitlines()[0] + "\n" + TABLE.splitlines()[1], cast["S"])
    [(outcome, changes)] = plans(batch)
    assert (outcome, changes[:2]) == ("update", [["kind", "other", "municipality"], ["siren", "", "732829320"]])
    batch = imported("authorities", "", "SIREN;Nom;Siège\n732829320;Ville d’Essai;Essai", cast["S"])
    row.refresh_from_db()
    assert (row.siren, row.seat) == ("732829320", "Essai")
    undone(batch)
    row.refresh_from_db()
    assert (row.siren, row.seat) == (None, "Ailleurs")


def test_wrong_rows_are_refused_and_used_authorities_stay(cast: Cast):
    AuthorityFactory(name="Ville prise", slug="ville-prise", siren="732829320")
    text = "Nom;SIREN;Lat;Lon\nÀ;123456789;;\nVille prise;552100554;;\nB;;47;\n!!;;;\nC;;91;1\n"
    assert [(outcome, reason[0]) for outcome, reason in plans(checked("authorities", "", text, cast["S"]))] == [
        ("refused", "siren"),
        ("refused", "siren"),
        ("refused", "latitude"),
        ("refused", "name"),
        ("refused", "latitude"),
    ]
    batch = imported("authorities", "", "Nom\nVille utile\nVille changée", cast["S"])
    CohortFactory(authority=Authority.objects.get(slug="ville-utile"), edition=cast.edition)
    assert actions.undo_refusals(batch, cast["S"], NOW) == [
        "These are used elsewhere now: Ville utile. Remove them by hand."
    ]


def test_only_lab_staff_import_authorities(cast: Cast):
    with pytest.raises(Refused):
        checked("authorities", "", TABLE, cast["P"])
    page = browser(cast["S"]).post("/imports/new/authorities/", {"pasted": ""})
    assert (page.status_code, list(errors(page))) == (200, ["file"])
    assert browser(cast["S"]).get("/imports/new/authorities/rivage/").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_statements_do_not_grow_with_the_rows(cast: Cast, number: int, django_assert_num_queries):
    text = "Nom\n" + "".join(f"Ville {n}\n" for n in range(number))
    with django_assert_num_queries(14):
        checked("authorities", "", text, cast["S"])
