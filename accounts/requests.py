"""The signed-in person of a request."""

from django.http import HttpRequest

from accounts.models import User


def person(request: HttpRequest) -> User:
    """Return the signed-in person of a request.

    Raises AssertionError when nobody is signed in, which LoginRequiredMiddleware prevents for all views that use it.
    """
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type
    return request.user
