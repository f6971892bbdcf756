"""Field notes as owners of files: the picture, the document or the recording of a note."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from fieldwork.models import Note
from files.enums import FileAudience
from files.models import Attachment
from files.registries import Owner
from web.dates.clock import Today
from web.decisions import deny

NOTE: Final = "note"
WITH_ITS_NOTE: Final = _("The file of a field note follows its note. Change the note, its consent, or delete the note.")


def owner_of(note: Note, user: User) -> Owner:
    """Return a note, which the user may read, as the owner of its file; only the note's own pages change the file."""
    refused = deny(WITH_ITS_NOTE)
    return Owner(
        about=NOTE,
        object_id=note.pk,
        name=str(note),
        href=note.get_absolute_url(),
        person=user,
        audience=FileAudience.AUTHOR if note.author_id == user.pk else FileAudience.COHORT,
        can_add=refused,
        can_edit=refused,
        can_edit_own=refused,
        zone=note.cohort.authority.time_zone,
    )


def find_note(pk: int, user: User, _today: Today) -> Owner | None:
    """Return the note with this key as the owner of its file; None if the user may not read it."""
    row = Note.objects.visible_to(user).select_related("cohort__authority").filter(pk=pk).first()
    return owner_of(row, user) if row else None


def files_of_notes(notes: list[Note]) -> dict[int, Attachment]:
    """Return the file of each of the notes that has one, by the key of the note (one statement)."""
    rows = Attachment.objects.filter(about=NOTE, object_id__in=[note.pk for note in notes], withdrawn_at=None)
    return {row.object_id: row for row in rows.order_by("pk")}
