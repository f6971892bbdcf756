"""Pages of calendar feeds: the secret address that calendar programs read, and creating and revoking one's own."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from notifications import actions
from notifications.calendars import feeds
from notifications.calendars.panels import address_page, revoking_page
from notifications.emails.rendering import language_of
from notifications.models import CalendarFeed
from web.forms.fields import ConfirmationForm
from web.forms.pages import form_page


@login_not_required
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    """Return the iCalendar data of the feed with this secret token, which calendar programs read; needs no sign-in.

    The reading is saved; unchanged data give status 304. Raises Http404 when the address is revoked or never existed,
    or its person's account is closed.
    """
    feed = feeds.find_feed(token)
    if feed is None:
        raise Http404
    actions.record_feed_read(feed=feed, at=timezone.now())
    body = feeds.render_feed(feed)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = quote_etag(hashlib.sha256(body).hexdigest())
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Language"] = language_of(feed.user)
    response.headers["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


@require_POST
def open_calendar(request: HttpRequest) -> HttpResponse:
    """Create or replace the secret address of the signed-in person's own calendar, and show it this once; POST only."""
    user = person(request)
    token = actions.open_calendar(about=CalendarFeed.PERSON, object_id=user.pk, at=timezone.now(), by=user)
    return address_page(request, token, crumb=_("Your account"), back=reverse("account"))


@form_page
def revoke_calendar(request: HttpRequest) -> HttpResponse:
    """Show the signed-in person the form to revoke the address of their own calendar; revoke it on POST."""
    user = person(request)
    if request.method == "POST":
        actions.revoke_calendar(about=CalendarFeed.PERSON, object_id=user.pk, by=user)
        messages.success(request, _("The calendar’s address is revoked."))
        return redirect("account")
    return revoking_page(crumb=_("Your account"), back=reverse("account")).show(request, ConfirmationForm())
