"""One's own addresses: seen, added, made the main one and removed, after the password, with a second factor too."""

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
from tests.factories.factors import an_app
from tests.pages import errors, said, texts
from web.mailboxes import NO_MAILBOX

pytestmark = pytest.mark.django_db
PAGE = "/accounts/email/"
PASSWORD = "a long demonstration word"
NEW = "ada@new.example"


@pytest.fixture
def ada() -> User:
    return UserFactory(email="ada@people.example", language="en")


def sent(client: Client, act: str, email: str) -> Any:
    return client.post(PAGE, {f"action_{act}": "1", "email": email}, follow=True)


def kept(user: User) -> list[tuple[str, bool, bool]]:
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
def test_the_page_takes_five_statements_however_many(others: int, ada: User, django_assert_num_queries):
    for number in range(others):
        EmailAddress.objects.create(user=ada, email=f"ada{number}@home.example", verified=True)
    client = signed_in(ada)
    with django_assert_num_queries(5):  # session, person, their main one, all, those to be confirmed
        client.get(PAGE)


def test_nothing_changes_before_the_password_was_given_again(ada: User):
    EmailAddress.objects.create(user=ada, email="ada@home.example", verified=True)
    client, before = signed_in(ada, again=False), kept(ada)
    for act, email in (("add", NEW), ("primary", "ada@home.example"), ("remove", "ada@home.example")):
        answer = client.post(PAGE, {f"action_{act}": "1", "email": email})
        assert unquote(answer.headers["Location"]) == f"/accounts/reauthenticate/?next={PAGE}"
    assert (kept(ada), len(mail.outbox)) == (before, 0)
    client.post(f"/accounts/reauthenticate/?next={PAGE}", {"password": PASSWORD, "next": PAGE})
    assert kept(ada) == before[:1]  # what was sent last is done


@pytest.mark.parametrize("factor", [False, True])
def test_a_new_one_is_added_confirmed_and_made_the_main_one(ada: User, factor: bool):
    """Whoever has to show a second factor can change their address like anybody."""
    if factor:
        an_app(ada)
    client = signed_in(ada)
    sent_to = f"An e-mail is on its way to {NEW}. Open the link in it to confirm the address."
    assert said(sent(client, "add", NEW)) == [sent_to]
    assert (mail.outbox[-1].to, len(kept(ada))) == ([NEW], 1)
    sent(client, "primary", NEW)
    assert User.objects.get(pk=ada.pk).email == "ada@people.example"
    link = re.search(r"/account/addresses/confirm/\S+/", mail.outbox[-1].body)
    assert link
    assert said(client.post(link[0], follow=True)) == [f"{NEW} is now an address of your account."]
    assert said(sent(client, "primary", NEW)) == ["This is now your main address."]
    assert User.objects.get(pk=ada.pk).email == NEW
    assert said(sent(client, "remove", "ada@people.example")) == [
        "ada@people.example is no longer an address of your account."
    ]
    assert kept(ada) == [(NEW, True, True)]


def test_one_that_is_longer_than_addresses_are_is_refused_beside_its_field(ada: User):
    answer = sent(signed_in(ada), "add", "a" * 250 + "@x.example")
    assert "Ensure this value has at most 254 characters (it has 260)." in answer.content.decode()
    assert len(kept(ada)) == 1


def test_looking_at_somebody_else_s_link_signs_nobody_out(ada: User):
    EmailAddress.objects.filter(user=ada).update(verified=False)
    sent(signed_in(ada), "send", ada.email)
    link = re.search(r"/accounts/confirm-email/\S+/", mail.outbox[-1].body)
    assert link
    other = signed_in(UserFactory())
    assert (other.get(link[0]).status_code, other.get("/account/").status_code) == (200, 200)
    other.post(link[0])
    assert (kept(ada), other.get("/account/").status_code) == ([(ada.email, True, True)], 302)


def test_the_main_one_stays(ada: User):
    answer = sent(signed_in(ada), "remove", "ada@people.example")
    assert said(answer) == ["ada@people.example is your main address: make another the main one first."]
    assert len(kept(ada)) == 1


def test_nobody_changes_another_s(ada: User):
    other = UserFactory()
    EmailAddress.objects.create(user=other, email="other@home.example", verified=True)
    for act in ("remove", "primary", "send"):
        sent(signed_in(ada), act, "other@home.example")
    assert (len(kept(other)), len(mail.outbox)) == (2, 0)


def test_nothing_tells_whether_another_has_an_address(ada: User):
    """The same words, and a letter to that address in either case."""
    UserFactory(email=NEW)
    client = signed_in(ada)
    answers = [sent(client, "add", email) for email in (NEW, "nobody@new.example")]
    assert [errors(answer) for answer in answers] == [[], []]
    assert [letter.to for letter in mail.outbox] == [[NEW], ["nobody@new.example"]]


def test_what_is_no_address_is_told_beside_the_field(ada: User):
    with translation.override("en"):
        answer = sent(signed_in(ada), "add", "nobody")
    assert (errors(answer), len(kept(ada))) == ([str(NO_MAILBOX)], 1)
