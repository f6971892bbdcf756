"""Somebody invited has a row that no door lets in, until they join; and nothing of them stays if they do not."""

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress

from accounts.actions import await_person, close_account, create_person, join
from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.invitations import AwaitedFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORD = "nine green bottles"


def test_who_is_awaited_can_do_nothing_yet():
    row = await_person(email=" Ada@People.example ", full_name=" Ada Essai ", language="fr", by=None)
    assert (row.email, row.full_name, row.language) == ("ada@people.example", "Ada Essai", "fr")
    assert (row.joined, row.is_active, row.has_usable_password()) == (False, False, False)
    assert EmailAddress.objects.filter(user=row).exists() is False


def test_awaited_twice_there_is_one_row():
    first = await_person(email="ada@people.example", full_name="Ada", by=None)
    again = await_person(email="ADA@people.example", full_name="Somebody Else", by=None)
    assert (again.pk, again.full_name) == (first.pk, "Ada")


def test_who_has_an_account_is_found_as_they_are():
    user = UserFactory(full_name="Camille")
    assert await_person(email=user.email.upper(), full_name="Other", by=None).full_name == "Camille"


def test_a_closed_account_is_not_awaited():
    user = UserFactory()
    close_account(user=user, at=NOON, by=None)
    with pytest.raises(DomainError, match="This person’s account is closed"):
        await_person(email=user.email, full_name="", by=None)


def test_joining_opens_the_account_with_what_the_person_says():
    row = join(user=AwaitedFactory(), full_name="Ada E.", password=WORD, at=NOON, by=None)
    row.refresh_from_db()
    assert (row.joined, row.is_active, row.full_name, row.date_joined) == (True, True, "Ada E.", NOON)
    assert (row.check_password(WORD), EmailAddress.objects.get(user=row).verified) == (True, True)


def test_without_a_name_the_one_they_were_invited_by_stays_and_without_a_password_there_is_none():
    row = join(user=AwaitedFactory(full_name="Ada Essai"), at=NOON, by=None)
    assert (row.full_name, row.has_usable_password()) == ("Ada Essai", False)


def test_an_address_that_nobody_proved_is_not_verified():
    row = join(user=AwaitedFactory(), at=NOON, proven=False, by=None)
    assert EmailAddress.objects.get(user=row).verified is False


def test_joining_again_changes_neither_password_nor_name():
    user = UserFactory(full_name="Camille")
    before = user.password
    join(user=user, full_name="Other", password=WORD, at=NOON, by=None)
    user.refresh_from_db()
    assert (user.full_name, user.password) == ("Camille", before)


def test_joining_does_not_open_an_account_that_was_closed():
    user = UserFactory()
    close_account(user=user, at=NOON, by=None)
    join(user=user, password=WORD, at=NOON, by=None)
    assert User.objects.get(pk=user.pk).is_active is False


def test_who_is_let_in_otherwise_keeps_their_row():
    awaited = AwaitedFactory()
    row = create_person(email=awaited.email, full_name="Ada", by=None)
    assert (row.pk, row.joined, EmailAddress.objects.get(user=row).verified) == (awaited.pk, True, False)


def test_who_is_awaited_is_not_taken_for_whoever_has_an_address_that_looks_alike():
    """A letter to the other address would open the first one's account."""
    awaited = await_person(email="io@ville.example", full_name="Io", by=None)
    other = await_person(email="io@vılle.example", full_name="Io", by=None)
    assert other.pk != awaited.pk
    assert create_person(email="io@vılle.example", full_name="Io", by=None).pk == other.pk
    awaited.refresh_from_db()
    assert not awaited.joined
