"""The link from the page of an object to its history."""

from typing import Any

from django import template
from django.template.context import RequestContext

from web.history_pages import link_to_history

register = template.Library()


@register.inclusion_tag("components/history_link.html", takes_context=True)
def history_link(context: RequestContext) -> dict[str, Any]:
    """Return the context `{"link": …}` for the link to the history of the page's object.

    The link is None for anyone but lab staff, and on pages whose object has no history. A page whose URL does not name
    its object, or whose object may not exist yet, gives the link, or None, as `history_of` in its own context.
    """
    request, by_url = context.get("request"), "history_of" not in context
    if request is None:
        return {"link": None}
    return {"link": link_to_history(request, context.get("history_of"), by_url=by_url)}
