"""Links back to the filtered list of unconfirmed ideas after an action on one of them."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from prototypes.models import Idea

FROM_UNCONFIRMED_LIST = "unconfirmed"
LIST_PARAMETERS = ("cohort", "state", "page")  # query parameters of the list


def list_return_query(query: QueryDict) -> str:
    """Return the query string, with "?", that makes a page lead back to the list of unconfirmed ideas with its filters.

    `query` is the query of the list itself: cohort, state and page number.
    """
    return "?" + urlencode({"from": FROM_UNCONFIRMED_LIST, **_list_parameters(query)})


def forwarded_return_query(query: QueryDict) -> str:
    """Return the query string, with "?", for links on a page opened from the list of unconfirmed ideas, so that they
    lead back to it.

    `query` is that of the page. Returns "" when the page was not opened from the list.
    """
    return list_return_query(query) if query.get("from") == FROM_UNCONFIRMED_LIST else ""


def return_url(query: QueryDict, idea: Idea) -> str:
    """Return the URL to go to after an action on an idea: the list of unconfirmed ideas with its filters, if the page
    was opened from it.

    Otherwise it is the page of the idea. `query` is that of the present page.
    """
    if query.get("from") != FROM_UNCONFIRMED_LIST:
        return idea.get_absolute_url()
    query_string = urlencode(_list_parameters(query))
    return reverse("prototypes:unconfirmed") + (f"?{query_string}" if query_string else "")


def _list_parameters(query: QueryDict) -> dict[str, str]:
    """Return cohort, state and page number of the list of unconfirmed ideas from a query, each cut after 20 characters.

    Those that are missing or empty are left out.
    """
    return {name: str(query[name])[:20] for name in LIST_PARAMETERS if query.get(name)}
