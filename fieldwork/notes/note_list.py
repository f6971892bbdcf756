"""The list of a cohort's field notes: its columns and filters."""

from collections.abc import Mapping
from typing import Final

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from cohorts.cohort.list_subject import CohortSubject, cohort_subject
from fieldwork.models import Note
from fieldwork.notes.enums import NoteKind
from fieldwork.visibility import cohorts_of_work
from files.enums import NOTE_CONSENTS, Consent
from web.forms.filters import ListFilter
from web.lists.columns import (
    FIGURE,
    ListColumn,
    Reader,
    by_choice,
    by_name,
    by_value,
    choice_column,
    text_column,
    value_column,
)
from web.lists.declarations import List
from web.templatetags.web import state_tag


class NoteFilter(ListFilter):
    """Filter of the notes of a cohort by words, kind, place and consent."""

    q = django_filters.CharFilter(
        label=gettext_lazy("Filter by keyword"), field_name="text", lookup_expr="unaccent__icontains"
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=NoteKind.choices, empty_label=gettext_lazy("All kinds")
    )
    place = django_filters.CharFilter(
        label=pgettext_lazy("of a field note", "Place"), field_name="place", lookup_expr="unaccent__icontains"
    )
    consent = django_filters.ChoiceFilter(
        label=gettext_lazy("Consent"), choices=NOTE_CONSENTS, empty_label=gettext_lazy("All consents")
    )


def note_subject(user: User, slug: str) -> CohortSubject:
    """Return the cohort with this slug, with what the user may do; raise Http404 if its notebook is not for them."""
    get_object_or_404(cohorts_of_work(user), slug=slug)
    return cohort_subject(user, slug)


def _rows(reader: Reader) -> QuerySet[Note]:
    """Return the notes of the cohort that the reader may read."""
    return Note.objects.visible_to(reader.user).filter(cohort=reader.subject.cohort).select_related("cohort__authority")


def _title(note: Note) -> SafeString:
    """Return the beginning of the note as a link to its page, in quotation marks where it is what somebody said."""
    quoted = gettext_lazy("“%(text)s”") % {"text": note} if note.is_verbatim else note
    return format_html('<a href="{}">{}</a>', note.get_absolute_url(), quoted)


def consent_tag(note: Note) -> SafeString:
    """Return the consent of a note with its shape and colour."""
    return state_tag(Consent(note.consent).short, "attention" if note.consent == Consent.PENDING else "neutral")


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "text": ListColumn(
        header=pgettext_lazy("a field note", "Note"),
        value=lambda note: note.text or str(note),
        html=_title,
        order=by_name("text"),
        width=60,
        always=True,
    ),
    "kind": choice_column("kind", gettext_lazy("Kind"), NoteKind.values, width=16),
    "moment": ListColumn(
        header=gettext_lazy("Noted on"),
        value=lambda note: local_day(note.cohort, note.happened_at),
        order=by_value("happened_at"),
        width=12,
        css=FIGURE,
        reads=("happened_at",),
    ),
    "place": text_column("place", pgettext_lazy("of a field note", "Place"), width=30),
    "segment": text_column("segment", gettext_lazy("Group of people"), width=30, by_default=False),
    "insight": ListColumn(
        header=gettext_lazy("Insight"),
        value=lambda note: str(note.insight or ""),
        order=by_name("insight__title"),
        width=40,
        reads=("insight__title",),
    ),
    "consent": ListColumn(
        header=gettext_lazy("Consent"),
        value=lambda note: Consent(note.consent).short,
        html=consent_tag,
        order=by_choice("consent", Consent.values),
        width=24,
        reads=("consent",),
    ),
    "until": value_column("consent_until", gettext_lazy("Used until"), width=12, css=FIGURE, by_default=False),
}

NOTES: Final = List(
    slug="notes",
    title=gettext_lazy("Field notes"),
    route="fieldwork:note_list",
    rows=_rows,
    filters=NoteFilter,
    columns=COLUMNS,
    heading="text",
    order="-moment",
    reads=("kind", "text", "cohort__authority__time_zone"),
    subject=note_subject,
    empty_icon="square-pen",
    empty_title=gettext_lazy("No field note yet"),
    empty_text=gettext_lazy("What you see and hear in the field goes here: the first step towards an insight."),
)
