"""Every object page has a history, and links lab staff to it."""

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
    "accessibility_report": "Its page says when it was answered; its texts are in no history.",
    "answer_accessibility_report": "The same.",
    "api:revoke_token": "A token, whose history is on the page of its person.",
    "sign_in_link": "A secret, for whoever is not signed in.",
    "account_confirm_email": "A secret from an e-mail.",
    "cohorts:remove_group_rule": "A rule of the lab; the page of the rules shows what they are now.",
    "publications:card": "A page for the public.",
    "publications:card_of_all": "A page for the public.",
    "publications:embed": "A page for the public.",
    "openid_connect_login": "A provider of identities, which the environment names.",
    "openid_connect_callback": "A provider of identities, which the environment names.",
    "cohorts:join": "A secret, for whoever is invited; the invitation has its own page for the lab.",
    "notifications:unsubscribe": "A secret from an e-mail.",
    "notifications:calendar_feed": "A secret address that calendars read.",
    "fieldwork:shell": "A language.",
    "fieldwork:manifest": "A language.",
    "notifications:demo_email": "A file of the demonstration.",
    "object_history": "The history itself.",
    "object_history_csv": "The history itself.",
    "exchanges:propose": "A form for what is not there yet.",
    "exchanges:close_commitment": "A form; the commitment is in the history of its exchange.",
    "cohorts:guest_session": "A secret from an e-mail, for whoever is invited; the session has its history.",
    "cohorts:guest_data": "A secret from an e-mail, for whoever is invited.",
    "cohorts:erase_guest": "A secret from an e-mail, for whoever is invited.",
    "cohorts:apply": "A form for what is not there yet.",
    "cohorts:own_application": "A secret from an e-mail, for whoever applies; the lab has another page of it.",
    "cohorts:own_application_step": "The same.",
    "cohorts:withdraw_own_application": "The same.",
    "cohorts:erase_own_application": "The same.",
    "publications:calls": "A language.",
    "publications:call": "For anyone; the lab has another page of it.",
    "cohorts:statement": "It never changes; the history of its agreement has its issue.",
    "cohorts:statement_csv": "The same.",
    "cohorts:statement_xlsx": "The same.",
    "cohorts:reissue_statement": "The same.",
    "fieldwork:make_challenge": "A form for what is not there yet.",
    "set_up": "A secret, for whoever sets the platform up.",
    "programmes:start_programme": "A known format; nothing is created yet.",
    "confirm_claim": "A link that proves an added address; the address is in the history of the account.",
    "release_address": "A form; the address is in the history of the account.",
    "files:add": "A form for what is not there yet.",
    "files:file": "The file itself, without a page around it.",
    "files:small": "A picture, without a page around it.",
    "files:large": "A picture, without a page around it.",
    "notifications:group_emails": "A list of e-mails; each has a page of its own.",
    "notifications:write_group_email": "A form for what is not there yet.",
    "imports:add": "Nothing is imported yet.",
    "imports:add_to": "Nothing is imported yet.",
    "imports:batch": "An import belongs to the person who made it; what it changed has its own history.",
    "imports:refused_rows": "A download of the import's rows.",
    "imports:undo": "As the import.",
    "files:export": "An export belongs to the person who requested it; it has no history.",
    "files:export_file": "An export belongs to the person who requested it; it has no history.",
    "files:list_file": "The rows of a list; each has its own history.",
    "cohorts:edit_session_method": "A form; the method is in the history of its session.",
    "cohorts:remove_session_method": "A form; the method is in the history of its session.",
    "exchanges:ask_for_visit": "A form for what is not there yet.",
    "exchanges:visit": "A visit between two people tells how far it is; its history has no page.",
    "exchanges:agree_to_visit": "As the visit.",
    "exchanges:decline_visit": "As the visit.",
    "exchanges:cancel_visit": "As the visit.",
    "exchanges:report_visit": "As the visit.",
    "lists:view_counts": "Numbers of rows in views, which have no history.",
    "lists:add_view": "A form for what is not there yet.",
    "lists:bulk_action": "A form; each row has its own history.",
    "lists:run": "A record of 30 days; each row has its own history.",
    "opendata:home": "A language.",
    "opendata:dataset": "What the public reads; releases have no history.",
    "opendata:file": "A file, without a page around it.",
    "opendata:page_data": "A file, without a page around it.",
    "publications:write": "A form; each version has its own history.",
    "publications:authority_rule": "Yes or no, on the page of publications.",
    "publications:home": "A language.",
    "publications:feed": "A language.",
    "publications:figures": "A language.",
    "publications:page": "What the public reads; the version has its history.",
    "publications:picture": "A picture, without a page around it.",
} | {
    f"lists:{route}": "A view belongs to the person who saved it; it has no history."
    for route in ("view", "edit_view", "delete_view")
}


