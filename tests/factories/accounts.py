"""Users, and browsers in which they are signed in."""

import time
from importlib import import_module
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils.crypto import get_random_string

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    full_name = factory.Sequence(lambda n: f"Camille Essai{n}")
    email = factory.Sequence(lambda n: f"person{n}@people.example")
    password = factory.django.Password("a long demonstration word")
    lab_role = factory.LazyAttribute(lambda user: "administrator" if getattr(user, "is_lab_staff", False) else "")

    @factory.post_generation
    def verified(self, create: bool, extracted: object, **_: object) -> None:
        if create and extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


Sessions = import_module(settings.SESSION_ENGINE).SessionStore


class NewSession(Sessions):  # type: ignore[misc, valid-type]
    """A session with a key of its own: it is stored once, when it is complete."""

    key_salt = Sessions().key_salt  # has the name of the class

    def __init__(self) -> None:
        super().__init__(get_random_string(32))

    def load(self) -> dict[str, Any]:
        return {}

    def cycle_key(self) -> None:
        """Keep the key, which is new."""


def sign_in(client: Client, user: User, backend: str | None = None, **values: Any) -> None:
    """Sign in a client that has no session, as `login` does, with these values in its session.

    Django first creates a session without a person, and reads, replaces and deletes it: eleven of fifteen statements.
    """
    request = HttpRequest()
    request.session = NewSession()
    login(request, user, backend)
    request.session.update(values)
    request.session.save(must_create=True)
    client._set_login_cookies(request)  # type: ignore[attr-defined]


def signed_in(user: User, *, again: bool = True) -> Client:
    """Return a browser of a user who reads English; `again` says whether they entered the password a moment ago."""
    client = Client(headers={"accept-language": "en"})
    now = {"method": "password", "at": time.time(), "reauthenticated": True}
    entered = {"account_authentication_methods": [now], "account_authentication_methods_user": str(user.pk)}
    sign_in(client, user, **entered if again else {})
    return client


def with_access(user: User) -> User:
    """Return the user with their access, which is read now, as the person of a request has it."""
    user.access = user.access
    return user


def request_by(user: User, path: str = "/") -> Any:
    """Return a request for a view or a panel by a signed-in user."""
    request = RequestFactory().get(path)
    request.user = with_access(user)
    return request
