"""The import of sessions: drafts are planned, described and moved; confirmed ones only described."""

from datetime import date, time

import pytest

from cohorts.models import Session
from imports import actions
from notifications.models import Reminder
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.imports import checked, imported, plans, undone

pytestmark = pytest.mark.django_db
TABLE = """N°;Titre;Type;Date;Fin;Heure de début;Heure de fin;Lieu
9;Les parcours;atelier;mardi 2 mars 2027;;9h30;17 h;La halle
10;Terrain;immersion;9/3/2027;11/03/2027;;;
11;Deux jours;group;"16/03/2027, 18/03/2027";;;;
"""


def days(number: str) -> list[tuple[date, time | None, time | None, str]]:
    session = Session.objects.get(number=number)
    return list(session.days.values_list("date", "starts_at", "ends_at", "venue"))


def test_sessions_are_planned_as_drafts_without_any_email(cast: Cast):
    batch = imported("sessions", "rivage", TABLE, cast["P"])
    fields = ("number", "title", "kind", "state")
    assert list(Session.objects.order_by("pk").values_list(*fields)) == [
        ("9", "Les parcours", "group", "draft"),
        ("10", "Terrain", "immersion", "draft"),
        ("11", "Deux jours", "group", "draft"),
    ]
    assert days("9") == [(date(2027, 3, 2), time(9, 30), time(17), "La halle")]
    assert [day.day for day, *_hours in days("10")] == [9, 10, 11]
    assert [day.day for day, *_hours in days("11")] == [16, 18]
    assert (Reminder.objects.count(), plans(checked("sessions", "rivage", TABLE, cast["P"]))) == (
        0,
        [("unchanged", [])] * 3,
    )
    assert (undone(batch).state, Session.objects.count()) == ("undone", 0)


def test_a_draft_is_changed_and_gets_back_what_it_was(cast: Cast):
    SessionFactory(cohort=cast.cohort, number="9", state="draft", date=date(2027, 3, 2), title="Avant")
    before = days("9")
    text = "Numéro;Titre;Date;Lieu\n9;Après;4/3/2027;La halle"
    [(outcome, changes)] = plans(checked("sessions", "rivage", text, cast["P"]))
    assert (outcome, changes) == ("update", [["title", "Avant", "Après"], ["days", "2027-03-02", "2027-03-04"]])
    batch = imported("sessions", "rivage", text, cast["P"])
    assert (Session.objects.get().title, days("9")[0][0], days("9")[0][3]) == ("Après", date(2027, 3, 4), "La halle")
    undone(batch)
    assert (Session.objects.get().title, days("9")) == ("Avant", before)


def test_who_prepared_and_led_a_session_is_imported_and_gets_back_what_it_was(cast: Cast):
    SessionFactory(cohort=cast.cohort, number="1", state="reported", date=date(2026, 3, 3), led_by="both")
    text = "N°;Date;Préparée par;Animée par\n1;3/3/2026;équipe;agents\n2;2/3/2027;;les deux"
    batch = imported("sessions", "rivage", text, cast["P"])
    leads = Session.objects.order_by("number").values_list("number", "prepared_by", "led_by")
    assert list(leads.all()) == [("1", "design_team", "civil_servants"), ("2", "", "both")]
    assert [outcome for outcome, _changes in plans(checked("sessions", "rivage", text, cast["P"]))] == ["unchanged"] * 2
    undone(batch)
    assert list(leads.all()) == [("1", "", "both")]


def test_what_cannot_be_planned_is_refused(cast: Cast):
    SessionFactory(cohort=cast.cohort, number="1", state="scheduled", date=date(2027, 3, 2))
    SessionFactory(cohort=cast.cohort, number="2", state="cancelled", reason="Non", date=date(2027, 3, 3))
    text = """Numéro;Date;Fin;De;À;Titre
1;4/3/2027;;;;
2;3/3/2027;;;;Autre
3;3/3/2027;1/3/2027;;;
4;3/3/2027;;10h;9h;
5;3/3/2035;;;;
123456789;3/3/2027;;;;
6;;;;;
1;2/3/2027;;;;Nouveau
"""
    assert [(outcome, found[0]) for outcome, found in plans(checked("sessions", "rivage", text, cast["P"]))] == [
        ("refused", "days"),
        ("refused", ""),
        ("refused", "last_day"),
        ("refused", "ends_at"),
        ("refused", "days"),
        ("refused", "number"),
        ("refused", "days"),
        ("refused", ""),
    ]


def test_a_session_that_is_confirmed_stops_the_undo(cast: Cast):
    batch = imported("sessions", "rivage", TABLE, cast["P"])
    Session.objects.filter(number="9").update(state="scheduled")
    assert actions.undo_refusals(batch, cast["P"], NOW) == [
        "These sessions are no longer drafts: Les parcours. Cancel them first."
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_statements_do_not_grow_with_the_rows(cast: Cast, number: int, django_assert_num_queries):
    text = "Numéro;Date\n" + "".join(f"{n};{n + 1}/3/2027\n" for n in range(number))
    with django_assert_num_queries(24):
        checked("sessions", "rivage", text, cast["P"])
