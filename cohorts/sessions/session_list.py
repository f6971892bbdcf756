"""The list of sessions: its columns, and the next step of the reader for each."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from cohorts.models import Session
from cohorts.sessions.bulk_actions import CANCEL, MOVE
from cohorts.sessions.enums import SessionKind, SessionLead, SessionState
from cohorts.sessions.filters import SessionFilter
from cohorts.sessions.next_steps import COMING, SessionStep, attach_days, session_lines
from web.lists.cells import ROW_FORM
from web.lists.columns import (
    FIGURE,
    NUMBER,
    ListColumn,
    Reader,
    button_column,
    by_choice,
    by_name,
    by_value,
    choice_column,
    choice_label,
)
from web.lists.declarations import List
from web.templatetags.web import state_tag

PER_PAGE: Final = 40  # keeps the page under 60 KiB


def _rows(reader: Reader) -> QuerySet[Session]:
    """Return the sessions that the reader may see."""
    return Session.objects.visible_to(reader.user)


def _name(session: Session) -> str:
    """Return the session with its cohort, for sentences."""
    return f"{session} · {session.cohort.name}"


def _load_for_cells(sessions: Sequence[Any], reader: Reader) -> None:
    """Give each session its days and its line, with the numbers of people and the next step of the reader.

    Three statements.
    """
    attach_days(sessions)
    for line in session_lines(sessions, user=reader.user, today=reader.today):
        line.session.line = line  # type: ignore[attr-defined] # for the cells


def _title(session: Session) -> SafeString:
    """Return the title of the session as a link to its page, and its venues."""
    names = session.venues
    venues = format_html(" <small>{}</small>", ", ".join(names)) if names else ""
    return format_html('<a href="{}">{}</a>{}', session.get_absolute_url(), session, venues)


def _dates(session: Session) -> date | str | None:
    """Return the day of the session for a file; several as text, so that an import reads them all."""
    days = [listed.day for listed in session.listed_days or ()]
    return ", ".join(day.isoformat() for day in days) if len(days) > 1 else session.first_day


def _people(session: Any) -> SafeString:
    """Return how many people came, or are expected, and how many stakeholders."""
    line = session.line
    return format_html("{} <small>{}</small>", line.people_in_words, line.stakeholders_in_words)


def _people_count(session: Any) -> int | None:
    """Return how many people came to a session that is over, or are expected; None where neither is known."""
    if session.line.is_over:
        count: int = session.line.tally.came
        return count
    return session.line.tally.on_site if session.line.is_upcoming else None


def _next_step(session: Any) -> str:
    """Return the link or the buttons of the next step; "" when the reader has nothing to do."""
    step: SessionStep | None = session.line.step
    if step is None:
        return ""
    if not step.post:
        link = '<a class="btn btn-sm btn-quiet" href="{}" aria-label="{label}, {}">{label}</a>'
        return format_html(link, step.href, session, label=step.label)
    button = (
        '<button class="btn btn-sm {}" name="answer" value="{}" formaction="{}" form="{}" aria-label="{}">{}</button>'
    )
    answers = step.answers or (("", step.label),)
    buttons = (
        ("btn-primary" if value == COMING else "btn-quiet", value, step.href, ROW_FORM, f"{label}, {session}", label)
        for value, label in answers
    )
    return format_html('<span class="cluster">{}</span>', format_html_join("", button, buttons))


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "number": ListColumn(
        header=pgettext_lazy("number of a session", "No."),
        value=lambda session: session.number,
        order=by_value("number"),
        width=6,
        css=FIGURE,
    ),
    "when": ListColumn(
        header=gettext_lazy("Dates"),
        value=_dates,
        html=lambda session: session.dates_in_words,
        order=by_value("first_day"),
        width=14,
        always=True,
    ),
    "session": ListColumn(
        header=gettext_lazy("Session"),
        value=str,
        html=_title,
        order=by_name("title"),
        width=40,
        always=True,
    ),
    "cohort": ListColumn(
        header=gettext_lazy("Cohort"),
        value=lambda session: session.cohort.name,
        order=by_name("cohort__name"),
        width=24,
    ),
    "kind": ListColumn(
        header=gettext_lazy("Kind"),
        value=lambda session: choice_label(session, "kind"),
        order=by_choice("kind", SessionKind.values),
        width=20,
        by_default=False,
    ),
    "last-day": ListColumn(
        header=gettext_lazy("Last day"),
        value=lambda session: session.last_day,
        order=by_value("last_day"),
        width=12,
        css=NUMBER,
        by_default=False,
    ),
    "venue": ListColumn(
        header=gettext_lazy("Venue"),
        value=lambda session: ", ".join(session.venues),
        width=32,
        by_default=False,
    ),
    "prepared-by": choice_column(
        "prepared_by", gettext_lazy("Prepared by"), SessionLead.values, width=18, by_default=False
    ),
    "led-by": choice_column(
        "led_by", pgettext_lazy("session", "Led by"), SessionLead.values, width=18, by_default=False
    ),
    "people": ListColumn(header=gettext_lazy("People"), value=_people_count, html=_people, width=10, css=NUMBER),
    "state": ListColumn(
        header=gettext_lazy("State"),
        value=lambda session: choice_label(session, "state"),
        html=lambda session: state_tag(choice_label(session, "state"), session.tone),
        order=by_choice("state", SessionState.values),
        width=14,
    ),
    "next-step": button_column(gettext_lazy("Actions"), _next_step),
}

SESSIONS: Final = List(
    slug="sessions",
    title=gettext_lazy("Sessions"),
    route="cohorts:sessions",
    rows=_rows,
    filters=SessionFilter,
    columns=COLUMNS,
    heading="session",
    order="when",
    reads=(
        *("number", "title", "kind", "state", "first_day", "last_day", "retrospective"),
        *("cohort__name", "cohort__edition", "cohort__authority__time_zone"),
    ),
    load_for_cells=_load_for_cells,
    bulk_actions={"move": MOVE, "cancel": CANCEL},
    per_page=PER_PAGE,
    name=_name,
    short_name=str,
    empty_icon="calendar",
    empty_title=gettext_lazy("No session here"),
    empty_text=gettext_lazy("Sessions to come appear here once a cohort plans them."),
)
