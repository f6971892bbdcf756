"""Acts that come too late: what is recorded already is told from what was sent, and nothing typed is thrown away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.requests import person
from prototypes.action_pages.forms import ActForm
from prototypes.action_pages.offered import Act
from prototypes.enums import IdeaState, ImplementationKind, LineageKind
from prototypes.ideas.views.story import below_event, counting, event_line
from prototypes.ideas.views.story_lines import family
from prototypes.models import Idea, IdeaEvent, Implementation
from prototypes.views.lookups import idea_rows, with_story
from web.pages.steps import StoryEvent
from web.text import formats

PACKAGE = ("receives", "watch", "open_points", "contact")
TOLD = ("reason", "evidence", "framing", "moved_because", "scope", "abandoned_for", "decision", "precision")
BEYOND_STORY = (*PACKAGE, "scope", "unit")


def lost(act: Act, form: ActForm, known: Mapping[str, str]) -> bool:
    """Whether the form says something that is not `recorded`; after another act only what was written counts."""
    row = form.subject
    for name, field in form.fields.items():
        value = _plain(form[name].value())
        written = _is_text(field)
        if name in known and value != known[name] and (value if written else row.state == act.to):
            return True
        if name not in known and written and value:
            return True
    return False


def recorded(row: Any) -> dict[str, str]:
    """What the act behind the row's present state said, by the names of its form."""
    if isinstance(row, Implementation) and (correction := row.corrections.first()):
        return _said(correction, (*TOLD, "unit")) | {"reason": _plain(correction.correction_reason)}
    if not isinstance(row, Idea):
        return _said(row, TOLD)
    event = IdeaEvent.objects.counting().filter(idea=row).last()
    package = event and event.packages.first()
    parts = row.offspring.filter(kind=LineageKind.SPLIT).order_by("pk").values_list("child__title", flat=True)
    told = _said(event, TOLD) | _said(package, PACKAGE) | {"titles": "\n".join(parts)}
    if row.state == IdeaState.IMPLEMENTED:
        told |= _said(row.implementations.filter(kind=ImplementationKind.ORIGIN).last(), ("scope", "unit", "evidence"))
    if event and event.merged_into_id:
        told["into"] = str(event.merged_into_id)
    if event and event.effective_on:
        told["on"] = str(event.effective_on)
    return told


def show(
    request: HttpRequest, act: Act, form: ActForm, stands: str, known: Mapping[str, str], **context: Any
) -> HttpResponse:
    """What was recorded meanwhile, perhaps by the same act in other words, and beside it what was typed."""
    row = form.subject
    if row.state == act.to:
        stands = _("This was already recorded, with other details than yours. Compare the two below.")
        context |= {"theirs": list(beside(form, known))}
    if isinstance(row, Idea):
        context |= {"idea": row, "told": told(request, row, form.today)}
    return keep(request, form, title=act.label, stands=stands, **context)


@dataclass(frozen=True, slots=True)
class Told:
    """What was recorded last: its event, which has who recorded it and when, and its line on the idea's page."""

    event: IdeaEvent
    lines: list[StoryEvent]


def told(request: HttpRequest, idea: Idea, today: date) -> Told | None:
    """The event behind the idea's state, as the page of the idea tells it to this reader."""
    events = list(idea.events.select_related("by", "merged_into").order_by("effective_on", "place"))
    if not (counted := counting(events)):
        return None
    event, before = counted[-1], counted[-2].state if len(counted) > 1 else ""
    user = person(request)
    row: Any = with_story(idea_rows(user), user, today).get(pk=idea.pk)
    below = below_event(event, family(row), {}, row.target_opens)
    first = next((one for one in events if one.pk == event.place), None)
    return Told(event, [event_line(event, before, today, first, below)])


def beside(form: ActForm, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What was said in the fields of the same act, beyond what the line of an idea's story tells."""
    names = BEYOND_STORY if isinstance(form.subject, Idea) else TOLD
    for name, field in form.fields.items():
        if name in names and (said := _as_read(field, known.get(name))):
            yield str(field.label), said


def keep(request: HttpRequest, form: forms.Form, *, why: str = "", **context: Any) -> HttpResponse:
    """What `stands` and `why`, and beside it what was typed, which is kept nowhere else."""
    context = {"told": None, "theirs": [], "why": why, "typed": list(typed(form))} | context
    return render(request, "prototypes/overtaken.html", context, status=409)


def typed(form: forms.Form) -> Iterator[tuple[str, str]]:
    """Labels and what was sent for them, as people read it."""
    for field in form.visible_fields():
        if said := _as_read(field.field, field.value()):
            yield str(field.label), said


def _as_read(field: forms.Field, sent: Any) -> str:
    values = sent if isinstance(sent, list) else [sent]
    choices = getattr(field, "choices", None)
    if choices is not None:
        values = [words for key, words in choices if str(key) and str(key) in map(str, values)]
    return ", ".join(_in_words(value) for value in values if value)


def _in_words(value: Any) -> str:
    day = parse_date(value) if isinstance(value, str) and len(value) == len("2026-11-24") else None
    return formats.short_day(day, (get_language() or "fr")[:2]) if day else str(value)


def _said(row: Any, names: tuple[str, ...]) -> dict[str, str]:
    return {name: _plain(getattr(row, name)) for name in names if hasattr(row, name)}


def _plain(value: Any) -> str:
    """Lines ended in one way, no blanks around."""
    return "\n".join(line.strip() for line in str(value or "").strip().splitlines())


def _is_text(field: forms.Field) -> bool:
    return isinstance(field, forms.CharField) and not field.widget.is_hidden
