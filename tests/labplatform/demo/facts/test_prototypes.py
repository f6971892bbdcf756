"""Published challenges and ideas, with their outcomes where known."""

from collections import Counter
from datetime import date

import pytest

from labplatform.demo.facts.prototypes import record_key
from labplatform.demo.facts.records import compiled_at, section
from prototypes.models import Challenge, Idea, IdeaEvent, Implementation
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.prototypes.pages import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


def test_record_key_is_stable():
    record = {"key": "pdl-hub-pme"}
    assert str(record_key("challenge", record)) == "5fe30bbf-387c-5a7f-9b61-a0d885e33093"
    assert record_key("idea", record) != record_key("challenge", record)


def test_challenges_have_their_published_state_or_none():
    assert Counter(Challenge.objects.values_list("state", flat=True)) == {
        "": 14,
        "closed": 12,
        "handed_over": 10,
        "active": 3,
        "dropped": 1,
    }


def test_unknown_kind_of_challenge_keeps_its_label():
    assert Counter(Challenge.objects.values_list("kind", "kind_label")) == {
        ("test_case", ""): 22,
        ("priority", ""): 5,
        ("other", "thème"): 8,
        ("other", "préfiguration d’un labo"): 5,
    }


def test_challenge_has_its_known_dates():
    megots = Challenge.objects.get(title="Lutte contre les jets de mégots")
    assert (megots.started_on, megots.started_precision, megots.ended_on, megots.ended_precision) == (
        date(2017, 5, 1),
        "month",
        date(2018, 5, 1),
        "month",
    )


def test_ideas_have_their_published_state_or_none():
    assert Counter(Idea.objects.values_list("state", flat=True)) == {
        "captured": 28,
        "testing": 26,
        "handed_over": 9,
        "implemented": 8,
        "": 7,
        "prototyping": 6,
        "implementing": 5,
        "abandoned": 1,
        "decided": 1,
    }


def test_idea_without_published_state_has_no_event():
    hub = Idea.objects.get(title="Hub PME")
    assert (hub.state, hub.events.count(), hub.implementations.count()) == ("", 0, 0)


def test_other_ideas_have_one_published_event():
    assert IdeaEvent.objects.count() == sum(record["status"] != "unknown" for record in section("ideas"))
    assert set(IdeaEvent.objects.values_list("is_reported_state", "recorded_at", "by")) == {(True, compiled_at(), None)}


def test_tested_ideas_keep_their_label():
    assert Counter(IdeaEvent.objects.filter(state="testing").values_list("state_label", flat=True)) == {
        "testée": 21,
        "": 5,
    }


def test_dates_have_the_precision_of_their_source():
    event = IdeaEvent.objects.get(idea__title="Le démarreur bienveillant")
    assert (event.effective_on, event.precision, event.recorded_on) == (date(2013, 10, 1), "month", date(2013, 10, 1))
    undated = IdeaEvent.objects.get(idea__title="Les mégotiers")
    assert (undated.effective_on, undated.recorded_on) == (None, date(2016, 6, 23))


def test_undated_state_is_recorded_as_early_as_possible():
    undated = IdeaEvent.objects.filter(effective_on=None).values_list("idea__cohort__code", "recorded_on")
    assert set(undated) == {
        ("CHA", date(2011, 10, 1)),
        ("DUN", date(2017, 3, 7)),
        ("MUL", date(2016, 6, 23)),
        ("TIN", date(2009, 1, 1)),
    }


def test_summary_includes_published_prototypes_and_tests():
    assert Idea.objects.get(title="Le démarreur bienveillant").summary.split("\n\n") == [
        "Un échange court et protégé entre un élu ou un directeur et quelques agents, pour reformuler une question.",
        "Prototypes\u00a0: Protocole avec trois règles d’or et un scribe, 1\u00a0h\u00a030 au plus.",
        "Tests\u00a0: Test 1 avant juillet 2013 avec un élu\u202f; tests 2 et 3 avant octobre 2013, ouverts aux"
        " directeurs.",
    ]


def test_references_number_the_ideas_of_a_cohort_in_the_order_of_the_file():
    ideas = Idea.objects.filter(cohort__code="OCC").order_by("number").values_list("reference", "title")
    assert list(ideas) == [
        ("OCC-001", "Moteur de recherche de salles"),
        ("OCC-002", "Le N-ème Lieu"),
        ("OCC-003", "Carte Blanche"),
        ("OCC-004", "Nouvelle expérience d’accueil dans 11 antennes"),
        ("OCC-005", "Communauté de pratiques des assistant·es"),
    ]


def test_implemented_idea_is_live_in_its_authority_without_scope():
    rows = Implementation.objects.order_by("idea__reference").values_list(
        "idea__reference", "live_on", "live_precision"
    )
    assert list(rows) == [
        ("BOU-008", date(2016, 1, 1), "year"),
        ("CHA-001", None, "day"),
        ("CHA-005", date(2015, 2, 1), "month"),
        ("MUL-004", None, "day"),
        ("OCC-005", date(2018, 12, 22), "day"),
        ("PAC-006", date(2014, 10, 1), "month"),
        ("PAR-007", date(2018, 12, 22), "day"),
        ("PDL-009", date(2014, 2, 1), "month"),
    ]
    assert set(Implementation.objects.values_list("scope", "state", "kind")) == {("", "live", "origin")}
    assert [row for row in Implementation.objects.all() if row.authority != row.idea.cohort.authority] == []


def test_ideas_have_no_invented_prototype_test_or_owner():
    assert set(Idea.objects.values_list("prototypes", "owner")) == {(None, None)}


def test_page_shows_the_date_with_the_precision_of_the_source():
    reader = UserFactory()
    idea = Idea.objects.get(title="Le démarreur bienveillant")
    timeline = (
        page(reader, idea.get_absolute_url()).split('<ol class="idea-timeline">')[1].split("</ol>", maxsplit=1)[0]
    )
    assert [
        part in timeline for part in ("Oct 2013", "Exact day unknown.", "Known so far, as published.", "Source:")
    ] == [True] * 4


def test_idea_with_unknown_outcome_shows_it():
    text = page(UserFactory(), Idea.objects.get(title="Hub PME").get_absolute_url())
    assert ("The outcome of this idea is unknown." in text, '<ol class="idea-timeline">' in text) == (True, False)


def test_page_shows_published_claims_next_to_unknown_facts():
    text = " ".join(page(UserFactory(), Idea.objects.get(title="Hub PME").get_absolute_url()).split())
    section_text = text[text.index('id="known"') : text.index('id="origin"')]
    parts = (
        "Publications name this idea, but none was found that says what became of it.",
        "blog Territoires en résidences, décembre 2013",
        "<li>What became of the idea.</li>",
        ("<li>Whether the idea was implemented, by whom, since when, and with what evidence.</li>"),
        "Publications also say that 50% of the ideas were implemented (La Transfo).",
        "published, definition unknown",
        "Étude de cas à l’origine du projet",
    )
    assert [part for part in parts if part not in section_text] == []


@pytest.mark.parametrize("title", ["Le démarreur bienveillant", "Les mégotiers", "Hub PME"])
def test_published_ideas_offer_only_reuse(title: str):
    idea, member = Idea.objects.get(title=title), MembershipFactory(cohort__state="running").user
    text = page(member, idea.get_absolute_url())
    assert ("Actions" in text, f"/ideas/{idea.pk}/reuse/" in text) == (False, True)
