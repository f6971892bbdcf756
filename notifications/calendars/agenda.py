"""The events of a calendar as a list by day; its entries are made in Python: a template took twice as long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from urllib.parse import quote, urlencode

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from notifications.calendars.panels import calendar_href
from notifications.calendars.scopes import CalendarScope
from web.assets import icons
from web.calendars.events import CalendarEvent, DaysOff, Overlap, overlapping_keys
from web.calendars.windows import CalendarView
from web.templatetags.web import period, weekday
from web.text.escaping import as_html


@dataclass(frozen=True, slots=True)
class CalendarContent:
    """The events and days off of a calendar between two days, where events overlap, and whether all were read."""

    events: Sequence[CalendarEvent]
    days_off: Sequence[DaysOff]
    overlaps: Sequence[Overlap]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """One entry of the agenda: an event or a period of days off, under the day `on`."""

    on: date
    row: CalendarEvent | DaysOff
    overlaps: bool = False


def agenda_of(content: CalendarContent, first: date, last: date) -> list[AgendaEntry]:
    """Return the entries of the agenda from `first` to `last` by day; what began before is under the first day."""
    doubled = overlapping_keys(content.overlaps)
    days_off = [AgendaEntry(max(row.first, first), row) for row in content.days_off if row.last >= first]
    events = [
        AgendaEntry(max(event.first, first), event, overlaps=event.key in doubled)
        for event in content.events
        if event.last >= first
    ]
    return sorted((entry for entry in (*days_off, *events) if entry.on <= last), key=lambda entry: entry.on)


def agenda_html(
    agenda: Iterable[AgendaEntry], scope: CalendarScope, view: CalendarView, *, here: str, add_href: str
) -> SafeString:
    """Return the HTML of the agenda of a scope: the entries of each day below its date, which leads to its week.

    `here` is the address of the page, to which moving an event leads back; `add_href` is the page that adds a session,
    "" for people who may not.
    """
    links_to_week = view != CalendarView.WEEK
    content = ""
    for on, entries in groupby(agenda, attrgetter("on")):
        week = calendar_href(scope.address, view=CalendarView.WEEK, on=on.isoformat()) if links_to_week else ""
        add = f"{add_href}?{urlencode({'first_day': on, 'next': here})}" if add_href else ""
        rows = "".join(_entry_html(entry, here) for entry in entries)
        content += f"<div><dt>{_day_html(on, week, add)}</dt>{rows}</div>"
    return mark_safe(content)  # noqa: S308 - every part is escaped


def _day_html(on: date, week: str, add: str) -> str:
    """Return the HTML of the head of a day, with links to its week and to add a session.

    A link without an address is left out.
    """
    html = f'<time datetime="{on}">{as_html(weekday(on))}</time>'
    if week:
        html = f'<a href="{as_html(week)}">{html}</a>'
    if not add:
        return html
    name = as_html(_("Add a session on %(day)s") % {"day": weekday(on)})
    return (
        f'{html} <a class="icon-button no-print" href="{as_html(add)}">'
        f'{icons.draw("plus")}<span class="visually-hidden">{name}</span></a>'
    )


def _entry_html(entry: AgendaEntry, here: str) -> str:
    """Return the HTML of one entry."""
    if isinstance(entry.row, DaysOff):
        return f"<dd><small>{as_html(', '.join(filter(None, [entry.row.name, _dates(entry.row)])))}</small></dd>"
    return _event_html(entry.row, here, overlaps=entry.overlaps)


def _event_html(event: CalendarEvent, here: str, *, overlaps: bool) -> str:
    """Return the HTML of an event: its colour, title, state, dates, group and details, and a link to move it."""
    title, group = as_html(event.title), event.group
    state = f' <span class="tag">{as_html(event.state)}</span>' if event.state else ""
    overlap = f' <span class="tag tag-risk">{as_html(_("overlap"))}</span>' if overlaps else ""
    parts = [as_html(text) for text in (_dates(event, with_weekday=True), group.name, event.details) if text]
    if event.move_href:
        parts.append(
            f'<a class="no-print" href="{as_html(event.move_href)}?next={quote(here)}">'
            f'{as_html(_("Move"))}<span class="visually-hidden"> {title}</span></a>'
        )
    return (
        f'<dd class="of-{group.colour}"><span class="swatch" aria-hidden="true"></span> '
        f'<a href="{as_html(event.href)}">{title}</a>{state}{overlap} <small>{" · ".join(parts)}</small></dd>'
    )


def _dates(row: CalendarEvent | DaysOff, *, with_weekday: bool = False) -> str:
    """Return the dates of an event or of days off in words; "" for a single day, which the agenda names above."""
    return period(row.first, row.last, weekday=with_weekday) if row.first != row.last else ""
