"""Templates of e-mails as data: the texts of each type of e-mail and audience, with placeholders for event values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from notifications.emails.placeholders import Placeholder, Wording, fill, filled_paragraphs
from notifications.models import Reminder
from notifications.registries import EmailPart
from notifications.reminders.reason_texts import join_with_colon
from web.calendars.ics import CalendarEntry, Status
from web.site_addresses import absolute_url, cached_reverse

INFORMED: Final = "informed"  # audience, as stored: people who received earlier e-mails about the event
PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")
LINK: Final = "link"
LINK_PLACEHOLDER: Final = {  # of every kind of event
    LINK: Placeholder(
        pgettext_lazy("placeholder", "link"),
        _("the address of the page that the button opens"),
        "https://lab.example/…",
    )
}


@dataclass(frozen=True, slots=True)
class EmailTemplate:
    """The texts of one type of e-mail. A paragraph with a placeholder whose value is empty is left out.

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
        """Return the names of the placeholders in the paragraphs, in the active language: "day" for "%(day)s"."""
        return {name for paragraph in self.paragraphs for name in placeholders_in(paragraph)}

    @property
    def wording(self) -> Wording:
        """Return subject and paragraphs in the active language, with placeholders in braces: "{dates}"."""
        body = "\n\n".join(map(_with_braces, self.paragraphs))
        return Wording(_with_braces(self.subject), body)


@dataclass(frozen=True, slots=True)
class EmailTemplates:
    """The templates of the e-mails about a kind of event, and the texts of its audiences.

    `to_whom` gives for each audience its name in a schedule and the reason its people read for getting the e-mail. An
    audience of one person has a number after a dash. `INFORMED` gives the reason for audiences without texts.
    `placeholders` are the values that the lab may name where it words an e-mail itself.
    """

    emails: Mapping[str, EmailTemplate]
    to_whom: Mapping[str, tuple[StrOrPromise, StrOrPromise]]
    placeholders: Mapping[str, Placeholder] = field(default_factory=dict)

    def describe(self, reminder: Reminder) -> str:
        """Return the reminder's audience and topic in one line, such as “Registered: confirm or cancel”.

        An audience or a type of e-mail without texts is named by its slug.
        """
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
        wording: Wording | None = None,
    ) -> EmailPart:
        """Return the reminder's part of an e-mail: the texts of its template filled with `values`, in the active
        language.

        The lab's own `wording` replaces subject and paragraphs. A paragraph is left out where one of its values is
        empty; where this leaves nothing of a wording, the usual paragraphs are used. `calendar` holds its calendar
        entries. `why` is the reason for getting the e-mail, by default the audience's. Raises LookupError for a type of
        e-mail without a template.
        """
        template = self.emails[reminder.email_type]
        path = cached_reverse(template.url_name, reminder.object_id)
        own_values = {**values, LINK: absolute_url(path)}
        subject = fill(wording.subject, own_values) if wording else template.subject % values
        paragraphs = filled_paragraphs(wording, own_values) if wording else []
        if not paragraphs:  # usual texts, also for a wording of which nothing is left; its values were not all read
            complete = (text for text in template.paragraphs if all(values.get(name) for name in placeholders_in(text)))
            paragraphs = [str(text % values) for text in complete]
        return EmailPart(
            subject=subject,
            text="\n\n".join(paragraphs),
            why=str((why or self._reason_for_audience(reminder.audience)) % values),
            button=(str(template.button), path),
            calendar=calendar or None,
        )

    def _reason_for_audience(self, audience: str) -> StrOrPromise:
        """Return the sentence on why people of the audience get the e-mail.

        An audience without texts gets that of people who received earlier e-mails about the event (the audience
        `INFORMED`).
        """
        return (self.to_whom.get(_without_number(audience)) or self.to_whom[INFORMED])[1]


def placeholders_in(text: StrOrPromise) -> list[str]:
    """Return the names of the placeholders in a text, in order, such as "day" for "%(day)s"."""
    return PLACEHOLDER.findall(str(text))


def _with_braces(text: StrOrPromise) -> str:
    """Return a text of the catalogue with its placeholders in braces: "{day}" for "%(day)s"."""
    return PLACEHOLDER.sub(r"{\1}", str(text)).replace("%%", "%")


def _without_number(audience: str) -> str:
    """Return an audience without the number of its one person: "registration-12" becomes "registration"."""
    return audience.partition("-")[0]
