"""Browsers of applicants, and the links in their e-mails."""

import re
from datetime import datetime

from django.core import mail
from django.test import Client

from notifications.sending.cycle import send_round
from tests.factories.cast import NOW

LINK = re.compile(r"https?://[^/\s]+(/own-application/\S+/)")


def visitor() -> Client:
    """Return the browser of someone who is not signed in and reads English."""
    return Client(headers={"accept-language": "en"})


def sent_link(address: str = "ada@dunes.example", *, at: datetime = NOW) -> str:
    """Send what is due, and return the path of the link in the latest e-mail to the address."""
    send_round(lambda: at, seconds=60)
    texts = [str(message.body) for message in mail.outbox if message.to == [address]]
    found = LINK.search(texts[-1])
    assert found
    return found[1]
