"""Takes pictures of a running platform: `make pictures ADDRESS=… PASSWORD=…`.

The six main pages for each sign-in, desktop in English and phone in French, and the three pictures of the README.
`--smallest` takes those of a member's phone, and leaves the README's pictures alone.
"""

import argparse
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")  # the first has no windows of its own to draw
CHROMIUM = next((path for path in BROWSERS if Path(path).exists()), BROWSERS[-1])
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = ("/", "/programmes/", "/cohorts/", "/ideas/", "/exchanges/", "/rates/")
PLACES = {"desktop-en": (1280, 900, "en-GB"), "phone-fr": (390, 844, "fr-FR")}
README_PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
IMPLEMENTED = "/ideas/?state=implemented"


def sign_in(page: Page, base: str, who: str, password: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", f"{who}@demo.example")
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{base}/")


def take_screenshots(browser: Browser, base: str, password: str, folder: Path, *, who: str, place: str) -> None:
    width, height, locale = PLACES[place]
    context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
    page = context.new_page()
    sign_in(page, base, who, password)
    for path in PAGES:
        page.goto(base + path)
        name = path.strip("/") or "home"
        page.screenshot(path=folder / f"{who}-{place}-{name}.png", full_page=True)
    context.close()


def take_for_readme(browser: Browser, base: str, password: str) -> None:
    """Take the three pictures of the README: home and rates on a desktop, the timeline of an idea on a phone."""
    README_PICTURES.mkdir(parents=True, exist_ok=True)
    desktop = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    sign_in(desktop, base, "lab", password)
    for name, path in {"home": "/", "rates": "/rates/"}.items():
        desktop.goto(base + path)
        desktop.screenshot(path=README_PICTURES / f"{name}.png")
    phone = browser.new_page(viewport={"width": 390, "height": 844}, locale="en-GB")
    sign_in(phone, base, "member", password)
    phone.goto(base + IMPLEMENTED)
    phone.locator("tbody a[href^='/ideas/']").first.click()
    phone.locator("ol.idea-timeline").scroll_into_view_if_needed()
    phone.screenshot(path=README_PICTURES / "idea-phone.png")


def main(base: str, password: str, folder: Path, *, smallest: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    takes = [("member", "phone-fr")] if smallest else list(product(("lab", "member", "admin"), PLACES))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for who, place in takes:
            take_screenshots(browser, base, password, folder, who=who, place=place)
        if not smallest:
            take_for_readme(browser, base, password)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make pictures", description=__doc__)
    parser.add_argument("address")
    parser.add_argument("password")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("var/pictures"))
    parser.add_argument("--smallest", action="store_true")
    options = parser.parse_args()
    main(options.address.rstrip("/"), options.password, options.folder, smallest=options.smallest)
