"""Pages as a signed-in person gets them, in English."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User, address: str, **query: Any) -> str:
    """What the person reads; the page must be there."""
    answer = signed_in(user).get(address, query)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def statements(user: User, address: str) -> int:
    """SQL statements of one page."""
    client = signed_in(user)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def send(user: User, address: str, **form: Any) -> Any:
    """Post a form; follow nothing."""
    return signed_in(user).post(address, form)


def seen(user: User, address: str) -> str:
    """What the form there remembers of what its writer saw."""
    return str(signed_in(user).get(address).context["form"]["seen"].value())


def change(user: User, address: str, **form: Any) -> Any:
    """Open a form and send it."""
    return send(user, address, **form, seen=seen(user, address))


def errors(answer: Any) -> dict[str, list[str]]:
    """The reasons beside the fields of the form that came back."""
    assert answer.status_code == 200, answer.status_code
    return {name: list(map(str, found)) for name, found in answer.context["form"].errors.items()}
