"""The history pages of comments; comments are also part of the history of their subject."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from canvases.models import Canvas
from comments.models import Comment, Mention
from prototypes.models import Idea, Prototype
from web.history_pages import HistoryKind, HistoryPart

HISTORIES: Final = {
    "comment": HistoryKind(
        _("comment"),
        Comment,
        pages=("comments:comment",),
        parts=(HistoryPart(Comment, "thread"), HistoryPart(Mention, "comment")),
    ),
}
ADDED_PARTS: Final = {
    Idea: (HistoryPart(Comment, "idea"),),
    Prototype: (HistoryPart(Comment, "prototype"),),
    Canvas: (HistoryPart(Comment, "canvas"),),
}
NAME_PATHS: Final = {Comment: ("written_by__full_name",), Mention: ("person__full_name",)}
