"""People see, add, promote and remove their own addresses, after their password, with a second factor too."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from accounts.addresses.actions import claim_address
from accounts.models import User
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.second_factors import an_app
from tests.pages import errors, messages, texts
from web.mailboxes import NO_MAILBOX

pytestmark = pytest.mark.django_db
PAGE = "/accounts/email/"
PASSWORD = "a long demonstration word"
NEW = "ada@new.example"


@pytest.fixture
def ada() -> User:
    return UserFactory(email="ada@people.example", language="en")


def posted(client: Client, act: str, email: str) -> Any:
    return client.post(PAGE, {f"action_{act}": "1", "email": email}, follow=True)


def addresses_of(user: User) -> list[tuple[str, bool, bool]]:
    return list(EmailAddress.objects.filter(user=user).order_by("pk").values_list("email", "primary", "verified"))


def test_each_address_offers_what_can_be_done_with_it(ada: User):
    EmailAddress.objects.create(user=ada, email="ada@home.example", verified=True)
    claim_address(user=ada, email="ada@typo.example", at=timezone.now(), by=ada)
    page = signed_in(ada).get(PAGE)
    assert texts(page, "h2")[:4] == ["ada@home.example", "ada@people.example", "ada@typo.example", "Add an address"]
    main = [text for text in texts(page, "button") if "ada@" in text]
    assert main == [
        "Make it the main address ada@home.example",
        "Remove ada@home.example",
        "Send the e-mail again ada@typo.example",
        "Remove ada@typo.example",
    ]


@pytest.mark.parametrize("others", [0, 2])
def test_page_takes_five_queries_whatever_the_number_of_addresses(others: int, ada: User, django_assert_num_queries):
    for number in range(others):
        EmailAddress.objects.create(user=ada, email=f"ada{number}@home.example", verified=True)
    client = signed_in(ada)
    with django_assert_num_queries(5):  # session, person, their main one, all, those to be confirmed
        client.get(PAGE)


def test_nothing_changes_before_reauthentication(ada: User):
    EmailAddress.objects.create(user=ada, email="ada@home.example", verified=True)
    client, before = signed_in(ada, again=False), addresses_of(ada)
    for act, email in (("add", NEW), ("primary", "ada@home.example"), ("remove", "ada@home.example")):
        answer = client.post(PAGE, {f"action_{act}": "1", "email": email})
        assert unquote(answer.headers["Location"]) == f"/accounts/reauthenticate/?next={PAGE}"
    assert (addresses_of(ada), len(mail.outbox)) == (before, 0)
    client.post(f"/accounts/reauthenticate/?next={PAGE}", {"password": PASSWORD, "next": PAGE})
    assert addresses_of(ada) == before[:1]  # what was sent last is done


@pytest.mark.parametrize("factor", [False, True])
def test_new_address_is_added_confirmed_and_made_the_main_one(ada: User, factor: bool):
    """People who need a second factor can change their address like others."""
    if factor:
        an_app(ada)
    client = signed_in(ada)
    sent_to = f"An e-mail is on its way to {NEW}. Open the link in it to confirm the address."
    assert messages(posted(client, "add", NEW)) == [sent_to]
    assert (mail.outbox[-1].to, len(addresses_of(ada))) == ([NEW], 1)
    posted(client, "primary", NEW)
    assert User.objects.get(pk=ada.pk).email == "ada@people.example"
    link = re.search(r"/account/addresses/confirm/\S+/", mail.outbox[-1].body)
    assert link
    assert messages(client.post(link[0], follow=True)) == [f"{NEW} is now an address of your account."]
    assert messages(posted(client, "primary", NEW)) == ["This is now your main address."]
    assert User.objects.get(pk=ada.pk).email == NEW
    assert messages(posted(client, "remove", "ada@people.example")) == [
        "ada@people.example is no longer an address of your account."
    ]
    assert addresses_of(ada) == [(NEW, True, True)]


def test_too_long_address_is_refused_next_to_its_field(ada: User):
    answer = posted(signed_in(ada), "add", "a" * 250 + "@x.example")
    assert "Ensure this value has at most 254 characters (it has 260)." in answer.content.decode()
    assert len(addresses_of(ada)) == 1


def test_opening_another_person_s_link_signs_nobody_out(ada: User):
    EmailAddress.objects.filter(user=ada).update(verified=False)
    posted(signed_in(ada), "send", ada.email)
    link = re.search(r"/accounts/confirm-email/\S+/", mail.outbox[-1].body)
    assert link
    other = signed_in(UserFactory())
    assert (other.get(link[0]).status_code, other.get("/account/").status_code) == (200, 200)
    other.post(link[0])
    assert (addresses_of(ada), other.get("/account/").status_code) == ([(ada.email, True, True)], 302)


def test_main_address_cannot_be_removed(ada: User):
    answer = posted(signed_in(ada), "remove", "ada@people.example")
    assert messages(answer) == ["ada@people.example is your main address: make another the main one first."]
    assert len(addresses_of(ada)) == 1


def test_people_cannot_change_addresses_of_others(ada: User):
    other = UserFactory()
    EmailAddress.objects.create(user=other, email="other@home.example", verified=True)
    for act in ("remove", "primary", "send"):
        posted(signed_in(ada), act, "other@home.example")
    assert (len(addresses_of(other)), len(mail.outbox)) == (2, 0)


def test_adding_an_address_does_not_reveal_whether_it_has_an_account(ada: User):
    """The page shows the same words, and an e-mail is sent in both cases."""
    UserFactory(email=NEW)
    client = signed_in(ada)
    answers = [posted(client, "add", email) for email in (NEW, "nobody@new.example")]
    assert [errors(answer) for answer in answers] == [[], []]
    assert [message.to for message in mail.outbox] == [[NEW], ["nobody@new.example"]]


def test_invalid_address_is_reported_next_to_its_field(ada: User):
    with translation.override("en"):
        answer = posted(signed_in(ada), "add", "nobody")
    assert (errors(answer), len(addresses_of(ada))) == ([str(NO_MAILBOX)], 1)
