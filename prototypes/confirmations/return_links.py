"""Coming back to the list of unconfirmed ideas as it was, from what was done on one of them."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from prototypes.models import Idea

FROM = "unconfirmed"
KEPT = ("cohort", "state", "page")  # of the list's address


def from_list(query: QueryDict) -> str:
    """What an address asked from the list, whose own query this is, carries along."""
    return "?" + urlencode({"from": FROM, **_kept(query)})


def carried(query: QueryDict) -> str:
    """The same for an address asked from one that carries it; nothing from elsewhere."""
    return from_list(query) if query.get("from") == FROM else ""


def back_to(query: QueryDict, idea: Idea) -> str:
    """The list that the address carries, which makes sense of its filters or leaves them; else the idea's page."""
    if query.get("from") != FROM:
        return idea.get_absolute_url()
    kept = urlencode(_kept(query))
    return reverse("prototypes:unconfirmed") + (f"?{kept}" if kept else "")


def _kept(query: QueryDict) -> dict[str, str]:
    return {name: str(query[name])[:20] for name in KEPT if query.get(name)}
