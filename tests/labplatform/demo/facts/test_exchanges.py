"""Published Intertransfos, meetings and study visits."""

from collections import Counter
from datetime import date

import pytest

from exchanges.models import Contribution, Exchange, Minutes, ProgrammeItem, Question

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


def test_the_intertransfos_of_both_editions_are_numbered():
    numbers = Exchange.objects.filter(kind="intertransfo").values_list("edition__slug", "number")
    assert sorted(numbers) == [
        *(("transfo-1", number) for number in range(1, 7)),
        *(("transfo-2", number) for number in range(1, 6)),
    ]


def test_unknown_kind_of_exchange_keeps_its_label():
    others = Exchange.objects.exclude(kind="intertransfo")
    assert Counter(others.values_list("kind", "kind_label", "number")) == {
        ("study_visit", "voyage d’étude", None): 3,
        ("study_visit", "visite d’étude", None): 1,
        ("other", "rencontre entre résidences", None): 1,
    }


def test_all_exchanges_are_published_facts_and_held():
    assert set(Exchange.objects.values_list("retrospective", "state")) == {(True, "held")}


def test_dates_are_unknown_or_as_precise_as_their_source():
    rows = Exchange.objects.filter(edition__slug="transfo-2").order_by("number", "first_day")
    assert list(rows.values_list("number", "first_day", "first_day_precision", "days")) == [
        (1, None, "day", None),
        (2, None, "day", None),
        (3, None, "day", None),
        (4, None, "day", None),
        (5, date(2018, 12, 1), "month", 1),
        (None, date(2017, 1, 1), "year", 3),
        (None, date(2018, 7, 1), "month", 3),
    ]


def test_host_is_the_cohort_of_the_named_authority():
    hosted = Exchange.objects.exclude(host=None).order_by("first_day").values_list("first_day", "host__code", "venue")
    assert list(hosted) == [(date(2013, 9, 18), "PDL", "Nantes"), (date(2015, 11, 18), "PAC", "Marseille")]


def test_outcome_is_in_french():
    third = Exchange.objects.get(edition__slug="transfo-1", number=3)
    assert (third.theme, third.outcome) == (
        "Bilan à mi-parcours",
        "Trois questions envoyées à l’avance\u202f; chaque équipe y répond le matin.",
    )


def test_some_exchanges_have_only_a_number():
    fourth = Exchange.objects.get(edition__slug="transfo-1", number=4)
    assert (fourth.theme, fourth.venue, fourth.outcome) == ("", "", "")
    assert fourth.source.split("\n\n")[0] == "Seul son numéro est connu (une sixième rencontre a eu lieu)."


def test_programme_has_the_published_parts_in_order():
    rows = ProgrammeItem.objects.order_by("exchange__number", "pk")
    assert list(rows.values_list("exchange__number", "when", "title")) == [
        (2, "Le matin", "Où en sont les quatre Transfos, forces et faiblesses"),
        (2, "Ensuite", "Les pièges et les astuces"),
        (2, "", "Trois conditions de réussite"),
        (3, "À l’avance", "Trois questions envoyées aux équipes"),
        (3, "Le matin", "Chaque équipe y répond à son tour"),
        (6, "", "Fresque du parcours de chaque cohorte, semaine par semaine"),
        (6, "", "Grille commune d’hypothèses par thème"),
        (6, "", "Un défi par région"),
    ]


def test_unpublished_hours_and_speakers_stay_unknown():
    assert set(ProgrammeItem.objects.values_list("day", "starts_at", "ends_at", "speaker", "venue")) == {
        (1, None, None, None, "")
    }


def test_unpublished_questions_are_not_invented():
    assert [model.objects.count() for model in (Question, Contribution, Minutes)] == [0, 0, 0]
