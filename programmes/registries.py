"""What the pages of this app show from the apps above, and what they do when a mandate begins or ends."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django_stubs_ext import StrOrPromise

from accounts.models import User
from programmes.models import Edition
from web.dates.clock import Day
from web.pages.panels import Panel
from web.registries import Registry


@dataclass(frozen=True, slots=True)
class LetterRule:
    """Where a letter has its place in a ladder: before or after the event, to whom, and whether always on its own."""

    before: bool
    audiences: Collection[str]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class LadderRules:
    """What the app of an event asks of its ladder; `missing` says what a format needs, empty when nothing."""

    letters: Mapping[str, LetterRule]
    missing: Callable[[Any], StrOrPromise] = lambda _format: ""


ladder_rules: Registry[LadderRules] = Registry("rules of ladders")  # by kind of event
edition_panels: Registry[Panel] = Registry("edition panels")
authority_panels: Registry[Panel] = Registry("authority panels")
# What gives way when people become admins of an authority; told authority, people (a query), today, at and by, within
# the action, before they are.
new_mandates: Registry[Callable[..., object]] = Registry("what gives way when a mandate begins")
# What has to happen when admins of an authority are so no more; told authority, people (a query), at and by, within
# the action. Their last day counts as one of theirs: only what begins after it is not for them any more.
ended_mandates: Registry[Callable[..., object]] = Registry("what follows when a mandate ends")
# The keys of authorities that somebody has to answer for: a query, told nothing. One of them at most.
at_work: Registry[Callable[[], QuerySet[Any, Any]]] = Registry("authorities that need an admin")
# How somebody without an account is invited to answer for an authority; told authority, email, full_name, language, at
# and by. One of them at most.
admin_invitations: Registry[Callable[..., object]] = Registry("how admins are invited")
# Whether a person has a part in an edition on a day, so that they may note lessons in it.
edition_people: Registry[Callable[[User, Edition, Day], bool]] = Registry("people of an edition")
