"""Writes a letter: one template pair for all, in the person's language, with what each of its reminders says."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr
from functools import cached_property

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.defaultfilters import linebreaks_filter
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notifications.calendars import ics
from notifications.emails import links
from notifications.models import Delivery, Reminder
from notifications.registries import LetterPart, Topic, event_kinds
from web.site_addresses import absolute

LONGEST_SUBJECT = 250

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Section:
    """One reminder's part of a letter, as the templates show it."""

    reminder: Reminder
    part: LetterPart

    @property
    def subject(self) -> str:
        return " ".join(str(self.part.subject).split())

    @cached_property
    def html(self) -> SafeString:
        """Only markup made by `format_html` and its like stays markup; anything else is shown as it is written."""
        if self.part.html:
            return conditional_escape(self.part.html)
        return linebreaks_filter(escape(self.part.text))

    @property
    def label(self) -> str:
        return str(self.part.button[0]) if self.part.button else ""

    @property
    def address(self) -> str:
        return absolute(self.part.button[1]) if self.part.button else ""


@dataclass(frozen=True)
class Letter:
    """What a letter says, before it is put in an envelope."""

    subject: str
    text: str
    html: str
    sections: Sequence[Section]
    stop_address: str
    language: str


def language_of(user: User) -> str:
    """The language a person's letters take."""
    return user.language or settings.LANGUAGE_CODE


def topics_of(reminders: Iterable[Reminder]) -> list[Topic]:
    """The reminders with their events as they stand. LookupError where a kind is unknown or an event gone."""
    topics = [Topic(reminder, event_kinds[reminder.kind].find(reminder)) for reminder in reminders]
    if gone := [topic.reminder for topic in topics if topic.event is None]:
        raise LookupError(f"Gone: {gone}")
    return topics


def section(topic: Topic, user: User, language: str) -> Section:
    """What a reminder says to a person; the kind has to be registered.

    An address that nobody has verified gets no words of others: kinds for people who are awaited have none.
    """
    reminder, event = topic
    kind = event_kinds[reminder.kind]
    part = kind.render(reminder, event, user, language)
    if not (kind.to_awaited or user.has_proven_address):
        part = part.without_words_of_others(kind.label)
    return Section(reminder, part)


def written(user: User, language: str, topics: Sequence[Topic], *, masked: bool = False) -> Letter:
    """The letter these topics make together for one person; `masked` it is for other eyes and acts on nothing."""
    with translation.override(language):
        sections = [section(topic, user, language) for topic in topics]
        if masked:
            sections = [replace(row, part=row.part.for_others()) for row in sections]
        kinds = {topic.reminder.kind for topic in topics}
        stop = links.masked_stop_address() if masked else links.stop_address(user.pk, kinds)
        context = {
            "user": user,
            "subject": _subject(sections),
            "sections": sections,
            "only": sections[0] if len(sections) == 1 else None,
            "kinds": _names(kinds),
            "home": absolute(reverse("home")),
            "mine": absolute(reverse("notifications:mine")),
            "privacy": absolute(reverse("privacy")),
            "stop": stop,
            "language": language,
        }
        text = render_to_string("emails/letter.txt", context)
        html = render_to_string("emails/letter.html", context)
        return Letter(str(context["subject"]), text, html, sections, stop, language)


def envelope(delivery: Delivery, letter: Letter, at: datetime) -> EmailMultiAlternatives:
    """The message as it leaves: the same Message-ID on every attempt, one-click unsubscribe, calendar part."""
    headers = {
        "Message-ID": delivery.message_id,
        "List-Unsubscribe": f"<{letter.stop_address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Content-Language": delivery.language,
    }
    message = EmailMultiAlternatives(letter.subject, letter.text, to=[delivery.user.email], headers=headers)
    message.attach_alternative(letter.html, "text/html")
    for row in letter.sections:
        _attach(message, row, delivery.user, at)
    return message


def _attach(message: EmailMultiAlternatives, row: Section, user: User, at: datetime) -> None:
    """Its entries in calendars: one is offered by mail programs at once, each of several is a file.

    RFC 5546 has one UID in an object, and mail programs offer the last alternative only.
    """
    entries = row.part.entries
    for number, entry in enumerate(entries, 1):
        part = _calendar(entry, row.reminder, user, at)
        if len(entries) == 1:
            message.attach_alternative(part.decode(), f'text/calendar; method="{entry.method}"')
        message.attach("invite.ics" if len(entries) == 1 else f"invite-{number}.ics", part, "application/ics")


def preview(
    user: User, reminders: Sequence[Reminder], *, reader: User, language: str = "", acted: bool = False
) -> Letter | None:
    """The letter to `user` as it would read now, or None where its event can say nothing any more, or not to `reader`.

    In their language of today, unless it has a `language` already.
    Any other `reader`, and whoever acts for the person (`acted`), sees no address that is the person's alone.
    """
    if not all(_seen(reminder, reader) for reminder in reminders):
        return None
    try:
        topics, masked = topics_of(reminders), acted or reader.pk != user.pk
        return written(user, language or language_of(user), topics, masked=masked) if topics else None
    except Exception:
        logger.exception("No preview of %s", reminders)
        return None


def _seen(reminder: Reminder, reader: User) -> bool:
    """Whether the reader may see today what it is about; the lab sees all."""
    if reader.is_lab_staff or reminder.kind not in event_kinds:
        return True
    seen_by = event_kinds[reminder.kind].seen_by
    return seen_by is None or seen_by(reader, reminder.object_id)


def _names(kinds: set[str]) -> str:
    """The kinds as one text: a template that escapes nothing joins lazy labels as Python writes them."""
    return ", ".join(str(event_kinds[slug].label) for slug in sorted(kinds))


def _calendar(entry: ics.Entry, reminder: Reminder, user: User, at: datetime) -> bytes:
    return ics.written(
        entry,
        uid=links.calendar_uid(reminder.kind, reminder.object_id, entry.uid),
        sequence=ics.sequence(reminder.version, entry),
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL),
        attendee=(user.full_name, user.email),
        at=at,
    )


def _subject(sections: Sequence[Section]) -> str:
    first, more = sections[0].subject, len(sections) - 1
    if more:
        text = ngettext("%(first)s, and one more reminder", "%(first)s, and %(more)d more reminders", more)
        first = text % {"first": first, "more": more}
    return first[:LONGEST_SUBJECT] or _("An e-mail from the lab")
