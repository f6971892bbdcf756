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


home_cards: Registry[Panel] = Registry("home cards")
attention: Registry[Callable[[HttpRequest], list[Attention]]] = Registry("attention")
