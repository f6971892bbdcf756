"""The pages on which a cohort begins and stops to share its figures."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
from figures.sharing.texts import AUDIENCES
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import FiguresConsentFactory
from tests.factories.programmes import CalendarPeriodFactory
from tests.pages import texts

RIVAGE = "/cohorts/rivage/"


def client_of(cast: Cast, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast[role])
    return client


def address(name: str, audience: str = "edition", cohort: str = "rivage") -> str:
    return reverse(f"figures:{name}", args=[cohort, audience])


@pytest.mark.parametrize("audience", Audience)
def test_the_page_says_in_one_sentence_what_others_will_read(audience: Audience, cast: Cast):
    page = client_of(cast, "P").get(address("share_figures", audience))
    assert str(AUDIENCES[audience].readable) in texts(page, "li")
    assert FiguresConsent.objects.count() == 0


@pytest.mark.parametrize("role", "PA")
def test_pilot_and_admin_share_and_return_to_the_cohort(role: str, cast: Cast):
    answer = client_of(cast, role).post(address("share_figures"))
    assert answer.headers["Location"] == RIVAGE
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["The figures of the cohort are shared."]
    [consent] = FiguresConsent.objects.all()
    assert (consent.cohort, consent.audience, consent.granted_on, consent.granted_by) == (
        cast.cohort,
        "edition",
        TODAY,
        cast[role],
    )


@pytest.mark.parametrize(("audience", "shared"), [("edition", [1]), ("public", [0, 1])])
def test_publishing_before_an_election_is_confirmed(audience: str, shared: list[int], cast: Cast):
    CalendarPeriodFactory(kind="electoral", name="Municipales", starts_on="2027-05-31", ends_on="2027-06-20")
    client, path = client_of(cast, "P"), address("share_figures", audience)
    warned = "“Municipales” is near." in client.get(path).content.decode()
    counts = []
    for form in ({}, {"election_confirmed": "on"})[: len(shared)]:
        client.post(path, form)
        counts.append(FiguresConsent.objects.count())
    assert (warned, counts) == (audience == "public", shared)


@pytest.mark.parametrize("role", "SPA")
def test_pilot_admin_and_lab_stop_the_sharing(role: str, cast: Cast):
    FiguresConsentFactory(cohort=cast.cohort)
    page = client_of(cast, role).get(address("stop_sharing_figures"))
    assert str(AUDIENCES[Audience.EDITION].afterwards) in texts(page, "li")
    client_of(cast, role).post(address("stop_sharing_figures"))
    assert list(FiguresConsent.objects.values_list("withdrawn_on", "withdrawn_by")) == [(TODAY, cast[role].pk)]


def test_the_lab_does_not_consent_for_a_cohort(cast: Cast):
    assert client_of(cast, "S").post(address("share_figures")).status_code == 403
    assert FiguresConsent.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "shared", "reason"),
    [
        ("share_figures", True, AUDIENCES[Audience.EDITION].is_shared),
        ("stop_sharing_figures", False, AUDIENCES[Audience.EDITION].is_not_shared),
    ],
)
def test_what_is_so_already_has_a_reason_and_no_button(name: str, shared: bool, reason: str, cast: Cast):
    if shared:
        FiguresConsentFactory(cohort=cast.cohort)
    page = client_of(cast, "P").get(address(name))
    assert str(reason) in page.content.decode()
    assert 'method="post"' not in page.content.decode().split("<main", 1)[1].split("</main>")[0]
    before = list(FiguresConsent.objects.values())
    assert client_of(cast, "P").post(address(name)).status_code == 200
    assert list(FiguresConsent.objects.values()) == before


def test_an_unknown_audience_is_not_found(cast: Cast):
    assert client_of(cast, "P").get(address("share_figures", "everyone")).status_code == 404


def test_published_facts_are_not_shared_by_anyone(cast: Cast):
    published = CohortFactory(retrospective=True, state="alumni", authority=cast.cohort.authority)
    page = client_of(cast, "A").get(address("share_figures", cohort=published.slug)).content.decode()
    assert "Everyone can read them already" in page
