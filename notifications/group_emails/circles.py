"""The interface through which other apps describe whose people someone may write to."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q
from django_stubs_ext import StrOrPromise

from accounts.models import User
from notifications.registries import CommandScope
from web.decisions import Decision
from web.registries import Registry


class CircleAccess(NamedTuple):
    """The name of a thing whose people someone wants to write to, and whether they may."""

    name: str
    can_write: Decision


class CirclePage(NamedTuple):
    """The name of a thing whose people are written to, such as a cohort, and the path of its page."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class EmailCircle:
    """A kind of thing whose people someone may write a group e-mail to, such as a cohort.

    - `find(user, pk)`: name and permission for a thing that the user may see; None for any other.
    - `audiences`: the label of each audience by its slug, in the order of the form.
    - `people(pk, audience, at)`: a filter for the users in an audience at the moment `at`; it matches nobody for an
      unknown audience.
    - `pages(pks)`: name and page of each thing by its id; `button` is the label of the button that opens the page.
    - `in_scope(scope)`: ids of the things in a command's scope.
    """

    find: Callable[[User, int], CircleAccess | None]
    audiences: Mapping[str, StrOrPromise]
    people: Callable[[int, str, datetime], Q]
    pages: Callable[[Collection[int]], Mapping[int, CirclePage]]
    button: StrOrPromise
    in_scope: Callable[[CommandScope], Collection[int]]


email_circles: Registry[EmailCircle] = Registry("email circles")
