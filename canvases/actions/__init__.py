"""Actions on canvases, their steps and their texts: keyword-only, with `by=` the actor."""

from canvases.actions.canvases import (
    add_canvas,
    add_step,
    change_canvas,
    duplicate_canvas,
    import_canvas,
    move_step,
    remove_step,
    rename_step,
    share_canvas,
    write_cell,
)
from canvases.actions.restoring import restore_step, restore_text
