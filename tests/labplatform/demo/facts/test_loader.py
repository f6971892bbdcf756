"""Loading the published facts: all of them, once."""

import pytest

from accounts.models import User
from labplatform.demo.facts.loader import load_facts
from labplatform.demo.facts.records import section
from programmes.models import Authority, Edition
from tests.factories.programmes import AuthorityFactory
from tests.labplatform.published import published_facts
from tests.labplatform.rows import every_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(db: None) -> dict[str, int]:
    """For each test by itself: some begin from an empty platform."""
    return published_facts()


def test_every_record_is_made(published: dict[str, int]):
    fates = [record for record in section("ideas") if record["status"] != "unknown"]
    assert published == {
        "authorities": 22,
        "programmes": 2,
        "formats": 4,
        "editions": 3,
        "cohorts": 20,
        "sessions": 60,
        "days": 65,
        "teams": 11,
        "challenges": 40,
        "ideas": 91,
        "events": len(fates),
        "implementations": sum(record["status"] == "implemented" for record in fates),
        "exchanges": 16,
        "programme_items": 8,
        "claims": 25,
    }


def test_loading_again_changes_no_row_and_adds_no_history(published: dict[str, int]):
    before = every_row()
    assert load_facts(by=None) == {}
    assert every_row() == before


def test_loading_again_takes_a_statement_per_thing(published: dict[str, int], django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        load_facts(by=None)


def test_a_fact_that_was_changed_comes_back(published: dict[str, int]):
    Edition.objects.filter(slug="transfo-2").update(funders="Personne")
    assert load_facts(by=None) == {"editions": 1}
    assert Edition.objects.get(slug="transfo-2").funders.startswith("Collectivités partenaires")


def test_an_authority_that_was_there_stays_as_people_left_it():
    AuthorityFactory(slug="ville-paris", name="Ville de Paris, corrigée")
    assert load_facts(by=None)["authorities"] == 21
    assert Authority.objects.get(slug="ville-paris").name == "Ville de Paris, corrigée"


def test_no_person_comes_with_the_facts(published: dict[str, int]):
    assert User.objects.count() == 0


def test_one_fact_that_cannot_be_saved_leaves_none():
    AuthorityFactory(slug="autre", siren="234400034")
    with pytest.raises(Exception, match="SIREN"):
        load_facts(by=None)
    assert Edition.objects.count() == 0
