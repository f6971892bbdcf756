"""History pages of files."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from files.models import Attachment, Export
from web.history_pages import HistoryKind, HistoryPart

HISTORIES: Final = {"file": HistoryKind(_("file"), Attachment, title="name", pages=("files:edit", "files:withdraw"))}
HIDDEN_COLUMNS: Final = {Attachment: ("stored", "sha256", "about", "object_id")}  # the last two never change
MODELS_WITHOUT_PAGE: Final = {
    Export: "The export belongs to the person who requested it; the request is in the security log."
}


def files_of(about: str) -> HistoryPart:
    """Return the part of an object's history page that shows its files; `about` is the slug of the object's kind."""
    return HistoryPart(Attachment, "object_id", about=about)
