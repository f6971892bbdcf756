"""School zones and holiday subdivisions of French territories, by INSEE code.

Values only. Sources: the académies of each zone since September 2015 (arrêté of 16 April 2015 and the arrêtés on school
calendars that followed; https://www.education.gouv.fr/calendrier-scolaire), the departments of each académie (Code de
l'éducation, article R222-2), INSEE's official geographic code for departments and for regions before and after 2016.
Corsica and the overseas territories set calendars of their own (Code de l'éducation, article D521-1 and following).
"""

from dataclasses import dataclass
from typing import Final

from programmes.enums import AuthorityKind, HolidayArea

# Zone: académie and its departments.
ACADEMIES: Final = {
    "A": {
        "Besançon": "25 39 70 90",
        "Bordeaux": "24 33 40 47 64",
        "Clermont-Ferrand": "03 15 43 63",
        "Dijon": "21 58 71 89",
        "Grenoble": "07 26 38 73 74",
        "Limoges": "19 23 87",
        "Lyon": "01 42 69",
        "Poitiers": "16 17 79 86",
    },
    "B": {
        "Aix-Marseille": "04 05 13 84",
        "Amiens": "02 60 80",
        "Lille": "59 62",
        "Nancy-Metz": "54 55 57 88",
        "Nantes": "44 49 53 72 85",
        "Nice": "06 83",
        "Normandie": "14 27 50 61 76",
        "Orléans-Tours": "18 28 36 37 41 45",
        "Reims": "08 10 51 52",
        "Rennes": "22 29 35 56",
        "Strasbourg": "67 68 6AE",
    },
    "C": {
        "Créteil": "77 93 94",
        "Montpellier": "11 30 34 48 66",
        "Paris": "75",
        "Toulouse": "09 12 31 32 46 65 81 82",
        "Versailles": "78 91 92 95",
    },
}
DEPARTMENTS: Final = {
    code: zone for zone, academies in ACADEMIES.items() for codes in academies.values() for code in codes.split()
}
# Regions since 2016, then those they replaced; each lies in one zone.
REGIONS: Final = {
    **dict.fromkeys(("27", "75", "84", "26", "43", "54", "72", "74", "82", "83"), "A"),
    **dict.fromkeys(("24", "28", "32", "44", "52", "53", "93", "21", "22", "23", "25", "31", "41", "42"), "B"),
    **dict.fromkeys(("11", "76", "73", "91"), "C"),
}
# Where public holidays, school holidays or both differ from the mainland's, by department and by region.
AREAS: Final = {
    "57": HolidayArea.MOSELLE,
    **dict.fromkeys(("67", "68", "6AE"), HolidayArea.ALSACE),
    **dict.fromkeys(("2A", "2B", "20", "20R"), HolidayArea.CORSICA),
    "971": HolidayArea.GUADELOUPE,
    "972": HolidayArea.MARTINIQUE,
    "973": HolidayArea.GUYANE,
    "974": HolidayArea.REUNION,
    "975": HolidayArea.SAINT_PIERRE,
    "976": HolidayArea.MAYOTTE,
    "977": HolidayArea.SAINT_BARTHELEMY,
    "978": HolidayArea.SAINT_MARTIN,
    "984": HolidayArea.SOUTHERN_LANDS,
    "986": HolidayArea.WALLIS,
    "987": HolidayArea.POLYNESIA,
    "988": HolidayArea.NEW_CALEDONIA,
}
REGION_AREAS: Final = {
    "42": HolidayArea.ALSACE,
    "94": HolidayArea.CORSICA,
    "01": HolidayArea.GUADELOUPE,
    "02": HolidayArea.MARTINIQUE,
    "03": HolidayArea.GUYANE,
    "04": HolidayArea.REUNION,
    "06": HolidayArea.MAYOTTE,
}
KINDS_IN_A_DEPARTMENT: Final = frozenset(
    {AuthorityKind.DEPARTMENT, AuthorityKind.MUNICIPALITY, AuthorityKind.INTERMUNICIPAL}
)
AREAS_IN_A_ZONE: Final = frozenset({HolidayArea.MOSELLE, HolidayArea.ALSACE})  # others have own calendars


@dataclass(frozen=True, slots=True)
class Territory:
    """A school zone and a holiday subdivision, each empty where there is none or it is not known."""

    school_zone: str = ""
    holiday_subdivision: str = ""


UNKNOWN: Final = Territory()


def territory_of(*, kind: str, insee_code: str, holiday_subdivision: str = "") -> Territory:
    """Return the school zone and holiday subdivision of an authority, by its INSEE code, else by its own holiday
    subdivision.

    Each is empty when it is not known. `kind` is the kind of authority: a code of two characters names a region or a
    department depending on it; where the kind leaves it open, the code is used only when both readings agree or one is
    unknown. A SIREN of nine digits gives no territory.
    """
    code = insee_code.strip().upper()
    region, department = _territory_of_region(code), _territory_of_department(code)
    if kind == AuthorityKind.REGION:
        territory = region
    elif kind in KINDS_IN_A_DEPARTMENT or len(code) != 2:
        territory = department
    else:
        territory = department if region in (department, UNKNOWN) else region if department == UNKNOWN else UNKNOWN
    return territory if territory != UNKNOWN else _territory_of_subdivision(holiday_subdivision)


def has_own_school_calendar(holiday_subdivision: str) -> bool:
    """Return whether the school holidays of a subdivision, given by its code, follow no zone, as in Corsica and
    overseas.

    False for an empty or unknown code.
    """
    return holiday_subdivision in HolidayArea.values and holiday_subdivision not in AREAS_IN_A_ZONE


def _territory_of_region(code: str) -> Territory:
    """Return the school zone and holiday subdivision of a region by its two-character INSEE code; empty for an unknown
    code.
    """
    return Territory(REGIONS.get(code, ""), str(REGION_AREAS.get(code, "")))


def _territory_of_department(code: str) -> Territory:
    """Return the school zone and holiday subdivision of a department or municipality, by its INSEE code.

    A municipality's code begins with that of its department. Empty for an unknown code.
    """
    if len(code) not in {2, 3, 5}:
        return UNKNOWN
    name = code if code in AREAS else code[:3] if code[:3] in AREAS else code[:2]
    return Territory(DEPARTMENTS.get(name, ""), str(AREAS.get(name, "")))


def _territory_of_subdivision(holiday_subdivision: str) -> Territory:
    """Return the school zone that a holiday subdivision implies (B for Moselle and Alsace, none elsewhere), with the
    subdivision.

    Both are empty for an empty or unknown code.
    """
    zone = "B" if holiday_subdivision in AREAS_IN_A_ZONE else ""
    return Territory(zone, holiday_subdivision if zone or has_own_school_calendar(holiday_subdivision) else "")
