"""A phone in a journey: its browser, and what its user does on the field page."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

from PIL import Image
from playwright.sync_api import BrowserContext, Page

from tests.journeys.network import NetworkProxy

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
# Everything that the browser stores, as anyone who takes the phone could read it.
STORED = """async () => {
    const open = indexedDB.open("labplatform-field");
    const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
    const all = (name) => new Promise((resolve) => {
        database.transaction(name).objectStore(name).getAll().onsuccess = (event) => resolve(event.target.result);
    });
    const rows = await Promise.all([...database.objectStoreNames].map(async (name) => [name, await all(name)]));
    database.close();
    return JSON.stringify([Object.fromEntries(rows), { ...localStorage }]);
}"""


class Device:
    """A phone whose browser `launch` starts; whether its storage survives a restart depends on that function."""

    def __init__(self, launch: Callable[[], BrowserContext], proxy: NetworkProxy) -> None:
        self.launch, self.proxy = launch, proxy
        self.context: BrowserContext | None = None
        self.complaints: list[str] = []

    def on(self) -> Page:
        self.context = self.launch()
        self.context.clock.set_fixed_time(NOW)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: message.type == "error" and self.hear(message.text))
        page.on("pageerror", lambda error: self.hear(str(error)))
        return page

    def hear(self, text: str) -> None:
        if "Failed to load resource" not in text:  # the browser's own remark that there is no network
            self.complaints.append(text)

    def off(self) -> None:
        if self.context:
            self.context.close()
        self.context = None


def photograph() -> bytes:
    """Return a picture as large as those of a phone: noise, which JPEG cannot compress."""
    out = BytesIO()
    Image.effect_noise((2600, 1900), 90).save(out, "JPEG")
    return out.getvalue()


def add_picture(page: Page) -> None:
    before = page.locator("#pictures > li").count()
    take_picture(page)
    describe_picture(page, before)


def take_picture(page: Page) -> None:
    page.set_input_files("#photo", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photograph()})


def describe_picture(page: Page, index: int = 0) -> None:
    line = page.locator("#pictures > li").nth(index)
    line.locator("[data-alt]").fill("La borne dans le hall")
    line.locator("[type=radio][value=no]").check()


def write(page: Page, learning: str, *, result: str = "not_met", **answers: str) -> None:
    for name, value in ({"participants": "12", "successes": "9"} | answers).items():
        page.fill(f"[name={name}]", value)
    page.locator(f"[name=result][value={result}]").check()
    page.fill("[name=learning]", learning)


def save(page: Page) -> None:
    page.click("#log [type=submit]:not(#save-later)")


def send_now(page: Page) -> None:
    """Press the button, even if the page is already sending and has hidden it."""
    page.dispatch_event("#send-now", "click")
