"""Opening pages as someone of the cast, and reading what they say."""

import re
from html import unescape
from typing import Any

from django.contrib.messages import get_messages
from django.test import Client

from accounts.models import User

MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
LINKS = re.compile(r'<(?:a|form|button)[^>]*?(?:href|action)="([^"#]+)"')


def browser(user: User) -> Client:
    """A browser this person is signed in with, which asks for English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def said(response: Any) -> list[str]:
    """The messages a redirect leaves for the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def main(response: Any) -> str:
    """What the page says below its menu, on one line."""
    assert response.status_code == 200
    found = MAIN.search(response.content.decode())
    assert found
    return " ".join(unescape(TAG.sub(" ", found[0])).split())


def doors(response: Any) -> set[str]:
    """Where the page's links and forms lead, below its menu."""
    found = MAIN.search(response.content.decode())
    assert found
    return {unescape(href) for href in LINKS.findall(found[0]) if href.startswith("/")}


def errors(response: Any, form: str = "form") -> dict[str, list[str]]:
    """The reasons a page gives, by field."""
    assert response.status_code == 200
    return {name: list(reasons) for name, reasons in response.context[form].errors.items()}
