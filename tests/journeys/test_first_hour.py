"""A lab's first hour: from the printed link to an open edition with three cohorts, fifteen people invited to each."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from cohorts.models import Cohort, Invitation
from exchanges.models import Exchange
from imports.worker import run_due_imports
from programmes.authorities.official_list import plain_words
from programmes.models import Edition, ListedAuthority
from tests.full import FULL, only_in_full
from tests.journeys.conftest import DESKTOP, PHONE, Visit, follow, go, main, press
from tests.journeys.test_pages import axe_result, too_wide

pytestmark = pytest.mark.usefixtures("clock", "transactional_db")
AUTHORITIES = (
    {"key": "intermunicipal-245900428", "kind": "intermunicipal", "name": "Communauté urbaine de Dunkerque"},
    {"key": "municipality-57463", "kind": "municipality", "name": "Metz", "holiday_subdivision": "57"},
    {"key": "region-52", "kind": "region", "name": "Région Pays de la Loire"},
)
PEOPLE = [f"Essai;Agent {initial};agent-{initial.lower()}@%s.example" for initial in "ABCDEFGHIJKLMNO"]


def printed_path(capsys: Any) -> str:
    """Return the path of the link that `setup_lab` prints."""
    call_command("setup_lab")
    return "/" + re.sub(r".*https?://[^/]+/", "", capsys.readouterr().out, flags=re.DOTALL).strip()


def set_up(page: Page, path: str) -> None:
    page.goto(path)
    for label, value in (
        ("Name of the lab", "Labo de la côte"),
        ("Your name", "Ada Première"),
        ("Your e-mail address", "ada@lab.example"),
        ("Choose a password", "grandes marées 1984"),
    ):
        main(page).get_by_label(label).fill(value)
    press(page, "Set up the platform")
    expect(main(page)).to_contain_text("1 of 5 steps is done")


def invite_colleague(page: Page) -> None:
    follow(page, "Invite a colleague")
    main(page).get_by_label("E-mail address").fill("bob@lab.example")
    main(page).get_by_label("Name", exact=True).fill("Bob Second")
    press(page, "Send the invitation")
    expect(main(page)).to_contain_text("Bob Second is invited as member of the lab.")


def publish_format(page: Page) -> None:
    """Start from the last of the known formats, which is the shorter one, and publish it as it is."""
    page.goto("/")
    follow(page, "Choose a format")
    go(main(page).get_by_role("link", name=re.compile("Start from this format")).last)
    press(page, "Create draft")
    follow(page, "Publish")
    press(page, "Publish")
    expect(main(page).get_by_role("link", name="Open an edition")).to_be_visible()


def add_authorities(page: Page, *, has_script: bool) -> None:
    page.goto("/")
    follow(page, "Add an authority")
    for row in AUTHORITIES:
        main(page).get_by_label("Name or SIREN number").fill(row["name"])
        if not has_script:  # with scripts the list follows what is typed
            press(page, "Search")
        go(main(page).get_by_role("button", name=f"Add {row['name']}"))
        expect(main(page)).to_contain_text(f"{row['name']} is added")
    follow(page, "Continue on the home page")


def open_edition(page: Page) -> None:
    """Open an edition with all authorities; its only format is chosen already."""
    follow(page, "Open an edition")
    main(page).get_by_label("Name of the edition").fill("La Transfo 2027–2028")
    main(page).get_by_label("First day").fill("2027-01-04")
    press(page, "Next: choose authorities")
    for row in AUTHORITIES:
        main(page).get_by_label(row["name"], exact=True).check()
    press(page, "Next: check the calendars")
    expect(main(page).get_by_role("heading", name="Proposed Intertransfos")).to_be_visible()
    press(page, "Open the edition")


def invite_members(page: Page, cohort: Cohort) -> None:
    """Invite fifteen people from pasted rows, by the link on the page of the edition."""
    page.goto(cohort.edition.get_absolute_url())
    go(main(page).get_by_role("link", name=f"Invite from a spreadsheet {cohort.name}"))
    rows = ["Nom;Prénom;Courriel", *(row % cohort.slug for row in PEOPLE)]
    main(page).get_by_label("Or paste the rows here").fill("\n".join(rows).replace(";", "\t"))
    press(page, "Check the rows")
    press(page, "Import 15 rows")
    expect(main(page)).to_contain_text("The import begins in a moment.")


@pytest.mark.parametrize(
    ("screen", "has_script"),
    [(DESKTOP, True), pytest.param(PHONE | {"locale": "en-GB"}, False, marks=only_in_full)],
    ids=["desktop", "phone without JavaScript"],
)
def test_a_new_lab_opens_an_edition_and_invites_its_people(
    visit: Visit, capsys: Any, screen: dict[str, Any], has_script: bool
):
    ListedAuthority.objects.bulk_create(
        ListedAuthority(**row, words=f" {plain_words(row['name'])}", time_zone="Europe/Paris", list_version="1")
        for row in AUTHORITIES
    )
    page = visit(**screen, java_script_enabled=has_script)
    if has_script:
        page.context.add_init_script(Axe().axe_script)
    set_up(page, printed_path(capsys))
    if has_script:
        assert axe_result(page) + too_wide(page) == []
    invite_colleague(page)
    publish_format(page)
    add_authorities(page, has_script=has_script)
    open_edition(page)
    edition = Edition.objects.get()
    expect(main(page)).to_contain_text(f"The edition {edition.name} is open with 3 cohorts.")
    expect(main(page)).to_contain_text("Why these dates are proposed")
    if has_script:
        assert axe_result(page) + too_wide(page) == []
    cohorts = list(edition.cohorts.all())[: None if FULL else 1]
    for cohort in cohorts:
        invite_members(page, cohort)
    run_due_imports(timezone.now)
    invited = {
        cohort.pk: Invitation.objects.filter(cohort=cohort).pending(timezone.now()).count() for cohort in cohorts
    }
    assert invited == dict.fromkeys(invited, 15)
    assert set(Exchange.objects.values_list("host__edition", "state")) == {(edition.pk, "proposed")}
    assert (Exchange.objects.count(), User.objects.get(lab_role="administrator").full_name) == (2, "Ada Première")
    page.goto("/")
    expect(main(page).get_by_role("heading", level=1)).to_have_text("To do today")
    expect(main(page).get_by_role("link", name=edition.name)).to_be_visible()
