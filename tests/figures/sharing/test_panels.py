"""The panel of a cohort's page that says who reads its figures, with the buttons of those who decide."""

from django.test import Client

from figures.sharing.enums import Audience
from figures.sharing.texts import AUDIENCES
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import FiguresConsentFactory
from tests.pages import texts

RIVAGE = "/cohorts/rivage/"


def client_of(cast: Cast, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast[role])
    return client


def buttons(cast: Cast, role: str) -> list[str]:
    page = client_of(cast, role).get(RIVAGE).content.decode()
    return [name for name in ("share-figures", "stop-sharing-figures") if f"{RIVAGE}{name}/" in page]


def test_the_page_of_the_cohort_offers_to_share_to_those_who_decide(cast: Cast):
    assert {role: buttons(cast, role) for role in "SCDPMRA"} == {
        role: ["share-figures"] if role in "PA" else [] for role in "SCDPMRA"
    }


def test_the_page_of_the_cohort_says_since_when_and_by_whom_it_shares(cast: Cast):
    for audience in Audience:
        FiguresConsentFactory(cohort=cast.cohort, audience=audience, granted_by=cast["P"])
    for role in "SCDPMRA":
        page = texts(client_of(cast, role).get(RIVAGE), "p")
        assert sum("Shared since 1 November 2026, by Pilot Rivage." in text for text in page) == 2, role
        assert buttons(cast, role) == (["stop-sharing-figures"] if role in "SPA" else []), role


def test_a_past_consent_is_not_shown(cast: Cast):
    FiguresConsentFactory(cohort=cast.cohort, withdrawn_on=TODAY, withdrawn_by=cast["P"])
    assert str(AUDIENCES[Audience.EDITION].is_not_shared) in " ".join(texts(client_of(cast, "M").get(RIVAGE), "p"))


def test_the_page_of_published_facts_has_no_such_panel(cast: Cast):
    published = CohortFactory(retrospective=True, state="alumni", authority=cast.cohort.authority)
    page = client_of(cast, "A").get(published.get_absolute_url()).content.decode()
    assert 'id="sharing"' not in page
