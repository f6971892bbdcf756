"""A booklet of a residency is ordered in the browser, made in the background, and opened as ODT and as PDF."""

from datetime import UTC, date, datetime
from pathlib import Path

import odfdo
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from accounts.models import User
from files.exports.writing import write_due_exports
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.files import AttachmentFactory
from tests.factories.programmes import EditionFactory, FormatFactory, ProgrammeFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.journeys.conftest import PHONE, Visit, follow, main, press
from tests.journeys.test_pages import axe_result, too_wide

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def pilot(transactional_db: None) -> User:
    """Return the pilot of a residency with a report, a picture that anyone may see, and an idea that was tested."""
    programme = ProgrammeFactory(family="residency", name_en="Residencies")
    residency_format = FormatFactory(programme=programme, months=6, onsite_weeks=3, phases=(("immersion", 0, 6),))
    edition = EditionFactory(programme=programme, format=residency_format, state="running")
    cohort = CohortFactory(edition=edition, name="Lycée des Embruns", slug="embruns", site="Lycée des Embruns")
    pilot = UserFactory(full_name="Maxime Embruns", language="en")
    MembershipFactory(cohort=cohort, user=pilot, role="pilot")
    report = "**What surprised us**\n\nNobody speaks of room.\n\n**Next steps**\n\n"
    SessionFactory(cohort=cohort, state="reported", date=date(2026, 11, 2), title="Settle in", report=report)
    idea = IdeaFactory(cohort=cohort, state="testing", title="Les clés", shared_with_edition=True)
    AttachmentFactory(about="idea", object_id=idea.pk, consent="nobody", alt_text="Trois clés")
    observation = {"observation": "They added a rule themselves."}
    TrialFactory(prototype=PrototypeFactory(idea=idea, title="Un trousseau"), state="concluded", **observation)
    return pilot


def order(page: Page, readers: str, file_format: str) -> None:
    """Fill in the form for a dossier and send it."""
    page.goto("/cohorts/embruns/")
    follow(page, "Make a dossier")
    page.get_by_role("radio", name=readers).check()
    page.get_by_role("radio", name=file_format).check()
    press(page, "Make the dossier")


def made(page: Page, folder: Path) -> Path:
    """Let the worker write the file while the page waits, and download it."""
    expect(main(page).locator("#progress")).to_contain_text("You can leave this page.")
    assert axe_result(page) + too_wide(page) == []
    assert write_due_exports(lambda: datetime.now(UTC)) == 1
    link = main(page).get_by_role("link", name="Download the file")
    expect(link).to_be_visible()  # without a reload
    assert axe_result(page) + too_wide(page) == []
    with page.expect_download() as saving:
        link.click()
    path = folder / saving.value.suggested_filename
    saving.value.save_as(path)
    return path


def test_booklet_is_ordered_made_and_opened(visit: Visit, pilot: User, tmp_path: Path):
    page = visit(pilot, **PHONE | {"locale": "en-GB"})
    page.context.add_init_script(Axe().axe_script)
    page.goto("/cohorts/embruns/")
    assert axe_result(page) + too_wide(page) == []  # the page of a residency
    order(page, "For the public", "PDF, to read and print")
    expect(page.get_by_role("alert").first).to_contain_text("Choose the licence")
    assert axe_result(page) + too_wide(page) == []
    page.get_by_label("Licence").select_option(label="Licence Ouverte / Open Licence 2.0")
    page.get_by_label("Thanks").fill("To the boarders.")
    press(page, "Make the dossier")
    path = made(page, tmp_path)
    assert path.name == "booklet-embruns-2026-11-24.pdf"
    reader = PdfReader(path)
    texts = " ".join("".join(sheet.extract_text() for sheet in reader.pages).split())
    assert reader.metadata is not None
    assert reader.metadata.title == "Booklet of a residency: Lycée des Embruns"
    assert "Notes on tests" in texts
    assert "They added a rule themselves." in texts
    assert "To the boarders." in texts
    assert "Nobody speaks of room." not in texts  # reports are for people inside the cohort

    order(page, "For our authority", "ODT, to change in LibreOffice or Word")
    odt = odfdo.Document(made(page, tmp_path))
    headings = [heading.inner_text for heading in odt.body.get_headers()]
    assert {"What surprised us", "Notes on tests"} <= set(headings)
    assert [text for text in headings if text.endswith(" Les clés")]
    assert "Next steps" not in headings  # a heading of the template without a text below it
    page.goto("/exports/")
    assert axe_result(page) + too_wide(page) == []
