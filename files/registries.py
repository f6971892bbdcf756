"""What files can belong to, and what can be written into one to take away: the apps above say so, since this one knows
a thing only by its kind's slug and its id."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django_stubs_ext import StrOrPromise

from accounts.models import User
from files.enums import Circle
from web.dates.clock import Today
from web.decisions import Decision
from web.exports.tables import Table
from web.exports.zip_files import Bundle
from web.registries import Registry


@dataclass(frozen=True, slots=True)
class Owner:
    """One thing that files belong to, as one `person` stands to it on a day.

    `name` and `href` say what and where it is. `circle` is how near the person is. What came after `until` they do not
    read; None: no day bounds them. `may_add` decides on new files,
    `may_edit` on everybody's, `may_edit_own` on those the person brought. `zone` is its authority's time zone.
    """

    about: str
    object_id: int
    name: str
    href: str
    person: User
    circle: Circle
    may_add: Decision
    may_edit: Decision
    may_edit_own: Decision
    zone: str
    until: date | None = None


# By the slug of a kind, what finds one: asked with its id, the person and today at each authority; None for what that
# person may not see, or what is not there.
Find = Callable[[int, User, Today], Owner | None]
attachables: Registry[Find] = Registry("what files can belong to")


@dataclass(frozen=True, slots=True)
class ExportKind:
    """Something that is written row by row, or file by file, and takes a while.

    `prepare` is asked by the worker, in the person's language, with what they asked for, and again when they fetch the
    file: it looks anew at what they may read, and raises DomainError where that is less than when they asked. It reads
    no row. `href` is the page it was asked on.
    """

    label: StrOrPromise
    prepare: Callable[[User, QueryDict], Table | Bundle]
    href: Callable[[QueryDict], str]


export_kinds: Registry[ExportKind] = Registry("what is written in the background, to take away")
