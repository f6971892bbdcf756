"""What the forms about parts of an exchange's content share."""

from typing import TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from exchanges.models import Exchange
from web.site_addresses import cached_reverse

M = TypeVar("M", bound=Model)


def content_href(route: str, exchange: Exchange) -> str:
    """Return the URL of a page about the exchange, given by its route without the app, like "minutes"."""
    return cached_reverse(f"exchanges:{route}", exchange.pk)


def part_of(request: HttpRequest, rows: QuerySet[M], key: int) -> M | None:
    """Return a question, contribution or other part of an exchange by its key (`key`), from `rows`, the parts of that
    exchange.

    When it does not exist, returns None for a POST (someone may have deleted it since the form was shown), and raises
    Http404 for other requests.
    """
    row = rows.filter(pk=key).first()
    if row is None and request.method != "POST":
        raise Http404
    return row


def missing_part_response(request: HttpRequest, back: str) -> HttpResponse:
    """Return the response to a form about a part that someone has deleted: a message, and a redirect to `back`."""
    messages.info(request, _("This item no longer exists. Someone may have removed it."))
    return redirect(back)
