"""E-mails whose text is the same for many people: encoded once with markers, which are then replaced for each person.

Encoding the parts and headers anew for each person took a third of a sender's processor time. Only the name, the link
to unsubscribe, the address, the Message-ID and the date have markers. All other text is part of the cache key: two
e-mails that differ in a single character never share their bytes.
"""

from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.html import escape

MAX_BODIES: Final = 16  # in the cache: enough for a few reminders, whose e-mails are sent one after the other
# Each process draws its markers at random, so that no text contains them. The markers of names have characters beyond
# ASCII: the part is then declared as UTF-8, which suits every name.
_KEY: Final = uuid4().hex
NAME, HTML_NAME = f"«name-{_KEY}»", f"«html-name-{_KEY}»"
UNSUBSCRIBE, HTML_UNSUBSCRIBE = f"unsubscribe-text-{_KEY}", f"unsubscribe-html-{_KEY}"
TO, MESSAGE_ID, DATE = f"to-{_KEY}@lab.invalid", f"<id-{_KEY}@lab.invalid>", f"date-{_KEY}"
BODY_MARKERS: Final = (NAME, HTML_NAME, UNSUBSCRIBE, HTML_UNSUBSCRIBE)
HEADER_MARKERS: Final = (TO, MESSAGE_ID, DATE)


class Body(NamedTuple):
    """The text and the HTML of an e-mail, with markers for the person's name and link to unsubscribe."""

    text: str
    html: str

    def filled(self, values: Mapping[str, str]) -> "Body":
        """Return the body with each marker replaced by its value."""
        return Body(_fill(self.text, values), _fill(self.html, values))


def values_by_marker(name: str, unsubscribe_url: str) -> dict[str, str]:
    """Return a person's name and link to unsubscribe, as text and as HTML, by the marker that they replace."""
    return {
        NAME: name,
        HTML_NAME: escape(name),
        UNSUBSCRIBE: unsubscribe_url,
        HTML_UNSUBSCRIBE: escape(unsubscribe_url),
    }


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with each marker replaced by its value."""
    for marker, value in values.items():
        text = text.replace(marker, value)
    return text


class PersonalMessage(EmailMultiAlternatives):
    """A message to one person, made from a body with markers and their values.

    Only attachments and alternatives may be added later: other recipients, headers or texts would not be sent.
    """

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
        """Create the message, with headers for one-click unsubscribe; without `values` its markers stay."""
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
        """Return the message as the mail server gets it, made from the cached bytes if possible.

        Django encodes a message with attachments, with an address that a header must encode, or with a part whose
        markers are not found again in the bytes. `options` are passed on to Django.
        """
        [to] = self.to
        shared = None
        if not self.attachments and len(self.alternatives) == 1 and to.isascii() and to.isprintable():
            shared = _shared_bytes(self.subject, self.shared_body, self.from_email, self.language)
        if shared is None:
            return self.encoded_by_django(**options)
        date = formatdate(localtime=settings.EMAIL_USE_LOCALTIME)
        own = {**self.values, TO: to, MESSAGE_ID: self.extra_headers["Message-ID"], DATE: date}
        for marker, value in own.items():
            shared = shared.replace(marker.encode(), value.encode())
        return EncodedMessage(shared)

    def encoded_by_django(self, **options: Any) -> Any:
        """Return the message as Django's own class encodes it."""
        return super().message(**options)


class EncodedMessage:
    """An encoded message, with the methods that Django's mail backends call."""

    def __init__(self, content: bytes) -> None:
        """Keep the bytes of the message, which have the line ends of SMTP."""
        self._content = content

    def get_charset(self) -> None:
        """Return None, as a message of several parts does: the console backend then reads it as UTF-8."""

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:
        """Return the bytes of the message with these line ends."""
        return self._content if linesep == "\r\n" else self._content.replace(b"\r\n", linesep.encode())


@lru_cache(maxsize=MAX_BODIES)
def _shared_bytes(subject: str, body: Body, from_email: str, language: str) -> bytes | None:
    """Return the encoded message with its markers, and cache it.

    None if a marker is not found again in the bytes, as in a part with a very long line, which is encoded as a whole.
    """
    message = PersonalMessage(subject, body, {}, from_email=from_email, to=TO, message_id=MESSAGE_ID, language=language)
    message.extra_headers["Date"] = DATE
    content: bytes = message.encoded_by_django().as_bytes(linesep="\r\n")
    in_body = {marker: sum(part.count(marker) for part in body) for marker in BODY_MARKERS}
    expected = {**in_body, **dict.fromkeys(HEADER_MARKERS, 1), UNSUBSCRIBE: in_body[UNSUBSCRIBE] + 1}  # also a header
    return content if all(content.count(marker.encode()) == count for marker, count in expected.items()) else None
