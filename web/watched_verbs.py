"""Verbs whose every use is a security event: rights given or ended, what is taken along, letters held and released.

The verb is the event, whoever called it: a page, a command, another verb. What no verb does, and the few verbs that
are ways in or out, are noted by `web.security.note`, where it happens: see there which and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.db.models import Model

from web.security import Fact, invented, note

WATCHED: Final = frozenset(
    {
        "add_member",
        "ask_export",
        "ask_to_leave",
        "change_membership",
        "claim_address",
        "close_account",
        "confirm_claim",
        "create_authority",
        "create_person",
        "end_admin",
        "end_membership",
        "erase_person",
        "grant_access",
        "hold_letter",
        "hold_mail",
        "import_canvas",
        "invite_admin",
        "invite_member",
        "name_admin",
        "open_calendar",
        "refuse_access",
        "release_address",
        "release_letter",
        "release_mail",
        "reopen_account",
        "resend_invitation",
        "reset_second_factor",
        "retry_letter",
        "revoke_calendar",
        "revoke_invitation",
        "share_canvas",
        "share_idea",
        "withdraw_file",
    }
)


def watch(verb: str, told: Mapping[str, object], made: object, *, acting: object) -> None:
    """Write the line once what was done is there to stay: who, for whom the lab acted, and the numbers of what.

    The row that a verb gave back stands under the name of its model, where it was told no other by that name.
    """
    if verb in WATCHED and not invented.get():
        facts: dict[str, Fact] = {str(made._meta.model_name): made.pk} if isinstance(made, Model) else {}
        facts |= {name: given.pk for name, given in told.items() if isinstance(given, Model)}
        transaction.on_commit(lambda: _line(verb, facts, acting))


def _line(verb: str, facts: dict[str, Fact], acting: object) -> None:
    if acting:
        facts["acting"] = int(str(acting))
    note(verb, request=None, **facts)
