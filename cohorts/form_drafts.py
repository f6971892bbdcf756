"""Drafts of a choice too long for an address: kept in the session for a while, found by a short key."""

from typing import Final

from django.http import HttpRequest, QueryDict
from django.utils.crypto import get_random_string

DRAFT: Final = "draft"  # its key in an address
MOST_DRAFTS: Final = 3  # per session: two editions being opened side by side, and one more
SESSION_KEY: Final = "drafts"
OF_THE_FRAME: Final = frozenset({"csrfmiddlewaretoken", "made_for"})


def save_draft(request: HttpRequest) -> str:
    """Save what a form sent, empty fields left out, and return the key; the oldest drafts give way."""
    draft = QueryDict(mutable=True)
    for name, values in request.POST.lists():
        if name not in OF_THE_FRAME:
            draft.setlist(name, [value for value in values if value])
    key = get_random_string(8)
    drafts = {**request.session.get(SESSION_KEY, {}), key: draft.urlencode()}
    request.session[SESSION_KEY] = dict(list(drafts.items())[-MOST_DRAFTS:])
    return key


def saved_draft(request: HttpRequest) -> QueryDict:
    """Return a copy of the draft that the address names; an empty one without it."""
    return QueryDict(request.session.get(SESSION_KEY, {}).get(request.GET.get(DRAFT), ""), mutable=True)
