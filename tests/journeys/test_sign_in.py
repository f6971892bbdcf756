"""Sign-in without JavaScript, and by keyboard only."""

import re

from django.conf import settings as configured
from playwright.sync_api import Page, expect

from accounts.models import User
from prototypes.models import Idea, IdeaEvent
from tests.factories.accounts import UserFactory
from tests.factories.canvases import drawn
from tests.factories.cohorts import MembershipFactory
from tests.journeys.conftest import PASSWORD, PHONE, main, press, press_in_place, sign_in


def test_person_signs_in_chooses_english_and_signs_out_without_javascript(visit):
    page = visit(**PHONE, java_script_enabled=False)
    sign_in(page, UserFactory(full_name="Camille Démo"))
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.goto("/account/")
    page.select_option("select[name=language]", "en")
    page.click("main form button[type=submit]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/accounts/logout/")
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_person_signs_in_by_keyboard_only(visit):
    user = UserFactory()
    page = visit()
    page.goto("/accounts/login/")
    page.focus("input[name=login]")
    page.keyboard.type(user.email)
    page.keyboard.press("Tab")
    page.keyboard.type("a long demonstration word")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("To do today")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")


def lose_the_session(page: Page) -> None:
    page.context.clear_cookies(name=configured.SESSION_COOKIE_NAME)


def enter(page: Page, user: User) -> None:
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")


def test_nothing_typed_is_lost_when_the_session_ends(visit):
    """In a form, and in a part of a page that htmx swaps."""
    member = MembershipFactory(user__language="en")
    page = visit(member.user)
    page.goto("/ideas/new/")
    page.fill("[name=title]", "Un banc devant la mairie")
    lose_the_session(page)
    press(page, "Add the idea")
    expect(main(page).get_by_text("What you typed is kept in this tab")).to_be_visible()
    enter(page, member.user)
    expect(main(page)).to_contain_text("What you typed has been restored. It is not saved yet.")
    expect(page.locator("[name=title]")).to_have_value("Un banc devant la mairie")
    press(page, "Add the idea")
    page.wait_for_url(re.compile(r"/ideas/\d+/$"))
    page.goto("/ideas/new/")
    expect(page.locator("[name=title]")).to_have_value("")

    page.goto(drawn(kind="persona", cohort=member.cohort, made_by=member.user).get_absolute_url())
    page.locator(".cell-edit").first.click()
    page.locator(".cell-form textarea").fill("Tapé au clavier")
    lose_the_session(page)
    press_in_place(page, "Save")
    expect(page.locator(".cell-form .message")).to_have_text(
        "You were signed out. Sign in in another tab, then save again."
    )
    with page.context.expect_page() as opened:
        page.locator(".cell-form .message a").click()
    enter(opened.value, member.user)
    expect(opened.value).not_to_have_url(re.compile("/accounts/login/"))
    press_in_place(page, "Save")
    expect(page.locator(".cell-form")).to_have_count(0)
    expect(main(page)).to_contain_text("Tapé au clavier")


def test_typed_text_is_never_saved_for_another_person(visit):
    """Someone else signed in in another tab: in a form, and in a part of a page that htmx swaps."""
    member = MembershipFactory(user__language="en")
    other = MembershipFactory(cohort=member.cohort, user__language="en").user
    words = "Someone else has signed in on this browser. What you typed is still here."
    page = visit(member.user)
    part = page.context.new_page()
    page.goto("/ideas/new/")
    page.fill("[name=title]", "Un banc devant la mairie")
    part.goto(drawn(kind="persona", cohort=member.cohort, made_by=member.user).get_absolute_url())
    part.locator(".cell-edit").first.click()
    part.locator(".cell-form textarea").fill("Tapé au clavier")
    lose_the_session(page)
    sign_in(tab := page.context.new_page(), other)
    press_in_place(page, "Add the idea")
    expect(main(page).locator("form .message")).to_contain_text(words)
    press_in_place(part, "Save")
    expect(part.locator(".cell-form .message")).to_contain_text(words)
    expect(page.locator("[name=title]")).to_have_value("Un banc devant la mairie")
    assert Idea.objects.count() == 0

    lose_the_session(tab)
    sign_in(tab, member.user)
    press_in_place(part, "Save")
    expect(main(part)).to_contain_text("Tapé au clavier")
    press(page, "Add the idea")
    page.wait_for_url(re.compile(r"/ideas/\d+/$"))
    assert IdeaEvent.objects.get().by == member.user
