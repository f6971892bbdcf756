"""The history of files."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from files.models import Attachment, Export
from web.history_pages import Kept, Part

HISTORIES: Final = {"file": Kept(_("file"), Attachment, title="name", pages=("files:edit", "files:withdraw"))}
UNSHOWN: Final = {Attachment: ("stored", "sha256", "about", "object_id")}  # what it belongs to never changes
LEFT_OUT: Final = {Export: "What a person asked to download is theirs; that it was asked for is in the security log."}


def files_of(about: str) -> Part:
    """Pictures and documents that belong to something known by this slug."""
    return Part(Attachment, "object_id", about=about)
