"""Verbs that put back what was taken away from a canvas, as the history kept it: a step with its texts, one text."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from canvases.actions.canvases import cell_at, held
from canvases.models import Canvas, CanvasCell, CanvasStep
from web.actions import action
from web.errors import DomainError

CONTENT = ("text", "level", "assumption", "session_id", "trial_id", "stance")
SIGNED = ("edited_by_id", "edited_at")


@action(gettext_lazy("Step restored"))
def restore_step(*, canvas: Canvas, step: int, by: User) -> CanvasStep:
    """Put a removed step back beside those it stood with, under the key it had.

    Its texts come back with what they rest on; their versions count anew. Twice changes nothing; another step that its
    form made since stays too. Raises DomainError where there is no room any more, or a text cites what it may not cite
    now.
    """
    row = held(canvas)
    if stands := row.steps.filter(pk=step).first():
        return stands
    gone = _removal(row, step)
    if gone is None:
        raise DomainError(_("There is nothing to restore here."))
    place = _place_of(gone, list(row.steps.order_by("position").values_list("pk", flat=True)))
    row.steps.filter(position__gte=place).update(position=F("position") + 1)
    entry = uuid4() if CanvasStep.objects.filter(entry=gone.entry).exists() else gone.entry
    made = CanvasStep.objects.create(pk=step, canvas=row, position=place, name=gone.name, entry=entry)
    CanvasCell.objects.bulk_create(_texts_of(made))
    return made


def _removal(canvas: Canvas, step: int, **of: Any) -> Any:
    """The line of the last time a step was removed."""
    kept = _kept("CanvasStepEvent", canvas=canvas.pk, pgh_obj=step, pgh_label="delete", **of)
    return kept.order_by("-pgh_id").first()


def _place_of(gone: Any, here: list[int]) -> int:
    """After the nearest of those `here` that stood before it when it was removed.

    Then after those that were away at that moment and are back, where they stood before it when they went.
    """
    key, stood = gone.pgh_obj_id, _row_before(gone)
    if stood == [key]:  # the others have no history: only its own number tells where it was
        return min(int(gone.position), len(here) + 1)
    earlier = [step for step in stood[: stood.index(key)] if step in here]
    place = here.index(earlier[-1]) + 1 if earlier else 0
    while place < len(here) and here[place] not in stood and _went_before(here[place], gone):
        place += 1
    return place + 1


def _went_before(step: int, gone: Any) -> bool:
    away = _removal(gone.canvas, step, pgh_id__lt=gone.pgh_id)
    if away is None:
        return False
    stood = _row_before(away)
    return gone.pgh_obj_id in stood[stood.index(step) :]


def _row_before(removal: Any) -> list[int]:
    """Return the keys of the canvas's steps in their order, as they were when one was removed; that one is included.

    Steps without history of their own, such as those of a bulk load, are left out.
    """
    kept = _kept("CanvasStepEvent", canvas=removal.canvas_id, pgh_id__lt=removal.pgh_id)
    latest = kept.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    stood = {removal.pgh_obj_id: removal} | {row.pgh_obj_id: row for row in latest if row.pgh_label != "delete"}
    return sorted(stood, key=lambda key: stood[key].position)


def _texts_of(step: CanvasStep) -> list[CanvasCell]:
    """The texts that went with a step the last time it was removed."""
    kept = _kept("CanvasCellEvent", canvas=step.canvas_id, step=step.pk, pgh_label="delete")
    rows = kept.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return [
        CanvasCell(pk=row.pgh_obj_id, canvas=step.canvas, step=step, lane=row.lane, **_of(row, *CONTENT, *SIGNED))
        for row in rows
    ]


@action(gettext_lazy("Text restored"))
def restore_text(
    *, canvas: Canvas, lane: str, version: int, by: User, at: datetime, step: CanvasStep | None = None
) -> CanvasCell:
    """Put back what one place said before `version` emptied it, with what it rested on. Twice changes nothing.

    Raises DomainError when somebody has written there meanwhile.
    """
    cell = cell_at(held(canvas), step, lane)
    kept = _kept("CanvasCellEvent", pgh_obj=cell.pk, version=version - 1).order_by("-pgh_id").first()
    if kept is None:
        raise DomainError(_("There is nothing to restore here."))
    if _of(cell, *CONTENT) == _of(kept, *CONTENT):
        return cell
    if cell.version != version or cell.text or cell.level is not None:
        raise DomainError(_("Someone else has written here since then. The earlier text is in the history."))
    for name, value in _of(kept, *CONTENT).items():
        setattr(cell, name, value)
    cell.version, cell.edited_by, cell.edited_at = cell.version + 1, by, at
    cell.save()
    return cell


def _kept(model: str, **of: Any) -> QuerySet[Any]:
    """Lines of a table's history."""
    found: QuerySet[Any] = apps.get_model("canvases", model)._default_manager.filter(**of)
    return found


def _of(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
