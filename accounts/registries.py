"""What apps bring to an account: panels, a person's data, what follows when they leave, how long it is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Final

from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from accounts.models import User
from web.dates.clock import Day
from web.pages.panels import Panel
from web.registries import Registry

A_YEAR: Final = 365  # days


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One part of what is kept of a person: `rows` as JSON takes them, `files` as (name, opened for reading) pairs.

    `covers` names the columns that lead to the person, as "cohorts.Membership.user": every one there is belongs to a
    part, or to a list that says why not (`tests/labplatform/test_own_copy.py`).
    """

    label: StrOrPromise
    rows: Callable[[User], Iterable[Mapping[str, object]]]
    files: Callable[[User], Iterator[tuple[str, IO[bytes]]]] | None = None
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept, why, and what ends it: `purge(at=…, dry_run=…)` says how many rows go, or went."""

    what: StrOrPromise
    why: StrOrPromise
    days: int
    purge: Callable[..., int]

    @property
    def how_long(self) -> str:
        """In words: in years, where they are whole."""
        years, rest = divmod(self.days, A_YEAR)
        if rest:
            return ngettext("%(days)s day", "%(days)s days", self.days) % {"days": self.days}
        return ngettext("%(years)s year", "%(years)s years", years) % {"years": years}


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody a provider of identities sent: facts it signed. The subject, at its issuer, is who they are.

    `vouched`: the e-mail address is theirs as well. `siret` is fourteen digits or empty, and proves nothing yet.
    """

    provider: str
    issuer: str
    subject: str
    email: str
    vouched: bool
    full_name: str
    siret: str = ""
    unit: str = ""
    uid: str = ""
    idp: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody without an account reads: `state` is pending, granted or refused, and then for what reason."""

    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddressWait:
    """Something that waits for the owner of an address, such as an open invitation: its text, and its page."""

    text: StrOrPromise
    href: str


account_panels: Registry[Panel] = Registry("account panels")
# What has to happen when accounts are closed; told people (a query), at and by, within the action.
closures: Registry[Callable[..., object]] = Registry("what follows when an account is closed")
# What the apps keep of a person, for their own copy of it.
personal_data: Registry[PersonalData] = Registry("personal data")
# What makes a person's rows anonymous; told user and at, within the action that erases.
erasers: Registry[Callable[..., object]] = Registry("what erases a person")
retentions: Registry[Retention] = Registry("how long things are kept")
# What a person leaves without anybody, in sentences that hold before and after: said to them before they leave, and to
# the lab; told the person and the day.
gaps: Registry[Callable[[User, date], Iterable[str]]] = Registry("what is left without anybody")
# Whether a person has a role for which a password alone is not enough on a day.
second_factor_roles: Registry[Callable[[User, Day], bool]] = Registry("roles that need a second factor")
# The account of somebody a provider sent and no account answers for: of a pending invitation, for one. Told request,
# arrival and at; None lets nobody in, and neither does a DomainError: whoever came reads why, and nobody else hears.
arrivals_by_provider: Registry[Callable[..., User | None]] = Registry("who lets in by a provider")
# What waits at a moment for the owners of addresses (in lower case), by address: an address for which nothing waits is
# free for the account of the person who reads its mailbox.
address_waits: Registry[Callable[[Collection[str], datetime], Mapping[str, list[AddressWait]]]] = Registry(
    "what waits for an address"
)
# Who hears of everyone a provider sent: told request, arrival, user (None where nobody gets in) and at.
knocks: Registry[Callable[..., Told | None]] = Registry("who hears of people at the door")
