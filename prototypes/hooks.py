"""What the apps above add to the pages of challenges, ideas, prototypes and canvases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from web.hooks import Hooks, in_order
from web.pages.panels import Panel


@dataclass(frozen=True, slots=True)
class WorkHooks:
    """The panels that one app adds to the pages of work, by their order number on the page.

    The context of a panel is made from the request, the subject of the page, such as an idea, and the roles of the
    reader in its cohort. The pages of challenges and ideas read the panels' columns together with their subject.
    """

    challenge_panels: Mapping[int, Panel] = field(default_factory=dict)
    idea_panels: Mapping[int, Panel] = field(default_factory=dict)
    prototype_panels: Mapping[int, Panel] = field(default_factory=dict)
    canvas_panels: Mapping[int, Panel] = field(default_factory=dict)


work_hooks: Final[Hooks[WorkHooks]] = Hooks()


def challenge_panels() -> list[Panel]:
    """Return the panels that all apps add to the page of a challenge, sorted by their order number."""
    return in_order(hooks.challenge_panels for hooks in work_hooks)


def idea_panels() -> list[Panel]:
    """Return the panels that all apps add to the page of an idea, sorted by their order number."""
    return in_order(hooks.idea_panels for hooks in work_hooks)


def prototype_panels() -> list[Panel]:
    """Return the panels that all apps add to the page of a prototype, sorted by their order number."""
    return in_order(hooks.prototype_panels for hooks in work_hooks)


def canvas_panels() -> list[Panel]:
    """Return the panels that all apps add to the page of a canvas, sorted by their order number."""
    return in_order(hooks.canvas_panels for hooks in work_hooks)
