"""What other apps add to pages of editions and authorities, and what they do when an admin's mandate begins or ends."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet
from django_stubs_ext import StrOrPromise

from accounts.models import User
from notifications.emails.texts import EmailTemplates
from programmes.models import Edition, Method
from web.dates.clock import Day
from web.hooks import Hooks, in_order, nothing
from web.pages.panels import Panel


@dataclass(frozen=True, slots=True)
class EmailRule:
    """What a type of e-mail requires of its step in a reminder schedule.

    `before`: sent before the event, else after it. `audiences`: allowed recipients. `alone`: must be a separate e-mail.
    """

    before: bool
    audiences: Collection[str]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ReminderScheduleRules:
    """What the app of a kind of event requires of that kind's reminder schedule.

    `emails` holds the rule of each type of e-mail. `missing_reason(format)` returns what the schedule needs and the
    format version lacks, "" when it lacks nothing. `texts` are the usual texts, which the lab may reword.
    """

    emails: Mapping[str, EmailRule]
    missing_reason: Callable[[Any], StrOrPromise] = lambda _format: ""
    texts: EmailTemplates = field(default_factory=lambda: EmailTemplates({}, {}))


def _takes_no_part(_user: User, _edition: Edition, _today: Day) -> bool:
    """Return False for everyone: the default where an app does not say who takes part in an edition
    (`ProgrammeHooks.takes_part`).
    """
    return False


class MethodUse(NamedTuple):
    """Something that uses a method: its name, its page, and what it belongs to, such as a cohort."""

    name: str
    href: str
    belongs_to: str


class MethodLink(NamedTuple):
    """A button on the page of a method."""

    label: StrOrPromise
    href: str


def _no_link(_user: User, _method: Method) -> MethodLink | None:
    """Return None: the default where a kind of use is not added from the page of a method."""
    return None


@dataclass(frozen=True, slots=True)
class MethodUses:
    """One kind of things that use methods, such as sessions. Only what a person may see counts.

    - `counts(user, methods)`: how many use each of the methods with these keys, by key (one statement).
    - `text(count)`: such a number in words: “7 sessions”.
    - `latest(user, method)`: those that use the method, the latest first, at most ten.
    - `link(user, method)`: the button with which the person uses the method; None if they may not.
    """

    counts: Callable[[User, Collection[int]], Mapping[int, int]]
    text: Callable[[int], str]
    latest: Callable[[User, Method], Sequence[MethodUse]]
    link: Callable[[User, Method], MethodLink | None] = _no_link


@dataclass(frozen=True, slots=True)
class ProgrammeHooks:
    """What one app shows on the pages of editions, authorities and methods, and how it follows the mandates of admins.

    - `edition_panels`, `authority_panels`: parts of these pages, by their number on the page.
    - `reminder_rules`: by kind of event, what the app asks of the kind's reminder schedule.
    - `before_mandate(authority, people, today, at, by)`: runs within the action, before `people` are admins.
    - `after_mandate(authority, people, at, by)`: runs within the action. The last day still counts: only what begins
      after it is no longer for them.
    - `authorities_in_use()`: a queryset with the keys of authorities that need an admin. One app at most has it.
    - `invite_admin(authority, email, full_name, language, at, by)`: invites a person without an account to be an admin.
      One app at most has it.
    - `method_uses`: kinds of things that use methods, by their number on the page of a method.
    - `takes_part(user, edition, today)`: whether the person takes part in the edition, and so may add lessons to it.
    """

    edition_panels: Mapping[int, Panel] = field(default_factory=dict)
    authority_panels: Mapping[int, Panel] = field(default_factory=dict)
    reminder_rules: Mapping[str, ReminderScheduleRules] = field(default_factory=dict)
    before_mandate: Callable[..., object] = nothing
    after_mandate: Callable[..., object] = nothing
    authorities_in_use: Callable[[], QuerySet[Any, Any]] | None = None
    invite_admin: Callable[..., object] | None = None
    method_uses: Mapping[int, MethodUses] = field(default_factory=dict)
    takes_part: Callable[[User, Edition, Day], bool] = _takes_no_part


programme_hooks: Final[Hooks[ProgrammeHooks]] = Hooks()


def edition_panels() -> list[Panel]:
    """Return the panels that other apps add to the page of an edition, in their order on the page."""
    return in_order(hooks.edition_panels for hooks in programme_hooks)


def authority_panels() -> list[Panel]:
    """Return the panels that other apps add to the page of an authority, in their order on the page."""
    return in_order(hooks.authority_panels for hooks in programme_hooks)


def method_uses() -> list[MethodUses]:
    """Return the kinds of things that use methods, of all apps, in their order on the page of a method."""
    return in_order(hooks.method_uses for hooks in programme_hooks)


def method_links(user: User, method: Method) -> list[MethodLink]:
    """Return the buttons with which a person uses a method."""
    return [link for uses in method_uses() if (link := uses.link(user, method))]
