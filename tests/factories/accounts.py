"""Users, and browsers in which they are signed in."""

import time
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.test import Client, RequestFactory

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


def signed_in(user: User, *, again: bool = True) -> Client:
    """Return a browser of a user who reads English; `again` says whether they entered the password a moment ago."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    if again:
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
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
