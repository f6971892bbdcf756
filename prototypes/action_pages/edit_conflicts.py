"""Answers to actions that come too late: the page compares what is recorded with what was sent, and loses no text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.requests import person
from prototypes.action_pages.definitions import OfferedAction
from prototypes.action_pages.forms import ActionForm
from prototypes.enums import IdeaState, ImplementationKind, LineageKind
from prototypes.ideas.views.idea_timeline import event_details, timeline_event, uncorrected_events
from prototypes.ideas.views.timeline_entries import related_ideas
from prototypes.models import Idea, IdeaEvent, Implementation
from prototypes.views.lookups import idea_rows, with_timeline
from web.pages.steps import IdeaTimelineEvent
from web.text import formats
from web.text.language import active_language

PACKAGE_FIELDS = ("receives", "watch", "open_points", "contact")
EVENT_FIELDS = (
    "reason",
    "evidence",
    "framing",
    "criterion_change_reason",
    "scope",
    "abandoned_for",
    "decision",
    "precision",
)
NOT_IN_TIMELINE = (*PACKAGE_FIELDS, "scope", "unit")


def loses_input(action: OfferedAction, form: ActionForm, recorded: Mapping[str, str]) -> bool:
    """Return whether a form that is sent after someone else acted holds input which is not stored yet.

    `recorded` holds the answers stored with that other action, by field name. When it was a different action, only free
    text counts as input; choices and dates are not compared.
    """
    row = form.subject
    for name, field in form.fields.items():
        value = _plain(form[name].value())
        is_free_text = _is_text(field)
        if name in recorded and value != recorded[name] and (value if is_free_text else row.state == action.to_state):
            return True
        if name not in recorded and is_free_text and value:
            return True
    return False


def recorded_answers(row: Any) -> dict[str, str]:
    """Return what was entered with the action that led to the row's current state, as text by field name of the
    action's form.

    `row` is an idea, challenge, prototype, test or implementation. Of a corrected implementation, these are the latest
    correction's values.
    """
    if isinstance(row, Implementation) and (correction := row.corrections.first()):
        return _values_of(correction, (*EVENT_FIELDS, "unit")) | {"reason": _plain(correction.correction_reason)}
    if not isinstance(row, Idea):
        return _values_of(row, EVENT_FIELDS)
    event = IdeaEvent.objects.uncorrected().filter(idea=row).last()
    package = event and event.packages.first()
    part_titles = row.offspring.filter(kind=LineageKind.SPLIT).order_by("pk").values_list("child__title", flat=True)
    values = _values_of(event, EVENT_FIELDS) | _values_of(package, PACKAGE_FIELDS) | {"titles": "\n".join(part_titles)}
    if row.state == IdeaState.IMPLEMENTED:
        values |= _values_of(
            row.implementations.filter(kind=ImplementationKind.ORIGIN).last(), ("scope", "unit", "evidence")
        )
    if event and event.merged_into_id:
        values["into"] = str(event.merged_into_id)
    if event and event.effective_on:
        values["on"] = str(event.effective_on)
    return values


def edit_conflict_page(
    request: HttpRequest,
    action: OfferedAction,
    form: ActionForm,
    current_state: str,
    recorded: Mapping[str, str],
    **context: Any,
) -> HttpResponse:
    """Return a page that shows what someone else recorded since the form was opened, next to what was typed (status
    409).

    `current_state` is the sentence why `action` is no longer possible, `recorded` holds the stored answers by field
    name; `context` needs `back`, the URL to go on to, and `crumb`, the object above the page.
    """
    row = form.subject
    if row.state == action.to_state:
        current_state = _("This was already recorded, with other details than yours. Compare the two below.")
        context |= {"recorded_values": list(answer_differences(form, recorded))}
    if isinstance(row, Idea):
        context |= {"idea": row, "recorded_event": recorded_event(request, row, form.today)}
    return render_edit_conflict(request, form, title=action.label, current_state=current_state, **context)


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """The latest event of an idea, with its author and date, and its entry in the timeline."""

    event: IdeaEvent
    lines: list[IdeaTimelineEvent]


def recorded_event(request: HttpRequest, idea: Idea, today: date) -> RecordedEvent | None:
    """Return the latest uncorrected event of an idea with its entry in the timeline, as this reader sees it.

    Returns None for an idea without events. The roles of the reader on `today` count.
    """
    events = list(idea.events.select_related("by", "merged_into").order_by("effective_on", "position"))
    if not (uncorrected := uncorrected_events(events)):
        return None
    event, before = uncorrected[-1], uncorrected[-2].state if len(uncorrected) > 1 else ""
    user = person(request)
    row: Any = with_timeline(idea_rows(user), user, today).get(pk=idea.pk)
    details = event_details(event, related_ideas(row), {}, row.target_opens)
    first = next((one for one in events if one.pk == event.position), None)
    return RecordedEvent(event, [timeline_event(event, before, first, details)])


def answer_differences(form: ActionForm, recorded: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield label and recorded value, as text, of those fields of the form that the timeline entry of an idea does not
    show.

    `recorded` holds the stored answers by field name; empty ones are left out. For other rows than ideas, yields all
    the fields that were stored with the change of state.
    """
    names = NOT_IN_TIMELINE if isinstance(form.subject, Idea) else EVENT_FIELDS
    for name, field in form.fields.items():
        if name in names and (text := _display_text(field, recorded.get(name))):
            yield str(field.label), text


