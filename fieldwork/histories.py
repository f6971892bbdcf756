"""The history pages of this app. The content of field notes is in no history."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from fieldwork.models import Insight, Note
from files.histories import files_of
from web.history_pages import HistoryKind, HistoryPart

HISTORIES: Final = {
    "note": HistoryKind(_("field note"), Note, pages=("fieldwork:note_page",), parts=(files_of("note"),)),
    "insight": HistoryKind(
        _("insight"),
        Insight,
        title="title",
        pages=("fieldwork:name_insight", "fieldwork:delete_insight"),
        parts=(HistoryPart(Note, "insight"),),
        forms_only=True,
    ),
}
NAME_PATHS: Final = {Note: ("kind",)}
