"""The events of a calendar as a list by day: titles, names, details and addresses are escaped."""

from datetime import timedelta

from notifications.calendars.agenda import AgendaEntry, agenda_html
from notifications.calendars.scopes import CalendarScope
from tests.factories.cast import TODAY
from tests.pages import HOSTILE, not_escaped
from web.calendars.events import CalendarEvent, DayOffKind, DaysOff, EventGroup
from web.calendars.windows import CalendarView


def test_titles_names_details_and_addresses_are_escaped():
    title, state, group, details, days_off = names = [
        f"{name}{HOSTILE}" for name in ("title", "state", "cohort", "venue and host", "holidays")
    ]
    page, move, add = addresses = [f"/{name}/{HOSTILE}" for name in ("event", "move", "add")]
    event = CalendarEvent(
        key="1",
        days=(TODAY, TODAY + timedelta(days=1)),
        title=title,
        href=page,
        group=EventGroup("RIV", group, "", 1),
        details=details,
        state=state,
        move_href=move,
    )
    agenda = [
        AgendaEntry(TODAY, DaysOff(TODAY, TODAY, DayOffKind.HOLIDAY, days_off, "")),
        AgendaEntry(TODAY, event, overlaps=True),
    ]
    scope = CalendarScope("cohort", 1, slug="rivage")
    html = agenda_html(agenda, scope, CalendarView.MONTH, here=f"/calendar/?q={HOSTILE}", add_href=add)
    assert not_escaped(html, [*names, *addresses]) == []
    assert HOSTILE not in html
    assert "?of=cohort:rivage" not in html
    assert "view=week&amp;on=2026-11-24&amp;of=cohort:rivage" in html
