"""The import of authorities: lab staff add many, or correct facts of those that exist."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import User
from imports.cells import LANGUAGES, CellError, CellOptions, choice, day, enum_choice, normalised, number, text
from imports.columns import ImportColumn
from imports.enums import TargetType
from imports.kinds import ImportContext, ImportedThing, ImportKind, ImportTarget, RowPlan, Values, value_changes
from imports.undoing import changed_since, in_use, restored_values, values_before
from programmes.actions import change_authority, create_authority, remove_authority
from programmes.authorities.siren import is_siren
from programmes.enums import AuthorityKind, SchoolZone
from programmes.models import Authority
from programmes.permissions import can_manage_programmes
from programmes.slugs import slug_of
from web.dates.clock import platform_zone
from web.dates.zones import TIME_ZONES
from web.decisions import Decision
from web.errors import DomainError

KIND_WORDS: Final = {
    "région": "region",
    "conseil régional": "region",
    "département": "department",
    "conseil départemental": "department",
    "commune": "municipality",
    "ville": "municipality",
    "mairie": "municipality",
    "city": "municipality",
    "epci": "intermunicipal",
    "intercommunalité": "intermunicipal",
    "métropole": "intermunicipal",
    "agglomération": "intermunicipal",
    "communauté de communes": "intermunicipal",
    "communauté d’agglomération": "intermunicipal",
    "état": "state",
    "préfecture": "state",
    "établissement public": "public_establishment",
}
LANGUAGE_WORDS: Final = {"fr": "fr", "français": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}
DEGREE_DECIMALS: Final = 6
_parse_kind = enum_choice(AuthorityKind, KIND_WORDS)


def _kind(cell: str, options: CellOptions) -> str:
    """Return the kind of authority that a word stands for; a word of its own for a kind outside our list."""
    try:
        return str(_parse_kind(cell, options))
    except CellError:
        return str(text(length=80)(cell, options))


def _siren(cell: str, _options: CellOptions) -> str:
    """Return the nine digits of a SIREN, with or without spaces; "" when empty. Raises CellError for a wrong one."""
    digits = "".join(cell.split())
    if digits and not is_siren(digits):
        raise CellError(_("This is not a SIREN number: check its nine digits."))
    return digits


@cache
def _time_zones() -> Mapping[str, str]:
    """Return the time zone by the place that has it, in French and English, and by its name."""
    zones: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            zones |= {str(place): zone for zone, place in TIME_ZONES.items()}
    return zones | {zone: zone for zone in TIME_ZONES}


COLUMNS: Final = (
    ImportColumn(
        "name", gettext_lazy("Name"), text(length=120), ("nom", "authority", "collectivité", "structure"), True
    ),
    ImportColumn("kind", gettext_lazy("Kind"), _kind, ("type", "nature", "catégorie"), choices=AuthorityKind.choices),
    ImportColumn("siren", gettext_lazy("SIREN"), _siren, ("n° siren", "numéro siren", "code siren")),
    ImportColumn(
        "insee_code", gettext_lazy("INSEE code"), text(length=9), ("code insee", "insee", "cog", "code officiel")
    ),
    ImportColumn(
        "seat", gettext_lazy("Headquarters"), text(length=80), ("ville", "ville du siège", "commune du siège", "town")
    ),
    ImportColumn("latitude", gettext_lazy("Latitude"), number(least=-90, most=90, decimals=DEGREE_DECIMALS), ("lat",)),
    ImportColumn(
        "longitude", gettext_lazy("Longitude"), number(least=-180, most=180, decimals=DEGREE_DECIMALS), ("lon", "lng")
    ),
    ImportColumn(
        "school_zone",
        gettext_lazy("School zone"),
        enum_choice(SchoolZone),
        ("zone", "zone scolaire", "académie"),
        choices=SchoolZone.choices,
    ),
    ImportColumn(
        "time_zone",
        gettext_lazy("Time zone"),
        choice(_time_zones, labels=lambda: [str(place) for place in TIME_ZONES.values()]),
        ("fuseau horaire",),
        choices=list(TIME_ZONES.items()),
    ),
    ImportColumn(
        "language",
        gettext_lazy("Language"),
        choice(lambda: LANGUAGE_WORDS, labels=lambda: [str(label) for _code, label in settings.LANGUAGES]),
        ("langue",),
        choices=settings.LANGUAGES,
    ),
    ImportColumn("dissolved_on", gettext_lazy("Dissolved on"), day, ("dissoute le", "date de dissolution")),
    ImportColumn("source", gettext_lazy("Source"), text()),
)


class AuthorityImport(ImportKind):
    """Public bodies: a row creates one, or changes facts of the one with its SIREN, else its name or short name."""

    label = gettext_lazy("Authorities")
    model = Authority
    target_type = TargetType.PLATFORM
    columns = COLUMNS

    def find_target(self, slug: str, user: User | None) -> ImportTarget | None:
        """Return the platform, where everyone signed in sees the authorities."""
        return ImportTarget("", gettext_lazy("Authorities"), reverse("programmes:authorities"), platform_zone())

    def can_import(self, user: User, target: ImportTarget, today: date) -> Decision:
        """Return whether the user may create authorities: lab staff only."""
        return can_manage_programmes(user)

    def key(self, values: Values) -> Hashable:
        """Return the SIREN, else the name."""
        return values["siren"] or normalised(values["name"])

    def plan(self, rows: Sequence[Values], context: ImportContext) -> list[RowPlan]:
        """Return whether each row creates an authority, changes one, changes nothing, or is refused."""
        sirens, slugs = {values["siren"] for values in rows} - {""}, {_slug(values) for values in rows}
        by_siren = {row.siren: row for row in Authority.objects.living(context.today).filter(siren__in=sirens)}
        called_so = list(Authority.objects.filter(Q(slug__in=slugs) | Q(name__in={values["name"] for values in rows})))
        by_slug, by_name = {row.slug: row for row in called_so}, {row.name: row for row in called_so}
        return [self._plan_row(values, by_siren, by_slug, by_name) for values in rows]

    def _plan_row(
        self,
        values: Values,
        by_siren: Mapping[str | None, Authority],
        by_slug: Mapping[str, Authority],
        by_name: Mapping[str, Authority],
    ) -> RowPlan:
        """Return the plan of one row, given the authorities by SIREN, by slug and by name."""
        if (values["latitude"] is None) != (values["longitude"] is None):
            return RowPlan.refuse(_("Give latitude and longitude, or neither."), column="latitude")
        row = by_siren.get(values["siren"]) or by_name.get(values["name"]) or by_slug.get(_slug(values))
        if row is None and not _slug(values):
            return RowPlan.refuse(_("The name must contain at least one letter or digit."), column="name")
        if row is None:
            return RowPlan.create()
        if values["siren"] and row.siren and row.siren != values["siren"]:
            return RowPlan.refuse(_("Another authority has this name, with another SIREN."), column="siren")
        return RowPlan.of_changes(row.pk, value_changes(self.columns, _values_of(row), values))

    def save(self, values: Values, plan: RowPlan, context: ImportContext) -> ImportedThing:
        """Create the authority of a row, or change the facts that the row gives."""
        facts = _facts(values)
        if plan.object_id is None:
            return ImportedThing(create_authority(by=context.by, **{"kind": AuthorityKind.OTHER, **facts}).pk)
        row = Authority.objects.select_for_update().get(pk=plan.object_id)
        changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
        previous = values_before(row, changed)
        change_authority(authority=row, by=context.by, **changed)
        return ImportedThing(row.pk, is_new=False, previous=previous)

    def dependents(self, things: Sequence[ImportedThing], context: ImportContext) -> list[str]:
        """Return a sentence for new authorities that are used, and one for those that were changed since."""
        rows = list(Authority.objects.filter(pk__in=[thing.object_id for thing in things]).order_by("pk"))
        new = {thing.object_id for thing in things if thing.is_new}
        return [*in_use([row for row in rows if row.pk in new]), *changed_since(rows, things)]

    def undo(self, thing: ImportedThing, context: ImportContext) -> None:
        """Remove the new authority, which nothing uses, or give the changed one its facts from before."""
        for row in Authority.objects.select_for_update().filter(pk=thing.object_id):
            if thing.is_new:
                remove_authority(authority=row, by=context.by)
            else:
                change_authority(authority=row, by=context.by, **restored_values(row, thing))


def _slug(values: Values) -> str:
    """Return the slug that the name of a row becomes, "" for a name without letters and digits."""
    try:
        return slug_of(values["name"])
    except DomainError:
        return ""


def _values_of(row: Authority) -> dict[str, Any]:
    """Return the facts of an authority as cells are read, with the word for a kind outside our list."""
    values = {column.name: getattr(row, column.name) for column in COLUMNS} | {"kind": row.kind_label or row.kind}
    degrees = {name: values[name] for name in ("latitude", "longitude") if values[name] is not None}
    return values | {name: round(Decimal(value), DEGREE_DECIMALS) for name, value in degrees.items()}


def _facts(values: Values) -> dict[str, Any]:
    """Return the facts that a row gives, by name of the column; empty cells give none."""
    facts = {name: value for name, value in values.items() if value not in (None, "")}
    if "latitude" in facts:
        facts |= {name: float(facts[name]) for name in ("latitude", "longitude")}
    if "kind" in facts:
        is_listed = facts["kind"] in AuthorityKind.values
        facts |= {"kind_label": "" if is_listed else facts["kind"]}
        facts["kind"] = facts["kind"] if is_listed else AuthorityKind.OTHER
    return facts
