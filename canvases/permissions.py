"""Who may change a canvas. Who may add one, or share one, is said with the other work of a cohort."""

from accounts.models import User
from accounts.roles import Roles
from canvases.models import Canvas
from prototypes.permissions import edits
from web.decisions import Decision


def can_edit_canvas(roles: Roles, user: User, canvas: Canvas) -> Decision:
    """Decide who edits a canvas: its cohort's team, and ambassadors for canvases they created or that are shared.

    `roles` are the person's roles in the cohort of the canvas.
    """
    return edits(roles, lambda: canvas.made_by_id == user.pk or canvas.shared_with_edition)
