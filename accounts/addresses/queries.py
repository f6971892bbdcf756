"""Queries for the lab's page of addresses: pending claims, further addresses, addresses of invited people."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Lower

from accounts.hooks import PendingForAddress, account_hooks
from accounts.models import AccountAddress, AddressClaim, User


def pending_claims(at: datetime) -> QuerySet[AddressClaim]:
    """Return the claims of all people that can still be confirmed at the moment `at`: their link has not expired."""
    return AddressClaim.objects.pending(at)


def further_addresses() -> QuerySet[AccountAddress]:
    """Return all addresses of all accounts except the main one of each account, by which the person is known."""
    rows: QuerySet[AccountAddress] = AccountAddress.objects.alias(address=Lower("email"), main=Lower("user__email"))
    return rows.exclude(address=F("main"))


def invited_people() -> QuerySet[User]:
    """Return the people who were invited and have not joined, even if their invitation has ended.

    Erased ones are left out.
    """
    return User.objects.filter(joined=False, erased_at=None)


def releasable_addresses(at: datetime, text: str = "") -> QuerySet[Any]:
    """Return the addresses that contain `text` and that the lab can release, as dicts.

    Claims come first, then the latest. `kind` is "claim", "further" or "invited", `row` the primary key in the table of
    that kind, `address` in lower case, `person_id` and `name` its person, `since` when it was claimed or invited (None
    for a further address).
    """
    nothing = Value(None, output_field=DateTimeField())
    of_user: dict[str, Any] = {"person_id": F("user_id"), "name": F("user__full_name")}
    parts = (
        _address_rows(pending_claims(at), "claim", text, since=F("made_at"), **of_user),
        _address_rows(further_addresses(), "further", text, since=nothing, **of_user),
        _address_rows(
            invited_people(), "invited", text, since=F("date_joined"), person_id=F("pk"), name=F("full_name")
        ),
    )
    return parts[0].union(*parts[1:], all=True).order_by("kind", "-since", "row")


def _address_rows(rows: QuerySet[Any], kind: str, text: str, **columns: Any) -> QuerySet[Any]:
    """Return one kind of releasable address as dicts, in no order.

    Only addresses that contain `text` (empty: all). `kind` is the dict's `kind`; `columns` are its keys `since`,
    `person_id` and `name`, as database expressions on `rows`.
    """
    shape = {"kind": Value(kind, output_field=CharField()), "row": F("pk"), "address": Lower("email"), **columns}
    matching = rows.filter(email__icontains=text) if text else rows
    return matching.order_by().values(**shape)


def owners_by_address(addresses: Collection[str]) -> dict[str, User]:
    """Return the people who own these addresses, as a main or further address of their account, by address (two
    statements).

    `addresses` and the keys are in lower case. Addresses that nobody owns are left out; a claim makes nobody an owner.
    """
    main = User.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    rows = AccountAddress.objects.annotate(address=Lower("email")).filter(address__in=addresses).select_related("user")
    return {user.address: user for user in main} | {row.address: row.user for row in rows}


def pending_by_address(addresses: Collection[str], at: datetime) -> Mapping[str, list[PendingForAddress]]:
    """Return what waits for the owners of these addresses at the moment `at`, such as open invitations, by address.

    Addresses for which nothing waits are left out.
    """
    texts_by_address: dict[str, list[PendingForAddress]] = defaultdict(list)
    for hooks in account_hooks:
        for address, texts in hooks.pending_for_addresses(addresses, at).items():
            texts_by_address[address] += texts
    return texts_by_address
