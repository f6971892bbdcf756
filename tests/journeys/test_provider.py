"""Sign-in by a real provider in a real browser: an unknown person asks the lab, an invited one just accepts, and a
group gives a role as long as the person is in it.
"""

import re

from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.openid.configuration import SCOPES
from cohorts.invitations.tokens import hash_token
from cohorts.models import AccessRequest
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.invitations import InvitationFactory, link
from tests.factories.programmes import AuthorityFactory
from tests.journeys.conftest import PHONE, go, main, press
from tests.providers import ANNE, SIREN, running

BRUNO = ANNE | {"email": "bruno@rivage.example", "given_name": "Bruno", "usual_name": "Petit", "uid": "bruno-1"}


def enter(page: Page) -> None:
    """Go from the sign-in page through the provider, where the user identifies."""
    page.goto("/accounts/login/")
    sign_in_at_provider(page, "anne")


def sign_in_at_provider(page: Page, who: str) -> None:
    """Go to the provider and back; each step waits for the one before, however long it takes."""
    press(page, "Se connecter avec Le portail")
    page.wait_for_url("**/interaction/*")
    page.get_by_role("button", name=who).click()
    page.wait_for_url(lambda address: "/interaction/" not in address)


def sign_out(page: Page, home: str) -> None:
    """Sign out here and at the provider."""
    page.goto("/accounts/logout/")
    page.click("main form button[type=submit]")
    there = page.get_by_role("button", name="Sign out here too")  # the page in between has other buttons
    expect(there).to_be_visible()
    there.click()
    page.wait_for_url(re.compile(f"{home}/accounts/login/"))


def add_rule(lab: Page) -> None:
    """Give readers' rights to a group, after reading what that would change."""
    lab.goto("/lab/groups/")
    lab.get_by_role("link", name="Add a rule").click()
    lab.get_by_label("Group").fill("labo")
    lab.get_by_label("Role").select_option("reader")
    lab.get_by_label("SIREN").fill(SIREN)
    press(lab, "Preview")
    expect(main(lab)).to_contain_text("Anne MARTIN becomes reader of the lab.")
    assert Axe().run(lab).response["violations"] == []
    press(lab, "Save this rule")
    expect(main(lab)).to_contain_text("Reader of the lab")


def remembered(page: Page) -> object:
    """Return the invitation that the session stores during the sign-in."""
    [key] = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid"]
    return SessionStore(key).get("invitation")


def accept(page: Page, address: str) -> None:
    """Journey 4, the other way: without a password, one button adds them to the cohort."""
    page.goto(address)
    press(page, "Utiliser la connexion de votre organisation")
    page.wait_for_url("**/accounts/login/?next=/invitation/")
    assert remembered(page) == hash_token(address.split("/")[2])
    sign_in_at_provider(page, "bruno")
    page.wait_for_url("/invitation/")
    assert Axe().run(page).response["violations"] == []
    press(page, "Accepter l’invitation")
    page.wait_for_url("**/cohorts/rivage/")


def test_person_joins_with_an_organisation_account_on_a_phone_without_javascript(
    visit, live_server: LiveServer, settings: Settings
):
    cohort = CohortFactory(
        authority=AuthorityFactory(name="Ville de Rivage", siren=SIREN), name="Rivage", slug="rivage"
    )
    invited = InvitationFactory(cohort=cohort, person__email=BRUNO["email"], invited_at=timezone.now(), language="fr")
    staff = UserFactory(is_lab_staff=True, language="en")
    settings.BASE_URL = live_server.url
    with running(live_server.url) as local:
        settings.OIDC_PROVIDERS = [local.app(groups_claim="groups", scopes=[*SCOPES["proconnect"], "groups"])]
        local.set_claims(anne=ANNE, bruno=BRUNO)
        accept(visit(**PHONE), link(invited))
        assert cohort.memberships.get().user.full_name == "Bruno Petit"
        enter(page := visit(**PHONE, java_script_enabled=False))
        expect(page.get_by_role("heading", level=1)).to_have_text("Le labo a reçu votre demande")

        lab = visit(staff)
        lab.goto("/")
        go(lab.get_by_role("link", name="Answer"))
        expect(main(lab)).to_contain_text("Ville de Rivage")
        go(lab.get_by_role("link", name="Give access"))
        expect(lab.locator("[name=cohort]")).to_have_value(str(cohort.pk))
        press(lab, "Give access")
        expect(main(lab)).to_contain_text("Anne MARTIN now has access.")

        local.set_claims(anne=ANNE | {"groups": ["labo"]})
        page.goto("/accounts/login/")
        press(page, "Se connecter avec Le portail")
        page.wait_for_url(re.compile(f"{live_server.url}/$"))
        assert AccessRequest.objects.get().state == "granted"
        add_rule(lab)
        for claims, status in ((ANNE | {"groups": ["labo"]}, 200), (ANNE, 403)):
            local.set_claims(anne=claims)
            sign_out(page, live_server.url)
            enter(page)
            page.wait_for_url(re.compile(f"{live_server.url}/$"))
            answer = page.goto("/lab/")
            assert answer is not None
            assert answer.status == status
