"""What the page of a calendar shows: its events in words, and the links that lead to other days and calendars."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any, Final

from django.forms import Select
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import person
from notifications.calendars.agenda import CalendarContent, agenda_html, agenda_of
from notifications.calendars.panels import calendar_href, panel_context
from notifications.calendars.scopes import OWN_ADDRESS, CalendarQuery, CalendarScope, full_scope, own_scope
from notifications.calendars.sources import calendar_sources
from web.calendars.events import (
    CalendarEvent,
    DayOffKind,
    DaysOff,
    groups_of,
    overlapping_keys,
    overlaps,
)
from web.calendars.windows import CalendarView, CalendarWindow
from web.text import formats
from web.text.language import active_language

MAX_LISTED: Final = 80  # entries of the agenda
MAX_LISTED_WITHOUT_LEGEND: Final = 30  # where more cohorts have an event than the legend names
MAX_GROUPS: Final = 30  # in the legend: colours repeat after seven, so a longer one does not help
MAX_OVERLAPS: Final = 5
MAX_OVERLAPPING: Final = 3  # events that are named for each overlap
MAX_BANDS: Final = 6  # lines of bands in the grid
ONE_DAY: Final = timedelta(days=1)


def requested_scope(user: User, address: str, choices: Iterable[CalendarScope] = ()) -> CalendarScope:
    """Return the scope that the value of `of` in an address names: "", "mine", or like "cohort:metz".

    `choices` are scopes that are known already; another one takes a statement. Raises Http404 for what the user may not
    see.
    """
    if not address:
        return full_scope(user)
    if address == OWN_ADDRESS:
        return own_scope(user)
    about, _colon, slug = address.partition(":")
    known = (choice for choice in choices if choice.address == address)
    searched = (source.find_scope(user, about, slug) for source in calendar_sources)
    scope = next(known, None) or next(filter(None, searched), None)
    if scope is None:
        raise Http404
    return scope


def scope_choices(user: User) -> list[CalendarScope]:
    """Return the cohorts, editions and so on that the user may limit a calendar to."""
    return [scope for source in calendar_sources for scope in source.scopes(user)]


def read_calendar(query: CalendarQuery) -> CalendarContent:
    """Return the part of a calendar that a query asks for; a fixed number of statements."""
    of_sources = [list(source.events(query)) for source in calendar_sources]
    cut_off = [rows for rows in of_sources if sum(len(event.days) for event in rows) >= query.limit]
    for rows in cut_off:
        rows.pop()  # it may have more days than were read
    events = sorted((event for rows in of_sources for event in rows), key=lambda event: (event.first, event.key))
    days_off = sorted(row for source in calendar_sources for row in source.days_off(query))
    return CalendarContent(events, days_off, overlaps(events), is_complete=not cut_off)


def page_context(
    request: HttpRequest,
    *,
    choices: Sequence[CalendarScope],
    scope: CalendarScope,
    window: CalendarWindow,
    content: CalendarContent,
    today: date,
) -> dict[str, Any]:
    """Return the template context of the page of a calendar; two statements at most."""
    user, agenda = person(request), agenda_of(content, window.first, window.last)
    parameters = {"view": str(window.view), "on": window.on.isoformat()}
    add_href = next(filter(None, (source.add_href(user, scope) for source in calendar_sources)), "")
    groups = groups_of(content.events)
    legend, max_listed = (groups, MAX_LISTED) if len(groups) <= MAX_GROUPS else ([], MAX_LISTED_WITHOUT_LEGEND)
    here = calendar_href(scope.address, **parameters)
    return {
        "window": window,
        "scope": scope,
        "today": today,
        "title": window.title(active_language()),
        "links": _links(scope.address, window, today),
        "scope_select": _scope_select(choices, scope),
        "groups": [(group, calendar_href(group.address, **parameters)) for group in legend],
        "agenda": agenda_html(agenda[:max_listed], scope, window.view, here=here, add_href=add_href),
        "overlaps": [
            (overlap, overlap.events[:MAX_OVERLAPPING], len(overlap.events) - MAX_OVERLAPPING)
            for overlap in content.overlaps[:MAX_OVERLAPS]
        ],
        "more_overlaps": len(content.overlaps) - MAX_OVERLAPS,
        "is_complete": content.is_complete and len(agenda) <= max_listed,
        "add_href": add_href,
        "events_href": reverse("notifications:calendar_events"),
        "here": here,
        "panel": panel_context(request, scope, text=_("This calendar in your own one, kept up to date.")),
    }


def _scope_select(choices: Iterable[CalendarScope], scope: CalendarScope) -> SafeString:
    """Return the HTML of the list of calendars to choose from."""
    options = [("", _("Everything you may see")), (OWN_ADDRESS, _("Mine only"))]
    options += [(choice.address, choice.name) for choice in choices]
    return Select({"class": "form-select", "id": "calendar-of"}, options).render("of", scope.address)


def events_as_json(content: CalendarContent, *, by_hour: bool) -> list[dict[str, Any]]:
    """Return the events and days off in the form that the component EventCalendar reads.

    With `by_hour`, as in a week, an event with hours is there once for each of its days.
    """
    doubled = overlapping_keys(content.overlaps)
    events = ((event, _event_as_json(event, overlaps=event.key in doubled)) for event in content.events)
    return [
        *chain.from_iterable(_days_as_json(event, row) if by_hour else [row] for event, row in events),
        *(_week_days_off_as_json if by_hour else _days_off_as_json)(content.days_off),
    ]


def _days_as_json(event: CalendarEvent, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield one row for each day of an event with its hours; the `row` of the whole event where they are not known."""
    if set(event.hours) != set(event.days):
        yield row
        return
    for day, (starts, ends) in sorted(event.hours.items()):
        moments = {"start": f"{day}T{starts}", "end": f"{day}T{ends}"}
        yield row | moments | {"id": f"{event.key}-{day}", "allDay": False}


