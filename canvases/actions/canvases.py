"""Actions on canvases: add, change, share, copy and import one, write its cells, and add and order its steps.

Each locks the canvas first, so that simultaneous changes of two people happen one after the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F, Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from canvases.canvas_schema import lane_of
from canvases.models import Canvas, CanvasCell, CanvasStep
from cohorts.models import Cohort, Session
from fieldwork.models import Insight, Note
from prototypes.models import Challenge, Idea, Trial
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version, fingerprint
from web.forms.idempotency import find_earlier_submission
from web.text.visible import clean_text

CANVAS_ALREADY_SENT = gettext_lazy(
    "You have already sent this form: it created “%(row)s”. To add another one, send it again."
)
STEP_ALREADY_SENT = gettext_lazy(
    "You have already sent this form: it created “%(row)s”. To add another step, send it again."
)
EVIDENCE_FIELDS = ("assumption", "session", "trial", "stance", "note", "insight")


@action(gettext_lazy("Canvas begun"))
def add_canvas(
    *,
    cohort: Cohort,
    kind: str,
    title: str,
    by: User,
    challenge: Challenge | None = None,
    idea: Idea | None = None,
    idempotency_key: UUID | None = None,
) -> Canvas:
    """Add an empty canvas to the cohort, with `by` as its author, about a challenge or an idea if one is given.

    `kind` is "persona", "journey_map", "service_blueprint" or "service_model". The same form sent twice (same
    `idempotency_key`) returns the canvas that the first submission created. Raises DomainError when the form was
    changed before it was sent again.
    """
    return _get_or_create(cohort, idempotency_key, by, kind=kind, title=title.strip(), challenge=challenge, idea=idea)[
        0
    ]


def _get_or_create(cohort: Cohort, idempotency_key: UUID | None, by: User, **fields: Any) -> tuple[Canvas, bool]:
    """Create a canvas of the cohort with these `fields` and `by` as its author, and return it with True.

    Returns an earlier canvas with False when the same form (same `idempotency_key`) created it before. Raises
    DomainError when the earlier canvas has other values than `fields`.
    """
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    rows = Canvas.objects.visible_to(by)
    sentence = CANVAS_ALREADY_SENT
    if made := find_earlier_submission(rows, idempotency_key, message=sentence, cohort=cohort, **fields):
        return made, False
    return Canvas.objects.create(cohort=cohort, idempotency_key=idempotency_key or uuid4(), made_by=by, **fields), True


@action(gettext_lazy("Canvas changed"))
def change_canvas(
    *,
    canvas: Canvas,
    title: str,
    by: User,
    challenge: Challenge | None = None,
    idea: Idea | None = None,
    version_token: str | None = None,
) -> Canvas:
    """Save the title of a canvas and its subject: a challenge, an idea, or neither.

    `version_token` is the hash of the values with which the form was opened; None skips the check. Raises EditConflict
    when someone else has saved other values since then.
    """
    row = lock_canvas(canvas)
    current = row.form_values()
    row.title, row.challenge, row.idea = title.strip(), challenge, idea
    check_version(version_token, current=current, submitted=row.form_values())
    row.save(update_fields=["title", "challenge", "idea"])
    return row


@action(gettext_lazy("Sharing of the canvas changed"), security_event=True)
def share_canvas(*, canvas: Canvas, shared: bool, by: User) -> Canvas:
    """Let the other cohorts of the edition read the canvas; with `shared` False, only its own cohort reads it. Return
    the canvas.
    """
    row = lock_canvas(canvas)
    row.shared_with_edition = shared
    row.save(update_fields=["shared_with_edition"])
    return row


@action(gettext_lazy("Text of the canvas written"))
def write_cell(
    *,
    canvas: Canvas,
    lane: str,
    by: User,
    at: datetime,
    step: CanvasStep | None = None,
    text: str = "",
    level: int | None = None,
    assumption: bool = False,
    session: Session | None = None,
    trial: Trial | None = None,
    stance: str = "",
    note: Note | None = None,
    insight: Insight | None = None,
    version_token: str | None = None,
) -> CanvasCell:
    """Write one cell of a canvas, the section `lane` or the row `lane` at a `step`: text, `level` on the lane's scale,
    evidence.

    Evidence is `assumption`, a `session`, a field `note`, an `insight`, or a `trial` (a test) with a `stance`,
    "supports" or "contradicts"; an empty cell has none. Returns the cell; `by` and `at` are its last editor and time.
    Raises EditConflict when someone else has saved since the form was opened (`version_token` is the hash of its values
    then), DomainError when the step was removed, or when the note has no consent today.
    """
    row = cell_at(lock_canvas(canvas), step, lane)
    current, text = row.form_values(), text.strip()
    if note and note.pk != row.note_id and not Note.objects.visible_to(by).usable().filter(pk=note.pk).exists():
        raise DomainError(_("This note cannot be cited any more. Choose other evidence."), field="basis")
    evidence = dict(zip(EVIDENCE_FIELDS, (assumption, session, trial, stance, note, insight), strict=True))
    _set_fields(row, {"text": text, "level": level, **(evidence if text or level is not None else NO_EVIDENCE)})
    check_version(version_token, current=current, submitted=row.form_values())
    if row.form_values() != current:
        row.version, row.edited_by, row.edited_at = row.version + 1, by, at
        row.save()
    return row


NO_EVIDENCE: dict[str, Any] = dict.fromkeys(EVIDENCE_FIELDS) | {"assumption": False, "stance": ""}


def _set_fields(row: CanvasCell, values: Mapping[str, Any]) -> None:
    """Set the fields of a cell to these values by name, without saving the cell."""
    for name, value in values.items():
        setattr(row, name, value)


def cell_at(canvas: Canvas, step: CanvasStep | None, lane: str) -> CanvasCell:
    """Return the cell of the canvas in the lane (row of texts) with this slug: at the step, or a section when `step` is
    None.

    Returns an unsaved cell when nobody has written in it. Raises DomainError when someone has removed the step.
    """
    if step:
        _existing_step(step)
    cell = CanvasCell.objects.filter(canvas=canvas, step=step, lane=lane).first()
    return cell or CanvasCell(canvas=canvas, step=step, lane=lane, version=0)


def _existing_step(step: CanvasStep) -> CanvasStep:
    """Return the step of a canvas as it is stored now. Raises DomainError when someone has removed it."""
    row = CanvasStep.objects.filter(pk=step.pk).first()
    if row is None:
        raise DomainError(
            _("Someone else has removed this step since you opened it. Copy your text and write it elsewhere.")
        )
    return row


@action(gettext_lazy("Step added"))
def add_step(*, canvas: Canvas, name: str, by: User, idempotency_key: UUID | None = None) -> CanvasStep:
    """Add a step with this name after the other steps of the canvas, and return it.

    The same form sent twice (same `idempotency_key`) returns the step that the first submission created. Raises
    DomainError when the form was changed before it was sent again, and when the canvas has 60 steps already.
    """
    row, name = lock_canvas(canvas), name.strip()
    if made := find_earlier_submission(row.steps.all(), idempotency_key, message=STEP_ALREADY_SENT, name=name):
        return made
    last = row.steps.aggregate(last=Max("position"))["last"] or 0
    return CanvasStep.objects.create(
        canvas=row, position=last + 1, name=name, idempotency_key=idempotency_key or uuid4()
    )


@action(gettext_lazy("Step renamed"))
def rename_step(*, step: CanvasStep, name: str, by: User, version_token: str | None = None) -> CanvasStep:
    """Save another name for a step of a canvas, and return the step.

    `version_token` is the hash of the name with which the form was opened; None skips the check. Raises EditConflict
    when someone else has renamed the step since, and DomainError when someone has removed it.
    """
    lock_canvas(step.canvas)
    row = _existing_step(step)
    check_version(version_token, current={"name": row.name}, submitted={"name": name.strip()})
    row.name = name.strip()
    row.save(update_fields=["name"])
    return row


@action(gettext_lazy("Step moved"))
def move_step(*, step: CanvasStep, earlier: bool, by: User) -> CanvasStep:
    """Swap a step with the one before it, or after it when `earlier` is False; without such a neighbour nothing
    changes.

    Returns the step. Raises DomainError when someone has removed it.
    """
    lock_canvas(step.canvas)
    row = _existing_step(step)
    position = row.position - 1 if earlier else row.position + 1
    other = CanvasStep.objects.filter(canvas=row.canvas_id, position=position).first()
    if other:
        other.position, row.position = row.position, position
        other.save(update_fields=["position"])
        row.save(update_fields=["position"])
    return row


def texts_of(step: CanvasStep) -> list[str]:
    """Return the texts of the cells at a step that are not empty, in the order of their lanes' slugs.

    When the cell has a level, the label of the level comes first, like "good · She is helped at once".
    """
    cells = CanvasCell.objects.filter(step=step).exclude(text="", level=None).order_by("lane")
    return [" · ".join(filter(None, [str(_level_label(step.canvas, cell)), cell.text])) for cell in cells]


def _level_label(canvas: Canvas, cell: CanvasCell) -> StrOrPromise:
    """Return the label of the level that was chosen for a cell at a step; empty when its lane has no scale, or no level
    is chosen.
    """
    lane = lane_of(canvas.kind, cell.lane, at_step=True)
    return lane.level_label(cell.level) if lane else ""


@action(gettext_lazy("Step removed"))
def remove_step(*, step: CanvasStep, by: User, version_token: str | None = None) -> None:
    """Remove a step with its texts; the later steps of the canvas move up. When the step is already removed, nothing
    happens.

    `version_token` is the hash of the step's texts as the person read them; None skips the check. Raises DomainError
    when someone has changed one of them since.
    """
    lock_canvas(step.canvas)
    row = CanvasStep.objects.filter(pk=step.pk).first()
    if row is None:
        return
    if version_token is not None and version_token != fingerprint(*texts_of(row)):
        raise DomainError(
            _(
                "Someone else has written in this step since you opened it. Read the text below before you remove"
                " the step."
            )
        )
    row.delete()
    CanvasStep.objects.filter(canvas=step.canvas_id, position__gt=row.position).update(position=F("position") - 1)


@action(gettext_lazy("Canvas copied"))
def duplicate_canvas(
    *, canvas: Canvas, cohort: Cohort, title: str, by: User, at: datetime, idempotency_key: UUID | None = None
) -> Canvas:
    """Copy a canvas with its steps and texts to a cohort under this title, and return the copy, which links to the
    original.

    Within the same cohort, subject and evidence are copied too; in another cohort all texts become assumptions. `by`
    and `at` are stored as author and time of the texts. The same form sent twice (same `idempotency_key`) returns the
    first copy; DomainError when it was changed in between.
    """
    at_home = cohort.pk == canvas.cohort_id
    about = {"challenge": canvas.challenge, "idea": canvas.idea} if at_home else {}
    source = lock_canvas(canvas)
    made, new = _get_or_create(
        cohort, idempotency_key, by, kind=source.kind, title=title.strip(), copied_from=source, **about
    )
    if new:
        steps = _create_steps(made, source.steps.order_by("position").values_list("pk", "name"))
        _create_cells(made, _copied_cells(source, steps, at_home=at_home), by, at)
    return made


def _copied_cells(
    source: Canvas, steps: Mapping[Any, CanvasStep], *, at_home: bool
) -> Iterator[tuple[CanvasStep | None, str, dict[str, Any]]]:
    """Yield step, lane and field values for the copy of each text of the original canvas; empty cells are left out.

    `steps` maps the key of an original step to the new step. The evidence is copied when the copy is `at_home`, in the
    cohort of the original; otherwise each text becomes an assumption.
    """
    cells = (
        source.cells.exclude(text="", level=None).select_related("session", "trial", "note", "insight").order_by("pk")
    )
    for cell in cells:
        evidence = {name: getattr(cell, name) for name in EVIDENCE_FIELDS} if at_home else {"assumption": True}
        step = steps[cell.step_id] if cell.step_id else None
        yield step, cell.lane, {"text": cell.text, "level": cell.level, **evidence}


@action(gettext_lazy("Canvas imported from a file"), security_event=True)
def import_canvas(
    *, cohort: Cohort, document: Mapping[str, Any], by: User, at: datetime, idempotency_key: UUID | None = None
) -> Canvas:
    """Create a canvas of the cohort from a JSON document in which `json_format.find_problems` found none, and return
    it.

    Texts that cite no session or test of this cohort become assumptions; `by` and `at` are stored as their author and
    time. The same form sent twice (same `idempotency_key`) returns the first canvas; DomainError when its document
    differs.
    """
    made, new = _get_or_create(
        cohort, idempotency_key, by, kind=document["kind"], title=clean_text(document["title"]).strip()
    )
    names, content = (
        [clean_text(row["name"]).strip() for row in document.get("steps", [])],
        _document_content(document, _CohortEvidence(cohort)),
    )
    if new:
        steps = _create_steps(made, enumerate(names, start=1))
        _create_cells(made, ((steps.get(number), lane, values) for (number, lane), values in content.items()), by, at)
    elif _content_of(made) != (names, {key: CanvasCell(**values).form_values() for key, values in content.items()}):
        raise DomainError(CANVAS_ALREADY_SENT % {"row": made})
    return made


def _document_content(
    document: Mapping[str, Any], evidence: "_CohortEvidence"
) -> dict[tuple[int, str], dict[str, Any]]:
    """Return the field values of each cell of a JSON document, by number of its step (from 1; 0 for a section) and
    lane.

    `evidence` decides which sessions and tests that a cell cites are kept.
    """
    parts = [document.get("sections", {}), *(row.get("cells", {}) for row in document.get("steps", []))]
    return {(number, lane): evidence.content(cell) for number, part in enumerate(parts) for lane, cell in part.items()}


def _content_of(canvas: Canvas) -> tuple[list[str], dict[tuple[int, str], dict[str, object]]]:
    """Return the names of a canvas's steps in order, and the form values of its cells by number of the step and lane.

    The first step has number 1; sections have 0.
    """
    names = list(canvas.steps.order_by("position").values_list("name", flat=True))
    cells = canvas.cells.select_related("step")
    return names, {(cell.step.position if cell.step else 0, cell.lane): cell.form_values() for cell in cells}


def _create_steps(canvas: Canvas, keys_and_names: Iterable[tuple[Any, str]]) -> dict[Any, CanvasStep]:
    """Save new steps of the canvas in the order of the pairs of key and name, and return the steps by these keys.

    A key is only the caller's handle for a step, such as the key of the original step; it is not stored.
    """
    rows = {
        key: CanvasStep(canvas=canvas, position=position, name=name.strip())
        for position, (key, name) in enumerate(keys_and_names, start=1)
    }
    CanvasStep.objects.bulk_create(rows.values())
    return rows


def _create_cells(
    canvas: Canvas, cells: Iterable[tuple[CanvasStep | None, str, dict[str, Any]]], by: User, at: datetime
) -> None:
    """Save the cells of a new canvas, edited by `by` at the time `at`.

    `cells` are triples of step (None for a section), slug of the lane, and field values by name.
    """
    shared = {"canvas": canvas, "edited_by": by, "edited_at": at}
    CanvasCell.objects.bulk_create(
        CanvasCell(step=step, lane=lane, **content, **shared) for step, lane, content in cells
    )


class _CohortEvidence:
    """The sessions and tests of a cohort that a document can cite."""

    def __init__(self, cohort: Cohort) -> None:
        """Read all sessions of the cohort, and its tests other than cancelled ones, by key."""
        self.sessions = Session.objects.filter(cohort=cohort).in_bulk()
        self.trials = Trial.objects.filter(prototype__idea__cohort=cohort).exclude(state="cancelled").in_bulk()

    def content(self, cell: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values for the fields of a canvas cell from a cell of the document: text, level and evidence.

        A session or concluded test of the cohort that it cites becomes its evidence; without one the text is an
        assumption. A cell without text and level has no evidence.
        """
        text, level = clean_text(cell.get("text", "")).strip(), cell.get("level")
        values = {"text": text, "level": level}
        if not text and level is None:
            return values
        session, trial = self.sessions.get(cell.get("session", 0)), self.trials.get(cell.get("trial", 0))
        if "stance" in cell and trial and trial.state == "concluded":
            return values | {"trial": trial, "stance": cell["stance"]}
        return values | ({"session": session} if session else {"assumption": True, "trial": trial})


def lock_canvas(canvas: Canvas) -> Canvas:
    """Return the canvas as it is stored now; its row is locked until the transaction ends, so that others wait to
    change it.
    """
    row: Canvas = Canvas.objects.select_for_update(no_key=True).get(pk=canvas.pk)
    return row
