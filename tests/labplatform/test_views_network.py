"""The network's page: who sees which numbers."""

import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from tests.factories.cast import Cast

ADDRESS = "/network/"


def answer(user: User, **asked: str):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(ADDRESS, asked)


def text(user: User, **asked: str) -> str:
    """What a person reads in the page's main part, white space evened out."""
    html = answer(user, **asked).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    words = re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL)
    return re.sub(r"\s+([.,;])", r"\1", " ".join(unescape(words).split()))


def test_it(cast: Cast):
    print(text(cast["S"]))
    assert 0
