"""An idea's story as its page tells it: events, prototypes and tests in order, then what comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from prototypes.acts import IDEA_ACTS, NEXT
from prototypes.enums import IdeaState, TrialState
from prototypes.meters import Meter, criterion, meter, observed
from prototypes.models import Idea, IdeaEvent, Prototype, Trial
from prototypes.permissions import Letters, may_add_work, open_to_work
from prototypes.views.acting import Button
from web import formats
from web.precision import Precision
from web.steps import StoryEvent, StoryKind

KINDS: dict[str, StoryKind] = {
    IdeaState.ACCEPTED: "go",
    IdeaState.DECIDED: "go",
    IdeaState.HANDED_OVER: "go",
    IdeaState.IMPLEMENTING: "go",
    IdeaState.IMPLEMENTED: "go",
    IdeaState.PARKED: "stop",
    IdeaState.ABANDONED: "stop",
    IdeaState.MERGED: "stop",
}
WORKED_ON = (
    IdeaState.CAPTURED,
    IdeaState.ACCEPTED,
    IdeaState.PROTOTYPING,
    IdeaState.TESTING,
    IdeaState.DECIDED,
)
NEIGHBOUR = "N"
SHOWN_BY_WORK = (IdeaState.PROTOTYPING, IdeaState.TESTING)


@dataclass(frozen=True, slots=True)
class TrialCard:
    """A test below its prototype."""

    trial: Trial
    meter: Meter | None
    observed: str
    criterion: str
    held: str


def trial_card(trial: Trial, today: date) -> TrialCard:
    return TrialCard(
        trial=trial,
        meter=meter(trial),
        observed=observed(trial),
        criterion=criterion(trial) if trial.threshold is not None else "",
        held=when(trial.held_on, Precision.DAY, today) if trial.held_on else "",
    )


@dataclass(frozen=True, slots=True)
class Below:
    """What hangs below an event: what shows it, or the button that comes next."""

    button: Button | None = None
    evidence: str = ""


def when(day: date | None, precision: str, today: date) -> str:
    """A date as precisely as it is known, its year left out when it is the present one."""
    locale = (get_language() or "fr")[:2]
    if day is None:
        return _("date unknown")
    if precision == Precision.MONTH:
        return formats.short_month(day, locale)
    if precision == Precision.YEAR:
        return str(day.year)
    return formats.day_month(day, locale) if day.year == today.year else formats.short_day(day, locale)


def title(event: IdeaEvent, before: str) -> StrOrPromise:
    """What happened, in words: returning to a state is not the same as reaching it."""
    if event.known_as:
        return event.state_label or event.get_state_display().capitalize()
    if event.corrects_id and before == event.state:
        return _("It stayed “%(state)s”") % {"state": event.get_state_display()}
    if before == IdeaState.PARKED and event.state in IDEA_ACTS["park"].starts:
        return _("Taken up again")
    if before == IdeaState.ABANDONED:
        return _("Reopened")
    if event.decision:
        return _("Decided: %(decision)s") % {"decision": event.get_decision_display()}
    return event.get_state_display().capitalize()


def text(event: IdeaEvent, first: IdeaEvent | None = None) -> StrOrPromise:
    """Its reason; that of a correction is about the telling, so it repeats what was said `first` of the same."""
    if event.merged_into:
        return str(event.merged_into)
    if event.corrects_id:
        return first.reason if first and first.state == event.state else ""
    if event.state == IdeaState.ACCEPTED and not event.reason:
        return _("The clock starts.")
    return event.reason


def detail(event: IdeaEvent) -> str:
    """What is known of the telling itself: imprecision, correction, source."""
    said = [
        _("Day unknown.") if event.effective_on and event.precision != Precision.DAY else "",
        _("Known so far, as published.") if event.known_as else "",
        _("Corrected: %(reason)s") % {"reason": event.reason} if event.corrects_id else "",
        _("Source: %(source)s") % {"source": event.source} if event.source else "",
    ]
    return " ".join(filter(None, said))


def event_line(event: IdeaEvent, before: str, today: date, first: IdeaEvent | None = None) -> StoryEvent:
    return StoryEvent(
        when=when(event.effective_on, event.precision, today),
        title=title(event, before),
        text=text(event, first),
        detail=detail(event),
        kind=KINDS.get(event.state, "plain"),
        template="prototypes/includes/below_event.html" if event.evidence else "",
        below=Below(evidence=event.evidence),
    )


def prototype_line(prototype: Prototype, today: date) -> StoryEvent:
    said = [
        _("fidelity %(fidelity)s of 5") % {"fidelity": prototype.fidelity} if prototype.fidelity else "",
        _("replaces %(version)s") % {"version": prototype.supersedes.version} if prototype.supersedes else "",
        prototype.source,
    ]
    return StoryEvent(
        when=when(prototype.made_on, Precision.DAY, today),
        title=_("Prototype %(version)s") % {"version": prototype.version},
        text=f"· {prototype.title}",
        detail="".join(f" · {part}" for part in said if part),
        kind="made",
        template="prototypes/includes/below_prototype.html",
        below=(prototype, [trial_card(trial, today) for trial in prototype.trials.all()]),
    )


def counting(events: Iterable[IdeaEvent]) -> list[IdeaEvent]:
    """The events that count; those a correction names are left to the history."""
    events = list(events)
    corrected = {event.corrects_id for event in events}
    return [event for event in events if event.pk not in corrected]


def story(all_events: Sequence[IdeaEvent], prototypes: Sequence[Prototype], *, today: date) -> list[StoryEvent]:
    """In order of the days they happened; what has no date comes first. Steps that prototypes show are left to them."""
    lines: list[tuple[date, int, int, StoryEvent]] = []
    before, recorded = "", {event.pk: event for event in all_events}
    for index, event in enumerate(counting(all_events)):
        if not (prototypes and event.state in SHOWN_BY_WORK and before not in {IdeaState.PARKED, ""}):
            day = event.effective_on or date.min
            lines.append((day, 0, index, event_line(event, before, today, recorded.get(event.place))))
        before = event.state
    for index, prototype in enumerate(prototypes):
        lines.append((prototype.made_on or date.min, 1, index, prototype_line(prototype, today)))
    return [line for *_order, line in sorted(lines, key=lambda line: line[:3])]


def next_line(idea: Idea, prototypes: Sequence[Prototype], letters: Letters) -> StoryEvent | None:
    """What comes next, with the one button that does it."""
    step = NEXT.get(idea.state)
    if step is None or idea.retrospective:
        return None
    return StoryEvent(
        when=_("next"),
        title="",
        text=f"{step.says} {waiting_to_move(idea, prototypes) if letters - {NEIGHBOUR} else ''}".strip(),
        kind="next",
        template="prototypes/includes/below_event.html",
        below=Below(button=next_button(idea, prototypes, letters)),
    )


def waiting(idea: Idea, to: IdeaState) -> str:
    """What an idea with work on it waits for before it moves on; empty once it is accepted."""
    if idea.state != IdeaState.CAPTURED:
        return ""
    return _("It moves on to “%(state)s” once your pilot or coordinator accepts it.") % {"state": to.label}


def waiting_to_move(idea: Idea, prototypes: Sequence[Prototype]) -> str:
    """The same by the work there is: in test since its first locked test, prototyping since its first prototype."""
    trials = [trial for prototype in prototypes for trial in prototype.trials.all()]
    tested = any(trial.locked_on and trial.state != TrialState.CANCELLED for trial in trials)
    return waiting(idea, IdeaState.TESTING if tested else IdeaState.PROTOTYPING) if prototypes else ""


def next_button(idea: Idea, prototypes: Sequence[Prototype], letters: Letters) -> Button:
    """The act of the table, unless work is what comes next: a prototype, a test, or noting one that is locked."""
    step = NEXT[idea.state]
    if step.act in IDEA_ACTS:
        act = IDEA_ACTS[step.act]
        return Button(act.label, reverse("prototypes:idea_act", args=[idea.pk, step.act]), act.may(letters))
    if step.act == "test" and prototypes:
        return Button(step.label, reverse("prototypes:plan_trial", args=[prototypes[-1].pk]), may_add_work(letters))
    return Button(_("A prototype"), reverse("prototypes:add_prototype", args=[idea.pk]), may_add_work(letters))


def open_trial(prototypes: Iterable[Prototype]) -> Trial | None:
    """The latest test that waits for its observation."""
    trials = [trial for prototype in prototypes for trial in prototype.trials.all()]
    loggable = [trial for trial in trials if trial.state in {TrialState.LOCKED, TrialState.HELD}]
    return loggable[-1] if loggable else None


def work_button(idea: Idea, prototypes: Sequence[Prototype], letters: Letters) -> Button | None:
    """The page's main action: note a test when one is locked, else the next prototype; None where nothing is added."""
    if not open_to_work(idea) or idea.state not in WORKED_ON:
        return None
    if trial := open_trial(prototypes):
        return Button(_("Log a test"), reverse("prototypes:log_trial", args=[trial.pk]), may_add_work(letters))
    if prototypes and prototypes[-1].state != "retired":
        return Button(_("A test"), reverse("prototypes:plan_trial", args=[prototypes[-1].pk]), may_add_work(letters))
    return Button(_("A prototype"), reverse("prototypes:add_prototype", args=[idea.pk]), may_add_work(letters))
