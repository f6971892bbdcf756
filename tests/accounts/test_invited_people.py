"""An invited person has a row but cannot sign in until they join, and leaves nothing behind if they do not."""

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress

from accounts.actions import add_invited_person, close_account, create_person, join
from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.invitations import AwaitedFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORD = "nine green bottles"


def test_invited_person_cannot_sign_in():
    row = add_invited_person(email=" Ada@People.example ", full_name=" Ada Essai ", language="fr", by=None)
    assert (row.email, row.full_name, row.language) == ("ada@people.example", "Ada Essai", "fr")
    assert (row.joined, row.is_active, row.has_usable_password()) == (False, False, False)
    assert EmailAddress.objects.filter(user=row).exists() is False


def test_two_invitations_of_one_address_make_one_row():
    first = add_invited_person(email="ada@people.example", full_name="Ada", by=None)
    again = add_invited_person(email="ADA@people.example", full_name="Somebody Else", by=None)
    assert (again.pk, again.full_name) == (first.pk, "Ada")


def test_person_with_an_account_is_returned_unchanged():
    user = UserFactory(full_name="Camille")
    assert add_invited_person(email=user.email.upper(), full_name="Other", by=None).full_name == "Camille"


def test_closed_account_cannot_be_invited():
    user = UserFactory()
    close_account(user=user, at=NOON, by=None)
    with pytest.raises(DomainError, match="This person’s account is closed"):
        add_invited_person(email=user.email, full_name="", by=None)


def test_joining_opens_the_account_with_the_given_name_and_password():
    row = join(user=AwaitedFactory(), full_name="Ada E.", password=WORD, at=NOON, by=None)
    row.refresh_from_db()
    assert (row.joined, row.is_active, row.full_name, row.date_joined) == (True, True, "Ada E.", NOON)
    assert (row.check_password(WORD), EmailAddress.objects.get(user=row).verified) == (True, True)


def test_joining_without_name_or_password_keeps_the_name_and_sets_no_password():
    row = join(user=AwaitedFactory(full_name="Ada Essai"), at=NOON, by=None)
    assert (row.full_name, row.has_usable_password()) == ("Ada Essai", False)


def test_unproven_address_is_not_verified_by_joining():
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


def test_person_created_after_an_invitation_keeps_their_row():
    awaited = AwaitedFactory()
    row = create_person(email=awaited.email, full_name="Ada", by=None)
    assert (row.pk, row.joined, EmailAddress.objects.get(user=row).verified) == (awaited.pk, True, False)


def test_invited_person_is_not_confused_with_a_similar_address():
    """An e-mail to the other address would open the first one's account."""
    awaited = add_invited_person(email="io@ville.example", full_name="Io", by=None)
    other = add_invited_person(email="io@vılle.example", full_name="Io", by=None)
    assert other.pk != awaited.pk
    assert create_person(email="io@vılle.example", full_name="Io", by=None).pk == other.pk
    awaited.refresh_from_db()
    assert not awaited.joined
