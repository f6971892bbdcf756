"""Fifteen people are invited from a spreadsheet as people keep it, in fewer than seven clicks, and all taken back."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from cohorts.models import Cohort, Invitation
from imports.worker import run_due_imports
from tests.factories.cast import new_cast
from tests.full import only_in_full
from tests.journeys.conftest import DESKTOP, PHONE, Visit, go, main

PEOPLE = "Nom;Prénom;Courriel;Service\r\n" + "".join(
    f"Essai;Agent {initial};agent-{initial.lower()}@people.example;Accueil\r\n" for initial in "ABCDEFGHIJKLMNO"
)


class Clicks:
    """Clicks on a page, counted; each page that follows is without a finding of axe."""

    def __init__(self, page: Page, *, with_script: bool) -> None:
        self.page, self.with_script, self.count = page, with_script, 0

    def on(self, control: Locator) -> None:
        go(control)
        self.count += 1
        if self.with_script:  # axe is a script itself
            assert Axe().run(self.page).response["violations"] == []

    def link(self, name: str) -> None:
        self.on(main(self.page).get_by_role("link", name=name, exact=True).first)

    def button(self, name: str) -> None:
        self.on(main(self.page).get_by_role("button", name=name, exact=True))


@pytest.mark.usefixtures("clock", "transactional_db")
@pytest.mark.parametrize(
    ("screen", "with_script"),
    [(DESKTOP, True), pytest.param(PHONE | {"locale": "en-GB"}, False, marks=only_in_full)],
    ids=["desktop", "phone without JavaScript"],
)
def test_fifteen_people_are_invited_from_a_spreadsheet_in_fewer_than_seven_clicks(
    visit: Visit, screen: dict, with_script: bool
):
    cast = new_cast()
    Cohort.objects.filter(pk=cast.cohort.pk).update(seats=20)
    page = visit(cast["P"], **screen, java_script_enabled=with_script)
    page.goto(cast.cohort.get_absolute_url())
    clicks = Clicks(page, with_script=with_script)
    clicks.link("Invite from a spreadsheet")
    people = {"name": "agents.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode("cp1252")}
    page.locator("input[type=file]").set_input_files(files=[people])
    clicks.count += 2  # the button of the file, and the file in the window that the browser opens
    clicks.button("Check the rows")
    expect(main(page)).to_contain_text("15 rows read from agents.csv.")
    expect(main(page).get_by_text("agent-o@people.example")).to_be_visible()
    assert Invitation.objects.count() == 0

    clicks.button("Import 15 rows")
    expect(main(page)).to_contain_text("The import begins in a moment")
    run_due_imports(timezone.now)
    if not with_script:
        clicks.link("See progress")
    expect(main(page).get_by_role("link", name="Undo the import")).to_be_visible()
    assert clicks.count < 7
    assert set(Invitation.objects.pending(timezone.now()).values_list("full_name", "unit")) == {
        (f"Agent {initial} Essai", "Accueil") for initial in "ABCDEFGHIJKLMNO"
    }

    clicks.link("Undo the import")
    clicks.button("Undo the import")
    run_due_imports(timezone.now)
    page.reload()
    expect(main(page).get_by_text("undone", exact=True)).to_be_visible()
    assert Invitation.objects.pending(timezone.now()).count() == 0
