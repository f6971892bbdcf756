"""The part of a page that shows the files of its object."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet

from accounts.models import User
from files.models import Attachment
from files.permissions import can_edit_file
from files.registries import FileRights, Owner
from web.database.nested_rows import nested
from web.database.prepared import prepared

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
    rows = _files(owner.about, owner.object_id, owner.rights, owner.person, today)
    items = [PanelFile(row, bool(can_edit_file(owner, row))) for row in rows]
    withdrawn = [item for item in items if item.file.withdrawn_at]
    consent_ended = [item for item in items if item not in withdrawn and item.file.consent_has_ended(today)]
    viewable = _without(items, [*withdrawn, *consent_ended])
    pictures = [item for item in viewable if item.file.is_image]
    return FilesPanel(owner, pictures, _without(viewable, pictures), consent_ended, withdrawn)


@prepared
def _files(about: str, object_id: int, rights: FileRights, person: User, today: date) -> QuerySet[Attachment]:
    """Return the query for the files of an object that a person with these rights sees on `today`, the oldest first."""
    rows = Attachment.objects.of_object(about, object_id, rights.until).visible_by_rights(rights, person, today)
    return rows.select_related("withdrawn_by").by_age()


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
