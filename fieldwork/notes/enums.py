"""Kinds of field notes, and why the content of a note was removed."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NoteKind(models.TextChoices):
    OBSERVATION = "observation", _("observation")
    VERBATIM = "verbatim", pgettext_lazy("a field note", "quote")
    INTERVIEW = "interview", _("interview")
    PICTURE = "picture", pgettext_lazy("a field note", "picture")
    VOICE = "voice", _("voice memo")
    DOCUMENT = "document", pgettext_lazy("a field note", "sketch or document")

    @property
    def icon(self) -> str:
        """Return the name of the icon of this kind."""
        return ICONS[self]


ICONS: Final = {
    NoteKind.OBSERVATION: "eye",
    NoteKind.VERBATIM: "quote",
    NoteKind.INTERVIEW: "users",
    NoteKind.PICTURE: "camera",
    NoteKind.VOICE: "mic",
    NoteKind.DOCUMENT: "file-text",
}
WRITTEN_KINDS: Final = (NoteKind.OBSERVATION, NoteKind.VERBATIM, NoteKind.INTERVIEW)
PICTURED_KINDS: Final = (NoteKind.PICTURE, NoteKind.DOCUMENT)


class Removal(models.TextChoices):
    """Why a note has no content any more."""

    WITHDRAWN = "withdrawn", _("The person withdrew their consent.")
    REFUSED = "refused", _("The person refused their consent.")
    DELETED = "deleted", _("Someone from the cohort deleted the note.")
    EXPIRED = "expired", _("The consent ended 30 days before.")
    RESTORED = "restored", _("The note was deleted before a backup was restored.")
