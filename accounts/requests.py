"""The person behind a request, as the views of every app read it."""

from django.http import HttpRequest

from accounts.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person; LoginRequiredMiddleware lets nobody else reach a view that asks."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type
    return request.user
