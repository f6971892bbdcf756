"""What the pages of this app show from the apps above, and from the parts of this one that come with files."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from web.panels import Panel
from web.registries import Registry

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from prototypes.models import Prototype

# Beside the story of an idea; told the idea.
idea_panels: Registry[Panel] = Registry("idea panels")
# On a prototype's page and, side by side, where two versions are compared; told the prototype.
prototype_panels: Registry[Panel] = Registry("prototype panels")
# On a challenge's page; told the challenge.
challenge_panels: Registry[Panel] = Registry("challenge panels")
# One picture of each prototype that has some, drawn beside its tests in the story: asked once for all of them.
prototype_pictures: Registry[Callable[[HttpRequest, Collection[Prototype]], dict[int, SafeString]]] = Registry(
    "pictures of prototypes"
)


def pictures(request: HttpRequest, prototypes: Collection[Prototype]) -> dict[int, SafeString]:
    """The picture of each prototype, by its key."""
    found: dict[int, SafeString] = {}
    for draw in prototype_pictures:
        found |= draw(request, prototypes)
    return found
