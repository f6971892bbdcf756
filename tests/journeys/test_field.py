"""In the field, on a phone: a test is logged without network, and arrives once whatever happens on the way."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from cohorts.models import Membership
from files.models import Attachment
from prototypes.models import FieldNote, Trial
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.files import picture
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.journeys.conftest import PHONE, sign_in
from tests.journeys.wire import Wire, wired
from tests.pictures import CHROMIUM, FLAGS

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture
def member() -> Membership:
    return MembershipFactory(cohort=CohortFactory(name="Rivage", code="RIV"), user__language="fr")


@pytest.fixture
def trials(member: Membership) -> list[Trial]:
    """Three locked tests."""
    idea = IdeaFactory(cohort=member.cohort, state="testing", title="Accueil en mairie")
    return [
        TrialFactory(prototype=PrototypeFactory(idea=idea, title=title), state="locked")
        for title in ("Borne en carton", "Panneau", "Formulaire")
    ]


@pytest.fixture
def wire(live_server: LiveServer) -> Iterator[Wire]:
    with wired(int(live_server.url.rsplit(":", 1)[1])) as cable:
        yield cable


Phone = Callable[[], Page]


class Device:
    """A phone: its browser can be killed and started again, and keeps what it had."""

    def __init__(self, playwright: Playwright, folder: Path, wire: Wire) -> None:
        self.playwright, self.folder, self.wire = playwright, folder, wire
        self.context: BrowserContext | None = None
        self.complaints: list[str] = []

    def on(self) -> Page:
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=CHROMIUM, args=FLAGS, base_url=self.wire.url, **PHONE
        )
        self.context.clock.set_fixed_time(NOW)
        page = self.context.pages[0]
        page.set_default_timeout(20_000)
        page.on("console", lambda message: self.hear(message.text))
        page.on("pageerror", lambda error: self.hear(str(error)))
        return page

    def hear(self, text: str) -> None:
        if "Content Security Policy" in text or "Error:" in text:
            self.complaints.append(text)

    def off(self) -> None:
        if self.context:
            self.context.close()
        self.context = None


@pytest.fixture
def device(playwright: Playwright, tmp_path: Path, wire: Wire) -> Iterator[Device]:
    phone = Device(playwright, tmp_path / "phone", wire)
    yield phone
    phone.off()
    assert phone.complaints == []


def prepared(device: Device, member: Membership) -> Page:
    """Signed in, and the page kept for days without network."""
    page = device.on()
    sign_in(page, member.user)
    page.goto("/field/")
    expect(page.get_by_text("From now on this page opens without network.")).to_be_visible()
    expect(page.locator("#trial option")).not_to_have_count(0)
    return page


def drafts(page: Page) -> list[str]:
    """The states of the drafts the page lists, oldest first."""
    return [line.get_attribute("data-state") or "" for line in page.locator("#drafts > li").all()][::-1]


def add_picture(page: Page, colour: tuple[int, int, int] = (20, 90, 70), size: tuple[int, int] = (900, 600)) -> None:
    before = page.locator("#pictures > li").count()
    image = picture(colour=colour, size=size)
    page.set_input_files("#photo", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": image})
    line = page.locator("#pictures > li").nth(before)
    line.locator("[data-alt]").fill("La borne dans le hall")
    line.locator("[type=radio][value=no]").check(force=True)


def write(page: Page, learning: str, **answers: str) -> None:
    for name, value in ({"participants": "12", "successes": "9"} | answers).items():
        page.fill(f"[name={name}]", value)
    page.locator("[name=result][value=not_met]").check(force=True)
    page.fill("[name=learning]", learning)


def save(page: Page) -> None:
    page.click("#log [type=submit]:not(#save-later)")


def test_a_test_is_logged_with_network(device: Device, member: Membership, trials: list[Trial]):
    page = prepared(device, member)
    page.select_option("#trial", str(trials[0].pk))
    write(page, "Les pictogrammes aident.")
    add_picture(page)
    save(page)
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    trials[0].refresh_from_db()
    assert (trials[0].state, trials[0].result, trials[0].learning) == (
        "concluded",
        "not_met",
        "Les pictogrammes aident.",
    )
    assert Attachment.objects.get().alt_text == "La borne dans le hall"
