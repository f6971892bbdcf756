"""The “Calendar” panel of the account page and of other pages, to create, replace and revoke a feed's address."""

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
    """Return the template context of the “Calendar” panel for the signed-in person's feed about an object (one query).

    `about` (a slug) and `object_id` name the object, `text` says what the calendar contains; `open_href` and
    `revoke_href` are the URLs that create and revoke its address. The key `feed` is None without a feed; the others are
    the arguments.
    """
    feed = CalendarFeed.objects.belonging_to(person(request), about, object_id).first()
    return {"feed": feed, "text": text, "open_href": open_href, "revoke_href": revoke_href}


def own_calendar_panel(request: HttpRequest) -> dict[str, Any]:
    """Return the template context of the “Calendar” panel on the account page.

    It is about a feed of all events of the signed-in person.
    """
    return panel_context(
        request,
        CalendarFeed.PERSON,
        person(request).pk,
        text=_("Your sessions and Intertransfos in your own calendar, kept up to date."),
        open_href=reverse("notifications:open_calendar"),
        revoke_href=reverse("notifications:revoke_calendar"),
    )


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
