"""Pages as a signed-in person gets them, in English."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def page(user: User, address: str, **query: Any) -> str:
    """Return the text of a page, which must exist."""
    answer = signed_in(user).get(address, query)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def statements(user: User, address: str) -> int:
    """Return the number of SQL statements of a page."""
    client = signed_in(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def send(user: User, address: str, **form: Any) -> Any:
    """Post a form without following redirects."""
    return signed_in(user).post(address, form)


def version_token(user: User, address: str) -> str:
    """Return the version token in the form at this address."""
    return str(signed_in(user).get(address).context["form"]["version_token"].value())


def change(user: User, address: str, **form: Any) -> Any:
    """Open a form and send it with its version token."""
    return send(user, address, **form, version_token=version_token(user, address))


def errors(answer: Any) -> dict[str, list[str]]:
    """Return the errors of the form by field."""
    assert answer.status_code == 200, answer.status_code
    return {name: list(map(str, messages)) for name, messages in answer.context["form"].errors.items()}
