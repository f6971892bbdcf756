"""The account page and the language switch."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.pages import texts

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def user(client: Client) -> User:
    user = UserFactory(full_name="Camille Démo")
    client.force_login(user)
    return user


def test_name_and_language_can_be_changed(client: Client, user: User):
    answer = client.post(reverse("account"), {"full_name": "Dominique Démo", "language": "en"})
    user.refresh_from_db()
    assert (answer.status_code, user.full_name, user.language) == (302, "Dominique Démo", "en")


def test_the_language_may_be_left_to_the_browser(client: Client, user: User):
    User.objects.filter(pk=user.pk).update(language="fr")
    answer = client.post(reverse("account"), {"full_name": "Camille Démo", "language": "browser"})
    user.refresh_from_db()
    assert (answer.status_code, user.language) == (302, "")


def test_language_choice_explains_the_browser_default(client: Client, user: User):
    page = client.get(reverse("account"), headers=ENGLISH)
    assert texts(page, "option") == ["as in my browser", "Français", "English"]
    assert [label for label in texts(page, "label") if "optional" in label] == []


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
def test_other_methods_are_refused(client: Client, user: User, method: str):
    assert getattr(client, method)("/account/").status_code == 405


def test_empty_name_is_refused_next_to_its_field_and_nothing_is_saved(client: Client, user: User):
    answer = client.post(reverse("account"), {"full_name": " ", "language": "xx"}, headers=ENGLISH)
    user.refresh_from_db()
    assert sorted(answer.context["form"].errors) == ["full_name", "language"]
    assert (answer.status_code, user.full_name, user.language) == (200, "Camille Démo", "")


def test_fields_that_are_not_in_the_form_are_ignored(client: Client, user: User):
    client.post(
        reverse("account"), {"full_name": "Camille", "language": "fr", "is_lab_staff": "on", "email": "x@y.example"}
    )
    user.refresh_from_db()
    assert (user.is_lab_staff, user.email.endswith("@people.example")) == (False, True)


def test_query_string_is_not_taken_for_form_data(client: Client, user: User):
    client.post(
        reverse("account") + "?full_name=Address&language=en", {"full_name": ["First", "Last"], "language": "fr"}
    )
    user.refresh_from_db()
    assert (user.full_name, user.language) == ("Last", "fr")


def test_language_switch_remembers_the_language_and_returns(client: Client, user: User):
    answer = client.post(reverse("language"), {"language": "en", "next": "/account/"})
    user.refresh_from_db()
    assert (answer.headers["Location"], user.language) == ("/account/", "en")
    assert client.cookies["django_language"].value == "en"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_language_switch_never_leads_to_another_site(client: Client, user: User, elsewhere: str):
    answer = client.post(reverse("language"), {"language": "en", "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(client: Client, user: User):
    client.post(reverse("language"), {"language": "xx"})
    user.refresh_from_db()
    assert (user.language, "django_language" in client.cookies) == ("", False)


def test_account_page_takes_a_fixed_number_of_queries(client: Client, user: User, django_assert_num_queries):
    # session, person, calendars, cohorts they coordinate, when the lab acted, when a factor was lost
    with django_assert_num_queries(6):
        client.get(reverse("account"))
