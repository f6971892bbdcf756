"""Registries of the objects that files can belong to, and of the exports written in the background.

The apps above fill them: this app knows an object only by the slug of its kind and its id.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django_stubs_ext import StrOrPromise

from accounts.models import User
from files.enums import FileAudience
from web.dates.clock import Today
from web.decisions import Decision
from web.exports.documents import WrittenDocument
from web.exports.tables import Table
from web.exports.zip_files import Bundle
from web.registries import Registry


@dataclass(frozen=True, slots=True)
class FileRights:
    """What decides which files of an object a person sees.

    They see files for their `audience` added by `until` (None: any day), and every file they can edit.
    """

    audience: FileAudience
    until: date | None
    can_edit_all: bool
    can_edit_own: bool


@dataclass(frozen=True, slots=True)
class Owner:
    """An object that files belong to, with what one `person` may do with its files today.

    `name` and `href` are those of the object, `zone` is the time zone of its authority. `audience` is the audience that
    the person belongs to. Files added after `until` are hidden from them; None: no limit. `can_add` decides on new
    files, `can_edit` on the files of everybody, `can_edit_own` on those that the person added.
    """

    about: str
    object_id: int
    name: str
    href: str
    person: User
    audience: FileAudience
    can_add: Decision
    can_edit: Decision
    can_edit_own: Decision
    zone: str
    until: date | None = None

    @property
    def rights(self) -> FileRights:
        """Return what decides which of the object's files the person sees."""
        return FileRights(self.audience, self.until, bool(self.can_edit), bool(self.can_edit_own))


# Finds an object of one kind by its id, for a person, with today's date at each authority. Returns None when the object
# does not exist or the person may not see it.
Find = Callable[[int, User, Today], Owner | None]
file_owners: Registry[Find] = Registry("objects with files")


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A kind of export that the worker writes in the background: row by row, file by file, or as one document.

    The worker calls `prepare` with the query of the request, in the person's language; it is called again when they
    download the file. Each time it checks what they may read, and raises DomainError when that is less than at the
    request. It reads no rows. `href` returns the page that the export was requested on.
    """

    label: StrOrPromise
    prepare: Callable[[User, QueryDict], Table | Bundle | WrittenDocument]
    href: Callable[[QueryDict], str]


export_kinds: Registry[ExportKind] = Registry("exports")
