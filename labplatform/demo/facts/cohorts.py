"""Published facts about cohorts: their sessions and innovation teams."""

from datetime import date, time
from typing import Any

from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, InnovationTeam, Session, SessionDay
from cohorts.sessions.enums import SessionKind, SessionState
from cohorts.teams.enums import TeamState
from labplatform.demo.facts.record_table import RecordTable
from labplatform.demo.facts.records import Record, french_word, paragraphs, published_date, section, source_text
from programmes.models import Authority, Edition
from web.text.formats import short_day

# Codes of the cohorts, the prefix of their ideas' references.
CODES = {
    "transfo-bourgogne": "BOU",
    "transfo-champagne-ardenne": "CHA",
    "transfo-pays-de-la-loire": "PDL",
    "transfo-paca": "PAC",
    "transfo-mulhouse": "MUL",
    "transfo-paris": "PAR",
    "transfo-dunkerque": "DUN",
    "transfo-occitanie": "OCC",
    "transfo-lille": "LIL",
    "transfo-strasbourg": "STR",
    "transfo-metz": "MET",
    "residence-revin": "REV",
    "residence-hauts-de-garonne": "HDG",
    "residence-tinqueux": "TIN",
    "residence-annecy": "ANN",
    "residence-balcon-des-ardennes": "BAL",
    "residence-corbigny": "COR",
    "residence-wazemmes": "WAZ",
    "residence-achats-durables": "ACH",
    "residence-gares-bretagne": "GAR",
}

# Kinds in the file and our kinds; any other kind becomes `other` and keeps its label.
SESSION_KINDS = {
    "kick_off": SessionKind.KICK_OFF,
    "campus_week": SessionKind.KICK_OFF,
    "session": SessionKind.GROUP,
    "stakeholder_meeting": SessionKind.STAKEHOLDER_MEETING,
    "immersion": SessionKind.IMMERSION,
}
UNNUMBERED = "s.n."  # "sans numéro": published without one


def put_cohorts(
    cohorts: RecordTable[Cohort], authorities: dict[str, Authority], editions: dict[str, Edition]
) -> dict[str, Cohort]:
    """Store every published cohort, in the state completed; return them by their key in the file of published facts.

    `authorities` and `editions` are the stored rows by key.
    """
    sites = {record["key"]: record["official_name_fr"] for record in section("authorities")}
    return {
        record["key"]: cohorts.put(
            slug=record["key"],
            code=CODES[record["key"]],
            edition=editions[record["edition"]],
            authority=authorities[record["authority"]],
            name=record["label"],
            site=sites.get(record["host"], ""),
            theme=record["theme_fr"] or "",
            state=CohortState.COMPLETED,
            outcome=record["outcome_fr"] or "",
            **_dates_and_seats(record),
        )
        for record in section("cohorts")
    }


def _dates_and_seats(record: Record) -> dict[str, Any]:
    """Return the fields of a cohort for its dates with their precision, its seats and its source, by name.

    A residency has no seats: the size of its outside team is stated in the source instead.
    """
    planned, actual = record["planned"], record["actual"]
    starts, ends = published_date(actual["starts_on"]), published_date(actual["ends_on"])
    seats = actual["seats"] or planned["seats"]
    residency = record["format"] == "residency"
    return {
        "actual_start": starts.day,
        "actual_start_precision": starts.precision,
        "actual_end": ends.day,
        "actual_end_precision": ends.precision,
        "seats": None if residency else seats,
        "source": source_text(
            record,
            f"Équipe de {seats} personnes en résidence." if residency and seats else None,
            f"Durée prévue\u00a0: {planned['months']} mois." if planned["months"] else None,
        ),
    }


