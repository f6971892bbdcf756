"""The panel “Calendar” of the account page and of what else has a feed: subscribe, replace, revoke, when last read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from notifications.emails import links
from notifications.models import CalendarFeed
from web.forms.pages import FormPage


def panel_context(
    request: HttpRequest, about: str, object_id: int, *, text: StrOrPromise, open_href: str, revoke_href: str
) -> dict[str, Any]:
    """What the panel's template shows; `text` says what the calendar holds (one statement)."""
    feed = CalendarFeed.objects.of(person(request), about, object_id).first()
    return {"feed": feed, "text": text, "open_href": open_href, "revoke_href": revoke_href}


def own_calendar(request: HttpRequest) -> dict[str, Any]:
    """The account page's: whatever is the person's own."""
    return panel_context(
        request,
        CalendarFeed.PERSON,
        person(request).pk,
        text=_("Your sessions and Intertransfos in your own calendar, kept up to date."),
        open_href=reverse("notifications:open_calendar"),
        revoke_href=reverse("notifications:revoke_calendar"),
    )


def address_page(request: HttpRequest, token: str, *, crumb: str, back: str) -> HttpResponse:
    """The answer that shows a new address, this once: it is kept nowhere, not even for the next page."""
    context = {
        "address": links.calendar_address(token),
        "subscription": links.subscription_address(token),
        "crumb": crumb,
        "back": back,
    }
    response = render(request, "notifications/calendar_address.html", context)
    add_never_cache_headers(response)
    return response


def revoking_page(*, crumb: str, back: str) -> FormPage:
    """The page that asks before an address stops working."""
    consequences = (
        _("Calendars that use this address no longer receive anything."),
        _("These calendars may keep what they have already received: remove the subscription there too."),
        _("You can create a new address at any time."),
    )
    title = _("Revoke the calendar’s address")
    return FormPage(title, _("Revoke"), back, crumb=crumb, consequences=consequences, grave=True)
