"""The “Calendar” panel of pages that show a calendar, to create, replace and revoke the address of its feed."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from notifications.calendars.scopes import CalendarScope, own_scope
from notifications.emails import links
from notifications.models import CalendarFeed
from web.database.prepared import prepared
from web.forms.pages import FormPage


def calendar_href(of: str, **parameters: str) -> str:
    """Return the address of the page of a calendar: `of` says which (see `CalendarScope.address`).

    `parameters` are more of its query, such as `view`.
    """
    query = urlencode({**parameters, **({"of": of} if of else {})}, safe=":")
    return reverse("notifications:calendar") + (f"?{query}" if query else "")


def panel_context(request: HttpRequest, scope: CalendarScope, *, text: StrOrPromise) -> dict[str, Any]:
    """Return the template context of the “Calendar” panel for the signed-in person's feed of a scope (one query).

    `text` says what the calendar contains. The key `feed` is None without a feed.
    """
    feed = next(iter(_feed(person(request), scope.about, scope.object_id)), None)
    return context_with_feed(feed, scope, text)


def context_with_feed(feed: CalendarFeed | None, scope: CalendarScope, text: StrOrPromise) -> dict[str, Any]:
    """Return what `panel_context` returns, with the person's feed as it was read before, None without one."""
    return {"feed": feed, "text": text, "scope": scope, "calendar_href": calendar_href(scope.address)}


@prepared
def _feed(user: User, about: str, object_id: int) -> QuerySet[CalendarFeed]:
    """Return the query for the user's feed of a scope, given by what it is about; at most one row."""
    return CalendarFeed.objects.belonging_to(user, about, object_id)


def own_calendar_panel(request: HttpRequest) -> dict[str, Any]:
    """Return the template context of the “Calendar” panel on the account page.

    It is about a feed of all events of the signed-in person.
    """
    text = _("Your sessions and Intertransfos in your own calendar, kept up to date.")
    return panel_context(request, own_scope(person(request)), text=text)


def address_page(request: HttpRequest, token: str, *, crumb: str, back: str) -> HttpResponse:
    """Return the page that shows the new address of a calendar feed, for this one time: its token is stored nowhere.

    `token` is the new secret. `crumb` names the page to go back to, `back` is its URL.
    """
    context = {
        "address": links.calendar_url(token),
        "subscription": links.subscription_url(token),
        "crumb": crumb,
        "back": back,
    }
    response = render(request, "notifications/calendars/address.html", context)
    add_never_cache_headers(response)
    return response


def revoking_page(*, crumb: str, back: str) -> FormPage:
    """Return the page that asks to confirm that the secret address of a calendar feed stops working.

    `crumb` names the page to go back to, `back` is its URL.
    """
    consequences = (
        _("Calendars that use this address no longer receive anything."),
        _("These calendars may keep what they have already received: remove the subscription there too."),
        _("You can create a new address at any time."),
    )
    title = _("Revoke the calendar’s address")
    return FormPage(title, _("Revoke"), back, crumb=crumb, consequences=consequences, is_destructive=True)
