"""From the field to a challenge: a note in seconds on a phone, notes grouped into an insight, and its challenge."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cohorts.models import Membership
from fieldwork.insights import actions
from fieldwork.models import Insight, Note
from files.models import Attachment
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.fieldwork import InsightFactory, NoteFactory, wav
from tests.journeys.conftest import PHONE, follow, go, main, press


@pytest.fixture
def member(transactional_db: None) -> Membership:
    user = MembershipFactory(cohort=CohortFactory(name="Rivage", slug="rivage"))
    user.user.language = "en"
    user.user.save()
    return user


def test_a_verbatim_is_noted_in_the_notebook_on_a_phone(visit, member):
    page = visit(member.user, **PHONE)
    page.goto("/")
    page.get_by_role("button", name="Menu").click()
    go(page.get_by_label("Main").get_by_role("link", name="Field notebook"))
    expect(main(page)).to_contain_text("Write down a quote")
    assert Axe().run(page).violations_count == 0
    follow(page, "Write down a quote word for word")
    assert Axe().run(page).violations_count == 0
    expect(page.locator("[name=text]")).to_be_focused()
    page.keyboard.type("Je suis venue trois fois.")
    page.get_by_text("The person agrees", exact=True).click()
    press(page, "Save the note")
    note = Note.objects.get()
    expect(main(page)).to_contain_text(note.printed_code)
    expect(page.locator(".note-lines")).to_contain_text("Je suis venue trois fois.")
    assert (note.consent, page.evaluate("document.documentElement.scrollWidth")) == ("cohort", 390)


def test_a_recording_that_was_chosen_is_sent_as_sound_alone(visit, member):
    page = visit(member.user, **PHONE)
    page.goto("/cohorts/rivage/notebook/voice/")
    stereo = wav(seconds=2, rate=44_100, channels=2, extra=b"LIST\x0e\0\0\0INFOIART\x02\0\0\0M\0")
    page.set_input_files("[name=file_1]", {"name": "memo.wav", "mimeType": "audio/wav", "buffer": stereo})
    expect(main(page)).to_contain_text("Recorded: 2 seconds")
    assert Axe().run(page).violations_count == 0
    press(page, "Save the note")
    expect(page).to_have_url(re.compile(r"/notebook/$"))
    assert Attachment.objects.get().size == pytest.approx(64_044, abs=200)


def sheets(page: Page) -> list[tuple[int, int]]:
    """Return width and height of each printed sheet in points."""
    found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    return [(round(float(width)), round(float(height))) for width, height in found]


def place(page: Page, insight: Insight) -> Any:
    return page.locator(f"#insight-{insight.pk}")


def test_notes_become_an_insight_and_a_challenge(visit, member):
    insight = InsightFactory(cohort=member.cohort, title="")
    notes = [NoteFactory(cohort=member.cohort, kind=kind) for kind in ("verbatim", "observation", "verbatim")]
    page = visit(member.user)
    page.goto("/cohorts/rivage/insights/")
    assert Axe().run(page).violations_count == 0

    cards = page.locator(".to-sort .note-card")
    cards.first.drag_to(place(page, insight))
    expect(place(page, insight).locator(".note-card")).to_have_count(1)
    actions.move_note(note=notes[0], insight=insight, by=member.user)  # someone else, meanwhile
    page.locator(f"[data-move='/notes/{notes[0].pk}/move/']").drag_to(page.locator(".drop-new"))
    expect(page.locator("#board .message")).to_contain_text("Someone else moved this note")

    page.locator(f"[data-move='/notes/{notes[1].pk}/move/'] a").last.focus()  # by keyboard alone
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator(f"[name=insight][value='{insight.pk}']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(place(page, insight).locator(".note-card")).to_have_count(3)
    expect(place(page, insight)).to_contain_text("3 notes, 2 kinds of sources")

    follow(page, "Name the insight")
    page.fill("[name=title]", "Les sigles égarent")
    press(page, "Save")
    go(place(page, insight).get_by_role("link", name="Turn into a challenge Les sigles égarent"))
    page.fill("[name=title]", "Trouver le bon guichet")
    press(page, "Add the challenge")
    expect(page).to_have_url(re.compile(r"/challenges/\d+/$"))
    expect(main(page)).to_contain_text("Les sigles égarent")
    page.goto("/cohorts/rivage/insights/")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert sheets(page) == [(1191, 842)]
