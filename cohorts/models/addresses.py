"""The addresses that open invitations wait for: no other account takes them."""

from typing import Final

import pgtrigger

from accounts.models import AccountAddress, User, lock_address
from web.triggers import Rule, update_of

AWAITED_BY_ANOTHER: Final = (
    "EXISTS (SELECT FROM cohorts_invitation WHERE email = lower(NEW.email)"
    " AND accepted_at IS NULL AND revoked_at IS NULL AND person_id <> {person})"
)


class InvitedAddress(AccountAddress):
    """An address of an account, which no open invitation of someone else waits for."""

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
    """A person, whose main address no open invitation of someone else waits for."""

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
