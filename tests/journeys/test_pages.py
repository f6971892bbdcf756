"""Every kind of page for those who may see it: no accessibility fault in either language, light or dark; it fits
phones.

A page whose templates earlier pages have shown is left out, and the two screens share the others; `make test-full`
checks each page on both.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import User
from notifications.emails.links import unsubscribe_url
from tests.factories.accounts import UserFactory
from tests.factories.calls import ApplicationFactory, CallFactory, link_of
from tests.factories.cast import Cast
from tests.factories.notifications import registered, workshop
from tests.full import FULL
from tests.journeys.conftest import DESKTOP, PHONE, Visit
from tests.journeys.stage import Addresses, set_stage

NOT_FOUND = "/ideas/999999/"
MAIN = ("/", "/programmes/", "/cohorts/", "/sessions/", "/ideas/", "/exchanges/", "/rates/?page=1", "/network/")
OWN = (
    "/log/?all",
    "/e-mails/mine/",
    "/e-mails/preferences/",
    "/account/",
    "/calendar/revoke/?of=mine",
    "/account/data/",
    "/account/leave/",
    "/accounts/password/change/",
    "/privacy/",
)
DETAILS = (
    "/programmes/{programme}/",
    "/formats/{format}/",
    "/formats/{format}/compare/{draft}/",
    "/editions/{edition}/",
    "/rates/?choices=1",
    "/rates/definitions/",
    "/rates/groups/",
    "/rates/groups/?choices=1",
    "/rates/changes/?since=2026-01-01",
    "/rates/changes/?since=2026-01-01&choices=1",
    "/network/?choices=1",
    "/network/definitions/",
    "/teams/",
    "/editions/{edition}/lessons/",
    "/authorities/",
    "/authorities/official-list/?search=a",
    "/programmes/known-formats/",
    "/programmes/methods/",
    "/programmes/methods/{method}/",
    "/lab/",
    "/calendar/?view=agenda",
    "/authorities/{authority}/",
    "/calendar-periods/",
    "/cohorts/{cohort}/",
    "/cohorts/{cohort}/members/",
    "/cohorts/{cohort}/invitations/",
    "/cohorts/{cohort}/stakeholders/",
    "/cohorts/{cohort}/stakeholders/map/",
    "/cohorts/{cohort}/innovation-team/",
    "/cohorts/{ended}/assessments/",
    "/sessions/{past}/",
    "/challenges/{challenge}/",
    "/rating-rounds/{round}/",
    "/notes/{note}/",
    "/cohorts/{cohort}/canvases/",
    "/canvases/{persona}/",
    "/canvases/{journey}/",
    "/canvases/{blueprint}/",
    "/canvases/{service_model}/",
    "/canvases/{empty}/",
    "/canvases/{blueprint}/history/",
    "/ideas/{idea}/",
    "/ideas/{implementing}/",
    "/ideas/{idea}/events/",
    "/ideas/{handed}/",
    "/ideas/{idea}/compare/",
    "/packages/{package}/",
    "/cohorts/{cohort}/board/",
    "/ideas/{idea}/other-actions/",
    "/ideas/{idea}/comments/",
    "/comments/{comment}/",
    "/prototypes/{prototype}/",
    "/trials/",
    "/trials/{concluded}/",
    "/lists/ideas/actions/owner/?all=1",
    "/lists/sessions/actions/move/?all=1",
    "/lists/ideas/views/new/?state=parked",
    "/exchanges/{exchange}/",
    "/exchanges/{proposed}/",
    "/exchanges/commitments/",
    "/exchanges/{exchange}/participants/",
    "/exchanges/{exchange}/participants/badges/",
    "/exchanges/{exchange}/participants/sign-in-sheet/",
    "/sessions/{today}/participants/",
    "/sessions/{today}/participants/badges/",
    "/sessions/{today}/participants/sign-in-sheet/",
    "/e-mails/",
    "/e-mails/{email}/",
    "/e-mails/reminders/",
    "/e-mails/reminders/{reminder}/",
    "/history/idea/{idea}/",
    "/status/",
    "/privacy/consents/",
    "/privacy/leaving/",
    "/privacy/records/",
    "/imports/",
    "/imports/{checked}/",
    "/imports/{imported}/",
    "/calls/",
    "/calls/{call}/",
    "/applications/{application}/",
    "/applications/{application}/decide/",
    NOT_FOUND,
)
OPENING = "?format={format}&name=La+Transfo+2027&starts_on=2027-01-04"
FORMS = (
    "/formats/{draft}/reminders/exchange/",
    "/lab/settings/",
    "/sessions/new/",
    "/cohorts/{cohort}/new-days/",
    "/editions/{edition}/dossier/",
    "/open-edition/",
    "/open-edition/authorities/" + OPENING,
    "/open-edition/review/" + OPENING,
    "/cohorts/{cohort}/members/{member}/end/",
    "/cohorts/{cohort}/dossier/",
    "/cohorts/{cohort}/stakeholders/add/",
    "/sessions/{ahead}/move/",
    "/sessions/{ahead}/cancel/",
    "/sessions/{today}/attendance/",
    "/sessions/{today}/participants/walk-in/",
    "/sessions/{held}/report/",
    "/cohorts/{cohort}/canvases/new/",
    "/cohorts/{cohort}/canvases/import/",
    "/canvases/{blueprint}/texts/{step}/frontstage/",
    "/canvases/{blueprint}/steps/{step}/remove/",
    "/canvases/{blueprint}/copy/",
    "/ideas/new/",
    "/ideas/{implementing}/implemented/",
    "/ideas/{idea}/prototypes/new/",
    "/ideas/{idea}/split/",
    "/ideas/{idea}/decide/",
    "/ideas/{handed}/follow-ups/3/",
    "/challenges/{challenge}/links/",
    "/comments/{comment}/reply/",
    "/comments/{own_comment}/edit/",
    "/prototypes/{prototype}/tests/new/",
    "/trials/{planned}/lock/",
    "/trials/{locked}/log/",
    "/exchanges/{proposed}/move/",
    "/exchanges/{exchange}/cancel/",
    "/exchanges/{exchange}/guests/{guest}/remove/",
    "/imports/new/members/{cohort}/",
    "/imports/{imported}/undo/",
    "/files/idea/{idea}/add/",
    "/files/{picture}/edit/",
    "/files/{picture}/withdraw/",
)
READ = (
    "/cohorts/{ended}/assessment/",
    "/cohorts/{cohort}/",
    "/cohorts/{cohort}/board/",
    "/sessions/{today}/",
    "/ideas/{idea}/",
    "/exchanges/{exchange}/",
    "/exchanges/{exchange}/answer/",
    "/sessions/{today}/code/",
    "/rating-rounds/{open_round}/rate/",
    "/network/directory/",
    "/network/directory/mine/",
    "/network/visits/{visit}/",
)
ANSWERING = (
    "/",
    "/rates/",
    "/authorities/{authority}/",
    "/ideas/unconfirmed/",
    "/ideas/{implementing}/confirm/",
    "/ideas/{implementing}/implemented/",
)
PAGES = {"S": (*MAIN, *DETAILS, *FORMS), "M": (*MAIN, *OWN, *READ), "A": ANSWERING}
APPLYING = (
    "/public/en/calls/",
    "/public/fr/calls/{call}/",
    "/apply/{call}/",
    "{new}",
    "{draft}",
    "{draft}authority/",
    "{draft}need/",
    "{draft}people/",
    "{draft}documents/",
    "{sent}withdraw/",
    "{sent}erase/",
)
OUTSIDE = ("/accounts/login/", "/accounts/password/reset/", "/accessibility/", "/privacy/", "{stop}")
SCREENS = {"French phone in the light": (PHONE, "light"), "English desktop in the dark": (DESKTOP, "dark")}
WIDTH = """new Promise(resolve => {
    const width = () => resolve(document.documentElement.scrollWidth);
    if (document.querySelector(".chart-canvas")) setTimeout(width, 50); else width();
})"""
Faults = dict[str, list[str]]
OTHER = {"light": "dark", "dark": "light"}
FIND = "([context, options]) => axe.run(context, options).then(found => found.violations)"
# What every page has around its own content: it is checked on the main pages.
FRAME = ("header.phone-top", "nav.side", "nav.tabbar", "header.top form.search", "details.account")
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
TARGETS = {"rules": {"target-size": {"enabled": True}}}  # WCAG 2.2: axe leaves it out unless it is named


def unfold(page: Page) -> None:
    """Open everything folded and draw every chart."""
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    if page.locator(".chart-canvas").count():
        expect(page.locator(".chart-canvas svg")).to_be_visible()


def axe_result(page: Page, options: dict[str, object] | None = None, *, with_frame: bool = FULL) -> list[str]:
    """Return the findings of axe as `rule: target` lines, once all styles of the page are loaded.

    Frames of HTML are excluded: an e-mail is displayed in a sandbox without scripts, where axe makes the console warn.
    """
    page.wait_for_load_state()
    context = {"include": [["html"]], "exclude": [] if with_frame else [[part] for part in FRAME]}
    violations = page.evaluate(FIND, [context, {"resultTypes": ["violations"], "iframes": False, **(options or {})}])
    return [f"{fault['id']}: {node['target']}" for fault in violations for node in fault["nodes"]]


def too_wide(page: Page) -> list[str]:
    """Return how far the page scrolls sideways on phones, once charts have their new size."""
    found = []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        if (needed := page.evaluate(WIDTH)) > width:
            found.append(f"{needed} px wide on {width}")
    return found


def faults(page: Page, address: str, size: dict[str, int], scheme: str) -> list[str]:
    """Return the faults of one page; main pages are also checked in the other colour scheme."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    answer = page.goto(address)
    if not answer or answer.status != (404 if address == NOT_FOUND else 200):
        return [f"status {answer and answer.status}"]
    unfold(page)
    is_main = address in (*MAIN, *OUTSIDE)
    found = axe_result(page, TARGETS, with_frame=FULL or is_main)
    if is_main:
        page.emulate_media(color_scheme=OTHER[scheme])
        found += [f"{OTHER[scheme]}: {fault}" for fault in axe_result(page, COLOURS, with_frame=True)]
    return found + too_wide(page)


