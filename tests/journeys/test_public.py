"""A pilot publishes an idea with a picture, a visitor reads it, the consent ends, and the admin withdraws the page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from publications.models import Publication
from tests.factories.cast import new_cast
from tests.factories.figures import FiguresConsentFactory
from tests.factories.files import AttachmentFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.factories.publications import TEXTS, ApprovalRuleFactory
from tests.journeys.conftest import PHONE, Visit, go
from tests.journeys.test_pages import axe_result

PICTURE = "A message on a phone"


def test_idea_is_published_and_withdrawn(visit: Visit, clock: Any, settings: Any, tmp_path: Path):
    settings.FILES_DIR = tmp_path
    cast = new_cast()
    ApprovalRuleFactory()
    idea = IdeaFactory(cohort=cast.cohort, state="testing", title="Le rendez-vous")
    TrialFactory(prototype=PrototypeFactory(idea=idea, state="in_test"), state="concluded")
    AttachmentFactory(about="idea", of=idea, consent="public")
    pilot, admin, visitor = visit(cast["P"]), visit(cast["A"]), visit(None, **PHONE)

    pilot.goto(idea.get_absolute_url())
    go(pilot.get_by_role("link", name="Prepare the page"))
    write_texts(pilot)
    choose_picture(pilot)
    go(pilot.get_by_role("link", name="Submit for approval").first)
    go(pilot.get_by_role("button", name="Submit"))
    expect(pilot.get_by_text("The lab asks for a second person")).to_be_visible()

    admin.goto(Publication.objects.get().get_absolute_url())
    go(admin.get_by_role("link", name="Publish"))
    expect(admin.get_by_text("cannot be called back")).to_be_visible()
    go(admin.get_by_role("button", name="Publish"))
    expect(admin.get_by_text("It is public.")).to_be_visible()

    visitor.context.add_init_script(Axe().axe_script)
    visitor.goto("/public/")
    go(visitor.get_by_role("link", name=TEXTS["title_fr"]))
    expect(visitor.get_by_role("heading", name=TEXTS["title_fr"])).to_be_visible()
    go(visitor.get_by_role("link", name="English"))
    expect(visitor.get_by_role("img", name=PICTURE)).to_be_visible()
    go(visitor.get_by_role("link", name="Open data"))
    expect(visitor.get_by_role("link", name="publications.csv")).to_be_visible()
    assert axe_result(visitor) == []
    visitor.go_back()
    assert visitor.context.cookies() == []
    assert axe_result(visitor) == []

    clock.move_to(datetime(2027, 12, 1, 9, tzinfo=UTC))  # a day after the last day of the consent
    visitor.goto(f"{visitor.url}?fresh")
    expect(visitor.get_by_role("heading", name=TEXTS["title_en"])).to_be_visible()
    expect(visitor.get_by_role("img", name=PICTURE)).to_have_count(0)

    clock.move_to(datetime(2026, 11, 24, 10, tzinfo=UTC))
    admin.goto(Publication.objects.get().get_absolute_url())
    go(admin.get_by_role("link", name="Withdraw from the public"))
    admin.get_by_label("Reason").fill("The service has changed")
    go(admin.get_by_role("button", name="Withdraw"))
    answer = visitor.goto(visitor.url.removesuffix("?fresh"))
    assert answer is not None
    assert answer.status == 410
    expect(visitor.get_by_role("heading", name="This page was withdrawn")).to_be_visible()


def test_another_site_shows_the_card_of_figures(visit: Visit, live_server: Any, tmp_path: Path):
    cast = new_cast()
    IdeaFactory(cohort=cast.cohort, state="implemented")
    FiguresConsentFactory(cohort=cast.cohort, audience="public")
    figures, sentence = f"{live_server.url}/public/en/figures/", "The one idea accepted is implemented."
    frames = f'<iframe src="{figures}card/"></iframe>'
    (tmp_path / "index.html").write_text(f'<!doctype html><html lang="en"><title>A town</title>{frames}')
    with other_site(tmp_path) as address:
        visitor = visit(None, **PHONE)
        visitor.goto(address)
        expect(visitor.frame_locator("iframe").get_by_text(sentence)).to_be_visible()
    visitor.goto(f"{figures}embed/")
    expect(visitor.frame_locator("iframe").get_by_text(sentence)).to_be_visible()
    visitor.get_by_label("Figures of").select_option(label=f"{cast.cohort.authority} — {cast.cohort.edition}")
    visitor.get_by_role("button", name="Show the card").click()
    visitor.wait_for_url("**/embed/?show=cohorts%2F*")
    expect(visitor.frame_locator("iframe").get_by_text(sentence)).to_be_visible()
    assert Axe().run(visitor).response["violations"] == []
    assert visitor.context.cookies() == []


@contextmanager
def other_site(folder: Path) -> Iterator[str]:
    """Serve a folder on a port of its own, which browsers take for another site; yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SilentHandler, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


class SilentHandler(SimpleHTTPRequestHandler):
    """Serves files and prints nothing."""

    def log_message(self, *_arguments: object) -> None:
        """Print nothing."""


def write_texts(page: Page) -> None:
    """Fill in the texts in both languages, and save the draft."""
    for part in ("Title", "Summary", "Text"):
        for language, code in (("French", "fr"), ("English", "en")):
            page.get_by_label(f"{part} in {language}").fill(TEXTS[f"{part.lower()}_{code}"])
    go(page.get_by_role("button", name="Save draft"))


def choose_picture(page: Page) -> None:
    """Choose the one picture of the idea, and describe it."""
    go(page.get_by_role("link", name="Choose pictures"))
    page.get_by_label("Show “atelier.jpg”").check()
    page.get_by_label("What it shows, in English").fill(PICTURE)
    go(page.get_by_role("button", name="Save"))
