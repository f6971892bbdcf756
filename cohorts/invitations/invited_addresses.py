"""Triggers that keep other accounts from taking an address that an open invitation waits for."""

from typing import Final

import pgtrigger

from accounts.models import AccountAddress, User, lock_address
from web.database.triggers import Rule, update_of

AWAITED_BY_ANOTHER: Final = (
    "EXISTS (SELECT FROM cohorts_invitation WHERE email = lower(NEW.email)"
    " AND accepted_at IS NULL AND revoked_at IS NULL AND person_id <> {person})"
)


class InvitedAddress(AccountAddress):
    """Adds a trigger to addresses of accounts: no open invitation of another person waits for the address."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            Rule(
                name="account_address_not_awaited",
                rule="address_awaited",
                operation=pgtrigger.Insert | update_of("email", "user_id"),
                before=lock_address("NEW.user_id", "NEW.email"),
                broken=AWAITED_BY_ANOTHER.format(person="NEW.user_id"),
            ),
        ]


class InvitedPerson(User):
    """Adds a trigger to people: no open invitation of another person waits for their main address."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            Rule(
                name="user_address_not_awaited",
                rule="address_awaited",
                operation=pgtrigger.Insert | update_of("email"),
                before=lock_address("NEW.id", "NEW.email"),
                broken=AWAITED_BY_ANOTHER.format(person="NEW.id"),
            ),
        ]
