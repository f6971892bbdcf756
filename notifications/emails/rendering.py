"""Renders e-mails from one pair of templates, text and HTML, in the recipient's language: one section per reminder.

E-mails with the same sections are rendered once: each person's name and link to unsubscribe are then filled in.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.conf import settings
from django.template.defaultfilters import linebreaks_filter
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Lab, User
from notifications.emails import links
from notifications.emails.messages import (
    HTML_NAME,
    HTML_UNSUBSCRIBE,
    MAX_BODIES,
    NAME,
    UNSUBSCRIBE,
    Body,
    PersonalMessage,
    values_by_marker,
)
from notifications.models import Delivery, Reminder
from notifications.registries import EmailPart, Topic, event_kinds
from web.calendars import ics
from web.site_addresses import absolute_url, cached_reverse

MAX_SUBJECT_LENGTH = 250

logger = logging.getLogger(__name__)


class SectionText(NamedTuple):
    """The texts of a section, as the templates use them; equal texts share one rendered e-mail."""

    subject: str
    text: str
    html: SafeString
    why: str
    label: str
    address: str


@dataclass(frozen=True)
class Section:
    """One reminder's part of an e-mail."""

    reminder: Reminder
    part: EmailPart

    @property
    def subject(self) -> str:
        """Return the subject of the section, with line breaks and repeated spaces replaced by one space."""
        return " ".join(str(self.part.subject).split())

    @cached_property
    def html(self) -> SafeString:
        """Return the section's HTML; when it has none, its escaped text as paragraphs.

        A string that is not marked as safe, as by `format_html`, is escaped.
        """
        if self.part.html:
            return conditional_escape(self.part.html)
        return linebreaks_filter(escape(self.part.text))

    @property
    def label(self) -> str:
        """Return the label of the section's button; "" without a button."""
        return str(self.part.button[0]) if self.part.button else ""

    @property
    def address(self) -> str:
        """Return the absolute URL that the section's button opens; "" without a button."""
        return absolute_url(self.part.button[1]) if self.part.button else ""

    @property
    def texts(self) -> SectionText:
        """Return the texts of the section, as the templates use them."""
        return SectionText(self.subject, self.part.text, self.html, self.part.why, self.label, self.address)


@dataclass(frozen=True)
class RenderedEmail:
    """The rendered content of an e-mail, from which `build_message` makes the message.

    `body` has markers for the person's name and link to unsubscribe; `values` are their values, by marker.
    """

    subject: str
    body: Body
    values: Mapping[str, str]
    sections: Sequence[Section]
    language: str

    @cached_property
    def filled_body(self) -> Body:
        """Return text and HTML with each marker replaced by its value."""
        return self.body.filled(self.values)

    @property
    def text(self) -> str:
        """Return the text of the e-mail."""
        return self.filled_body.text

    @property
    def html(self) -> str:
        """Return the HTML of the e-mail."""
        return self.filled_body.html

    @property
    def unsubscribe_url(self) -> str:
        """Return the URL of the page on which the person stops e-mails of these kinds."""
        return self.values[UNSUBSCRIBE]


def language_of(user: User) -> str:
    """Return the language code of a person's e-mails: the language they chose, else that of the lab (one statement)."""
    return user.language or Lab.objects.language()


def load_topics(reminders: Iterable[Reminder]) -> list[Topic]:
    """Return each reminder with its event, read from the database now, in the same order.

    Raises LookupError for an event that no longer exists or a kind of event that is not registered.
    """
    topics = [Topic(reminder, event_kinds[reminder.kind].find(reminder)) for reminder in reminders]
    if missing := [topic.reminder for topic in topics if topic.event is None]:
        raise LookupError(f"Gone: {missing}")
    return topics


def build_section(topic: Topic, user: User, language: str) -> Section:
    """Return the section of an e-mail to `user` about one topic: a reminder and its event.

    An address that nobody has proved to be theirs gets a neutral text without content from other users, except in
    e-mails to people who are invited and have not joined (`EventKind.sends_to_invited_people`), which have none.
    """
    reminder, event, wording = topic
    kind = event_kinds[reminder.kind]
    part = kind.render(reminder, event, user, language, **({"wording": wording} if wording else {}))
    if not (kind.sends_to_invited_people or user.has_proven_address):
        part = part.without_user_content(kind.label)
    return Section(reminder, part)


def render_email(user: User, language: str, topics: Sequence[Topic], *, masked: bool = False) -> RenderedEmail:
    """Return the one e-mail to a person about these topics, each a reminder and its event, as text and HTML.

    With `masked`, for other readers, the unsubscribe link and secrets in links are replaced by “…”.
    """
    with translation.override(language):
        sections = [build_section(topic, user, language) for topic in topics]
        return render_sections(user, language, sections, masked=masked)


def render_sections(user: User, language: str, sections: Sequence[Section], *, masked: bool = False) -> RenderedEmail:
    """Return the e-mail to a person that consists of these sections, as text and HTML in the language.

    With `masked`, for other readers, the unsubscribe link and secrets in links are replaced by “…”.
    """
    with translation.override(language):
        if masked:
            sections = [replace(row, part=row.part.masked()) for row in sections]
        kinds = {section.reminder.kind for section in sections}
        unsubscribe_url = links.masked_unsubscribe_url() if masked else links.unsubscribe_url(user.pk, kinds)
        subject = _email_subject(sections)
        body = _body(
            subject,
            tuple(section.texts for section in sections),
            _kind_labels(kinds),
            language,
            greets_by_name=user.has_proven_address,
            has_account=user.joined,
            base_url=settings.BASE_URL,
        )
        return RenderedEmail(subject, body, values_by_marker(user.full_name, unsubscribe_url), sections, language)


