"""Files to download that may hold a field note: they are deleted with it."""

from django.db.models import Q

from fieldwork.models import Note
from fieldwork.notes.note_list import NOTES
from files.exports.lists import LIST_KEY, LIST_ROWS
from files.exports.models import ExportQuerySet
from files.exports.own_copy import PERSONAL
from files.models import Export
from web.lists.bound import SUBJECT_KEY


def exports_with_note(note: Note) -> ExportQuerySet:
    """Return the files to download that may hold the note: its author's copy of their data, lists of the cohort's
    notes.
    """
    own = Q(kind=PERSONAL, person=note.author_id)
    listed = Q(kind=LIST_ROWS, query__contains=f"{LIST_KEY}={NOTES.slug}")
    exports: ExportQuerySet = Export.objects.filter(
        own | listed & Q(query__contains=f"{SUBJECT_KEY}={note.cohort.slug}")
    )
    return exports
