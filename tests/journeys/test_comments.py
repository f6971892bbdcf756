"""Comments on an idea: in place with completed names where scripts run, by plain forms where they do not."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from comments.models import Comment, Mention
from prototypes.models import Idea
from tests.factories.cast import Cast, new_cast
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import IdeaFactory
from tests.journeys.conftest import DESKTOP, PHONE, main, press, press_in_place
from tests.journeys.test_pages import axe_result

HARM = "<img src=x onerror=\"document.title='harm'\"> [a](javascript:document.title='harm')"


@pytest.fixture
def cast(clock: object) -> Cast:
    cast = new_cast()
    for person in cast.people.values():
        person.language = "en"
        person.save()
    return cast


@pytest.fixture
def idea(cast: Cast) -> Idea:
    idea = IdeaFactory(cohort=cast.cohort, owner=cast["M"], state="accepted")
    CommentFactory(idea=idea, written_by=cast["P"], text=HARM)
    return idea


def comments(page: Page) -> list[str]:
    return page.locator("#comments .comment .prose").all_inner_texts()


def test_name_is_completed_by_keyboard_and_the_comment_appears_in_place(visit, cast: Cast, idea: Idea):
    page = visit(cast["R"], **DESKTOP)
    page.goto(idea.get_absolute_url())
    field = page.get_by_role("textbox", name="Your comment")
    field.press_sequentially("Look, @pil")
    names = page.get_by_role("listbox")
    expect(names.get_by_role("option")).to_have_text(["Pilot Rivage"])
    field.press("Enter")
    field.press_sequentially("please")
    expect(field).to_have_value("Look, @Pilot Rivage please")
    press_in_place(page, "Comment")
    expect(page.locator("#comments .comment")).to_have_count(2)
    expect(page.locator("#comments .comment").last).to_be_focused()
    expect(page.locator("#comments .comment").last.locator(".mention")).to_have_text("@Pilot Rivage")
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("")
    assert (page.title() == "harm", page.url.endswith(f"/ideas/{idea.pk}/")) == (False, True)
    assert Mention.objects.get().person == cast["P"]


def test_escape_and_a_deleted_name_leave_nobody_mentioned(visit, cast: Cast, idea: Idea):
    page = visit(cast["R"], **PHONE)
    page.goto(idea.get_absolute_url())
    field = page.get_by_role("textbox", name="Your comment")
    field.press_sequentially("@pil")
    expect(page.get_by_role("option")).to_have_text(["Pilot Rivage"])
    field.press("ArrowDown")
    field.press("Tab")
    expect(page.get_by_role("checkbox", name="Pilot Rivage")).to_be_checked()
    field.fill("Nobody, @")
    expect(page.get_by_role("listbox")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Pilot Rivage")).not_to_be_checked()
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    press_in_place(page, "Comment")
    expect(page.locator("#comments .comment")).to_have_count(2)
    assert Mention.objects.count() == 0


def test_without_javascript_people_are_ticked_and_no_text_is_lost(visit, cast: Cast, idea: Idea):
    page = visit(cast["R"], **PHONE, java_script_enabled=False)
    page.goto(idea.get_absolute_url())
    page.get_by_role("textbox", name="Your comment").fill("What do you think?")
    press(page, "Choose who is notified")
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("What do you think?")
    page.get_by_role("checkbox", name="Pilot Rivage").check()
    press(page, "Comment")
    expect(page).to_have_url(re.compile(rf"/ideas/{idea.pk}/#comment-\d+$"))
    comment = Comment.objects.latest("pk")
    expect(page).to_have_url(f"/ideas/{idea.pk}/#comment-{comment.pk}")
    expect(main(page).locator(f"#comment-{comment.pk}")).to_contain_text("For the attention of Pilot Rivage")
    assert (comments(page)[-1], comment.mentions.get().person) == ("What do you think?", cast["P"])


def test_open_list_of_names_is_accessible(visit, cast: Cast, idea: Idea):
    page = visit(cast["R"], **PHONE, reduced_motion="reduce")
    page.context.add_init_script(Axe().axe_script)
    page.goto(idea.get_absolute_url())
    page.get_by_role("textbox", name="Your comment").press_sequentially("@r")
    expect(page.get_by_role("listbox")).to_be_visible()
    assert axe_result(page) == []
