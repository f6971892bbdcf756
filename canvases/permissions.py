"""Who may edit a canvas. `prototypes.permissions` decides who may add one or share it with the edition."""

from accounts.models import User
from accounts.roles import Roles
from canvases.models import Canvas
from prototypes.permissions import can_edit_by_role_or_as_own
from web.decisions import Decision


def can_edit_canvas(roles: Roles, user: User, canvas: Canvas) -> Decision:
    """Allow the lab, coordinator, residents and pilot to edit any canvas of the cohort.

    Ambassadors may edit canvases that they created or that are shared with the edition. `roles` are the person's roles
    in the cohort of the canvas.
    """
    return can_edit_by_role_or_as_own(roles, lambda: canvas.made_by_id == user.pk or canvas.shared_with_edition)