def render_edit_conflict(
    request: HttpRequest, form: forms.Form, *, explanation: str = "", **context: Any
) -> HttpResponse:
    """Return a page that shows the person what they typed in the form and why none of it was saved (status 409).

    `explanation` is a further sentence. `context` needs `title`, `current_state` (why it was not saved), `back` (the
    URL to go on to) and `crumb`.
    """
    context = {
        "recorded_event": None,
        "recorded_values": [],
        "explanation": explanation,
        "submitted_values": list(submitted_values(form)),
    } | context
    return render(request, "prototypes/action_pages/edit_conflict.html", context, status=409)


def submitted_values(form: forms.Form) -> Iterator[tuple[str, str]]:
    """Yield label and value of each visible field that was filled in, as text: labels of choices, dates in the reader's
    language.
    """
    for field in form.visible_fields():
        if text := _display_text(field.field, field.value()):
            yield str(field.label), text


def _display_text(field: forms.Field, submitted: Any) -> str:
    """Return a submitted value as people read it: labels of the chosen options, dates in the reader's language, else
    the text.

    Several values are joined with commas; without a value it is "".
    """
    values = submitted if isinstance(submitted, list) else [submitted]
    choices = getattr(field, "choices", None)
    if choices is not None:
        values = [words for key, words in choices if str(key) and str(key) in map(str, values)]
    return ", ".join(_value_text(value) for value in values if value)


def _value_text(value: Any) -> str:
    """Return a value as text; a date like "2026-11-24" is written as a short date in the reader's language."""
    day = parse_date(value) if isinstance(value, str) and len(value) == len("2026-11-24") else None
    return formats.short_day(day, active_language()) if day else str(value)


def _values_of(row: Any, names: tuple[str, ...]) -> dict[str, str]:
    """Return the attributes of the row with these names as text, by name; those that the row does not have are left
    out.
    """
    return {name: _plain(getattr(row, name)) for name in names if hasattr(row, name)}


def _plain(value: Any) -> str:
    """Return the value as text, without spaces around its lines and with one newline character per line break; "" for
    None.
    """
    return "\n".join(line.strip() for line in str(value or "").strip().splitlines())


def _is_text(field: forms.Field) -> bool:
    """Return whether the field takes free text that the reader can see."""
    return isinstance(field, forms.CharField) and not field.widget.is_hidden
