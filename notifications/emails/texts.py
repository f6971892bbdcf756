"""Templates of emails as data: the texts of each type of email and audience, with placeholders for event values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django_stubs_ext import StrOrPromise

from notifications.calendars.ics import CalendarEntry, Status
from notifications.models import Reminder
from notifications.registries import EmailPart
from notifications.reminders.reason_texts import join_with_colon

PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class EmailTemplate:
    """The texts of one type of email. A paragraph with a placeholder whose value is empty is left out.

    `about` is its topic in the reminder schedule; `url_name` is the page its button opens. `calendar` is the status of
    its calendar entries, None without entries.
    """

    about: StrOrPromise
    subject: StrOrPromise
    paragraphs: tuple[StrOrPromise, ...]
    button: StrOrPromise
    url_name: str
    calendar: Status | None = None

    @property
    def placeholders(self) -> set[str]:
        """Return the names of the placeholders in the paragraphs, in the active language."""
        return {name for paragraph in self.paragraphs for name in placeholders_in(paragraph)}


@dataclass(frozen=True, slots=True)
class EmailTemplates:
    """The templates of the emails about a kind of event, and the texts of its audiences.

    `to_whom` gives for each audience its name in a schedule and the reason its people read for getting the email. An
    audience of one person has a number after a dash. The audience "told" gives the reason for audiences without texts.
    """

    emails: Mapping[str, EmailTemplate]
    to_whom: Mapping[str, tuple[StrOrPromise, StrOrPromise]]

    def describe(self, reminder: Reminder) -> str:
        """Return recipients and topic of a reminder in one line: “Registered: confirm or cancel”."""
        template, labels = self.emails.get(reminder.email_type), self.to_whom.get(_without_number(reminder.audience))
        return join_with_colon(
            labels[0] if labels else reminder.audience, template.about if template else reminder.email_type
        )

    def part(
        self,
        reminder: Reminder,
        values: Mapping[str, object],
        calendar: CalendarEntry | Sequence[CalendarEntry] | None = None,
        *,
        why: StrOrPromise = "",
    ) -> EmailPart:
        """Return the reminder's part of an email, filled with the event's `values`, in the active language.

        `calendar` holds its calendar entries. `why` is the reason for getting the email, by default the audience's.
        Raises LookupError for a type of email without a template.
        """
        template = self.emails[reminder.email_type]
        paragraphs = [
            paragraph for paragraph in template.paragraphs if all(values[name] for name in placeholders_in(paragraph))
        ]
        return EmailPart(
            subject=template.subject % values,
            text="\n\n".join(str(paragraph % values) for paragraph in paragraphs),
            why=str((why or self._reason_for_audience(reminder.audience)) % values),
            button=(str(template.button), reverse(template.url_name, args=[reminder.object_id])),
            calendar=calendar or None,
        )

    def _reason_for_audience(self, audience: str) -> StrOrPromise:
        """Return why people of the audience get the email; without texts for it, the reason for informed people."""
        return (self.to_whom.get(_without_number(audience)) or self.to_whom["told"])[1]


def placeholders_in(text: StrOrPromise) -> list[str]:
    """Return the names of the placeholders in a text, such as "day" for "%(day)s"."""
    return PLACEHOLDER.findall(str(text))


def _without_number(audience: str) -> str:
    """Return an audience without the number of its one person: "registration-12" becomes "registration"."""
    return audience.partition("-")[0]
