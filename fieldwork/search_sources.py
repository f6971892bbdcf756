"""Field notes and insights in the search over everything."""

from typing import Final

from django.db.models import Value
from django.db.models.functions import Coalesce, Left, NullIf
from django.utils.translation import gettext_lazy as _

from fieldwork.models import Note
from fieldwork.notes.enums import NoteKind
from fieldwork.notes.models import NOTE_TEXT
from prototypes.forms import MAX_TITLE_LENGTH
from web.search_sources import SearchSource
from web.text.excerpts import joined_texts

NOTES: Final = SearchSource(
    label=_("Field notes"),
    singular=_("field note"),
    model=Note,
    text=NOTE_TEXT,
    title=Coalesce(NullIf(Left("text", MAX_TITLE_LENGTH), Value("")), "place"),
    excerpt_text=joined_texts("place", "segment"),
    url_name="fieldwork:note_page",
    belongs_to="cohort__name",
    kind="kind",
    kinds=NoteKind,
)
