"""Published facts about authorities, programmes, format versions, editions and figures."""

from typing import Any

from cohorts.models import Cohort
from labplatform.demo.facts.record_table import RecordTable
from labplatform.demo.facts.records import Record, compiled_at, french_word, published_date, section, source_text
from programmes.enums import AuthorityKind, EditionState, ProgrammeFamily
from programmes.models import Authority, Claim, Edition, Format, Programme
from web.text.formats import number, precise_to

# Kinds in the file and our kinds; any other kind becomes `other`.
AUTHORITY_KINDS = {
    "region": AuthorityKind.REGION,
    "municipality": AuthorityKind.MUNICIPALITY,
    "urban_community": AuthorityKind.INTERMUNICIPAL,
    "metropolis": AuthorityKind.INTERMUNICIPAL,
    "intermunicipal_grouping": AuthorityKind.INTERMUNICIPAL,
    "public_school": AuthorityKind.PUBLIC_ESTABLISHMENT,
}

# Fields of a format and the metrics that fill them, where a metric is a single number and not a range.
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


def put_authorities(authorities: RecordTable[Authority]) -> dict[str, Authority]:
    """Store the published authorities; return them by their key in the file of published facts.

    Those with a successor are stored last, because they name it.
    """
    rows: dict[str, Authority] = {}
    for record in sorted(section("authorities"), key=lambda record: record["successor"] is not None):
        rows[record["key"]] = authorities.put(**_authority_fields(record), successor=rows.get(record["successor"]))
    return rows


def _authority_fields(record: Record) -> dict[str, Any]:
    """Return the values of a published authority by field, without its successor."""
    seat = record["seat"]
    return {
        "slug": record["key"],
        "kind": AUTHORITY_KINDS.get(record["kind"], AuthorityKind.OTHER),
        "kind_label": french_word("authorities", record["kind"]),
        "name": record["name"],
        "siren": record["siren"],
        "insee_code": record["insee_code"] or "",
        "seat": seat["town"] or "",
        "latitude": seat["latitude"],
        "longitude": seat["longitude"],
        "time_zone": record["timezone"],
        "school_zone": record["school_zone"],
        "holiday_subdivision": record["holiday_subdivision"] or "",
        "dissolved_on": published_date(record["dissolved_on"]).day,
        "source": source_text(record, f"{record['official_name_fr']}."),
    }


def put_programmes(programmes: RecordTable[Programme]) -> dict[str, Programme]:
    """Store the published programmes; return them by their key in the file of published facts."""
    return {
        record["key"]: programmes.put(
            slug=record["key"],
            family=ProgrammeFamily(record["kind"]),
            name_fr=record["name_fr"],
            name_en=record["name_en"],
            summary_fr=record["summary_fr"],
            summary_en=record["summary_en"],
            source=source_text(record, _start_and_end(record)),
        )
        for record in section("programmes")
    }


def _start_and_end(record: Record) -> str:
    """Return a French sentence with the start of a programme and one with its end, each where it was published."""
    ends = {"Début": record["started_on"], "Fin": record["ended_on"]}
    dates = [(title, published_date(text)) for title, text in ends.items()]
    return " ".join(
        f"{title}\u00a0: {precise_to(published.day, published.precision, 'fr')}."
        for title, published in dates
        if published.day
    )


def put_formats(formats: RecordTable[Format], programmes: dict[str, Programme]) -> dict[str, Format]:
    """Store the published formats as versions of their programme; return them by their key in the file of published
    facts.

    Versions are numbered in the order of the file. Numbers that were not published stay null. `programmes` are the
    stored rows by key.
    """
    rows: dict[str, Format] = {}
    for record in section("formats"):
        programme = programmes[record["programme"]]
        rows[record["key"]] = formats.put(
            programme=programme,
            version=1 + sum(row.programme_id == programme.pk for row in rows.values()),
            label=record["label_fr"],
            published_at=compiled_at(),
            sessions=None,
            source=source_text(record, *map(_number_in_words, record["numbers"])),
            **_number_fields(record),
        )
    return rows


def _number_fields(record: Record) -> dict[str, int | None]:
    """Return the published numbers of a format by field (months, seats …); None where none was published,
    or a range.
    """
    single = {number["metric"]: number["min"] for number in record["numbers"] if number["min"] == number["max"]}
    numbers = {
        column: next((single[metric] for metric in metrics if metric in single), None)
        for column, metrics in FORMAT_COLUMNS.items()
    }
    if single.get("exchanges_per_year"):
        numbers["exchange_interval_months"] = 12 // single["exchanges_per_year"]
    return numbers


def _number_in_words(record: Record) -> str:
    """Return one published number of a format in French words, with its note: “Jours par agent : 35 à 40. …”."""
    low, high = number(record["min"], "fr"), number(record["max"], "fr")
    value = low if low == high else f"{low} à {high}"
    unverified = "" if record["verified"] else " (d’après l’étude de cas seule)"
    note = f" {record['note_fr']}" if record["note_fr"] else ""
    return f"{french_word('figures', record['metric'])}\u00a0: {value}{unverified}.{note}"


def put_editions(
    editions: RecordTable[Edition], programmes: dict[str, Programme], formats: dict[str, Format]
) -> dict[str, Edition]:
    """Store the published editions, in the state closed, with the format that their cohorts name; return them by their
    key.

    `programmes` and `formats` are the stored rows by key.
    """
    format_of_edition = {record["edition"]: record["format"] for record in section("cohorts")}
    return {
        record["key"]: editions.put(
            slug=record["key"],
            programme=programmes[record["programme"]],
            format=formats[format_of_edition[record["key"]]],
            name=record["label_fr"],
            state=EditionState.CLOSED,
            funders="\n".join(record["funders"] or ()),
            planned_authorities=record["planned_authorities"],
            source=source_text(record),
            **_date_fields(record),
        )
        for record in section("editions")
    }


def _date_fields(record: Record) -> dict[str, Any]:
    """Return the fields for the first and the last day of a published edition, with their precision."""
    starts, ends = published_date(record["starts_on"]), published_date(record["ends_on"])
    return {
        "starts_on": starts.day,
        "starts_precision": starts.precision,
        "ends_on": ends.day,
        "ends_precision": ends.precision,
    }


def put_claims(
    claims: RecordTable[Claim],
    programmes: dict[str, Programme],
    editions: dict[str, Edition],
    cohorts: dict[str, Cohort],
) -> None:
    """Store the published figures as claims about a programme or an edition.

    A figure about a cohort or an innovation team goes to its edition, and its scope names that cohort or team. The
    other parameters are the stored rows by key.
    """
    of_team = {record["key"]: record["cohort"] for record in section("innovation_teams")}
    for record in section("network"):
        about: str = record["scope"]
        cohort = cohorts.get(of_team.get(about, about))
        as_of = published_date(record["as_of"])
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
    """Return in words the cohort that a published figure is about, and the innovation team if it is about that.

    "" without a cohort: then it is about an edition or a programme. `about` is the key of its subject in the file of
    published facts.
    """
    teams = {record["key"]: record["name_fr"] for record in section("innovation_teams")}
    if cohort is None:
        return ""
    return f"{cohort.name}, {teams[about]}" if about in teams else cohort.name
