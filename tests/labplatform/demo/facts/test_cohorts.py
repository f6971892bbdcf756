"""Published cohorts, their sessions and innovation teams."""

from datetime import date, time
from decimal import Decimal

import pytest

from cohorts.models import Cohort, InnovationTeam, Session, SessionDay
from labplatform.demo.facts.cohorts import CODES
from labplatform.demo.facts.records import section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


def test_every_cohort_has_its_own_code():
    assert sorted(CODES) == sorted(record["key"] for record in section("cohorts"))
    assert dict(Cohort.objects.values_list("slug", "code")) == CODES


def test_all_cohorts_are_published_facts_and_completed():
    assert set(Cohort.objects.values_list("retrospective", "state")) == {(True, "completed")}


def test_cohort_has_only_known_dates():
    rows = Cohort.objects.filter(code__in=["PAR", "LIL", "STR", "TIN"]).order_by("code")
    assert list(
        rows.values_list("code", "actual_start", "actual_start_precision", "actual_end", "actual_end_precision")
    ) == [
        ("LIL", date(2018, 3, 1), "month", date(2019, 1, 1), "year"),
        ("PAR", date(2016, 11, 15), "day", date(2018, 2, 14), "day"),
        ("STR", date(2018, 1, 1), "year", None, "day"),
        ("TIN", None, "day", None, "day"),
    ]
    assert set(Cohort.objects.values_list("planned_start", "planned_end")) == {(None, None)}


def test_seats_are_the_published_civil_servants():
    assert dict(Cohort.objects.exclude(seats=None).values_list("code", "seats")) == {
        "CHA": 13,
        "MUL": 20,
        "PAR": 20,
        "DUN": 20,
        "OCC": 20,
        "LIL": 20,
        "STR": 20,
        "MET": 20,
    }


def test_size_of_a_residency_team_is_in_the_source_text():
    assert Cohort.objects.get(code="REV").source.split("\n\n")[0] == "Équipe de 5 personnes en résidence."


def test_planned_length_is_in_the_source_text():
    assert Cohort.objects.get(code="LIL").source.split("\n\n")[0] == "Durée prévue\u00a0: 15 mois."


def test_residency_names_its_site():
    sites = Cohort.objects.exclude(site="").order_by("code").values_list("code", "site", "authority__slug")
    assert list(sites) == [
        ("ANN", "Lycée Gabriel Fauré, Annecy", "region-rhone-alpes"),
        ("BAL", "EPL du Balcon des Ardennes", "region-champagne-ardenne"),
        ("REV", "Lycée Jean Moulin, Revin", "region-champagne-ardenne"),
        ("TIN", "Lycée Croix Cordier, Tinqueux", "region-champagne-ardenne"),
    ]


def test_sessions_keep_published_numbers_and_others_are_marked_unnumbered():
    numbers = Session.objects.filter(cohort__code="PDL").order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["1", "2", "3", "7", "8", "9.2", "10"]
    visits = Session.objects.filter(cohort__code="COR").order_by("pk").values_list("number", flat=True)
    assert list(visits) == ["s.n.\u00a01", "s.n.\u00a02"]


def test_only_dated_days_are_stored():
    assert SessionDay.objects.count() == sum(
        bool(day["date"]) for record in section("sessions") for day in record["days"]
    )
    revin = Session.objects.get(cohort__code="REV")
    assert list(revin.days.values_list("date", "date_precision", "venue")) == [
        (date(2009, 5, 7), "day", "Lycée Jean Moulin, Revin")
    ]
    assert revin.report.split("\n\n")[-1] == "Jours sans date connue\u00a0: Mardi, rencontre avec les architectes."


def test_published_hour_is_stored():
    day = SessionDay.objects.get(session__title="Rencontre Région-jeunes, Vouziers")
    assert (day.date, day.starts_at, day.ends_at) == (date(2011, 11, 26), time(14, 30), None)


def test_session_without_days_reports_period_and_venue():
    session = Session.objects.get(cohort__code="PDL", number="10")
    assert (list(session.days.all()), session.report.split("\n\n")) == (
        [],
        [
            "Dernière semaine\u00a0: une douzaine d’agents travaillent sur la proximité de la Région avec ses usagers"
            "\u202f; lancement de l’équipe.",
            "Quand\u00a0: janvier ou février 2014.",
            "Où\u00a0: Conseil régional, Nantes.",
        ],
    )


def test_labels_of_days_are_in_the_report():
    paragraphs = Session.objects.get(cohort__code="PDL", number="9.2").report.split("\n\n")
    assert (
        paragraphs[1]
        == "Jours\u00a0: 10/12/2013 (Mardi, stratégie de visibilité)\u202f; 12/12/2013 (Jeudi, formation-action)."
    )


@pytest.mark.parametrize(
    ("code", "number", "kind", "label"),
    [
        ("BOU", "1", "kick_off", "semaine campus"),
        ("PDL", "9.2", "other", "semaine de travail"),
        ("MUL", "0", "kick_off", ""),
        ("PAR", "3", "group", ""),
        ("ANN", "2", "other", "semaine de résidence"),
        ("PAC", "8", "immersion", ""),
    ],
)
def test_unknown_kind_of_session_keeps_its_label(code: str, number: str, kind: str, label: str):
    session = Session.objects.get(cohort__code=code, number=number)
    assert (session.kind, session.kind_label) == (kind, label)


def test_sessions_are_reported_without_attendance():
    assert set(Session.objects.values_list("state", "retrospective")) == {("reported", True)}
    assert SessionDay.objects.exclude(attendances=None).count() == 0


def test_abandoned_team_keeps_its_state_label():
    team = InnovationTeam.objects.get(cohort__code="BOU")
    assert (team.state, team.state_label) == ("envisaged", "abandonnée, aucune équipe créée")


def test_team_has_its_published_details():
    team = InnovationTeam.objects.get(cohort__code="CHA")
    assert (team.name, team.state, team.posts, team.area, team.network_size) == ("Le Labo", "open", Decimal(2), 180, 10)
    assert (team.proposed_on, team.proposed_precision, team.decided_on) == (date(2014, 2, 1), "month", None)
    assert (team.opened_on, team.opened_precision) == (date(2015, 2, 1), "month")


def test_teams_have_their_last_published_state():
    states = sorted(InnovationTeam.objects.values_list("cohort__code", "state"))
    assert states == [
        ("BOU", "envisaged"),
        ("CHA", "open"),
        ("DUN", "prefigured"),
        ("LIL", "decided"),
        ("MET", "envisaged"),
        ("MUL", "prefigured"),
        ("OCC", "decided"),
        ("PAC", "open"),
        ("PAR", "open"),
        ("PDL", "open"),
        ("STR", "envisaged"),
    ]