@lru_cache(maxsize=MAX_BODIES)
def _body(
    subject: str,
    sections: tuple[SectionText, ...],
    kinds: str,
    language: str,
    *,
    greets_by_name: bool,
    has_account: bool,
    base_url: str,
) -> Body:
    """Return the text and the HTML of an e-mail with these sections, and cache them; the active language is `language`.

    Whatever the templates show is an argument or a marker, so that no text of one person reaches another. `base_url` is
    an argument because the addresses begin with it.
    """
    context = {
        "subject": subject,
        "sections": sections,
        "only_section": sections[0] if len(sections) == 1 else None,
        "kinds": kinds,
        "greets_by_name": greets_by_name,
        "has_account": has_account,
        "home_url": absolute_url(cached_reverse("home")),
        "own_emails_url": absolute_url(cached_reverse("notifications:own_emails")),
        "privacy_url": absolute_url(cached_reverse("privacy")),
        "language": language,
    }
    return Body(
        render_to_string("emails/reminders.txt", {**context, "name": NAME, "unsubscribe_url": UNSUBSCRIBE}),
        render_to_string("emails/reminders.html", {**context, "name": HTML_NAME, "unsubscribe_url": HTML_UNSUBSCRIBE}),
    )


def build_message(delivery: Delivery, email: RenderedEmail, at: datetime, *, from_email: str) -> PersonalMessage:
    """Return the message for a rendered e-mail, with headers for one-click unsubscribe and its calendar entries.

    It is not sent yet. The Message-ID is the same on every attempt. `at` is the moment of writing, which calendar
    entries contain.
    """
    message = PersonalMessage(
        email.subject,
        email.body,
        email.values,
        from_email=from_email,
        to=delivery.user.email,
        message_id=delivery.message_id,
        language=delivery.language,
    )
    for row in email.sections:
        _attach_calendar_entries(message, row, delivery.user, at)
    return message


def _attach_calendar_entries(message: PersonalMessage, row: Section, user: User, at: datetime) -> None:
    """Attach the calendar entries of the section `row` to a message; without entries, do nothing.

    A single entry is also an alternative of the text, so that mail programs offer it; several are files only, since
    mail programs offer one. `at` is the moment of writing.
    """
    calendar_entries = row.part.calendar_entries
    for number, entry in enumerate(calendar_entries, 1):
        part = _calendar_bytes(entry, row.reminder, user, at, message.from_email)
        if len(calendar_entries) == 1:
            message.attach_alternative(part.decode(), f'text/calendar; method="{entry.method}"')
        message.attach("invite.ics" if len(calendar_entries) == 1 else f"invite-{number}.ics", part, "application/ics")


def preview(
    user: User, reminders: Sequence[Reminder], *, reader: User, language: str = "", is_acting: bool = False
) -> RenderedEmail | None:
    """Return the e-mail to `user` about these reminders as it would read now, for `reader` to see.

    None when there is no reminder, an event is gone or hidden from `reader`, or rendering fails, which is logged.
    `language` is by default that of `user`. Another `reader`, or staff who act for the person (`is_acting`), gets no
    secret link.
    """
    if not all(_can_see(reminder, reader) for reminder in reminders):
        return None
    try:
        topics, masked = load_topics(reminders), is_acting or reader.pk != user.pk
        return render_email(user, language or language_of(user), topics, masked=masked) if topics else None
    except Exception:
        logger.exception("No preview of %s", reminders)
        return None


def _can_see(reminder: Reminder, reader: User) -> bool:
    """Return whether the reader may see the event of a reminder today: lab staff always, others as its kind of event
    decides.

    True for a kind of event that is no longer registered.
    """
    if reader.is_lab_staff or reminder.kind not in event_kinds:
        return True
    return event_kinds[reminder.kind].can_see(reader, reminder.object_id)


def _kind_labels(kinds: set[str]) -> str:
    """Return the labels of the kinds of events with these slugs as one text, separated by commas and sorted by slug."""
    return ", ".join(str(event_kinds[slug].label) for slug in sorted(kinds))


def _calendar_bytes(entry: ics.CalendarEntry, reminder: Reminder, user: User, at: datetime, from_email: str) -> bytes:
    """Return a calendar entry as iCalendar data that invite the user to the reminder's event.

    The organizer is who the e-mail comes from, `from_email`; `at` is the moment of writing.
    """
    return ics.render_invitation(
        entry,
        uid=links.calendar_uid(reminder.kind, reminder.object_id, entry.uid),
        sequence=ics.sequence(reminder.version, entry),
        organizer=parseaddr(from_email),
        attendee=(user.full_name, user.email),
        at=at,
    )


def _email_subject(sections: Sequence[Section]) -> str:
    """Return the e-mail's subject: that of its first section, and how many more reminders it has.

    At most 250 characters. “An e-mail from the lab” when the first section has none.
    """
    first, more = sections[0].subject, len(sections) - 1
    if more:
        text = ngettext("%(first)s, and one more reminder", "%(first)s, and %(more)d more reminders", more)
        first = text % {"first": first, "more": more}
    return first[:MAX_SUBJECT_LENGTH] or _("An e-mail from the lab")
