"""The part of a page that shows the files of what the page is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet

from accounts.models import User
from files.enums import Circle
from files.models import Attachment
from files.permissions import may_edit
from files.registries import Owner
from web.database.nested_rows import nested
from web.database.prepared import prepared
from web.decisions import ALLOW, deny

BESIDE: Final = 12  # pictures of one thing among others


@dataclass(frozen=True, slots=True)
class Line:
    """A file and whether the reader may say something else about it, or withdraw it."""

    file: Attachment
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one person is shown of the files of `owner`: pictures, documents, and what is not shown any more."""

    owner: Owner
    pictures: list[Line]
    documents: list[Line]
    ended: list[Line]
    withdrawn: list[Line]

    @property
    def is_empty(self) -> bool:
        return not (self.pictures or self.documents or self.ended or self.withdrawn)


def shelf(owner: Owner, today: date) -> Shelf:
    """One statement, whatever there is; put it into a page's context as `files` and include `files/panel.html`."""
    may = (bool(owner.may_edit), bool(owner.may_edit_own))
    rows = _files((owner.about, owner.circle, owner.until), owner.object_id, owner.person, may, today)
    lines = [Line(row, bool(may_edit(owner, row))) for row in rows]
    withdrawn = [line for line in lines if line.file.withdrawn_at]
    ended = [line for line in lines if line not in withdrawn and line.file.ended(today)]
    shown = _without(lines, [*withdrawn, *ended])
    pictures = [line for line in shown if line.file.is_image]
    return Shelf(owner, pictures, _without(shown, pictures), ended, withdrawn)


@prepared
def _files(
    of: tuple[str, Circle, date | None], pk: int, user: User, may: tuple[bool, bool], today: date
) -> QuerySet[Attachment]:
    """`may`: edit all of them, edit one's own."""
    (about, near, until), (every, own) = of, [ALLOW if one else deny("") for one in may]
    owner = Owner(about, pk, "", "", user, near, every, every, own, zone="", until=until)
    return Attachment.objects.visible_to(owner, today).by_age()


def pictures_of_each(about: str, circle: str, until: date | None, today: date) -> ArraySubquery:
    """The first pictures of each row of a statement, read along with it for somebody as near as `circle`.

    Of those brought until a day, where there is one.

    `files/thumbnail.html` shows one.
    """
    rows = Attachment.objects.pictures_of_each(about, circle, until, today).by_age()
    return nested(rows[:BESIDE], "id", "name", "alt_text", "decorative", "width", "height")


def _without(lines: Iterable[Line], others: list[Line]) -> list[Line]:
    return [line for line in lines if line not in others]
