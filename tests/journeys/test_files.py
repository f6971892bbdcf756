"""A member uploads a picture from a phone; others of the cohort see it; once withdrawn it is gone."""

from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from cohorts.models import Session
from tests.factories.cast import Cast, new_cast
from tests.factories.cohorts import SessionFactory
from tests.factories.files import PDF, AttachmentFactory, picture
from tests.full import only_in_full
from tests.journeys.conftest import DESKTOP, PHONE, Visit, follow, go, main, press

ENGLISH_PHONE = PHONE | {"locale": "en-GB"}


@pytest.fixture
def stage(clock: time_machine.Traveller, transactional_db: None) -> tuple[Cast, Session]:
    cast = new_cast()
    return cast, SessionFactory(cohort=cast.cohort, title="Atelier d’accueil")


def upload_picture(page: Page, *, words: str, camera: bool = False) -> None:
    """Fill in the form for one picture and submit it."""
    suffix = "camera" if camera else "1"
    chosen = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", (800, 600))}
    page.locator(f"#id_file_{suffix}").set_input_files(files=[chosen])
    page.locator(f"#id_alt_text_{suffix}").fill(words)
    page.get_by_label("People agreed to be seen by their own cohort").check()
    page.locator("#id_consent_until").fill("2027-11-30")
    press(page, "Add files")


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=only_in_full)], ids=["with JavaScript", "without"])
def test_a_picture_from_a_phone_is_seen_by_the_cohort_until_it_is_withdrawn(
    script: bool, visit: Visit, stage: tuple[Cast, Session]
):
    cast, session = stage
    phone = visit(cast["M"], **ENGLISH_PHONE, java_script_enabled=script)
    phone.goto(session.get_absolute_url())
    follow(phone, "Add files")
    expect(phone.locator("#id_file_camera")).to_be_visible()
    upload_picture(phone, words="Un mur de gommettes", camera=True)
    expect(main(phone).get_by_role("img", name="Un mur de gommettes")).to_be_visible()

    desk = visit(cast["P"], **DESKTOP)
    desk.goto(session.get_absolute_url())
    image = main(desk).get_by_role("img", name="Un mur de gommettes")
    image.scroll_into_view_if_needed()
    expect(image).not_to_have_js_property("naturalWidth", 0)
    address = image.get_attribute("src") or ""

    go(desk.get_by_role("link", name="Withdraw (Un mur de gommettes)"))
    desk.get_by_label("Why the file is withdrawn").fill("Une personne l’a demandé")
    press(desk, "Withdraw")
    expect(desk.get_by_text("The file is withdrawn: nobody sees it any more.")).to_be_visible()
    expect(image).to_have_count(0)
    assert desk.request.get(address).status == 404


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=only_in_full)], ids=["with JavaScript", "without"])
def test_a_form_that_comes_back_keeps_its_file_until_it_is_sent_again_or_removed(
    script: bool, visit: Visit, stage: tuple[Cast, Session]
):
    cast, session = stage
    page = visit(cast["M"], **DESKTOP, java_script_enabled=script)
    page.goto(f"/files/session/{session.pk}/add/")
    expect(page.locator("#id_file_camera")).to_be_hidden()
    expect(page.locator("label[for=id_alt_text_1]")).to_contain_text("required for pictures, unless decorative")
    upload_picture(page, words="")
    expect(page.get_by_role("alert")).to_contain_text("Describe in a sentence what the picture shows")
    expect(page.locator("#id_consent_until")).to_have_value("2027-11-30")
    expect(page.get_by_role("button", name="Remove “IMG_0001.jpg”")).to_be_visible()

    page.locator("#id_alt_text_1").fill("Un mur de gommettes")
    press(page, "Add files")
    expect(main(page).get_by_role("img", name="Un mur de gommettes")).to_be_visible()

    page.goto(f"/files/session/{session.pk}/add/")
    upload_picture(page, words="")
    expect(page.get_by_role("alert")).to_contain_text("Describe in a sentence what the picture shows")
    page.locator("#id_consent_held").fill("Classeur")
    go(page.get_by_role("button", name="Remove “IMG_0001.jpg”"))
    expect(page.get_by_role("button", name="Remove “IMG_0001.jpg”")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("#id_consent_held")).to_have_value("Classeur")
    expect(page.locator("#id_file_1")).to_be_visible()


def test_enter_in_a_field_of_a_form_with_a_file_sends_it_and_removes_nothing(visit: Visit, stage: tuple[Cast, Session]):
    cast, session = stage
    page = visit(cast["M"], **DESKTOP)
    page.goto(f"/files/session/{session.pk}/add/")
    upload_picture(page, words="")
    page.locator("#id_alt_text_1").fill("Un mur de gommettes")
    with page.expect_navigation():
        page.locator("#id_consent_held").press("Enter")
    expect(main(page).get_by_role("img", name="Un mur de gommettes")).to_be_visible()


def test_a_picture_opened_by_itself_leaves_the_console_empty(visit: Visit, stage: tuple[Cast, Session]):
    """The browser displays it with style attributes, which its policy allows and nothing more."""
    cast, session = stage
    row = AttachmentFactory(of=session)
    page = visit(cast["M"], **DESKTOP)
    page.goto(row.get_absolute_url())
    assert page.locator("img").evaluate("image => image.naturalWidth") == 60


def test_a_document_is_saved_as_it_was_sent(visit: Visit, stage: tuple[Cast, Session], tmp_path: Path):
    cast, session = stage
    page = visit(cast["M"], **DESKTOP)
    page.goto(f"/files/session/{session.pk}/add/")
    page.get_by_label("Nobody can be recognised").check()
    page.locator("#id_file_1").set_input_files(
        files=[{"name": "plan.pdf", "mimeType": "application/pdf", "buffer": PDF}]
    )
    press(page, "Add files")
    with page.expect_download() as saving:
        main(page).get_by_role("link", name="plan.pdf", exact=True).click()
    saving.value.save_as(tmp_path / "saved")
    assert (saving.value.suggested_filename, (tmp_path / "saved").read_bytes()) == ("plan.pdf", PDF)
