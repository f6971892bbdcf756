"""Default names of passkeys."""

import pytest
from allauth.mfa.models import Authenticator

from accounts.models import User
from accounts.second_factors.adapter import LabMFAAdapter
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def named(user: User, *names: str) -> None:
    for name in names:
        Authenticator.objects.create(user=user, type="webauthn", data={"name": name})


@pytest.mark.parametrize(
    ("there", "following"),
    [
        ([], "Passkey 1"),
        (["Passkey 1"], "Passkey 2"),
        (["Passkey 2"], "Passkey 1"),
        (["Passkey 1", "Passkey 3"], "Passkey 2"),
        (["Blue key"], "Passkey 1"),
    ],
)
def test_new_passkey_gets_the_first_free_number(there: list[str], following: str):
    user = UserFactory()
    named(user, *there)
    named(UserFactory(), "Passkey 1", "Passkey 2")
    Authenticator.objects.create(user=user, type="totp", data={"name": "Passkey 1"})
    assert LabMFAAdapter().generate_authenticator_name(user, Authenticator.Type.WEBAUTHN) == following
