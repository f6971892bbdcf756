"""Signing in: without JavaScript, and with the keyboard alone."""

import re

from playwright.sync_api import expect

from tests.factories.accounts import UserFactory
from tests.journeys.conftest import PHONE, sign_in


def test_a_person_signs_in_chooses_english_and_signs_out_without_javascript(visit):
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


def test_the_keyboard_alone_gets_past_the_menu_and_signs_in(visit):
    user = UserFactory()
    page = visit()
    page.goto("/accounts/login/")
    page.focus("input[name=login]")
    page.keyboard.type(user.email)
    page.keyboard.press("Tab")
    page.keyboard.type("a long demonstration word")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs you today")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