def addresses(resolver: URLResolver, before: str = "", namespace: str = "") -> dict[str, str]:
    """Return every route name with its full pattern."""
    found: dict[str, str] = {}
    for pattern in resolver.url_patterns:
        path = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            found[f"{namespace}{pattern.name}"] = path
        else:
            found |= addresses(pattern, path, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
    return found


def test_every_object_page_has_a_history_or_is_below_a_page_with_one():
    urls = addresses(get_resolver())
    with_history = {page for kind in histories for page in kind.pages}
    above = tuple(urls[page] for page in with_history if "<" in urls[page])
    named = {name for name, row in ROWS.items() if row.get and "<" in urls[name]}
    named -= {name for name in named if name.startswith("api_v1:")}  # for programs: no page
    assert {name for name in named - with_history if not urls[name].startswith(above)} == set(NO_OBJECT)
    assert all(reason.endswith(".") for reason in NO_OBJECT.values())


def lab_of(cast: Cast) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast["S"])
    return client


def led_to(answer: Any) -> list[str]:
    """Return the history links at the top of a page."""
    top = answer.content.decode().partition('<header class="top">')[2].partition("</header>")[0]
    return re.findall(r'href="(/history/[^"]+)"', top)


def opens(page: str) -> bool:
    """Return whether lab staff can open the page with GET."""
    row = ROWS[page]
    return row.get and "S" in (row.visible_to if row.usable_by is None else row.usable_by)


@pytest.mark.parametrize("slug", histories.slugs())
def test_object_pages_link_staff_to_a_history_that_opens(slug: str, cast: Cast):
    lab, pages = lab_of(cast), [page for page in histories[slug].pages if opens(page)]
    assert pages != []
    for page in pages:
        answer = lab.get(reverse(page, args=ROWS[page].args(cast)))
        [href] = led_to(answer)
        history = lab.get(href)
        assert (page, answer.status_code, history.status_code) == (page, 200, 200)
        assert href.startswith(f"/history/{slug}/")


def test_the_innovation_team_page_links_to_the_history_of_the_team(cast: Cast):
    lab, address = lab_of(cast), reverse("cohorts:innovation_team", args=[cast.cohort.slug])
    assert led_to(lab.get(address)) == []
    team = InnovationTeamFactory(cohort=cast.cohort)
    assert led_to(lab.get(address)) == [f"/history/innovation-team/{team.pk}/"]
    assert lab.get(f"/history/innovation-team/{team.pk}/").status_code == 200


@pytest.mark.parametrize("role", "PMAX")
def test_other_people_have_neither_link_nor_access(role: str, cast: Cast):
    team = InnovationTeamFactory(cohort=cast.cohort)
    browser = Client()
    browser.force_login(cast[role])
    assert led_to(browser.get(reverse("cohorts:innovation_team", args=[cast.cohort.slug]))) == []
    assert browser.get(f"/history/innovation-team/{team.pk}/").status_code == 403


def history(staff: User, slug: str, key: object) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff)
    answer = client.get(reverse("object_history", args=[slug, key]))
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.mark.parametrize(
    ("slug", "key", "back"),
    [
        ("cohort", "rivage", "/cohorts/rivage/"),
        ("edition", "transfo-2026", "/editions/transfo-2026/"),
        ("e-mail-switch", 1, "/e-mails/"),
    ],
)
def test_the_history_links_back_to_its_object(slug: str, key: object, back: str, cast: Cast):
    crumb = lab_of(cast).get(reverse("object_history", args=[slug, key])).content.decode()
    assert f'href="{back}"' in crumb.partition('<p class="crumb">')[2].partition("</p>")[0]


def test_the_history_has_no_link_to_a_removed_object_or_a_form(cast: Cast):
    gone = StakeholderFactory(cohort=cast.cohort)
    key = gone.pk
    gone.delete()
    for slug, pk in (("stakeholder", key), ("person", cast["M"].pk)):
        crumb = lab_of(cast).get(reverse("object_history", args=[slug, pk])).content.decode()
        assert "href=" not in crumb.partition('<p class="crumb">')[2].partition("</p>")[0]


def test_an_unchanged_object_has_an_empty_history(cast: Cast):
    """The history of e-mails does not store their creation; their page shows what became of them."""
    delivery = DeliveryFactory(user=UserFactory(full_name="Ada Lovelace"))
    text = history(cast["S"], "e-mail", delivery.pk)
    assert ("Ada Lovelace" in text, "Nobody has changed anything yet" in text) == (True, True)


def test_the_email_switch_has_a_history_before_its_first_use(cast: Cast):
    assert MailSwitch.objects.count() == 0
    assert "Nobody has changed anything yet" in history(cast["S"], "e-mail-switch", 1)
