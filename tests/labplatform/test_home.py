"""The home page shows what the apps provide to the right people, and a message when nothing needs attention."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import UserFactory
from web.database.nested_rows import nested
from web.hooks import Hooks
from web.pages import hooks as pages
from web.pages.home import HomeNotice, HomeNoticeSource, MainAction
from web.pages.hooks import PageHooks
from web.pages.panels import Panel

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def hooks(monkeypatch: pytest.MonkeyPatch) -> Hooks[PageHooks]:
    """Register only what the test registers."""
    registered: Hooks[PageHooks] = Hooks()
    monkeypatch.setattr(pages, "page_hooks", registered)
    return registered


@pytest.fixture
def page(client: Client):
    client.force_login(UserFactory())

    def read() -> str:
        return client.get(reverse("home"), headers=ENGLISH).content.decode()

    return read


def source(note: HomeNotice) -> HomeNoticeSource:
    """Return a source that shows the note to everyone."""
    return HomeNoticeSource(
        lambda _user, _today: nested(User.objects.all(), "id"), lambda _, found: [note for _row in found]
    )


def test_empty_home_shows_that_nothing_needs_attention(page):
    assert "Nothing is late and nothing is at risk." in page()


def test_notes_are_sorted_by_order_and_have_one_button(page, hooks: Hooks[PageHooks]):
    hooks.register("one", PageHooks(notices={20: source(HomeNotice("B.", "later", "/b/", "Open B"))}))
    hooks.register("two", PageHooks(notices={10: source(HomeNotice("A.", "now", "/a/", "Open A"))}))
    html = page()
    assert 0 < html.index("A.") < html.index('href="/a/"') < html.index("B.") < html.index('href="/b/"')
    assert "Nothing is late" not in html


def test_all_kinds_of_notes_take_one_query(page, hooks: Hooks[PageHooks], django_assert_num_queries):
    with django_assert_num_queries(3):  # the session, the person, and what they postponed
        page()
    for app in "abc":
        hooks.register(app, PageHooks(notices={1: source(HomeNotice(app, "now", "/", "Open"))}))
    not_concerned = HomeNoticeSource(
        lambda _user, _today: None, lambda _, found: [HomeNotice("Nothing", "", "/", "Open")]
    )
    hooks.register("d", PageHooks(notices={1: not_concerned}))
    with django_assert_num_queries(3):
        assert "Of others" not in page()


def test_cards_are_shown_and_cards_without_a_context_are_not(page, hooks: Hooks[PageHooks]):
    ideas = Panel("components/figure.html", lambda _: {"label": "Ideas", "value": "31 of 64", "detail": ""})
    empty = Panel("components/figure.html", lambda _: None)
    hooks.register("one", PageHooks(home_cards={1: ideas, 2: empty}))
    assert page().count("31 of 64") == 1


def test_first_main_action_that_is_offered_is_shown(page, hooks: Hooks[PageHooks]):
    hooks.register("nobody", PageHooks(main_action=lambda _: None))
    hooks.register("open", PageHooks(main_action=lambda _: MainAction("Open an edition", "/open/", "plus")))
    hooks.register("visit", PageHooks(main_action=lambda _: MainAction("Note a visit", "/visit/", "plus")))
    html = page()
    assert 'href="/open/"' in html
    assert 'href="/visit/"' not in html
