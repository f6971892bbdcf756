"""What lab staff are told on their home page."""

import pytest
from django.test import RequestFactory
from django.utils import translation

from accounts.models import User
from notifications import actions
from notifications.ledger.attention import letters_failed, letters_held
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW, DeliveryFactory
from web.pages.home import Attention, attention
from web.pages.navigation import navigation


def told(user: User) -> list[tuple[str, str]]:
    return [(str(note.strong), note.href) for note in notes(user)]


def notes(user: User) -> list[Attention]:
    request = RequestFactory().get("/")
    request.user = user
    with translation.override("en"):
        return [note for watch in (letters_held, letters_failed) for note in watch(request)]


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


def test_all_is_well_says_nothing(staff: User):
    DeliveryFactory(state="sent")
    assert told(staff) == []


def test_failed_letters_are_counted(staff: User):
    DeliveryFactory(state="dead")
    assert told(staff) == [("1 e-mail failed.", "/letters/?state=dead")]
    DeliveryFactory(state="dead")
    assert told(staff) == [("2 e-mails failed.", "/letters/?state=dead")]


@pytest.mark.parametrize(
    ("reasons", "why"),
    [
        (["refused"], "The mail server refused to send or did not answer."),
        (["attempts"], "The mail server refused to send or did not answer."),
        (["unwritten"], "At least one e-mail could not be written."),
        (
            ["unwritten", "refused"],
            ("The mail server refused to send or did not answer. At least one e-mail could not be written."),
        ),
    ],
)
def test_it_says_what_stands_behind_them(staff: User, reasons: list[str], why: str):
    for reason in reasons:
        DeliveryFactory(state="dead", reason=reason)
    assert [str(note.text) for note in notes(staff)] == [why]


def test_held_letters_are_not_forgotten(staff: User):
    actions.hold_mail(reason="Restored", at=NOW, by=staff)
    assert told(staff) == [("E-mails are paused.", "/letters/")]


def test_nobody_else_is_told(db: None, django_assert_num_queries):
    DeliveryFactory(state="dead")
    person = UserFactory()
    with django_assert_num_queries(0):
        assert told(person) == []


def test_each_takes_a_statement(staff: User, django_assert_num_queries):
    with django_assert_num_queries(2):
        told(staff)


def test_the_platform_shows_them_and_the_menu_leads_staff_to_the_ledger(staff: User):
    assert [attention["letters_held"], attention["letters_failed"]] == [letters_held, letters_failed]
    item = navigation["letters"]
    assert (item.url_name, item.icon) == ("notifications:ledger", "mail")
    assert (item.shown_to(staff), item.shown_to(UserFactory())) == (True, False)