def put_sessions(sessions: RecordTable[Session], days: RecordTable[SessionDay], cohorts: dict[str, Cohort]) -> None:
    """Store the published sessions of the cohorts, all in the state reported, and those of their days whose date is
    known.

    `cohorts` are the stored rows by key.
    """
    for record, number in _numbered(section("sessions")):
        session = sessions.put(
            cohort=cohorts[record["cohort"]],
            number=number,
            kind=SESSION_KINDS.get(record["kind"], SessionKind.OTHER),
            kind_label=french_word("sessions", record["kind"]),
            title=record["label_fr"],
            state=SessionState.REPORTED,
            report=_report_text(record),
            source=source_text(record),
        )
        for day in filter(lambda day: day["date"], record["days"]):
            day_date = published_date(day["date"])
            days.put(
                session=session,
                date=day_date.day,
                date_precision=day_date.precision,
                starts_at=_hour_in_label(day["label"]),
                venue=day["place"] or record["place"] or "",
            )


def _numbered(records: list[Record]) -> list[tuple[Record, str]]:
    """Return pairs of a published session and its number as text.

    Sessions without a number are counted in their cohort: “s.n. 1”, “s.n. 2”.
    """
    unnumbered: dict[str, int] = {}
    numbered = []
    for record in records:
        if record["number"] is None:
            unnumbered[record["cohort"]] = unnumbered.get(record["cohort"], 0) + 1
        numbered.append((record, record["number"] or f"{UNNUMBERED}\u00a0{unnumbered[record['cohort']]}"))
    return numbered


def _hour_in_label(label: str | None) -> time | None:
    """Return the time of day in the label of a session's day (“à 14:30”); None for a label without one,
    and for None.
    """
    hour = (label or "").removeprefix("à ")
    return time.fromisoformat(hour) if ":" in hour else None


def _report_text(record: Record) -> str:
    """Return the report of a published session in French: summary, period, day of publication, place, then its days.

    Parts that were not published are left out.
    """
    undated = [day["label"] for day in record["days"] if not day["date"] and day["label"]]
    published = record["published_on"]
    return paragraphs(
        record["summary_fr"],
        f"Quand\u00a0: {record['period_fr']}." if record["period_fr"] else None,
        f"Récit publié le {short_day(date.fromisoformat(published), 'fr')}." if published else None,
        f"Où\u00a0: {record['place']}." if record["place"] and not any(day["date"] for day in record["days"]) else None,
        _list_of_days("Jours", [_day_with_label(day) for day in record["days"] if day["date"] and day["label"]]),
        _list_of_days("Jours sans date connue", undated),
    )


def _list_of_days(title: str, days: list[str]) -> str | None:
    """Return “title : first ; second.”, a sentence that lists days after a title; None when there are none."""
    listed = "\u202f; ".join(days)
    return f"{title}\u00a0: {listed}." if days else None


def _day_with_label(day: Record) -> str:
    """Return the date of a published session's day with its label in brackets: “26/06/2012 (matin)”."""
    return f"{short_day(date.fromisoformat(day['date']), 'fr')} ({day['label']})"


def put_teams(
    teams: RecordTable[InnovationTeam], authorities: dict[str, Authority], cohorts: dict[str, Cohort]
) -> None:
    """Store the innovation teams of the cohorts in their last published state.

    A state that our own list does not have is stored as envisaged, with the French word for it. `authorities` and
    `cohorts` are the stored rows by key.
    """
    for record in section("innovation_teams"):
        french_state = french_word("innovation_teams", record["state"])
        teams.put(
            cohort=cohorts[record["cohort"]],
            authority=authorities[record["authority"]],
            name=record["name_fr"] or "",
            state=TeamState.ENVISAGED if french_state else TeamState(record["state"]),
            state_label=french_state,
            posts=record["posts"],
            venue=record["place_fr"] or "",
            area=record["area_m2"],
            network_size=record["network_size"],
            notes=record["notes_fr"] or "",
            source=record["source_fr"],
            **_team_dates(record),
        )


def _team_dates(record: Record) -> dict[str, Any]:
    """Return the fields for the days on which an innovation team was proposed, decided and opened,
    and their precision.
    """
    steps = {step: published_date(record[f"{step}_on"]) for step in ("proposed", "decided", "opened")}
    return {f"{step}_on": published.day for step, published in steps.items()} | {
        f"{step}_precision": published.precision for step, published in steps.items()
    }
