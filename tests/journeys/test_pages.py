"""Every kind of page for those who see it: no accessibility fault in either language, light or dark; it fits phones.

The two screens share the pages; `make whole` looks at each on both.
"""

import os
from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from notifications.emails.links import stop_address
from tests.factories.notifications import registered, workshop
from tests.journeys.conftest import DESKTOP, PHONE, Visit
from tests.journeys.stage import Addresses, set_stage

MAIN = ("/", "/programmes/", "/cohorts/", "/sessions/", "/ideas/", "/exchanges/", "/rates/", "/network/")
OWN = (
    "/log/?all",
    "/letters/mine/",
    "/letters/preferences/",
    "/account/",
    "/account/calendar/revoke/",
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
    "/editions/compare/",
    "/teams/",
    "/editions/{edition}/lessons/",
    "/authorities/",
    "/authorities/{authority}/",
    "/calendar-periods/",
    "/cohorts/{cohort}/",
    "/cohorts/{cohort}/members/",
    "/cohorts/{cohort}/stakeholders/",
    "/cohorts/{cohort}/innovation-team/",
    "/cohorts/{ended}/assessments/",
    "/sessions/{past}/",
    "/challenges/{challenge}/",
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
    "/ideas/{idea}/comments/",
    "/comments/{comment}/",
    "/prototypes/{prototype}/",
    "/trials/{concluded}/",
    "/exchanges/{exchange}/",
    "/exchanges/{proposed}/",
    "/exchanges/{exchange}/needs/all/",
    "/exchanges/{exchange}/guests/",
    "/letters/",
    "/letters/{letter}/",
    "/letters/reminders/{reminder}/",
    "/history/idea/{idea}/",
    "/status/",
    "/privacy/consents/",
    "/privacy/leaving/",
    "/privacy/records/",
    "/ideas/999999/",
)
OPENING = "?format={format}&name=La+Transfo+2027&starts_on=2027-01-04"
FORMS = (
    "/formats/{draft}/letters/exchange/",
    "/open-edition/",
    "/open-edition/authorities/" + OPENING,
    "/open-edition/review/" + OPENING,
    "/cohorts/{cohort}/members/{member}/end/",
    "/cohorts/{cohort}/stakeholders/add/",
    "/sessions/{ahead}/move/",
    "/sessions/{ahead}/cancel/",
    "/sessions/{today}/attendance/",
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
    "/comments/{comment}/answer/",
    "/comments/{own_comment}/edit/",
    "/prototypes/{prototype}/tests/new/",
    "/trials/{planned}/lock/",
    "/trials/{locked}/log/",
    "/exchanges/{proposed}/move/",
    "/exchanges/{exchange}/cancel/",
    "/exchanges/{exchange}/guests/{guest}/remove/",
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
)
ANSWERING = (
    "/",
    "/rates/",
    "/authorities/{authority}/",
    "/ideas/unconfirmed/",
    "/ideas/{implementing}/confirm/",
    "/ideas/{implementing}/implemented/",
)
PAGES = {"S": (*MAIN, *DETAILS), "M": (*MAIN, *OWN, *READ), "A": ANSWERING}
OUTSIDE = ("/accounts/login/", "/accounts/password/reset/", "/accessibility/", "/privacy/", "{stop}")
SCREENS = {"French phone in the light": (PHONE, "light"), "English desktop in the dark": (DESKTOP, "dark")}
WIDTH = """new Promise(told => {
    const width = () => told(document.documentElement.scrollWidth);
    if (document.querySelector(".chart-canvas")) setTimeout(width, 50); else width();
})"""
Faults = dict[str, list[str]]
OTHER = {"light": "dark", "dark": "light"}
FIND = "options => axe.run(document, options).then(found => found.violations)"
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
TARGETS = {"rules": {"target-size": {"enabled": True}}}  # WCAG 2.2: axe leaves it out unless it is named


def unfold(page: Page) -> None:
    """Everything folded is open, every chart drawn."""
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    if page.locator(".chart-canvas").count():
        expect(page.locator(".chart-canvas svg")).to_be_visible()


def seen(page: Page, options: dict[str, object] | None = None) -> list[str]:
    """What axe finds, as `rule: target` lines, once all styles of a page that a form led to have come.

    Frames are left out: an e-mail is shown in a sandbox that runs no script, and asking it makes the console warn.
    """
    page.wait_for_load_state()
    violations = page.evaluate(FIND, {"resultTypes": ["violations"], "iframes": False, **(options or {})})
    return [f"{fault['id']}: {node['target']}" for fault in violations for node in fault["nodes"]]


def too_wide(page: Page) -> list[str]:
    """How far the page scrolls sideways on phones, once charts have taken their new size."""
    found = []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        if (needed := page.evaluate(WIDTH)) > width:
            found.append(f"{needed} px wide on {width}")
    return found


def faults(page: Page, address: str, size: dict[str, int], scheme: str) -> list[str]:
    """What is wrong with one page; the main ones are seen in the other colours too."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    unfold(page)
    found = seen(page, TARGETS)
    if address in (*MAIN, *OUTSIDE):
        page.emulate_media(color_scheme=OTHER[scheme])
        found += [f"{OTHER[scheme]}: {fault}" for fault in seen(page, COLOURS)]
    return found + too_wide(page)


def in_turn(addresses: Sequence[str], screen: str) -> Sequence[str]:
    """Every other page on this screen, and the rest on the other one; with `WHOLE` in the environment all on both."""
    return addresses if os.environ.get("WHOLE") else addresses[list(SCREENS).index(screen) :: len(SCREENS)]


def walked(visit: Visit, user: User | None, addresses: Sequence[str], known: Addresses, screen: str) -> Faults:
    """The faults of each address that has some."""
    size, scheme = SCREENS[screen]
    page = visit(user, **size, reduced_motion="reduce")
    page.context.add_init_script(Axe().axe_script)
    found = {
        address: faults(page, address.format(**known), size["viewport"], scheme)
        for address in in_turn(addresses, screen)
    }
    return {address: wrong for address, wrong in found.items() if wrong}


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("letter", PAGES)
def test_pages_have_no_accessibility_fault_and_fit_every_screen(visit, letter, screen):
    with registered(workshop()):
        cast, known = set_stage()
        assert walked(visit, cast[letter], PAGES[letter], known, screen) == {}


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("screen", SCREENS)
def test_nor_have_forms(visit, screen):
    with registered(workshop()):
        cast, known = set_stage()
        assert walked(visit, cast["S"], FORMS, known, screen) == {}


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("screen", SCREENS)
def test_nor_have_those_open_to_everyone(visit, screen):
    stop = urlsplit(stop_address(1, ["exchange"])).path
    assert walked(visit, None, OUTSIDE, {"stop": stop}, screen) == {}
