"""Every object that has a page has a history, and the page leads staff there: nothing of the platform is left out."""

import re
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from notifications.models import MailSwitch
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import InnovationTeamFactory, StakeholderFactory
from tests.factories.notifications import DeliveryFactory
from tests.test_role_matrix import ROWS
from web.history_pages import histories

pytestmark = pytest.mark.django_db

# Addresses with something in them that is no object with a history, and why.
NO_OBJECT: Final = {
    "sign_in_link": "A secret, for whoever is not signed in.",
    "account_confirm_email": "A secret out of a letter.",
    "openid_connect_login": "A provider of identities, which the environment names.",
    "openid_connect_callback": "A provider of identities, which the environment names.",
    "cohorts:join": "A secret, for whoever is invited; the invitation has its own page for the lab.",
    "notifications:stop": "A secret out of a letter.",
    "notifications:calendar": "A secret address that calendars read.",
    "fieldwork:shell": "A language.",
    "fieldwork:manifest": "A language.",
    "notifications:kept_letter": "A file of the demonstration.",
    "object_history": "The history itself.",
    "object_history_csv": "The history itself.",
    "exchanges:propose": "A form for what is not there yet.",
    "exchanges:close_commitment": "A form; what becomes of a commitment stands in the history of its exchange.",
    "confirm_claim": "A link that proves an added address; what becomes of it is in the history of the account.",
    "release_address": "A form; what becomes of it is in the history of the account.",
    "files:add": "A form for what is not there yet.",
    "files:file": "The file itself, without a page around it.",
    "files:small": "A picture, without a page around it.",
    "files:large": "A picture, without a page around it.",
    "files:export": "What a person asked to download is theirs; it has no history.",
    "files:export_file": "What a person asked to download is theirs; it has no history.",
}


def addresses(resolver: URLResolver, before: str = "", namespace: str = "") -> dict[str, str]:
    """Every route with its whole pattern."""
    found: dict[str, str] = {}
    for pattern in resolver.url_patterns:
        path = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            found[f"{namespace}{pattern.name}"] = path
        else:
            found |= addresses(pattern, path, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
    return found


def test_every_page_of_an_object_has_a_history_or_lies_below_one_that_has():
    told = addresses(get_resolver())
    kept = {page for kind in histories for page in kind.pages}
    above = tuple(told[page] for page in kept if "<" in told[page])
    named = {name for name, row in ROWS.items() if row.get and "<" in told[name]}
    assert {name for name in named - kept if not told[name].startswith(above)} == set(NO_OBJECT)
    assert all(reason.endswith(".") for reason in NO_OBJECT.values())


def lab_of(cast: Cast) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast["S"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def led_to(answer: Any) -> list[str]:
    """The histories that the top of a page leads to."""
    top = answer.content.decode().partition('<header class="top">')[2].partition("</header>")[0]
    return re.findall(r'href="(/history/[^"]+)"', top)


def opens(page: str) -> bool:
    """Whether the lab opens it: not what others write alone, nor what is only sent."""
    row = ROWS[page]
    return row.get and "S" in (row.see if row.act is None else row.act)


@pytest.mark.parametrize("slug", histories.slugs())
def test_the_pages_of_each_kind_lead_staff_to_a_history_that_opens(slug: str, cast: Cast):
    lab, pages = lab_of(cast), [page for page in histories[slug].pages if opens(page)]
    assert pages != []
    for page in pages:
        answer = lab.get(reverse(page, args=ROWS[page].args(cast)))
        [href] = led_to(answer)
        history = lab.get(href)
        assert (page, answer.status_code, history.status_code) == (page, 200, 200)
        assert href.startswith(f"/history/{slug}/")


def test_the_page_of_a_cohorts_innovation_team_leads_to_the_teams_own(cast: Cast):
    lab, address = lab_of(cast), reverse("cohorts:innovation_team", args=[cast.cohort.slug])
    assert led_to(lab.get(address)) == []
    team = InnovationTeamFactory(cohort=cast.cohort)
    assert led_to(lab.get(address)) == [f"/history/innovation-team/{team.pk}/"]
    assert lab.get(f"/history/innovation-team/{team.pk}/").status_code == 200


@pytest.mark.parametrize("letter", "PMAX")
def test_nobody_else_is_led_there_or_let_in(letter: str, cast: Cast):
    team = InnovationTeamFactory(cohort=cast.cohort)
    browser = Client()
    browser.force_login(cast[letter], backend="django.contrib.auth.backends.ModelBackend")
    assert led_to(browser.get(reverse("cohorts:innovation_team", args=[cast.cohort.slug]))) == []
    assert browser.get(f"/history/innovation-team/{team.pk}/").status_code == 403


def history(staff: User, slug: str, key: object) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("object_history", args=[slug, key]))
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.mark.parametrize(
    ("slug", "key", "back"),
    [
        ("cohort", "rivage", "/cohorts/rivage/"),
        ("edition", "transfo-2026", "/editions/transfo-2026/"),
        ("mail", 1, "/letters/"),
    ],
)
def test_it_leads_back_to_what_it_is_about(slug: str, key: object, back: str, cast: Cast):
    crumb = lab_of(cast).get(reverse("object_history", args=[slug, key])).content.decode()
    assert f'href="{back}"' in crumb.partition('<p class="crumb">')[2].partition("</p>")[0]


def test_it_leads_back_to_nothing_that_is_gone_or_a_form(cast: Cast):
    gone = StakeholderFactory(cohort=cast.cohort)
    key = gone.pk
    gone.delete()
    for slug, pk in (("stakeholder", key), ("person", cast["M"].pk)):
        crumb = lab_of(cast).get(reverse("object_history", args=[slug, pk])).content.decode()
        assert "href=" not in crumb.partition('<p class="crumb">')[2].partition("</p>")[0]


def test_what_was_never_changed_says_so(cast: Cast):
    """Letters have no line for their birth: what became of them stands on their page."""
    letter = DeliveryFactory(user=UserFactory(full_name="Ada Lovelace"))
    shown = history(cast["S"], "letter", letter.pk)
    assert ("Ada Lovelace" in shown, "Nobody has changed anything yet" in shown) == (True, True)


def test_the_switch_of_all_letters_has_a_history_before_anybody_used_it(cast: Cast):
    assert MailSwitch.objects.count() == 0
    assert "Nobody has changed anything yet" in history(cast["S"], "mail", 1)
