"""The card of public figures in a frame: what it counts, where it may be shown, and its end with the consent."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Lab
from cohorts.models import Cohort
from figures.sharing.actions import stop_sharing_figures
from figures.sharing.enums import Audience
from tests.factories.accounts import signed_in
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import FiguresConsentFactory
from tests.factories.prototypes import IdeaFactory
from tests.pages import elements, errors, texts
from tests.sql import refused_by, update

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
ALL = "/public/en/figures/card/"


def address_of(cohort: Cohort) -> str:
    return f"{ALL}cohorts/{cohort.slug}/"


def publishing(cast: Cast, *, implemented: int = 1, accepted: int = 0) -> Cohort:
    """Return the cohort of the cast with ideas, which publishes its figures."""
    for state in ["implemented"] * implemented + ["accepted"] * accepted:
        IdeaFactory(cohort=cast.cohort, state=state)
    FiguresConsentFactory(cohort=cast.cohort, audience="public")
    return cast.cohort


def policy(answer: Any) -> dict[str, str]:
    parts = (part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    return dict(parts)


def test_cards_show_the_sentence_of_the_page_of_figures_over_the_cohorts_that_publish(
    cast: Cast, django_assert_num_queries: Any
):
    cohort = publishing(cast, implemented=1, accepted=2)
    neighbour = CohortFactory(edition=cohort.edition)
    IdeaFactory(cohort=neighbour, state="accepted")
    FiguresConsentFactory(cohort=neighbour, audience="edition")
    page = texts(Client().get("/public/en/figures/"), "p")
    sentence = "Of 3 ideas accepted, 1 is implemented."
    assert sentence in page
    with django_assert_num_queries(6):
        card = Client().get(address_of(cohort))
    with django_assert_num_queries(0):
        assert Client().get(address_of(cohort)).content == card.content
        assert Client().get(address_of(cohort) + "?x=1").content == card.content
    others = [Client().get(path) for path in (ALL, f"{ALL}editions/{cohort.edition.slug}/")]
    assert [texts(each, "p")[0] for each in (card, *others)] == [sentence] * 3
    assert [texts(each, "h1") for each in (card, *others)] == [
        [f"{cohort.authority} — {cohort.edition}"],
        ["All editions"],
        [cohort.edition.name],
    ]
    assert "Counts the cohorts that publish their figures." in others[0].content.decode()
    assert ("Figures as of 24 November 2026." in card.content.decode(), card.cookies) == (True, {})
    assert [link["attrs"]["href"] for link in elements(card, "a")] == ["/public/en/figures/"]
    assert elements(card, "script") == []


def test_any_site_shows_the_card_and_none_shows_another_page(cast: Cast):
    cohort = publishing(cast)
    card = Client().get(address_of(cohort))
    assert policy(card) == {
        "default-src": "'none'",
        "style-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "*",
    }
    assert "X-Frame-Options" not in card.headers
    for path in ("/public/en/figures/", "/public/en/figures/embed/", "/accounts/login/", "/public/en/nothing/"):
        page = Client().get(path)
        assert (policy(page)["frame-ancestors"], page.headers["X-Frame-Options"]) == ("'none'", "DENY"), path


def test_lab_names_the_sites_that_show_the_card(cast: Cast, django_capture_on_commit_callbacks: Any):
    cohort = publishing(cast)
    Client().get(address_of(cohort))
    client = signed_in(cast["S"])
    form = {"name": "Labo", "language": "en", "sender": "", "time_zone": "Europe/Paris"}
    wrong = client.post("/lab/settings/", form | {"card_sites": "https://rivage.example/path"})
    assert errors(wrong) == [
        "Give one address per line, each with https:// and without a path, such as https://www.rivage.example."
    ]
    with django_capture_on_commit_callbacks(execute=True):
        saved = client.post(
            "/lab/settings/", form | {"card_sites": "https://WWW.rivage.example/\n\nhttps://*.gouv.fr "}
        )
    assert saved.status_code == 302
    card = Client().get(address_of(cohort))
    assert policy(card)["frame-ancestors"] == "'self' https://www.rivage.example https://*.gouv.fr"


@pytest.mark.parametrize(
    "sites",
    [
        "http://a.example",
        "https://a.example; script-src *",
        "https://a.example https://b.example",
        "*",
        "https://a.b\n",
    ],
)
def test_the_database_refuses_what_is_no_list_of_sites(sites: str):
    lab = Lab.objects.create(name="Labo", card_sites="https://a.example\nhttps://*.b.example:8443")
    with refused_by("lab_card_sites"):
        update(lab, card_sites=sites)


def test_card_says_at_once_in_its_frame_that_the_consent_has_ended(cast: Cast, django_capture_on_commit_callbacks: Any):
    cohort, path = publishing(cast), address_of(cast.cohort)
    neighbour = CohortFactory(edition=cohort.edition)
    assert Client().get(path).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        stop_sharing_figures(cohort=cohort, audience=Audience.PUBLIC, at=NOW, by=cast["P"])
    for each in (path, ALL, f"{ALL}editions/{cohort.edition.slug}/"):
        gone = Client().get(each)
        assert (gone.status_code, policy(gone)["frame-ancestors"]) == (410, "*")
        assert texts(gone, "h1") == ["These figures are no longer published"]
    for never in (address_of(neighbour), f"{ALL}cohorts/nobody/", f"{ALL}ideas/any/"):
        answer = Client().get(never)
        assert (answer.status_code, texts(answer, "h1")) == (404, ["There are no figures here"])
    assert Client().get("/public/de/figures/card/").status_code == 404


def test_card_of_an_edition_is_missing_where_only_cohorts_of_others_publish(cast: Cast):
    publishing(cast)
    other = CohortFactory()
    IdeaFactory(cohort=other, state="implemented")
    answer = Client().get(f"{ALL}editions/{other.edition.slug}/")
    assert (answer.status_code, texts(answer, "h1")) == (404, ["There are no figures here"])


def test_page_offers_the_html_of_a_card_with_a_preview(cast: Cast, settings: Any, django_assert_num_queries: Any):
    settings.BASE_URL = "https://lab.example"
    assert "No figures are published yet" in Client().get("/public/en/figures/embed/").content.decode()
    cohort = publishing(cast)
    with django_assert_num_queries(3):
        page = Client().get(f"/public/en/figures/embed/?show=cohorts/{cohort.slug}")
    assert [option["attrs"]["value"] for option in elements(page, "option")] == [
        "",
        f"editions/{cohort.edition.slug}",
        f"cohorts/{cohort.slug}",
    ]
    assert [frame["attrs"]["src"] for frame in elements(page, "iframe")] == [address_of(cohort)]
    assert texts(page, "textarea") == [
        f'<iframe src="https://lab.example{address_of(cohort)}" title="Implementation of ideas: {cohort.authority} —'
        f' {cohort.edition}" width="400" height="340" loading="lazy" referrerpolicy="no-referrer"></iframe>'
    ]
    for _more in range(2):
        FiguresConsentFactory(audience="public")
    with django_assert_num_queries(3):
        other = Client().get("/public/en/figures/embed/?show=cohorts/nobody")
    assert [frame["attrs"]["src"] for frame in elements(other, "iframe")] == [ALL]
