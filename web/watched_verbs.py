"""Verbs whose every use is a security event: rights given or ended, what is taken along, letters held and released."""

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
        "change_membership",
        "close_account",
        "create_authority",
        "create_person",
        "end_admin",
        "end_membership",
        "hold_letter",
        "hold_mail",
        "import_canvas",
        "name_admin",
        "open_calendar",
        "release_letter",
        "release_mail",
        "revoke_calendar",
        "share_canvas",
        "share_idea",
        "withdraw_file",
    }
)


def watch(verb: str, told: Mapping[str, object], *, acting: object) -> None:
    """Write the line once what was done is there to stay: who, for whom the lab acted, and the numbers of what."""
    if verb in WATCHED and not invented.get():
        facts = {name: given.pk for name, given in told.items() if isinstance(given, Model)}
        transaction.on_commit(lambda: _line(verb, facts, acting))


def _line(verb: str, facts: dict[str, Fact], acting: object) -> None:
    if acting:
        facts["acting"] = int(str(acting))
    note(verb, request=None, **facts)
