"""Journey 9: a regional admin keeps the rates correct, on a phone: confirms one idea with evidence, changes another."""

import pytest
from dateutil.relativedelta import relativedelta
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from accounts.models import User
from figures.outcomes.queries import implementation_rates
from prototypes.models import Confirmation
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.prototypes import PATH, IdeaFactory
from tests.factories.rates import early_cohort
from tests.full import only_in_full
from tests.journeys.conftest import PHONE, follow, go, main, press


@pytest.fixture
def admin(clock: object, transactional_db: None) -> User:
    """Return the admin responsible for two ideas without an update for seven months: one accepted, one in
    implementation.
    """
    start = localdate() - relativedelta(months=20)
    cohort = early_cohort(actual_start=start, planned_start=start)
    days = dict.fromkeys(PATH, localdate() - relativedelta(months=7))
    IdeaFactory(cohort=cohort, state="accepted", title="Une borne qui parle", days=days)
    IdeaFactory(cohort=cohort, state="implementing", title="Un guichet mobile", days=days)
    return AuthorityAdminFactory(authority=cohort.authority, since=start).user


def expect_text(page: Page, words: str) -> None:
    expect(main(page).get_by_text(words, exact=True)).to_be_visible()


@only_in_full
def test_confirmed_and_changed_ideas_leave_the_list(visit, admin):
    assert implementation_rates(as_of=localdate()).confirmed == 0
    page = visit(admin, **PHONE | {"locale": "en-GB"})
    page.goto("/")
    follow(page, "Confirm or change")
    expect_text(page, "2 ideas to confirm")
    borne = main(page).get_by_role("group", name="Une borne qui parle")
    borne.get_by_label("Evidence").fill("Délibération du 12 mai")
    borne.get_by_role("button", name="Confirm as unchanged").click()
    expect_text(page, "1 idea to confirm")
    expect(main(page).get_by_text("1 idea is confirmed.")).to_be_visible()
    go(main(page).get_by_role("group", name="Un guichet mobile").get_by_role("link", name="Record a change"))
    follow(page, "Mark as implemented")
    page.get_by_text("full", exact=True).click()
    page.get_by_label("Evidence").fill("Ouvert au public, 3 rue du Port")
    press(page, "Mark as implemented")
    expect_text(page, "You have no ideas to confirm")
    confirmations = Confirmation.objects.values_list("idea__title", "evidence", "by")
    assert list(confirmations) == [("Une borne qui parle", "Délibération du 12 mai", admin.pk)]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert implementation_rates(as_of=localdate()).confirmed == 2
