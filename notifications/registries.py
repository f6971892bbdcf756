"""The interface through which other apps describe their events, such as exchanges and sessions.

This app knows an event only by the slug of its kind and its id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.roles import Role
from notifications.emails.placeholders import Wording
from notifications.models import Reminder
from web.calendars.ics import CalendarEntry
from web.registries import Registry

HIDDEN: Final = "…"  # shown to other readers instead of a secret


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who gets the e-mail of a reminder; it goes to the address their account has at sending time."""

    user: User


class AudienceQuery(NamedTuple):
    """A request for the size of an audience: the people who get the e-mail of one type about one event.

    `event` is the event's id.
    """

    event: int
    audience: str
    email_type: str


@dataclass(frozen=True, slots=True)
class AudienceSize:
    """The number of `people` in an audience today; None when it cannot be known in advance.

    `stop_reason` is the slug of the reason why the event's present state leaves the e-mail without recipients, or "".
    `event_name` is the name of the event, which was read with the number; "" where it was not.
    """

    people: int | None = None
    stop_reason: str = ""
    event_name: str = field(default="", compare=False)


class RecipientCheck(NamedTuple):
    """Whether one person may get an e-mail: the `reason` not to send it (a slug, "" to send it), and the event."""

    reason: str
    event: Any


class Topic(NamedTuple):
    """A reminder together with its event, read just before: from both, one part of an e-mail is rendered.

    A preview of a `wording` that no e-mail has yet passes it on; only kinds with reminder schedules take one.
    """

    reminder: Reminder
    event: Any
    wording: Wording | None = None


@dataclass(frozen=True, slots=True)
class EmailPart:
    """The text one reminder contributes to a person's e-mail, in the language active while rendering.

    `text` is plain, with an empty line between paragraphs. `html` replaces it in the HTML version where plain
    paragraphs are not enough: markup made by `format_html` or a template; any other string is escaped.

    `why` is the sentence "you get this e-mail because…". `button` is a label and a path of this site. `calendar` holds
    the event's calendar entry, or several entries each with its own `uid`. `secret` is the part of the button's path
    that only the recipient may see: previews for other readers mask it.
    """

    subject: str
    text: str
    why: str
    button: tuple[str, str] | None = None
    html: SafeString | None = None
    calendar: CalendarEntry | Sequence[CalendarEntry] | None = None
    secret: str = ""

    def masked(self) -> EmailPart:
        """Return the part with “…” in place of the secret in its button's path, for readers other than the recipient.

        A part without a secret is returned itself.
        """
        if self.button is None or not self.secret:
            return self
        label, path = self.button
        return replace(self, button=(label, path.replace(self.secret, HIDDEN)), secret="")

    def without_user_content(self, kind: StrOrPromise) -> EmailPart:
        """Return another part, for an address nobody has proved: it says that there is news about `kind`, and where to
        sign in.

        `kind` is the label of the kind of event.
        """
        return EmailPart(
            subject=gettext("There is news for you on labplatform"),
            text=gettext("Subject: %(kind)s. Sign in to read the message.") % {"kind": kind},
            why=gettext(
                "You are receiving this e-mail because your account has this address, which you have not confirmed yet."
            ),
            button=(gettext("Open the platform"), reverse("home")),
        )

    @property
    def calendar_entries(self) -> Sequence[CalendarEntry]:
        """Return the part's calendar entries as a sequence; () when it has none."""
        if self.calendar is None:
            return ()
        return (self.calendar,) if isinstance(self.calendar, CalendarEntry) else self.calendar


@dataclass(frozen=True, slots=True)
class CommandScope:
    """The edition, cohort and authority to which a command is limited: slugs or ids as typed, empty for no limit."""

    edition: str = ""
    cohort: str = ""
    authority: str = ""

    def __bool__(self) -> bool:
        return bool(self.edition or self.cohort or self.authority)

    def limits(self, *, edition: str, cohort: str, authority: str) -> dict[str, str]:
        """Return the keyword arguments of `filter()` that limit events to this edition, cohort and authority.

        Empty for no limit. Each argument is the lookup path from an event to the slug of its edition, cohort or
        authority.
        """
        filters = {edition: self.edition, cohort: self.cohort, authority: self.authority}
        return {path: slug for path, slug in filters.items() if slug}


