"""Journey 9: a regional admin keeps the rates true, on a phone: confirms one idea with evidence, changes another."""

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
from tests.journeys.conftest import PHONE, follow, main, press


@pytest.fixture
def admin(transactional_db: None) -> User:
    """Answers for two ideas of which nobody gave a sign for seven months: one accepted, one being implemented."""
    start = localdate() - relativedelta(months=20)
    cohort = early_cohort(actual_start=start, planned_start=start)
    days = dict.fromkeys(PATH, localdate() - relativedelta(months=7))
    IdeaFactory(cohort=cohort, state="accepted", title="Une borne qui parle", days=days)
    IdeaFactory(cohort=cohort, state="implementing", title="Un guichet mobile", days=days)
    return AuthorityAdminFactory(authority=cohort.authority, since=start).user


def left(page: Page, words: str) -> None:
    expect(main(page).get_by_text(words, exact=True)).to_be_visible()


def test_one_is_confirmed_another_changed_and_the_list_shrinks(visit, admin):
    assert implementation_rates(as_of=localdate()).confirmed == 0
    page = visit(admin, **PHONE | {"locale": "en-GB"})
    follow(page, "Confirm or change")
    left(page, "2 ideas to confirm")
    borne = main(page).get_by_role("group", name="Une borne qui parle")
    borne.get_by_label("Evidence").fill("Délibération du 12 mai")
    borne.get_by_role("button", name="Confirm as unchanged").click()
    left(page, "1 idea to confirm")
    expect(main(page).get_by_text("1 idea is confirmed.")).to_be_visible()
    main(page).get_by_role("group", name="Un guichet mobile").get_by_role("link", name="Record a change").click()
    follow(page, "Mark as implemented")
    page.get_by_text("full", exact=True).click()
    page.get_by_label("Evidence").fill("Ouvert au public, 3 rue du Port")
    press(page, "Mark as implemented")
    left(page, "Every idea is confirmed")
    said = Confirmation.objects.values_list("idea__title", "evidence", "by")
    assert list(said) == [("Une borne qui parle", "Délibération du 12 mai", admin.pk)]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert implementation_rates(as_of=localdate()).confirmed == 2
