"""Helpers for tests of pages: sign in as a person of the cast, and read messages, text, links and errors."""

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
    """Return a client in English with this person signed in."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def page_messages(response: Any) -> list[str]:
    """Return the messages that the response leaves for the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def page_text(response: Any) -> str:
    """Return the text of the page without its menu, on one line."""
    assert response.status_code == 200
    found = MAIN.search(response.content.decode())
    assert found
    return " ".join(unescape(TAG.sub(" ", found[0])).split())


def page_links(response: Any) -> set[str]:
    """Return the URLs of links and forms on the page, without its menu."""
    found = MAIN.search(response.content.decode())
    assert found
    return {unescape(href) for href in LINKS.findall(found[0]) if href.startswith("/")}


def errors(response: Any, form: str = "form") -> dict[str, list[str]]:
    """Return the errors of the form, by field."""
    assert response.status_code == 200
    return {name: list(reasons) for name, reasons in response.context[form].errors.items()}