def everyone_can_see(_user: User, _pk: int) -> bool:
    """Return True: the `can_see` for kinds of events that are hidden from nobody who gets or lists their e-mails."""
    return True


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event: who gets its e-mails and what they say. `Audiences` and `EmailTemplates` provide most of it.

    - `label`: the kind in the plural, for filters and preferences ("Intertransfos").
    - `recipients(reminder, at)`: the people to e-mail, asked when the reminder is due.
    - `check(reminder, user, at)`: the reason not to e-mail this person after all, as a slug of `enums.REASONS` or of
      `reasons`, "" when there is none; and the event. Called again right before each hand-over to the mail server.
    - `find(reminder)`: the event alone, for previews; None when it no longer exists.
    - `render(reminder, event, user, language)`: the e-mail part about the event that `check` or `find` has just read;
      the language is already active. Kinds with reminder schedules take a `wording`, by default that of the format.
    - `describe(reminder)`: one line, recipients and topic: "Registered: confirm or cancel". Lists call it for every
      row, so it makes no query; nor does `href`.
    - `href(reminder)`: the path of the event's page, made from its id.
    - `in_scope(scope)`: ids of the events in a command's scope.
    - `can_see(user, pk)`: whether the person may see the event today, or `everyone_can_see`. Someone from whom it has
      been hidden since the e-mail was sent does not get to read its present state in a preview.
    - `names(pks)`: the name of each event, for lists of reminders of many events where `sizes` gives none.
    - `sizes(queries, at)`: the `AudienceSize` for each query, for "to 14 people"; those left out are unknown.
    - `stop_reason(reminder, at)`: why nobody gets the e-mail in the event's present state, as a slug like those of
      `check`; "" when someone may.
    - `reasons`: the kind's own reasons in words. `early_reasons`: those that only mean "too early", with the condition:
      "once date and host are confirmed".
    - `roles(event_id, users, at)`: the role of each of these people (keys) about the event, for previews "as a pilot".
    - `sends_to_invited_people`: the e-mails also go to people who are invited and have not joined yet; those of
      no other kind do.
    - `can_wait`: the e-mails are not urgent, so that people may get those of a week together.
    """

    label: StrOrPromise
    recipients: Callable[[Reminder, datetime], list[Recipient]]
    check: Callable[[Reminder, User, datetime], RecipientCheck]
    find: Callable[[Reminder], Any]
    render: Callable[..., EmailPart]
    describe: Callable[[Reminder], StrOrPromise]
    href: Callable[[Reminder], str]
    in_scope: Callable[[CommandScope], Collection[int]]
    can_see: Callable[[User, int], bool]
    names: Callable[[Collection[int]], Mapping[int, str]] | None = None
    sizes: Callable[[Collection[AudienceQuery], datetime], Mapping[AudienceQuery, AudienceSize]] | None = None
    stop_reason: Callable[[Reminder, datetime], str] | None = None
    reasons: Mapping[str, StrOrPromise] = field(default_factory=dict)
    early_reasons: Mapping[str, StrOrPromise] = field(default_factory=dict)
    roles: Callable[[int, Collection[int], datetime], Mapping[int, Role]] | None = None
    sends_to_invited_people: bool = False
    can_wait: bool = False

    def sends_to(self, user: User) -> bool:
        """Return whether e-mails about this kind of event go to the person: their account is open.

        With `sends_to_invited_people`, they also go to people who are invited and have not joined yet.
        """
        return user.is_active or (self.sends_to_invited_people and not user.joined)


event_kinds: Registry[EventKind] = Registry("event kinds")
