"""Actions that restore a removed step with its texts, or an emptied cell, from the history of a canvas."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from canvases.actions.canvases import cell_at, lock_canvas
from canvases.models import CONTENT, Canvas, CanvasCell, CanvasStep
from web.actions import action
from web.errors import DomainError

SIGNED = ("edited_by_id", "edited_at")


@action(gettext_lazy("Step restored"))
def restore_step(*, canvas: Canvas, step: int, by: User) -> CanvasStep:
    """Restore a removed step with its texts and their evidence, near its former neighbours; `step` is its former key.

    The texts start again at version 1. When the step exists, it is returned unchanged. Raises DomainError when it was
    never removed, when the canvas has 60 steps already, or when a text may no longer cite its evidence.
    """
    row = lock_canvas(canvas)
    if existing := row.steps.filter(pk=step).first():
        return existing
    gone = _removal(row, step)
    if gone is None:
        raise DomainError(_("There is nothing to restore here."))
    position = _position_of(gone, list(row.steps.order_by("position").values_list("pk", flat=True)))
    row.steps.filter(position__gte=position).update(position=F("position") + 1)
    is_taken = CanvasStep.objects.filter(idempotency_key=gone.idempotency_key).exists()
    idempotency_key = uuid4() if is_taken else gone.idempotency_key
    restored = CanvasStep.objects.create(
        pk=step, canvas=row, position=position, name=gone.name, idempotency_key=idempotency_key
    )
    CanvasCell.objects.bulk_create(_removed_cells(restored))
    return restored


def _removal(canvas: Canvas, step: int, **conditions: Any) -> Any:
    """Return the row of the history table for the last removal of a step of the canvas, given by its key; None if there
    is none.

    `conditions` are further filters on the history table.
    """
    rows = _event_rows("CanvasStepEvent", canvas=canvas.pk, pgh_obj=step, pgh_label="delete", **conditions)
    return rows.order_by("-pgh_id").first()


def _position_of(gone: Any, present: list[int]) -> int:
    """Return the position, counted from 1, for a removed step among the steps that the canvas has now (`present`, by
    key).

    `gone` is its row in the history. The step comes after the nearest step that was before it when it was removed, and
    after those before it that had been removed earlier and are restored.
    """
    key, former = gone.pgh_obj_id, _step_order_before(gone)
    if former == [key]:  # the other steps have no history, so only the former position is known
        return min(int(gone.position), len(present) + 1)
    earlier = [step for step in former[: former.index(key)] if step in present]
    index = present.index(earlier[-1]) + 1 if earlier else 0
    while index < len(present) and present[index] not in former and _removed_before(present[index], gone):
        index += 1
    return index + 1


def _removed_before(step: int, gone: Any) -> bool:
    """Return whether a step, now restored, had been removed earlier than `gone`, from a position before it.

    `step` is a key; `gone` is the row in the history for the removal of the other step.
    """
    removal = _removal(gone.canvas, step, pgh_id__lt=gone.pgh_id)
    if removal is None:
        return False
    order = _step_order_before(removal)
    return gone.pgh_obj_id in order[order.index(step) :]


def _step_order_before(removal: Any) -> list[int]:
    """Return the keys of a canvas's steps in their order just before a removal, with the removed one.

    `removal` is the row in the history. Steps without history, such as those of a bulk load, are left out.
    """
    rows = _event_rows("CanvasStepEvent", canvas=removal.canvas_id, pgh_id__lt=removal.pgh_id)
    latest = rows.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    states = {removal.pgh_obj_id: removal} | {row.pgh_obj_id: row for row in latest if row.pgh_label != "delete"}
    return sorted(states, key=lambda key: states[key].position)


def _removed_cells(step: CanvasStep) -> list[CanvasCell]:
    """Return unsaved cells with the texts that the last removal of this step deleted; [] when it had none."""
    events = _event_rows("CanvasCellEvent", canvas=step.canvas_id, step=step.pk, pgh_label="delete")
    rows = events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return [
        CanvasCell(
            pk=row.pgh_obj_id, canvas=step.canvas, step=step, lane=row.lane, **_values_of(row, *CONTENT, *SIGNED)
        )
        for row in rows
    ]


@action(gettext_lazy("Text restored"))
def restore_text(
    *, canvas: Canvas, lane: str, version: int, by: User, at: datetime, step: CanvasStep | None = None
) -> CanvasCell:
    """Restore the text and evidence that a cell had before it was emptied, as an edit of `by` at the time `at`.

    The cell is the section `lane`, or the row `lane` at a `step`; `version` is the number of the version that emptied
    it. A second call changes nothing. Raises DomainError when someone has written in the cell since, or when there is
    no earlier text.
    """
    cell = cell_at(lock_canvas(canvas), step, lane)
    former = _event_rows("CanvasCellEvent", pgh_obj=cell.pk, version=version - 1).order_by("-pgh_id").first()
    if former is None:
        raise DomainError(_("There is nothing to restore here."))
    if _values_of(cell, *CONTENT) == _values_of(former, *CONTENT):
        return cell
    if cell.version != version or cell.text or cell.level is not None:
        raise DomainError(_("Someone else has written here since then. The earlier text is in the history."))
    for name, value in _values_of(former, *CONTENT).items():
        setattr(cell, name, value)
    cell.version, cell.edited_by, cell.edited_at = cell.version + 1, by, at
    cell.save()
    return cell


def _event_rows(model: str, **conditions: Any) -> QuerySet[Any]:
    """Return the rows of one history table of this app that match the conditions; `model` names it, like
    "CanvasStepEvent".
    """
    rows: QuerySet[Any] = apps.get_model("canvases", model)._default_manager.filter(**conditions)
    return rows


def _values_of(row: Any, *names: str) -> dict[str, Any]:
    """Return the values of these attributes, of a cell or of a row of its history, by name."""
    return {name: getattr(row, name) for name in names}
