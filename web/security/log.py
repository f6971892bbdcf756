"""Security events, one line each: who came in, who was refused, what was ended or taken along.

Never a name, an address, a password or a token: people are their number, everything else is a slug or a count.

An action is logged because it is declared a `security_event` (`web.actions`), once it is committed, whichever page or
command called it. `note` is for ways in and out, sessions, factors, limits and refusals, where the request is known.

Some actions are noted by hand instead, once, by the page that called them, because the line needs what the action does
not know (which request, how many sign-ins ended) or must look the same where no action was called: `end_sign_in` and
`end_sign_ins` (`session_ended`, `password_changed`), `ask_sign_in_link` (`sign_in_link_asked`), `use_sign_in_link`
(`sign_in_link_refused`, else `signed_in`), `accept_invitation` and `join_and_accept` (`invitation_accepted`),
`ask_for_access` (`access_requested`), `open_support` and `end_support` (`support_began`, `support_ended`).
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
