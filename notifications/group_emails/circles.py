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
    """The name of a target to whose people someone wants to write, and whether they may."""

    name: str
    can_write: Decision


class CirclePage(NamedTuple):
    """The name of a target whose people are written to, such as a cohort, and the path of its page."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class EmailCircle:
    """A kind of target of group e-mails, such as cohorts: someone may write to the people of one of them.

    - `find(user, pk)`: name and permission for a target that the user may see; None for any other.
    - `audiences`: the label of each audience by its slug, in the order of the form.
    - `people(pk, audience, at)`: a filter for the users in an audience at the moment `at`; it matches nobody for an
      unknown audience.
    - `pages(pks)`: name and page of each target by its id; `button` is the label of the button that opens the page.
    - `in_scope(scope)`: ids of the targets in a command's scope.
    """

    find: Callable[[User, int], CircleAccess | None]
    audiences: Mapping[str, StrOrPromise]
    people: Callable[[int, str, datetime], Q]
    pages: Callable[[Collection[int]], Mapping[int, CirclePage]]
    button: StrOrPromise
    in_scope: Callable[[CommandScope], Collection[int]]


email_circles: Registry[EmailCircle] = Registry("email circles")
