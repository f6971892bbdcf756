"""Where higher apps say what their events are: this app knows an event only by its kind's slug and its id."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from accounts.models import User
from notifications.calendars.ics import Entry
from notifications.models import CalendarFeed, Reminder
from web.registries import Registry

HIDDEN: Final = "…"  # what stands for a secret where others read


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person concerned by a reminder; the letter goes to the address their account has when it leaves."""

    user: User


class Asked(NamedTuple):
    """A letter of an event's ladder, of which one asks how many people it is for."""

    event: int
    audience: str
    letter: str


class Size(NamedTuple):
    """How many `people` are of an audience today, None where nobody can say.

    `stopped` is why, as the event stands, the letter is for nobody, as a slug; "" where it is for them.
    """

    people: int | None = None
    stopped: str = ""


class Checked(NamedTuple):
    """Whether a person should get a letter: `reason` is why not, as a slug. And the event, as it was read for that."""

    reason: str
    event: Any


class Topic(NamedTuple):
    """A reminder and its event, as it was just read: what a part of a letter is made of."""

    reminder: Reminder
    event: Any


@dataclass(frozen=True, slots=True)
class LetterPart:
    """What one reminder says to one person, in the language that is active when it is rendered.

    `text` is plain, its paragraphs apart by an empty line; `html` replaces it in the HTML half where plain
    paragraphs are not enough: markup made by `format_html` or a template, a string of any other kind is escaped.
    `why` is the sentence "you get this letter because…". `button` is a label and a path of this site.
    `calendar` is the event's entry, or its entries where it takes several, each with a `uid`. `secret` is the part of
    the button's path that nobody but the person may read: previews for others leave it out.
    """

    subject: str
    text: str
    why: str
    button: tuple[str, str] | None = None
    html: SafeString | None = None
    calendar: Entry | Sequence[Entry] | None = None
    secret: str = ""

    def for_others(self) -> LetterPart:
        """The same without its secret."""
        if self.button is None or not self.secret:
            return self
        label, path = self.button
        return replace(self, button=(label, path.replace(self.secret, HIDDEN)), secret="")

    def without_words_of_others(self, kind: StrOrPromise) -> LetterPart:
        """Return what an address that nobody has verified gets instead: that there is news, and where to sign in."""
        return LetterPart(
            subject=gettext("There is news for you on labplatform"),
            text=gettext("Subject: %(kind)s. Sign in to read the message.") % {"kind": kind},
            why=gettext("You get this e-mail because your account has this address, which you have not confirmed yet."),
            button=(gettext("Open the platform"), reverse("home")),
        )

    @property
    def entries(self) -> Sequence[Entry]:
        """The entries of the calendar, none, one or several."""
        if self.calendar is None:
            return ()
        return (self.calendar,) if isinstance(self.calendar, Entry) else self.calendar


@dataclass(frozen=True, slots=True)
class Scope:
    """What a command is limited to: slugs or ids as typed, empty for no limit."""

    edition: str = ""
    cohort: str = ""
    authority: str = ""

    def __bool__(self) -> bool:
        return bool(self.edition or self.cohort or self.authority)

    def limits(self, *, edition: str, cohort: str, authority: str) -> dict[str, str]:
        """Lookups for a query: each argument is the path from an event to the slug of an edition, cohort, authority."""
        asked = {edition: self.edition, cohort: self.cohort, authority: self.authority}
        return {path: slug for path, slug in asked.items() if slug}


@dataclass(frozen=True, slots=True)
class EventKind:
    """How letters about one kind of event are addressed and written. `Audiences` and `Texts` answer most of it.

    - `label`: the kind in the plural, for filters and preferences ("Intertransfos").
    - `recipients(reminder, at)`: who is concerned, asked when the reminder is due.
    - `check(reminder, user, at)`: why this person should not get it after all, as a slug of `enums.REASONS` or of
      `reasons`, "" when they should; and the event. Asked again right before each hand-over.
    - `find(reminder)`: the event alone, for previews; None when it is gone.
    - `render(reminder, event, user, language)`: what to say of the event that `check` or `find` has just read; the
      language is active already.
    - `describe(reminder)`: one line, to whom and what: "Registered: confirm or cancel". Lists call it for every row:
      it asks nothing of the database, nor does `href`.
    - `href(reminder)`: path of the event's page, made from its id.
    - `within(scope)`: ids of the events in a command's scope.
    - `names(pks)`: what each event is called, for lists of reminders of many events.
    - `sizes(asked, at)`: the `Size` of each letter asked for, for "to 14 people"; those left out are not known.
    - `stops(reminder, at)`: why nobody would get it as the event stands, as a slug like `check`'s; "" when some may.
    - `seen_by(user, pk)`: whether the person may see the event today: whom it is hidden from since they got a letter
      does not read in it how the event stands now.
    - `reasons`: the kind's own reasons in words. `once`: of those that only say that it is early, until when: "once
      date and host are confirmed".
    - `to_awaited`: its letters also go to people who have not joined yet; no other kind's do.
    """

    label: StrOrPromise
    recipients: Callable[[Reminder, datetime], list[Recipient]]
    check: Callable[[Reminder, User, datetime], Checked]
    find: Callable[[Reminder], Any]
    render: Callable[[Reminder, Any, User, str], LetterPart]
    describe: Callable[[Reminder], StrOrPromise]
    href: Callable[[Reminder], str]
    within: Callable[[Scope], Collection[int]]
    names: Callable[[Collection[int]], Mapping[int, str]] | None = None
    sizes: Callable[[Collection[Asked], datetime], Mapping[Asked, Size]] | None = None
    stops: Callable[[Reminder, datetime], str] | None = None
    seen_by: Callable[[User, int], bool] | None = None
    reasons: Mapping[str, StrOrPromise] = field(default_factory=dict)
    once: Mapping[str, StrOrPromise] = field(default_factory=dict)
    to_awaited: bool = False

    def reaches(self, user: User) -> bool:
        """Whether its letters go to the person at all: their account is open, or is still to be."""
        return user.is_active or (self.to_awaited and not user.joined)


event_kinds: Registry[EventKind] = Registry("event kinds")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a calendar feed: of event `pk`, under the version its letters have."""

    pk: int
    version: int
    changed_at: datetime
    entry: Entry


@dataclass(frozen=True, slots=True)
class FeedSource:
    """Where feeds find one kind of event, registered under the slug its letters have too.

    - `entries(feed)`: what the feed is about, of what its `user` may see now, in a steady order; in the language that
      is active. Titles, times and places only: no names of people, no ideas, no texts.
    - `name(feed)`: what the thing a feed is about is called, "" for what the source does not know.
    """

    entries: Callable[[CalendarFeed], Iterable[FeedEntry]]
    name: Callable[[CalendarFeed], str] | None = None


feed_sources: Registry[FeedSource] = Registry("feed sources")