def with_new_templates(user: User, paths: Sequence[str], keys: Addresses, seen: set[str]) -> list[str]:
    """Return the addresses whose pages render a template that is not in `seen`, to which all their templates are added;
    with `FULL` set, all addresses.
    """
    client, found = Client(), []
    client.force_login(user)
    for path in paths:
        templates = {template.name for template in client.get(path.format(**keys)).templates}
        if FULL or templates - seen:
            found.append(path)
        seen |= templates
    return found


def in_turn(addresses: Sequence[str], screen: str) -> Sequence[str]:
    """Return every other page for this screen, and the rest for the other; with `FULL` set, all pages."""
    return addresses if FULL else addresses[list(SCREENS).index(screen) :: len(SCREENS)]


def walked(visit: Visit, user: User | None, paths: Sequence[str], keys: Addresses, screen: str) -> Faults:
    """Return the faults of each address that has any."""
    size, scheme = SCREENS[screen]
    page = visit(user, **size, reduced_motion="reduce")
    page.context.add_init_script(Axe().axe_script)
    found = {
        address: faults(page, address.format(**keys), size["viewport"], scheme) for address in in_turn(paths, screen)
    }
    return {address: wrong for address, wrong in found.items() if wrong}


def walked_as(roles: dict[str, Sequence[str]], visit: Visit, cast: Cast, keys: Addresses) -> Faults:
    """Return the faults of each page with a new template, as each role, on the screen whose turn it is."""
    seen: set[str] = set()
    found: Faults = {}
    for role, paths in roles.items():
        pages = with_new_templates(cast[role], paths, keys, seen)
        for screen in SCREENS:
            found |= {
                f"{role}, {screen}: {address}": wrong
                for address, wrong in walked(visit, cast[role], pages, keys, screen).items()
            }
    assert seen
    return found


@pytest.mark.usefixtures("clock")
def test_pages_are_accessible_and_fit_every_screen(visit):
    with registered(workshop()):
        cast, addresses = set_stage()
        assert walked_as(PAGES, visit, cast, addresses) == {}


@pytest.mark.usefixtures("clock", "transactional_db")
@pytest.mark.parametrize("screen", SCREENS)
def test_public_pages_are_accessible_and_fit_every_screen(visit, screen):
    states = {"new": "unconfirmed", "draft": "draft", "sent": "submitted"}
    keys: Addresses = {name: link_of(ApplicationFactory(state=state)) for name, state in states.items()}
    keys |= {"call": CallFactory().slug, "stop": urlsplit(unsubscribe_url(UserFactory().pk, ["exchange"])).path}
    assert walked(visit, None, (*OUTSIDE, *APPLYING), keys, screen) == {}
