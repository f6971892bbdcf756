"""Pages of calendars: the month, week and agenda, their events as JSON, and the secret addresses of feeds."""

import hashlib
from datetime import date, timedelta
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from notifications import actions
from notifications.calendars import feeds
from notifications.calendars.pages import events_as_json, page_context, read_calendar, requested_scope, scope_choices
from notifications.calendars.panels import address_page, calendar_href, revoking_page
from notifications.calendars.scopes import CalendarQuery
from notifications.emails.rendering import language_of
from web.calendars.windows import CalendarView, CalendarWindow
from web.dates.clock import platform_today
from web.dates.plausible import is_plausible
from web.forms.fields import ConfirmationForm
from web.forms.pages import form_page
from web.security.acting import forbidden_while_acting
from web.security.lab_readers import open_to_lab_readers

MAX_ROWS: Final = 400  # that each source reads for the grid
MAX_ROWS_OF_PAGE: Final = 200  # that each source reads for the page, which lists fewer events than the grid has
MAX_DAYS: Final = timedelta(days=62)  # of the events that one request may read: a grid of a month has 42 days


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a calendar: sessions, Intertransfos and days off of a month or week, within what the person may see.

    The address holds what is chosen: `view`, a day `on` which it is, and `of` whom (see `CalendarScope.address`). The
    list of events comes with the page; on wide screens the browser draws the grid from `calendar_events`.
    """
    today, user = platform_today(), person(request)
    choices = scope_choices(user)
    scope = requested_scope(user, request.GET.get("of", ""), choices)
    view, on = request.GET.get("view", ""), _day(request.GET.get("on", "")) or today
    window = CalendarWindow(CalendarView(view) if view in CalendarView.values else CalendarView.MONTH, on)
    content = read_calendar(CalendarQuery(user, scope, *window.grid, MAX_ROWS_OF_PAGE))
    context = page_context(request, choices=choices, scope=scope, window=window, content=content, today=today)
    return render(request, "notifications/calendars/page.html", context)


@require_safe
def calendar_events(request: HttpRequest) -> JsonResponse:
    """Return as JSON the events that the page of a calendar draws, from `start` to the day before `end`, of whom `of`
    says.

    Without these, the events of this month. With `view=week` each day of an event has its hours. Status 400 for invalid
    days, and for more than 62; 404 for a calendar that the person may not see.
    """
    month = CalendarWindow(CalendarView.MONTH, platform_today())
    default = {"start": month.first, "end": month.last + timedelta(days=1)}
    first, end = (_day(request.GET.get(name, day.isoformat())) for name, day in default.items())
    if first is None or end is None or not first < end <= first + MAX_DAYS:
        return JsonResponse({"error": _("Choose days that are at most two months apart.")}, status=400)
    user = person(request)
    scope = requested_scope(user, request.GET.get("of", ""))
    content = read_calendar(CalendarQuery(user, scope, first, end - timedelta(days=1), MAX_ROWS))
    by_hour = request.GET.get("view") == CalendarView.WEEK
    response = JsonResponse({"events": events_as_json(content, by_hour=by_hour)})
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _day(text: str) -> date | None:
    """Return the date that is written like 2027-04-14; None for any other text and for an implausible year."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_plausible(day) else None


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Return the iCalendar data of the feed with this secret token, which calendar programs read; needs no sign-in.

    The reading is saved; unchanged data give status 304. Raises Http404 when the address is revoked or never existed,
    or its person's account is closed.
    """
    feed = feeds.find_feed(token)
    if feed is None:
        raise Http404
    actions.record_feed_read(feed=feed, at=timezone.now())
    language = language_of(feed.user)
    body = feeds.render_feed(feed, language)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = quote_etag(hashlib.sha256(body).hexdigest())
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Language"] = language
    response.headers["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


@open_to_lab_readers
@forbidden_while_acting
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Create or replace the person's own secret address of a calendar, and show it this once; POST only.

    `of` says which calendar. 404 for one that the person may not see.
    """
    user = person(request)
    scope = requested_scope(user, request.POST.get("of", ""))
    token = actions.open_calendar(about=scope.about, object_id=scope.object_id, at=timezone.now(), by=user)
    return address_page(request, token, crumb=scope.name or _("Calendar"), back=calendar_href(scope.address))


@open_to_lab_readers
@forbidden_while_acting
@form_page
def revoke_calendar(request: HttpRequest) -> HttpResponse:
    """Ask for confirmation; on POST, revoke the person's own address of the calendar that `of` names.

    404 for a calendar that the person may not see.
    """
    user = person(request)
    scope = requested_scope(user, request.GET.get("of", ""))
    if request.method == "POST":
        actions.revoke_calendar(about=scope.about, object_id=scope.object_id, by=user)
        messages.success(request, _("The calendar’s address is revoked."))
        return redirect(calendar_href(scope.address))
    return revoking_page(crumb=scope.name or _("Calendar"), back=calendar_href(scope.address)).show(
        request, ConfirmationForm()
    )
