"""Verbs on canvases: drawing one, writing in its places, putting its steps in order, sharing and copying it.

Each locks the canvas first, so that what two people do at once happens one after the other.
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
from prototypes.ideas.actions.story import sent_before
from prototypes.models import Challenge, Idea, Trial
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen, fingerprint
from web.text.visible import cleaned

CANVAS_SENT = gettext_lazy("You have already sent this form: it created “%(made)s”. To add another one, send it again.")
STEP_SENT = gettext_lazy("You have already sent this form: it created “%(made)s”. To add another step, send it again.")
BASIS = ("assumption", "session", "trial", "stance")


@action(gettext_lazy("Canvas begun"))
def add_canvas(
    *,
    cohort: Cohort,
    kind: str,
    title: str,
    by: User,
    challenge: Challenge | None = None,
    idea: Idea | None = None,
    entry: UUID | None = None,
) -> Canvas:
    """Begin a canvas; the same form sent again gives the one it made the first time."""
    return _made(cohort, entry, by, kind=kind, title=title.strip(), challenge=challenge, idea=idea)[0]


def _made(cohort: Cohort, entry: UUID | None, by: User, **told: Any) -> tuple[Canvas, bool]:
    """The canvas, and whether it is new."""
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    if made := sent_before(Canvas.objects.visible_to(by), entry, sentence=CANVAS_SENT, cohort=cohort, **told):
        return made, False
    return Canvas.objects.create(cohort=cohort, entry=entry or uuid4(), made_by=by, **told), True


@action(gettext_lazy("Canvas changed"))
def change_canvas(
    *,
    canvas: Canvas,
    title: str,
    by: User,
    challenge: Challenge | None = None,
    idea: Idea | None = None,
    seen: str | None = None,
) -> Canvas:
    """Give it another title, or say what it is about; `seen` as in `write_cell`."""
    row = held(canvas)
    stands = row.called()
    row.title, row.challenge, row.idea = title.strip(), challenge, idea
    check_seen(seen, stands=stands, sent=row.called())
    row.save(update_fields=["title", "challenge", "idea"])
    return row


@action(gettext_lazy("Canvas shared"), security_event=True)
def share_canvas(*, canvas: Canvas, shared: bool, by: User) -> Canvas:
    """Let the other cohorts of the edition read it, or stop that."""
    row = held(canvas)
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
    seen: str | None = None,
) -> CanvasCell:
    """Write in one place, and say what the text rests on; nothing said rests on nothing.

    `seen` is the `fingerprint` of what the writer started from: raises Changed when someone else saved meanwhile.
    """
    row = cell_at(held(canvas), step, lane)
    stands, text = row.said(), text.strip()
    basis = dict(zip(BASIS, (assumption, session, trial, stance), strict=True))
    _say(row, {"text": text, "level": level, **(basis if text or level is not None else UNFOUNDED)})
    check_seen(seen, stands=stands, sent=row.said())
    if row.said() != stands:
        row.version, row.edited_by, row.edited_at = row.version + 1, by, at
        row.save()
    return row


UNFOUNDED: dict[str, Any] = {"assumption": False, "session": None, "trial": None, "stance": ""}


def _say(row: CanvasCell, content: Mapping[str, Any]) -> None:
    for name, value in content.items():
        setattr(row, name, value)


def cell_at(canvas: Canvas, step: CanvasStep | None, lane: str) -> CanvasCell:
    """The text of a place as it is now, or an unsaved one where nobody has written yet."""
    if step:
        _still_there(step)
    found = CanvasCell.objects.filter(canvas=canvas, step=step, lane=lane).first()
    return found or CanvasCell(canvas=canvas, step=step, lane=lane, version=0)


def _still_there(step: CanvasStep) -> CanvasStep:
    found = CanvasStep.objects.filter(pk=step.pk).first()
    if found is None:
        raise DomainError(
            _("Someone else has removed this step since you opened it. Copy your text and write it elsewhere.")
        )
    return found


@action(gettext_lazy("Step added"))
def add_step(*, canvas: Canvas, name: str, by: User, entry: UUID | None = None) -> CanvasStep:
    """One more step after the others; the same form sent again gives the one it made the first time.

    Raises DomainError when the form was changed meanwhile.
    """
    row, name = held(canvas), name.strip()
    if made := sent_before(row.steps.all(), entry, sentence=STEP_SENT, name=name):
        return made
    last = row.steps.aggregate(last=Max("position"))["last"] or 0
    return CanvasStep.objects.create(canvas=row, position=last + 1, name=name, entry=entry or uuid4())


@action(gettext_lazy("Step renamed"))
def name_step(*, step: CanvasStep, name: str, by: User, seen: str | None = None) -> CanvasStep:
    """Call it otherwise; `seen` as in `write_cell`."""
    held(step.canvas)
    row = _still_there(step)
    check_seen(seen, stands={"name": row.name}, sent={"name": name.strip()})
    row.name = name.strip()
    row.save(update_fields=["name"])
    return row


@action(gettext_lazy("Step moved"))
def move_step(*, step: CanvasStep, earlier: bool, by: User) -> CanvasStep:
    """Change places with the step before it or after it; at the end of the row it stays."""
    held(step.canvas)
    row = _still_there(step)
    place = row.position - 1 if earlier else row.position + 1
    other = CanvasStep.objects.filter(canvas=row.canvas_id, position=place).first()
    if other:
        other.position, row.position = row.position, place
        other.save(update_fields=["position"])
        row.save(update_fields=["position"])
    return row


def texts_of(step: CanvasStep) -> list[str]:
    """What is written at a step, each level in its words."""
    cells = CanvasCell.objects.filter(step=step).exclude(text="", level=None).order_by("lane")
    return [" · ".join(filter(None, [str(_word(step.canvas, cell)), cell.text])) for cell in cells]


def _word(canvas: Canvas, cell: CanvasCell) -> StrOrPromise:
    lane = lane_of(canvas.kind, cell.lane, at_step=True)
    return lane.word(cell.level) if lane else ""


@action(gettext_lazy("Step removed"))
def remove_step(*, step: CanvasStep, by: User, seen: str | None = None) -> None:
    """Take a step away with what is written there; those after it close up. Twice changes nothing.

    `seen` is the `fingerprint` of its texts as they were read: raises DomainError when one was changed meanwhile.
    """
    held(step.canvas)
    row = CanvasStep.objects.filter(pk=step.pk).first()
    if row is None:
        return
    if seen is not None and seen != fingerprint(*texts_of(row)):
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
    *, canvas: Canvas, cohort: Cohort, title: str, by: User, at: datetime, entry: UUID | None = None
) -> Canvas:
    """A copy that knows where it comes from. In another cohort its texts become assumptions."""
    at_home = cohort.pk == canvas.cohort_id
    about = {"challenge": canvas.challenge, "idea": canvas.idea} if at_home else {}
    source = held(canvas)
    made, new = _made(cohort, entry, by, kind=source.kind, title=title.strip(), copied_from=source, **about)
    if new:
        steps = _line_up(made, source.steps.order_by("position").values_list("pk", "name"))
        _write_all(made, _copied(source, steps, at_home=at_home), by, at)
    return made


def _copied(
    source: Canvas, steps: Mapping[Any, CanvasStep], *, at_home: bool
) -> Iterator[tuple[CanvasStep | None, str, dict[str, Any]]]:
    cells = source.cells.exclude(text="", level=None).select_related("session", "trial").order_by("pk")
    for cell in cells:
        rests_on = {name: getattr(cell, name) for name in BASIS} if at_home else {"assumption": True}
        place = steps[cell.step_id] if cell.step_id else None
        yield place, cell.lane, {"text": cell.text, "level": cell.level, **rests_on}


@action(gettext_lazy("Canvas imported from a file"), security_event=True)
def import_canvas(
    *, cohort: Cohort, document: Mapping[str, Any], by: User, at: datetime, entry: UUID | None = None
) -> Canvas:
    """A canvas from a document without `problems`. What cites nothing of this cohort becomes an assumption.

    Raises DomainError when a form sent before comes with another document.
    """
    made, new = _made(cohort, entry, by, kind=document["kind"], title=cleaned(document["title"]).strip())
    names, content = (
        [cleaned(row["name"]).strip() for row in document.get("steps", [])],
        _content(document, _Evidence(cohort)),
    )
    if new:
        steps = _line_up(made, enumerate(names, start=1))
        _write_all(made, ((steps.get(place), lane, told) for (place, lane), told in content.items()), by, at)
    elif _drawn(made) != (names, {place: CanvasCell(**told).said() for place, told in content.items()}):
        raise DomainError(CANVAS_SENT % {"made": made})
    return made


def _content(document: Mapping[str, Any], known: "_Evidence") -> dict[tuple[int, str], dict[str, Any]]:
    """What a document says, by step (0 for a section) and lane."""
    places = [document.get("sections", {}), *(row.get("cells", {}) for row in document.get("steps", []))]
    return {(at, lane): known.content(cell) for at, told in enumerate(places) for lane, cell in told.items()}


def _drawn(canvas: Canvas) -> tuple[list[str], dict[tuple[int, str], dict[str, object]]]:
    """The same of a canvas, with the names of its steps."""
    names = list(canvas.steps.order_by("position").values_list("name", flat=True))
    cells = canvas.cells.select_related("step")
    return names, {(cell.step.position if cell.step else 0, cell.lane): cell.said() for cell in cells}


def _line_up(canvas: Canvas, named: Iterable[tuple[Any, str]]) -> dict[Any, CanvasStep]:
    """Make the steps in their order; by the key each was given with."""
    rows = {
        key: CanvasStep(canvas=canvas, position=place, name=name.strip())
        for place, (key, name) in enumerate(named, start=1)
    }
    CanvasStep.objects.bulk_create(rows.values())
    return rows


def _write_all(
    canvas: Canvas, cells: Iterable[tuple[CanvasStep | None, str, dict[str, Any]]], by: User, at: datetime
) -> None:
    made = {"canvas": canvas, "edited_by": by, "edited_at": at}
    CanvasCell.objects.bulk_create(CanvasCell(step=step, lane=lane, **content, **made) for step, lane, content in cells)


class _Evidence:
    """The sessions and tests of a cohort, for what a document cites."""

    def __init__(self, cohort: Cohort) -> None:
        self.sessions = Session.objects.filter(cohort=cohort).in_bulk()
        self.trials = Trial.objects.filter(prototype__idea__cohort=cohort).exclude(state="cancelled").in_bulk()

    def content(self, cell: Mapping[str, Any]) -> dict[str, Any]:
        text, level = cleaned(cell.get("text", "")).strip(), cell.get("level")
        said = {"text": text, "level": level}
        if not text and level is None:
            return said
        session, trial = self.sessions.get(cell.get("session", 0)), self.trials.get(cell.get("trial", 0))
        if "stance" in cell and trial and trial.state == "concluded":
            return said | {"trial": trial, "stance": cell["stance"]}
        return said | ({"session": session} if session else {"assumption": True, "trial": trial})


def held(canvas: Canvas) -> Canvas:
    """The canvas as it is now; others wait."""
    row: Canvas = Canvas.objects.select_for_update(no_key=True).get(pk=canvas.pk)
    return row
