"""The home page shows what the apps bring, for those it concerns, and says so when nothing needs anyone."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import UserFactory
from web.database.nested_rows import nested
from web.pages import home
from web.pages.home import Attention, MainAction, Watch
from web.pages.panels import Panel
from web.registries import Registry

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("home_cards", "attention", "main_actions"):
        monkeypatch.setattr(home, name, Registry(name))


@pytest.fixture
def page(client: Client):
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")

    def read() -> str:
        return client.get(reverse("home"), headers=ENGLISH).content.decode()

    return read


def watch(note: Attention) -> Watch:
    """Says the note to everyone there is."""
    return Watch(lambda _user, _today: nested(User.objects.all(), "id"), lambda _, found: [note for _row in found])


def test_an_empty_home_says_that_nothing_needs_you(page):
    assert "Nothing is late and nothing is at risk." in page()


def test_notes_come_in_the_order_of_the_registry_with_their_one_button(page):
    home.attention.register("second", watch(Attention("B.", "later", "/b/", "Open B")), order=20)
    home.attention.register("first", watch(Attention("A.", "now", "/a/", "Open A")), order=10)
    said = page()
    assert 0 < said.index("A.") < said.index('href="/a/"') < said.index("B.") < said.index('href="/b/"')
    assert "Nothing is late" not in said


def test_all_kinds_of_notes_are_looked_for_in_one_statement(page, django_assert_num_queries):
    with django_assert_num_queries(2):  # the session and the person
        page()
    for slug in "abc":
        home.attention.register(slug, watch(Attention(slug, "now", "/", "Open")))
    home.attention.register(
        "not-concerned", Watch(lambda _user, _today: None, lambda _, found: [Attention("Nothing", "", "/", "Open")])
    )
    with django_assert_num_queries(3):
        assert "Of others" not in page()


def test_cards_are_shown_and_silent_ones_are_not(page):
    shown = Panel("components/figure.html", lambda _: {"label": "Ideas", "value": "31 of 64", "detail": ""})
    home.home_cards.register("ideas", shown)
    home.home_cards.register("silent", Panel("components/figure.html", lambda _: None))
    assert page().count("31 of 64") == 1


def test_the_first_main_action_that_is_offered_wins(page):
    home.main_actions.register("nobody", lambda _: None, order=1)
    home.main_actions.register("open", lambda _: MainAction("Open an edition", "/open/", "plus"), order=2)
    home.main_actions.register("visit", lambda _: MainAction("Note a visit", "/visit/", "plus"), order=3)
    said = page()
    assert 'href="/open/"' in said
    assert 'href="/visit/"' not in said
