"""A real Chromium against a live server; every console message and uncaught page error fails its journey."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, WebError, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from cohorts.models import Membership
from prototypes.models import Trial
from tests.factories.cast import TODAY
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.factories.sink import Sink, receiving_server
from tests.journeys.network import NetworkProxy, network_proxy
from tests.journeys.phone import Device
from tools.pictures import CHROMIUM, FLAGS

PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "fr-FR", "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}
# One process draws the pages of all contexts, and the pictures too: to start one for each context took a seventh of the
# processor of a journey.
ONE_PROCESS = (
    "--process-per-site",
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
    "--in-process-gpu",
)
PASSWORD = "a long demonstration word"
IN_2096 = 4_000_000_000  # seconds since 1970: later than the clock of any browser
PATIENCE = 30_000  # milliseconds: how long a busy machine may take

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.flaky(reruns=1))  # printed as RERUN; decision 63
            if not Path(CHROMIUM).exists():
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed: browser journeys were not run"))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Start one for all journeys: a second cannot start in the same process."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *ONE_PROCESS])
    yield browser
    browser.close()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_cached() -> Iterator[None]:
    """As in production, a browser requests each file once. A year, because the server's clock is set days away."""
    serve = StaticFilesHandler.serve

    def serve_immutable(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        answer = serve(self, request)
        answer.headers["Cache-Control"] = "max-age=31536000, immutable"
        return answer

    StaticFilesHandler.serve = serve_immutable  # type: ignore[method-assign]
    yield
    StaticFilesHandler.serve = serve  # type: ignore[method-assign]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Set the server's clock to Tuesday 24 November 2026, 10:00 in Paris; the browser's clock is unaffected."""
    with time_machine.travel(f"{TODAY}T09:00:00+00:00", tick=True) as traveller:
        yield traveller


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Return a blank page of a new browser context, signed in if `user` is given; keyword arguments go to the context.

    The first address is opened by the test: many begin elsewhere than on the home page.
    """
    complaints: list[str] = []
    contexts = []

    def record_message(message: ConsoleMessage) -> None:
        if not is_own_answer(message):
            complaints.append(f"{message.type}: {message.text}")

    def record_error(error: WebError) -> None:
        complaints.append(f"page error: {error.error}")

    def opened(user: User | None = None, **options: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, **(options or DESKTOP))
        contexts.append(context)
        context.on("console", record_message)
        context.on("weberror", record_error)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if user is not None:
            context.add_cookies([{"url": live_server.url, **session_of(user)}])
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def is_own_answer(message: ConsoleMessage) -> bool:
    """Return whether the console message is the browser's own, about a page that was refused or not found."""
    page, text = message.page, message.text
    if text.startswith(("Failed to load", "Response Status Error")) and re.search(r"\b401\b", text):
        return True
    return bool(page and text.startswith("Failed to load") and message.location["url"] == page.url)


def session_of(user: User) -> dict[str, Any]:
    """Return the cookie of a signed-in user, which a restart of the browser does not end; `sign_in` uses the form."""
    client = Client()
    client.force_login(user, backend=configured.AUTHENTICATION_BACKENDS[0])
    name = configured.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "expires": IN_2096}


def sign_in(page: Page, user: User) -> None:
    """Sign in through the form; ends on the home page."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("/")


def main(page: Page) -> Locator:
    """Return the page without its menu."""
    return page.locator("main")


def go(control: Locator) -> None:
    """Click a link or a button that leads to another page, and wait until that page is complete.

    A click alone may return while the old page is still there, or the new one half read: what a test read then would
    depend on how busy the machine is.
    """
    with control.page.expect_navigation():
        control.click()


def press(page: Page, name: str) -> None:
    """Press a button that leads to another page."""
    go(main(page).get_by_role("button", name=name, exact=True))


def press_in_place(page: Page, name: str) -> None:
    """Press a button that changes a part of the page; the test waits for what it brings."""
    main(page).get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follow the first link of that name to its page."""
    go(main(page).get_by_role("link", name=name, exact=True).first)


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """Run a real SMTP server on this machine, with settings that point to it."""
    with receiving_server(settings) as server:
        yield server


@pytest.fixture
def member() -> Membership:
    return MembershipFactory(cohort=CohortFactory(name="Rivage", code="RIV"), user__language="fr")


@pytest.fixture
def trials(member: Membership) -> list[Trial]:
    """Return three locked tests."""
    idea = IdeaFactory(cohort=member.cohort, state="testing", title="Accueil en mairie")
    return [
        TrialFactory(prototype=PrototypeFactory(idea=idea, title=title), state="locked")
        for title in ("Borne en carton", "Panneau", "Formulaire")
    ]


@pytest.fixture
def proxy(live_server: LiveServer) -> Iterator[NetworkProxy]:
    with network_proxy(int(live_server.url.rsplit(":", 1)[1])) as cable:
        yield cable


@contextmanager
def used(phone: Device) -> Iterator[Device]:
    """Turn the phone off at the end; its browser must have had nothing to complain about."""
    yield phone
    phone.off()
    assert phone.complaints == []


@pytest.fixture
def device(chromium: Browser, proxy: NetworkProxy) -> Iterator[Device]:
    """A phone that stays on."""
    options = PHONE | {"base_url": proxy.url, "reduced_motion": "reduce"}
    with used(Device(partial(chromium.new_context, **options), proxy)) as phone:
        yield phone


@pytest.fixture
def restartable_device(playwright: Playwright, tmp_path: Path, proxy: NetworkProxy) -> Iterator[Device]:
    """A phone with a browser of its own, which can be killed and restarted, and keeps its storage."""
    options = PHONE | {"base_url": proxy.url, "reduced_motion": "reduce", "executable_path": CHROMIUM, "args": FLAGS}
    launch = partial(playwright.chromium.launch_persistent_context, tmp_path / "phone", **options)
    with used(Device(launch, proxy)) as phone:
        yield phone


def prepared(device: Device, member: Membership) -> Page:
    """Return the device of a signed-in member, with the page stored for days without a network."""
    page = device.on()
    page.context.add_cookies([{"url": device.proxy.url, **session_of(member.user)}])
    page.goto("/field/#test")
    expect(page.locator("#ready")).to_be_visible()
    expect(page.locator("#trial option")).not_to_have_count(0)
    return page