def _event_as_json(event: CalendarEvent, *, overlaps: bool) -> dict[str, Any]:
    """Return one event on whole days; its `label` says all of it to people who do not see the grid."""
    dates = formats.period(event.first, event.last, active_language(), with_weekday=True)
    note = _("overlap") if overlaps else ""
    label = [event.title, event.group.name, dates, event.details, event.state, note]
    classes = [f"of-{event.group.colour}", "uncertain" if event.state else "", "overlapping" if overlaps else ""]
    return {
        "id": event.key,
        "start": event.first.isoformat(),
        "end": (event.last + ONE_DAY).isoformat(),
        "allDay": True,
        "title": event.title,
        "startEditable": bool(event.move_href),
        "classNames": [each for each in classes if each],
        "extendedProps": {
            "href": event.href,
            "move": event.move_href,
            "code": event.group.code,
            "details": event.details,
            "note": note,
            "label": ", ".join(filter(None, label)),
        },
    }


def _days_off_as_json(rows: Sequence[DaysOff]) -> Iterator[dict[str, Any]]:
    """Yield the periods of days off: public holidays as hatched days, others as bands, one line for each name."""
    names = dict.fromkeys(row.short_name for row in rows if row.kind != DayOffKind.HOLIDAY)
    lines = {name: min(line, MAX_BANDS - 1) for line, name in enumerate(names)}
    for number, row in enumerate(rows):
        band = lines.get(row.short_name, 0) if row.kind != DayOffKind.HOLIDAY else None
        yield {
            "id": f"days-off-{number}",
            "start": row.first.isoformat(),
            "end": (row.last + ONE_DAY).isoformat(),
            "allDay": True,
            "title": row.short_name,
            "display": "background",
            "classNames": ["days-off", *(["holiday"] if band is None else ["band", f"band-{band}"])],
            "extendedProps": {"label": row.name, "band": band},
        }


def _week_days_off_as_json(rows: Sequence[DaysOff]) -> Iterator[dict[str, Any]]:
    """Yield the periods of days off of a week: all are lines above the hours."""
    for row in _days_off_as_json(rows):
        props = row["extendedProps"] | {"band": None}
        yield row | {"display": "auto", "classNames": ["days-off"], "extendedProps": props}


def _links(of: str, window: CalendarWindow, today: date) -> dict[str, Any]:
    """Return the addresses of the days before and after, of today, and of each view, which keep the other choices."""

    def href(view: str, on: date | None) -> str:
        """Return the address of this calendar in a view, with a day; "" without a day."""
        return calendar_href(of, view=view, on=on.isoformat()) if on else ""

    return {
        "previous": href(window.view, window.previous),
        "today": href(window.view, today),
        "next": href(window.view, window.next),
        "views": [(view, href(view, window.on), view == window.view) for view in CalendarView],
    }
