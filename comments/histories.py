"""The history of comments: their own, and as a part of what they are about."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from canvases.models import Canvas
from comments.models import Comment, Mention
from prototypes.models import Idea, Prototype
from web.history_pages import Kept, Part

HISTORIES: Final = {
    "comment": Kept(
        _("comment"), Comment, pages=("comments:comment",), parts=(Part(Comment, "thread"), Part(Mention, "comment"))
    ),
}
PARTS: Final = {
    Idea: (Part(Comment, "idea"),),
    Prototype: (Part(Comment, "prototype"),),
    Canvas: (Part(Comment, "canvas"),),
}
NAMED: Final = {Comment: ("written_by__full_name",), Mention: ("person__full_name",)}
