"""Published facts about cohorts: their sessions and the innovation teams that stayed."""

from datetime import date, time
from typing import Any

from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, InnovationTeam, Session, SessionDay
from cohorts.sessions.enums import SessionKind, SessionState
from cohorts.teams.enums import TeamState
from labplatform.demo.facts.records import Record, known, paragraphs, section, sourced, word
from labplatform.demo.facts.shelf import Shelf
from programmes.models import Authority, Edition
from web.text.formats import short_day

# Letters that begin the references of each cohort's ideas.
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

# Kinds of the file that are ours under another name; the others become `other` with their own word kept.
SESSION_KINDS = {
    "kick_off": SessionKind.KICK_OFF,
    "campus_week": SessionKind.KICK_OFF,
    "session": SessionKind.GROUP,
    "stakeholder_meeting": SessionKind.STAKEHOLDER_MEETING,
    "immersion": SessionKind.IMMERSION,
}
UNNUMBERED = "s.n."  # "sans numéro": published without one


def put_cohorts(
    cohorts: Shelf[Cohort], authorities: dict[str, Authority], editions: dict[str, Edition]
) -> dict[str, Cohort]:
    """Every cohort is over as far as anybody published."""
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
            **_clock(record),
        )
        for record in section("cohorts")
    }


def _clock(record: Record) -> dict[str, Any]:
    """Dates and seats; the outside team of a residency fills no seat, so its size is told in words."""
    planned, actual = record["planned"], record["actual"]
    starts, ends = known(actual["starts_on"]), known(actual["ends_on"])
    seats = actual["seats"] or planned["seats"]
    residency = record["format"] == "residency"
    return {
        "actual_start": starts.day,
        "actual_start_precision": starts.precision,
        "actual_end": ends.day,
        "actual_end_precision": ends.precision,
        "seats": None if residency else seats,
        "source": sourced(
            record,
            f"Équipe de {seats} personnes en résidence." if residency and seats else None,
            f"Durée prévue\u00a0: {planned['months']} mois." if planned["months"] else None,
        ),
    }


def put_sessions(sessions: Shelf[Session], days: Shelf[SessionDay], cohorts: dict[str, Cohort]) -> None:
    """Sessions as they were told, with the days whose date is known."""
    for record, number in _numbered(section("sessions")):
        session = sessions.put(
            cohort=cohorts[record["cohort"]],
            number=number,
            kind=SESSION_KINDS.get(record["kind"], SessionKind.OTHER),
            kind_label=word("sessions", record["kind"]),
            title=record["label_fr"],
            state=SessionState.REPORTED,
            report=_report(record),
            source=sourced(record),
        )
        for day in filter(lambda day: day["date"], record["days"]):
            dated = known(day["date"])
            days.put(
                session=session,
                date=dated.day,
                date_precision=dated.precision,
                starts_at=_hour(day["label"]),
                place=day["place"] or record["place"] or "",
            )


def _numbered(records: list[Record]) -> list[tuple[Record, str]]:
    """Each session with its number; those published without one are told apart in the order of the file."""
    without: dict[str, int] = {}
    numbered = []
    for record in records:
        if record["number"] is None:
            without[record["cohort"]] = without.get(record["cohort"], 0) + 1
        numbered.append((record, record["number"] or f"{UNNUMBERED}\u00a0{without[record['cohort']]}"))
    return numbered


def _hour(label: str | None) -> time | None:
    """The hour a day's label gives ("à 14:30"), if it gives one."""
    said = (label or "").removeprefix("à ")
    return time.fromisoformat(said) if ":" in said else None


def _report(record: Record) -> str:
    """What was told of the session, then of its days."""
    undated = [day["label"] for day in record["days"] if not day["date"] and day["label"]]
    published = record["published_on"]
    return paragraphs(
        record["summary_fr"],
        f"Quand\u00a0: {record['period_fr']}." if record["period_fr"] else None,
        f"Récit publié le {short_day(date.fromisoformat(published), 'fr')}." if published else None,
        f"Où\u00a0: {record['place']}." if record["place"] and not any(day["date"] for day in record["days"]) else None,
        _said_of_days("Jours", [_written(day) for day in record["days"] if day["date"] and day["label"]]),
        _said_of_days("Jours sans date connue", undated),
    )


def _said_of_days(title: str, said: list[str]) -> str | None:
    listed = "\u202f; ".join(said)
    return f"{title}\u00a0: {listed}." if said else None


def _written(day: Record) -> str:
    return f"{short_day(date.fromisoformat(day['date']), 'fr')} ({day['label']})"


def put_teams(teams: Shelf[InnovationTeam], authorities: dict[str, Authority], cohorts: dict[str, Cohort]) -> None:
    """The innovation teams, with the state last published."""
    for record in section("innovation_teams"):
        abandoned = word("innovation_teams", record["state"])
        teams.put(
            cohort=cohorts[record["cohort"]],
            authority=authorities[record["authority"]],
            name=record["name_fr"] or "",
            state=TeamState.ENVISAGED if abandoned else TeamState(record["state"]),
            state_label=abandoned,
            posts=record["posts"],
            place=record["place_fr"] or "",
            area=record["area_m2"],
            network_size=record["network_size"],
            notes=record["notes_fr"] or "",
            source=record["source_fr"],
            **_steps(record),
        )


def _steps(record: Record) -> dict[str, Any]:
    steps = {step: known(record[f"{step}_on"]) for step in ("proposed", "decided", "opened")}
    return {f"{step}_on": found.day for step, found in steps.items()} | {
        f"{step}_precision": found.precision for step, found in steps.items()
    }
