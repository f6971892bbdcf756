"""The part of a page that shows the files of its object."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet

from accounts.models import User
from files.enums import FileAudience
from files.models import Attachment
from files.permissions import can_edit_file
from files.registries import Owner
from web.database.nested_rows import nested
from web.database.prepared import prepared
from web.decisions import ALLOW, deny

MAX_THUMBNAILS: Final = 12  # pictures of one row of a list


@dataclass(frozen=True, slots=True)
class PanelFile:
    """A file and whether the reader may edit or withdraw it."""

    file: Attachment
    can_edit: bool


@dataclass(frozen=True, slots=True)
class FilesPanel:
    """The files of `owner` that one person sees: pictures, documents, files whose consent ended, withdrawn files."""

    owner: Owner
    pictures: list[PanelFile]
    documents: list[PanelFile]
    consent_ended: list[PanelFile]
    withdrawn: list[PanelFile]

    @property
    def is_empty(self) -> bool:
        """Return whether the person sees no file at all, not even a withdrawn one."""
        return not (self.pictures or self.documents or self.consent_ended or self.withdrawn)


def files_panel(owner: Owner, today: date) -> FilesPanel:
    """Return the panel with the owner object's files that its person may see on the day `today`, in one query.

    Put it into the template context as `files` and include `files/attachments/panel.html`.
    """
    can_edit = (bool(owner.can_edit), bool(owner.can_edit_own))
    rows = _visible_files((owner.about, owner.audience, owner.until), owner.object_id, owner.person, can_edit, today)
    items = [PanelFile(row, bool(can_edit_file(owner, row))) for row in rows]
    withdrawn = [item for item in items if item.file.withdrawn_at]
    consent_ended = [item for item in items if item not in withdrawn and item.file.consent_has_ended(today)]
    viewable = _without(items, [*withdrawn, *consent_ended])
    pictures = [item for item in viewable if item.file.is_image]
    return FilesPanel(owner, pictures, _without(viewable, pictures), consent_ended, withdrawn)


@prepared
def _visible_files(
    of: tuple[str, FileAudience, date | None], pk: int, user: User, can_edit: tuple[bool, bool], today: date
) -> QuerySet[Attachment]:
    """Return the files of an object that the user may see or edit on `today`, the oldest first, as a prepared query.

    `of` is the object's kind (a slug), the user's audience and the last day they see (or None); `pk` is its id.
    `can_edit` is whether the user may edit all of its files, and whether they may edit their own.
    """
    (about, audience, until), (edit_all, edit_own) = of, [ALLOW if one else deny("") for one in can_edit]
    owner = Owner(about, pk, "", "", user, audience, edit_all, edit_all, edit_own, zone="", until=until)
    return Attachment.objects.visible_to(owner, today).by_age()


def pictures_of_each(about: str, audience: str, until: date | None, today: date) -> ArraySubquery:
    """Return a subquery for the first 12 pictures of each row of a query that `audience` can look at on the day
    `today`.

    `about` is the slug of the rows' kind, `audience` “cohort”, “edition” or “signed_in”; with `until`, only pictures
    added by that day. Each is a dict that `files/attachments/thumbnail.html` shows.
    """
    rows = Attachment.objects.pictures_of_each(about, audience, until, today).by_age()
    return nested(rows[:MAX_THUMBNAILS], "id", "name", "alt_text", "decorative", "width", "height")


def _without(items: Iterable[PanelFile], others: list[PanelFile]) -> list[PanelFile]:
    """Return the files of the panel (`items`) that are not among `others`, in their order."""
    return [item for item in items if item not in others]
