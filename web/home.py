"""What the home page is made of: notes that need someone now, and cards, both brought by the apps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.panels import Panel
from web.registries import Registry

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Attention:
    """Something late or at risk, and the one button that deals with it."""

    strong: StrOrPromise
    text: StrOrPromise
    href: str
    action: StrOrPromise


@dataclass(frozen=True, slots=True)
class MainAction:
    """The button at the top right of someone's home page."""

    label: StrOrPromise
    href: str
    icon: str


home_cards: Registry[Panel] = Registry("home cards")
attention: Registry[Callable[[HttpRequest], list[Attention]]] = Registry("attention")
main_actions: Registry[Callable[[HttpRequest], MainAction | None]] = Registry("main actions")


def notes(request: HttpRequest) -> list[Attention]:
    """Everything that needs this person now, in the order of the registry."""
    return [note for find in attention for note in find(request)]


def main_action(request: HttpRequest) -> MainAction | None:
    """The first action that someone's home has to offer."""
    offered = (offer(request) for offer in main_actions)
    return next((action for action in offered if action), None)
