"""Security events, one line each: who came in, who was refused, what was ended or taken along.

Never a name, an address, a password or a token: people are their number, everything else is a slug or a count.

Two things lead here. A verb that gives or ends rights, or takes something along, is in the table of
`web.watched_verbs` and notes nothing itself: what is undone is not noted then, and no way of calling it is forgotten.
`note` is for ways in and out, sessions, factors, limits and refusals, by whoever has the request.

Some verbs belong to these ways and are noted by hand, once, by the page or door that used them, for the line says what
the verb does not know: from which request it came, how many sign-ins ended, that nobody has the address (no verb is
used then, and the line must look alike), that whoever knocks again is no new request. They are `end_sign_in` and
`end_sign_ins` (`session_ended`, `password_changed`; nothing where an account is closed or erased, or its factor taken
away: that verb is the event), `ask_sign_in_link` (`sign_in_link_asked`), `use_sign_in_link` (`sign_in_link_refused`,
else `signed_in`), `accept_invitation` and `join_and_accept` (`invitation_accepted`; the rights that come of it are
watched verbs), `ask_for_access` (`access_requested`), `open_support` and `end_support` (`support_began`,
`support_ended`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.http import HttpRequest

logger: Final = logging.getLogger("labplatform.security")
invented: Final = ContextVar("invented", default=False)

Fact = str | int | bool | None


def note(event: str, *, request: HttpRequest | None = None, **facts: Fact) -> None:
    """Write an event, a slug such as `signed_in`, with its facts; of a request, who asked and for which route.

    Facts stand as JSON, so that nothing in them begins a line of its own.
    """
    if invented.get():
        return
    told = facts | (_asked(request) if request else {})
    logger.info("%s %s", event, json.dumps(told, sort_keys=True), extra={"event": event, "facts": told})


@contextmanager
def inventing() -> Iterator[None]:
    """What a demonstration tells of its people, nobody does: no line says so, then or at the commit."""
    before = invented.set(True)
    try:
        yield
    finally:
        invented.reset(before)


def _asked(request: HttpRequest) -> dict[str, Fact]:
    person, match = getattr(request, "user", None), request.resolver_match
    return {
        "person": getattr(person, "pk", None),
        "method": request.method,
        "route": match.view_name if match else None,
    }
