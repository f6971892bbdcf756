"""Who may change a canvas. Who may add one, or share one, is said with the other work of a cohort."""

from accounts.models import User
from canvases.models import Canvas
from prototypes.permissions import Letters, edits
from web.decisions import Decision


def may_edit_canvas(letters: Letters, user: User, canvas: Canvas) -> Decision:
    """An ambassador edits what they began, or what is shared with the edition."""
    return edits(letters, lambda: canvas.made_by_id == user.pk or canvas.shared_with_edition)
