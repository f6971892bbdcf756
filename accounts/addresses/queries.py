"""Queries for the lab's page of addresses: pending claims, further addresses, addresses of invited people."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Lower

from accounts.models import AccountAddress, AddressClaim, User
from accounts.registries import AddressWait, address_waits


def pending_claims(at: datetime) -> QuerySet[AddressClaim]:
    return AddressClaim.objects.pending(at)


def further_addresses() -> QuerySet[AccountAddress]:
    """Return the addresses of accounts that are not their main address."""
    rows: QuerySet[AccountAddress] = AccountAddress.objects.alias(address=Lower("email"), main=Lower("user__email"))
    return rows.exclude(address=F("main"))


def invited_people() -> QuerySet[User]:
    return User.objects.filter(joined=False, erased_at=None)


def releasable_addresses(at: datetime, text: str = "") -> QuerySet[Any]:
    """Return the addresses that the lab can release as dicts: by kind (claims first), the latest first.

    `kind` is "claim", "further" or "invited", `row` the primary key; `since` is None for further addresses.
    """
    nothing = Value(None, output_field=DateTimeField())
    of_user: dict[str, Any] = {"person_id": F("user_id"), "name": F("user__full_name")}
    parts = (
        _rows(pending_claims(at), "claim", text, since=F("made_at"), **of_user),
        _rows(further_addresses(), "further", text, since=nothing, **of_user),
        _rows(invited_people(), "invited", text, since=F("date_joined"), person_id=F("pk"), name=F("full_name")),
    )
    return parts[0].union(*parts[1:], all=True).order_by("kind", "-since", "row")


def _rows(rows: QuerySet[Any], kind: str, text: str, **columns: Any) -> QuerySet[Any]:
    shape = {"kind": Value(kind, output_field=CharField()), "row": F("pk"), "address": Lower("email"), **columns}
    found = rows.filter(email__icontains=text) if text else rows
    return found.order_by().values(**shape)


def owners_by_address(addresses: Collection[str]) -> dict[str, User]:
    """Return people by the address they own, in lower case (two statements)."""
    main = User.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    rows = AccountAddress.objects.annotate(address=Lower("email")).filter(address__in=addresses).select_related("user")
    return {user.address: user for user in main} | {row.address: row.user for row in rows}


def waits_by_address(addresses: Collection[str], at: datetime) -> Mapping[str, list[AddressWait]]:
    """Return what waits for the owner of an address, such as open invitations, by address."""
    found: dict[str, list[AddressWait]] = defaultdict(list)
    for waits in address_waits:
        for address, texts in waits(addresses, at).items():
            found[address] += texts
    return found
