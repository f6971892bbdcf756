"""What the apps above bring to an account, and what they do when its person signs in, leaves or is erased."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any, Final, Protocol

from django.db.models import Model, QuerySet
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from accounts.models import User
from web.dates.clock import Day
from web.decisions import ALLOW, Decision
from web.hooks import Hooks, in_order, nothing
from web.pages.panels import Panel

A_YEAR: Final = 365  # days
GROUP_LENGTH: Final = 200  # characters of the name of a group at an identity provider

Group = tuple[str, str]  # slug, such as "cohort-3", and name


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One part of what is kept of a person, as it goes into their copy of their data.

    `rows` returns the part's rows, ready for JSON; `files` its files as pairs of name and open file. `covers` names the
    columns that lead to the person, such as "cohorts.Membership.user". Each such column belongs to a part, or to a list
    that says why not (`tests/labplatform/test_own_copy.py`).

    People read the rows with the labels of their columns: those of a `row_reader`, else those of `model`; `labels`
    gives what has no column, or another label.
    """

    label: StrOrPromise
    rows: Callable[[User], Iterable[Mapping[str, object]]]
    files: Callable[[User], Iterator[tuple[str, IO[bytes]]]] | None = None
    covers: tuple[str, ...] = ()
    model: type[Model] | None = None
    labels: Mapping[str, StrOrPromise] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long one kind of data is kept, and why.

    `purge(at=…, dry_run=…)` deletes what is older, and returns how many rows it deleted, or would delete.
    """

    what: StrOrPromise
    why: StrOrPromise
    days: int
    purge: Callable[..., int]

    @property
    def how_long(self) -> str:
        """Return the retention period in words, such as “2 years” or “30 days”: in years if it is whole years of 365
        days.
        """
        years, rest = divmod(self.days, A_YEAR)
        if rest:
            return ngettext("%(days)s day", "%(days)s days", self.days) % {"days": self.days}
        return ngettext("%(years)s year", "%(years)s years", years) % {"years": years}


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """A person whom an identity provider sent, with the facts that it signed: `subject` identifies them at its
    `issuer`.

    `email_verified`: the provider has verified the e-mail address. `siret` (fourteen digits or empty) is what the
    provider states about their organisation; nobody has checked it yet. `groups` are those of the provider's groups
    claim, None where the configuration names no such claim.
    """

    provider: str
    issuer: str
    subject: str
    email: str
    email_verified: bool
    full_name: str
    siret: str = ""
    unit: str = ""
    uid: str = ""
    idp: str = ""
    groups: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class AccessAnswer:
    """What a person without an account reads about their access request: `state` is pending, granted or refused;
    `reason` says why.
    """

    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PendingForAddress:
    """Something that waits for the owner of an e-mail address, such as an open invitation: its text and its page."""

    text: StrOrPromise
    href: str


def _no_sentences(_user: User, _today: date) -> Iterable[str]:
    """Return no sentence: for apps in which nothing loses its responsible person when someone leaves."""
    return ()


def _not_needed(_user: User, _today: Day) -> bool:
    """Return False: for apps without roles that require a second factor."""
    return False


def _nothing_pending(_addresses: Collection[str], _at: datetime) -> Mapping[str, list[PendingForAddress]]:
    """Return an empty mapping: for apps in which nothing waits for the owner of an address, such as an invitation."""
    return {}


def _can_give_up(_user: User) -> Decision:
    """Return that they can: for apps that need no address of someone who never joined."""
    return ALLOW


def _no_groups(_user: User, _today: Day) -> Iterable[Group]:
    """Return no group: for apps without groups of people."""
    return ()


def _no_time_zones(_users: Collection[int], _at: datetime) -> Mapping[int, str]:
    """Return an empty mapping: for apps that do not know where people work."""
    return {}


@dataclass(frozen=True, slots=True)
class AccountHooks:
    """What one app shows on the page of an account, and how it answers and follows what happens to accounts.

    - `panels`: parts of the page, by their number on it.
    - `account_closed(people, at, by)`: runs within the action that closes the accounts of `people`, a queryset.
    - `password_changed(user, at)`: runs after the password of a person was set, changed or reset, when their other
      sessions end: someone else may know the old one.
    - `unassigned_after_leaving(user, today)`: sentences on what nobody is responsible for once the person has left.
      They are true before and after, since the person reads them first and lab staff later.
    - `needs_second_factor(user, today)`: whether the person has a role for which a password is not enough.
    - `join_by_provider(request, identity, at)`: the account of a person whom an identity provider sent and who has
      none, for example by an open invitation; None where the app knows nothing of them. A DomainError refuses them
      with its reason.
    - `handle_provider_identity(request, identity, user, at)`: runs for everyone whom a provider sent, with `user`
      None where nobody could sign in, and returns what the person then reads.
    - `provider_disconnected(request, user, provider, at)`: runs after a person disconnected their account at a
      provider.
    - `pending_for_addresses(addresses, at)`: what waits for the owners of these addresses (in lower case), by address.
      An address for which nothing waits may be added to the account of the person who reads its mailbox.
    - `can_give_up_address(user)`: whether the address of someone who never joined may be added to another account or
      released; both erase them, with what they have sent.
    - `time_zones(users, at)`: the time zone in which each of these people (keys) works at the moment `at`.
    - `groups(user, today)`: the groups that a person belongs to on the day `today`, such as cohorts, with whom they can
      share something. `group_slugs(user, today)`: the slugs of these groups as a queryset of one column.
    """

    panels: Mapping[int, Panel] = field(default_factory=dict)
    account_closed: Callable[..., object] = nothing
    password_changed: Callable[..., object] = nothing
    unassigned_after_leaving: Callable[[User, date], Iterable[str]] = _no_sentences
    needs_second_factor: Callable[[User, Day], bool] = _not_needed
    join_by_provider: Callable[..., User | None] = nothing
    handle_provider_identity: Callable[..., AccessAnswer | None] = nothing
    provider_disconnected: Callable[..., object] = nothing
    pending_for_addresses: Callable[[Collection[str], datetime], Mapping[str, list[PendingForAddress]]] = (
        _nothing_pending
    )
    can_give_up_address: Callable[[User], Decision] = _can_give_up
    time_zones: Callable[[Collection[int], datetime], Mapping[int, str]] = _no_time_zones
    groups: Callable[[User, Day], Iterable[Group]] = _no_groups
    group_slugs: Callable[[User, Day], QuerySet[Any, Any] | None] = nothing


class JournalKind(Protocol):
    """One kind of erasure that the journal names, so that it is repeated after a restore (see
    `accounts.privacy.erasure_journal`, which has the usual kind: `ErasedRows`).

    `slug` begins the names of its files: "note-12-…". `erasures(keys)` yields the names of the erasures that the
    database has, or of the rows with these keys only. `to_repeat(names)` returns those of the names that the database
    does not have, each with a function that repeats the erasure at a moment.
    """

    @property
    def slug(self) -> str: ...

    def erasures(self, keys: Collection[int] | None = None) -> Iterable[str]: ...

    def to_repeat(self, names: Collection[str]) -> Mapping[str, Callable[[datetime], object]]: ...


@dataclass(frozen=True, slots=True)
class PrivacyHooks:
    """What one app keeps about people: for a copy of one's own data, how long, and how it is erased.

    `personal_data` and `retentions` are keyed by a slug that names the part's file. `erase(user, at)` makes the app's
    rows anonymous within the action that erases the person. `journal` are the kinds of erasures to repeat after a
    restore.
    """

    personal_data: Mapping[str, PersonalData] = field(default_factory=dict)
    retentions: Mapping[str, Retention] = field(default_factory=dict)
    erase: Callable[..., object] = nothing
    journal: tuple[JournalKind, ...] = ()


account_hooks: Final[Hooks[AccountHooks]] = Hooks()
privacy_hooks: Final[Hooks[PrivacyHooks]] = Hooks()


def time_zones(users: Collection[int], at: datetime) -> dict[int, str]:
    """Return the time zone in which each of these people (keys) works; people whom no app knows are left out."""
    return {user: zone for hooks in account_hooks for user, zone in hooks.time_zones(users, at).items()}


def account_panels() -> list[Panel]:
    """Return the panels that all apps add to a person's account page, in the order of the numbers they are registered
    with.
    """
    return in_order(hooks.panels for hooks in account_hooks)


def personal_data() -> dict[str, PersonalData]:
    """Return the parts of a person's data that all apps register, by slug.

    Apps on which others build, such as accounts, come first. Each part can read its rows and files of one person.
    """
    return {slug: part for hooks in reversed(list(privacy_hooks)) for slug, part in hooks.personal_data.items()}


def retentions() -> dict[str, Retention]:
    """Return the retention periods that all apps register, by slug: what is kept, why, for how many days, and how it is
    deleted.

    Apps on which others build, such as accounts, come first.
    """
    return {slug: part for hooks in reversed(list(privacy_hooks)) for slug, part in hooks.retentions.items()}
