"""Published facts about what the lab offered: authorities, programmes, format versions, editions, figures."""

from typing import Any

from cohorts.models import Cohort
from labplatform.demo.facts.records import Record, compiled_at, known, section, sourced, word
from labplatform.demo.facts.shelf import Shelf
from programmes.enums import AuthorityKind, EditionState, Family
from programmes.models import Authority, Claim, Edition, Format, Programme
from web.text.formats import number, precise_to

# Kinds of the file that are ours under another name; what is in neither list becomes `other`.
AUTHORITY_KINDS = {
    "region": AuthorityKind.REGION,
    "municipality": AuthorityKind.MUNICIPALITY,
    "urban_community": AuthorityKind.INTERMUNICIPAL,
    "metropolis": AuthorityKind.INTERMUNICIPAL,
    "intermunicipal_grouping": AuthorityKind.INTERMUNICIPAL,
    "public_school": AuthorityKind.PUBLIC_ESTABLISHMENT,
}

# Columns of a format, each with the figure of the file it takes when that figure is one number and no range.
FORMAT_COLUMNS = {
    "months": ("duration_months",),
    "onsite_weeks": ("onsite_weeks", "weeks_planned", "immersion_weeks"),
    "days_per_session": ("session_days",),
    "seats": ("seats", "ambassadors"),
    "day_allowance": ("agent_days",),
    "first_prototype_months": ("prototype_by_month",),
    "exchange_interval_months": ("exchange_cadence_months",),
    "exchange_days": ("exchange_days",),
}


def put_authorities(authorities: Shelf[Authority]) -> dict[str, Authority]:
    """The living ones first: a dissolved region names its successor."""
    found: dict[str, Authority] = {}
    for record in sorted(section("authorities"), key=lambda record: record["successor"] is not None):
        found[record["key"]] = authorities.put(**_authority(record), successor=found.get(record["successor"]))
    return found


def _authority(record: Record) -> dict[str, Any]:
    seat = record["seat"]
    return {
        "slug": record["key"],
        "kind": AUTHORITY_KINDS.get(record["kind"], AuthorityKind.OTHER),
        "kind_label": word("authorities", record["kind"]),
        "name": record["name"],
        "siren": record["siren"],
        "insee_code": record["insee_code"] or "",
        "seat": seat["town"] or "",
        "latitude": seat["latitude"],
        "longitude": seat["longitude"],
        "time_zone": record["timezone"],
        "school_zone": record["school_zone"],
        "holiday_subdivision": record["holiday_subdivision"] or "",
        "dissolved_on": known(record["dissolved_on"]).day,
        "source": sourced(record, f"{record['official_name_fr']}."),
    }


def put_programmes(programmes: Shelf[Programme]) -> dict[str, Programme]:
    return {
        record["key"]: programmes.put(
            slug=record["key"],
            family=Family(record["kind"]),
            name_fr=record["name_fr"],
            name_en=record["name_en"],
            summary_fr=record["summary_fr"],
            summary_en=record["summary_en"],
            source=sourced(record, _since(record)),
        )
        for record in section("programmes")
    }


def _since(record: Record) -> str:
    """When a programme began and, where that was published, ended."""
    ends = {"Début": record["started_on"], "Fin": record["ended_on"]}
    dates = [(title, known(text)) for title, text in ends.items()]
    return " ".join(f"{title}\u00a0: {precise_to(at.day, at.precision, 'fr')}." for title, at in dates if at.day)


def put_formats(formats: Shelf[Format], programmes: dict[str, Programme]) -> dict[str, Format]:
    """Versions count up within a programme in the order of the file; numbers nobody published stay null."""
    found: dict[str, Format] = {}
    for record in section("formats"):
        programme = programmes[record["programme"]]
        found[record["key"]] = formats.put(
            programme=programme,
            version=1 + sum(row.programme_id == programme.pk for row in found.values()),
            label=record["label_fr"],
            published_at=compiled_at(),
            sessions=None,
            source=sourced(record, *map(_figure, record["numbers"])),
            **_numbers(record),
        )
    return found


def _numbers(record: Record) -> dict[str, int | None]:
    single = {number["metric"]: number["min"] for number in record["numbers"] if number["min"] == number["max"]}
    numbers = {
        column: next((single[metric] for metric in metrics if metric in single), None)
        for column, metrics in FORMAT_COLUMNS.items()
    }
    if single.get("exchanges_per_year"):
        numbers["exchange_interval_months"] = 12 // single["exchanges_per_year"]
    return numbers


def _figure(record: Record) -> str:
    """One published number in words: "Jours par agent : 35 à 40. …"."""
    low, high = number(record["min"], "fr"), number(record["max"], "fr")
    said = low if low == high else f"{low} à {high}"
    unverified = "" if record["verified"] else " (d’après l’étude de cas seule)"
    note = f" {record['note_fr']}" if record["note_fr"] else ""
    return f"{word('figures', record['metric'])}\u00a0: {said}{unverified}.{note}"


def put_editions(
    editions: Shelf[Edition], programmes: dict[str, Programme], formats: dict[str, Format]
) -> dict[str, Edition]:
    """All are over as far as anybody published; each pins the format its cohorts name."""
    followed = {record["edition"]: record["format"] for record in section("cohorts")}
    return {
        record["key"]: editions.put(
            slug=record["key"],
            programme=programmes[record["programme"]],
            format=formats[followed[record["key"]]],
            name=record["label_fr"],
            state=EditionState.CLOSED,
            funders="\n".join(record["funders"] or ()),
            planned_authorities=record["planned_authorities"],
            source=sourced(record),
            **_dates(record),
        )
        for record in section("editions")
    }


def _dates(record: Record) -> dict[str, Any]:
    starts, ends = known(record["starts_on"]), known(record["ends_on"])
    return {
        "starts_on": starts.day,
        "starts_precision": starts.precision,
        "ends_on": ends.day,
        "ends_precision": ends.precision,
    }


def put_claims(
    claims: Shelf[Claim],
    programmes: dict[str, Programme],
    editions: dict[str, Edition],
    cohorts: dict[str, Cohort],
) -> None:
    """Published figures, each beside the programme or the edition it speaks of, in the scope it was published for."""
    of_team = {record["key"]: record["cohort"] for record in section("innovation_teams")}
    for record in section("network"):
        about: str = record["scope"]
        cohort = cohorts.get(of_team.get(about, about))
        as_of = known(record["as_of"])
        claims.put(
            programme=programmes.get(about),
            edition=cohort.edition_id if cohort else editions.get(about),
            scope=_scope(about, cohort),
            metric=record["metric"],
            value=record["value"],
            approximate=record["approximate"],
            as_of=as_of.day,
            as_of_precision=as_of.precision,
            definition=record["definition_fr"] or "",
            verified=record["verified"],
            source=record["source_fr"],
        )


def _scope(about: str, cohort: Cohort | None) -> str:
    teams = {record["key"]: record["name_fr"] for record in section("innovation_teams")}
    if cohort is None:
        return ""
    return f"{cohort.name}, {teams[about]}" if about in teams else cohort.name
