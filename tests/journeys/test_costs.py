"""The lab adds a cost, looks at a statement and issues it; on a phone the pilot reads costs and statement."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.factories.budget import AgreementFactory
from tests.factories.cast import Cast, create_cast
from tests.journeys.conftest import PHONE, Visit, follow, main, press
from tests.journeys.test_pages import axe_result, too_wide

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return create_cast()


def problems(page: Page) -> list[str]:
    return axe_result(page) + too_wide(page)


def test_a_cost_is_added_and_a_statement_issued_and_read(visit: Visit, cast: Cast):
    AgreementFactory(cohort=cast.cohort, share=45, funder__name="Fondation des Embruns")
    page = visit(cast["S"])
    page.context.add_init_script(Axe().axe_script)
    page.goto("/cohorts/rivage/costs/")
    expect(main(page)).to_contain_text("Nothing is planned or spent yet.")
    assert problems(page) == []
    follow(page, "Add line")
    expect(page.get_by_label("What for")).to_be_visible()
    assert problems(page) == []
    page.get_by_label("Day", exact=True).fill("2026-03-10")
    page.get_by_label("Category").select_option(label="travel and accommodation")
    page.get_by_label("What for").fill("Train")
    page.get_by_label("Amount (€, VAT included)").fill("200.50")
    press(page, "Add")
    expect(page.locator(".message")).to_have_text("The line is added.")
    expect(main(page).get_by_role("row", name="Train")).to_contain_text("€200.50")
    assert problems(page) == []

    page.goto("/cohorts/rivage/costs/")
    main(page).get_by_role("link", name="Issue a statement").click()
    page.get_by_label("Last day").fill("2026-06-30")
    press(page, "Show the numbers")
    expect(main(page)).to_contain_text("€90.23")
    assert problems(page) == []
    press(page, "Issue the statement")
    expect(page.get_by_role("heading", level=1)).to_have_text("Statement 001")
    assert problems(page) == []
    address = page.url

    phone = visit(cast["P"], **PHONE)
    phone.context.add_init_script(Axe().axe_script)
    phone.goto("/cohorts/rivage/costs/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Coûts et financeurs")
    assert problems(phone) == []
    phone.goto(address)
    expect(main(phone)).to_contain_text("Le montant dû est de 45 % des dépenses.")
    assert problems(phone) == []
