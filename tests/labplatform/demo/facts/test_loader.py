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
    """Load the facts for each test by itself, because some tests need an empty platform."""
    return published_facts()


def test_every_record_is_created(published: dict[str, int]):
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


def test_second_load_takes_one_query_per_table(published: dict[str, int], django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        load_facts(by=None)


def test_changed_fact_is_restored(published: dict[str, int]):
    Edition.objects.filter(slug="transfo-2").update(funders="Personne")
    assert load_facts(by=None) == {"editions": 1}
    assert Edition.objects.get(slug="transfo-2").funders.startswith("Collectivités partenaires")


def test_existing_authority_keeps_its_changes():
    AuthorityFactory(slug="ville-paris", name="Ville de Paris, corrigée")
    assert load_facts(by=None)["authorities"] == 21
    assert Authority.objects.get(slug="ville-paris").name == "Ville de Paris, corrigée"


def test_facts_contain_no_person(published: dict[str, int]):
    assert User.objects.count() == 0


def test_failure_of_one_fact_saves_nothing():
    AuthorityFactory(slug="autre", siren="234400034")
    with pytest.raises(Exception, match="SIREN"):
        load_facts(by=None)
    assert Edition.objects.count() == 0
