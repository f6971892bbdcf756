"""The log of security events, one line each: sign-ins, refusals, ended sessions, exported data.

A line never holds a name, an address, a password or a token: people are their primary key, other facts are slugs or
numbers.

An action that is declared a `security_event` (`web.actions`) is logged when it is committed, whichever page or command
ran it. `log_security_event` is for events with a request: sign-ins and sign-outs, sessions, second factors, limits and
refusals.

Some actions are logged by the page that ran them instead, because the line needs facts that the action does not know
(the request, the number of sign-ins that ended) or must be the same where no action ran: `end_sign_in` and
`end_sign_ins` (`session_ended`, `password_changed`), `request_sign_in_link` (`sign_in_link_asked`), `use_sign_in_link`
(`sign_in_link_refused`, else `signed_in`), `accept_invitation` and `join_and_accept` (`invitation_accepted`),
`request_access` (`access_requested`), `open_support` and `end_support` (`support_began`, `support_ended`).
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django.http import HttpRequest

logger: Final = logging.getLogger("labplatform.security")
is_demo_data: Final = ContextVar("is_demo_data", default=False)

Fact = str | int | bool | None


def log_security_event(event: str, *, request: HttpRequest | None = None, **facts: Fact) -> None:
    """Write one line to the security log: the slug of the `event`, such as `signed_in`, and its `facts` as JSON.

    With a `request`, the person's key, the method and the route are added. JSON keeps a value from beginning a new
    line. Nothing is written inside `demo_data`.
    """
    if is_demo_data.get():
        return
    facts |= _request_facts(request) if request else {}
    logger.info("%s %s", event, json.dumps(facts, sort_keys=True), extra={"event": event, "facts": facts})


@contextmanager
def demo_data() -> Iterator[None]:
    """Write nothing to the security log for what happens inside the block: the people of the demonstration are
    invented.
    """
    token = is_demo_data.set(True)
    try:
        yield
    finally:
        is_demo_data.reset(token)


def _request_facts(request: HttpRequest) -> dict[str, Fact]:
    """Return what the security log stores of a request: `person` (primary key or None), `method`, and `route` (name or
    None).
    """
    person, match = getattr(request, "user", None), request.resolver_match
    return {
        "person": getattr(person, "pk", None),
        "method": request.method,
        "route": match.view_name if match else None,
    }
