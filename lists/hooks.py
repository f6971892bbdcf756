"""What the lists ask of the apps above: the groups of people with whom a view can be shared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from accounts.models import User
from web.dates.clock import Day
from web.hooks import Hooks

Group = tuple[str, str]  # slug, such as "cohort-3", and name


@dataclass(frozen=True, slots=True)
class ViewGroups:
    """The groups of one app with whom views can be shared, such as cohorts.

    - `of(user, today)`: a queryset whose only column holds the slugs of the groups that a person belongs to.
    - `choices(user, today)`: these groups as pairs of slug and name.
    """

    of: Callable[[User, Day], QuerySet[Any, Any]]
    choices: Callable[[User, Day], Iterable[Group]]


view_groups: Final[Hooks[ViewGroups]] = Hooks()
