"""Notices about e-mails on the home page of lab staff."""

import pytest
from django.test import RequestFactory
from django.utils import translation

from accounts.models import User
from notifications import actions
from notifications.ledger.notices import emails_failed, emails_paused
from tests.factories.accounts import UserFactory, with_access
from tests.factories.notifications import NOW, DeliveryFactory
from web.pages.home import HomeNotice
from web.pages.hooks import page_hooks


def notices(user: User) -> list[tuple[str, str]]:
    return [(str(note.strong), note.href) for note in notes(user)]


def notes(user: User) -> list[HomeNotice]:
    request = RequestFactory().get("/")
    request.user = user
    with translation.override("en"):
        return [note for watch in (emails_paused, emails_failed) for note in watch(request)]


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True)


def test_no_notice_is_shown_when_all_is_well(staff: User):
    DeliveryFactory(state="sent")
    assert notices(staff) == []


def test_failed_emails_are_counted(staff: User):
    DeliveryFactory(state="dead")
    assert notices(staff) == [("1 e-mail failed.", "/e-mails/?state=dead")]
    DeliveryFactory(state="dead")
    assert notices(staff) == [("2 e-mails failed.", "/e-mails/?state=dead")]


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
def test_the_notice_names_the_causes_of_failures(staff: User, reasons: list[str], why: str):
    for reason in reasons:
        DeliveryFactory(state="dead", reason=reason)
    assert [str(note.text) for note in notes(staff)] == [why]


def test_a_notice_says_that_emails_are_paused(staff: User):
    actions.pause_all_emails(reason="Restored", at=NOW, by=staff)
    assert notices(staff) == [("E-mails are paused.", "/e-mails/")]


def test_other_people_see_no_notice(db: None, django_assert_num_queries):
    DeliveryFactory(state="dead")
    person = with_access(UserFactory())
    with django_assert_num_queries(0):
        assert notices(person) == []


def test_each_notice_takes_one_statement(staff: User, django_assert_num_queries):
    with django_assert_num_queries(2):
        notices(staff)


def test_notices_are_registered_and_the_menu_links_staff_to_the_ledger(staff: User):
    hooks = page_hooks.by_app["notifications"]
    assert list(hooks.notices.values()) == [emails_paused, emails_failed]
    item = hooks.menu[80]
    assert (item.url_name, item.icon) == ("notifications:ledger", "mail")
    assert (item.visible_to(staff), item.visible_to(UserFactory())) == (True, False)
