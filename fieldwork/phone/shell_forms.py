"""The forms of the page for phones: the fields of the platform's own forms, without choices that depend on a person."""

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.text import capfirst

from cohorts.attendance.forms import STATUS_CHOICES
from fieldwork.notes.enums import PICTURED_KINDS, WRITTEN_KINDS, NoteKind
from fieldwork.notes.forms import FILE_LABELS, TEXTS, NewNoteForm
from prototypes.ideas.forms import NewIdeaForm


def entry_forms() -> dict[str, Any]:
    """Return what the forms of notes, ideas and attendance show: fields, and the statuses of attendance."""
    return {
        "note": _with_fields(NewNoteForm, "place", "consent", "segment", "session", "challenge"),
        "idea": _with_fields(NewIdeaForm, "title", "target", "summary"),
        "statuses": STATUS_CHOICES,
    }


def _with_fields(form_class: type[forms.Form], *names: str) -> forms.Form:
    """Return a form with some of the fields of another, as they are before anything is known of the person."""
    form = forms.Form()
    form.fields = {name: deepcopy(form_class.base_fields[name]) for name in names}
    return form


def note_kinds() -> dict[str, dict[str, str]]:
    """Return what the form of a note says for each kind, in the active language, and which file it takes."""
    return {
        kind.value: {
            "title": capfirst(str(kind.label)),
            "label": str(TEXTS[kind][0]),
            "help": str(TEXTS[kind][1]),
            "file": _file(kind),
            "file_label": str(FILE_LABELS.get(kind, "")),
        }
        for kind in NoteKind
    }


def _file(kind: NoteKind) -> str:
    """Return which file a note of this kind takes: “picture”, “voice”, or none."""
    if kind in WRITTEN_KINDS:
        return ""
    return "picture" if kind in PICTURED_KINDS else "voice"
