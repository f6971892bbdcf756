"""Form data too long for a URL, saved in the session under a short key."""

from typing import Final

from django.http import HttpRequest, QueryDict
from django.utils.crypto import get_random_string

DRAFT_PARAMETER: Final = "draft"  # the parameter of a URL that holds the key
MAX_DRAFTS: Final = 3  # per session: two editions being opened side by side, and one more
DRAFTS_KEY: Final = "drafts"
NOT_SAVED: Final = frozenset({"csrfmiddlewaretoken", "made_for"})


def save_draft(request: HttpRequest) -> str:
    """Save the POST data of a form in the session, without empty fields, and return its key (8 characters) for the URL.

    Only the three latest drafts of a session are retained.
    """
    draft = QueryDict(mutable=True)
    for name, values in request.POST.lists():
        if name not in NOT_SAVED:
            draft.setlist(name, [value for value in values if value])
    key = get_random_string(8)
    drafts = {**request.session.get(DRAFTS_KEY, {}), key: draft.urlencode()}
    request.session[DRAFTS_KEY] = dict(list(drafts.items())[-MAX_DRAFTS:])
    return key


def load_draft(request: HttpRequest) -> QueryDict:
    """Return a copy, which can be changed, of the form data saved under the key in the URL's parameters; empty if none
    is.
    """
    return QueryDict(request.session.get(DRAFTS_KEY, {}).get(request.GET.get(DRAFT_PARAMETER), ""), mutable=True)
