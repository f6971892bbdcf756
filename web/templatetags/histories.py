"""The way from the page of an object to its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from web.history_pages import Link, link_of

if TYPE_CHECKING:
    from django.template.context import RequestContext

register = template.Library()


@register.inclusion_tag("components/history_link.html", takes_context=True)
def history_link(context: RequestContext) -> dict[str, Any]:
    """For lab staff, on pages of what has a history; nothing elsewhere. A page may say `history_of` itself."""
    request = context.get("request")
    link: Link | None = link_of(request, context.get("history_of")) if request is not None else None
    return {"link": link}
