"""Messages that differ only in what each person has of their own: written once as bytes, then filled in.

To write the parts and headers of a message anew for each person took a third of a sender's processor time.
"""

from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.html import escape

MAX_BODIES: Final = 16  # cached: those of a few reminders, since their e-mails are sent one after the other
# Markers stand for what is each person's own. They are new in each process, so no text contains them. Those of names
# are not ASCII, so that a part is declared as UTF-8 whatever the name is.
_KEY: Final = uuid4().hex
NAME, HTML_NAME = f"«name-{_KEY}»", f"«html-name-{_KEY}»"
UNSUBSCRIBE, HTML_UNSUBSCRIBE = f"unsubscribe-text-{_KEY}", f"unsubscribe-html-{_KEY}"
TO, MESSAGE_ID, DATE = f"to-{_KEY}@lab.invalid", f"<id-{_KEY}@lab.invalid>", f"date-{_KEY}"


class Body(NamedTuple):
    """The text and the HTML of an e-mail, with markers in place of what is each person's own."""

    text: str
    html: str

    def filled(self, values: Mapping[str, str]) -> "Body":
        """Return the body with values in place of markers."""
        return Body(_fill(self.text, values), _fill(self.html, values))


def own_values(name: str, unsubscribe_url: str) -> dict[str, str]:
    """Return what a person has of their own in a body, by marker."""
    return {
        NAME: name,
        HTML_NAME: escape(name),
        UNSUBSCRIBE: unsubscribe_url,
        HTML_UNSUBSCRIBE: escape(unsubscribe_url),
    }


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with values in place of markers."""
    for marker, value in values.items():
        text = text.replace(marker, value)
    return text


class PersonalMessage(EmailMultiAlternatives):
    """A message to one person, made from a body with markers and their values."""

    def __init__(
        self,
        subject: str,
        body: Body,
        values: Mapping[str, str],
        *,
        from_email: str,
        to: str,
        message_id: str,
        language: str,
    ) -> None:
        """Create the message, with headers for one-click unsubscribe."""
        headers = {
            "Message-ID": message_id,
            "List-Unsubscribe": f"<{values.get(UNSUBSCRIBE, UNSUBSCRIBE)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Content-Language": language,
        }
        text, html = body.filled(values)
        super().__init__(subject, text, from_email, to=[to], headers=headers)
        self.attach_alternative(html, "text/html")
        self.shared_body, self.values, self.language = body, values, language

    def message(self, **options: Any) -> Any:
        """Return the message as the mail server gets it: as bytes that were written once, where that is possible.

        It is not with attachments, and with an address that a header has to encode. `options` are for Django.
        """
        [to] = self.to
        shared = None
        if not self.attachments and len(self.alternatives) == 1 and to.isascii() and to.isprintable():
            shared = _shared_bytes(self.subject, self.shared_body, self.from_email, self.language)
        if shared is None:
            return self.as_django_writes_it(**options)
        date = formatdate(localtime=settings.EMAIL_USE_LOCALTIME)
        own = {**self.values, TO: to, MESSAGE_ID: self.extra_headers["Message-ID"], DATE: date}
        for marker, value in own.items():
            shared = shared.replace(marker.encode(), value.encode())
        return WrittenMessage(shared)

    def as_django_writes_it(self, **options: Any) -> Any:
        """Return the message as Django's own class makes it."""
        return super().message(**options)


class WrittenMessage:
    """A message that is written already: its bytes, with the line ends of SMTP."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:
        """Return the bytes of the message with these line ends."""
        return self._content if linesep == "\r\n" else self._content.replace(b"\r\n", linesep.encode())


@lru_cache(maxsize=MAX_BODIES)
def _shared_bytes(subject: str, body: Body, from_email: str, language: str) -> bytes | None:
    """Write and cache a message with markers; None where one is encoded, as in a part with very long lines."""
    message = PersonalMessage(subject, body, {}, from_email=from_email, to=TO, message_id=MESSAGE_ID, language=language)
    message.extra_headers["Date"] = DATE
    content: bytes = message.as_django_writes_it().as_bytes(linesep="\r\n")
    places = [sum(part.count(marker) for part in body) for marker in (NAME, HTML_NAME, UNSUBSCRIBE, HTML_UNSUBSCRIBE)]
    expected = [*places[:2], places[2] + 1, places[3], 1, 1, 1]
    markers = (NAME, HTML_NAME, UNSUBSCRIBE, HTML_UNSUBSCRIBE, TO, MESSAGE_ID, DATE)
    return content if [content.count(marker.encode()) for marker in markers] == expected else None
