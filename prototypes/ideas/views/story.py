"""An idea's story as its page tells it: events, prototypes and tests in order, then what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from prototypes.action_pages.buttons import Button
from prototypes.action_pages.offered import IDEA_ACTS, NEXT
from prototypes.enums import IDEA_WITH_COHORT, TO_LOG, AbandonedFor, IdeaState, PrototypeState, TrialState
from prototypes.ideas.views.story_lines import Below, Family, Kin, Line, acceptance_precision, when
from prototypes.models import Idea, IdeaEvent, Prototype, Trial
from prototypes.permissions import Letters, may_add_work, open_to_work
from prototypes.trials.cards import TrialCard, trial_card
from web.dates.precision import Precision
from web.pages.steps import StoryEvent, StoryKind

KINDS: dict[str, StoryKind] = {
    IdeaState.ACCEPTED: "go",
    IdeaState.DECIDED: "go",
    IdeaState.HANDED_OVER: "go",
    IdeaState.IMPLEMENTING: "go",
    IdeaState.IMPLEMENTED: "go",
    IdeaState.PARKED: "stop",
    IdeaState.ABANDONED: "stop",
    IdeaState.MERGED: "stop",
    IdeaState.SPLIT: "stop",
}
NEIGHBOUR = "N"
SHOWN_BY_WORK = (IdeaState.PROTOTYPING, IdeaState.TESTING)


ALONE = Family()


@dataclass(frozen=True, slots=True)
class Made:
    """What hangs below a prototype: its pictures and its tests."""

    prototype: Prototype
    cards: Sequence[TrialCard]
    pictures: Sequence[Mapping[str, Any]] = ()


def title(event: IdeaEvent, before: str) -> StrOrPromise:
    """Return what happened, in words: returning to a state reads differently from reaching it."""
    if event.known_as:
        return event.state_label or event.get_state_display().capitalize()
    if event.corrects_id and before == event.state:
        return _("State unchanged: %(state)s") % {"state": event.get_state_display()}
    if before == IdeaState.PARKED and event.state in IDEA_ACTS["park"].starts:
        return _("Taken up again")
    if before == IdeaState.ABANDONED:
        return _("Reopened")
    if event.decision:
        return _("Decided: %(decision)s") % {"decision": event.get_decision_display()}
    return event.get_state_display().capitalize()


def text(event: IdeaEvent, first: IdeaEvent | None = None, *, clock: str = "") -> StrOrPromise:
    """Its reason; that of a correction is about the telling, so it repeats what was said `first` of the same."""
    reason = (first.reason if first and first.state == event.state else "") if event.corrects_id else event.reason
    if reason and event.abandoned_for and event.abandoned_for != AbandonedFor.OTHER:
        return _("%(reason)s. %(words)s") % {
            "reason": capitalised(event.get_abandoned_for_display()),
            "words": reason,
        }
    if event.state == IdeaState.ACCEPTED and not event.reason:
        return clock or _("The months are counted from this day.")
    return reason


def clock_before(idea: Idea | None, day: date | None, today: date) -> str:
    """Return since when the months count if that is earlier than this acceptance (split or reopened ideas), else ""."""
    if idea is None or idea.accepted_on is None or day is None or idea.accepted_on >= day:
        return ""
    return _("The months are counted from %(day)s.") % {
        "day": when(idea.accepted_on, acceptance_precision(idea), today)
    }


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def first_said(event: IdeaEvent, first: IdeaEvent | None, today: date) -> str:
    """What a corrected event said before, where that was another day or another thing."""
    if first is None or not event.corrects_id:
        return ""
    if first.state != event.state:
        return _("First recorded: %(state)s.") % {"state": first.get_state_display()}
    if (first.effective_on, first.precision) != (event.effective_on, event.precision):
        return _("First recorded: %(day)s.") % {"day": when(first.effective_on, first.precision, today)}
    return ""


def detail(event: IdeaEvent, before: str = "") -> str:
    """What is known of the telling itself: what it said `before`, imprecision, correction, source."""
    said = [
        before,
        _("Exact day unknown.") if event.effective_on and event.precision != Precision.DAY else "",
        _("Known so far, as published.") if event.known_as else "",
        _("Corrected: %(reason)s") % {"reason": event.reason} if event.corrects_id else "",
        _("Source: %(source)s") % {"source": event.source} if event.source else "",
    ]
    return " ".join(filter(None, said))


def event_line(
    event: IdeaEvent, before: str, today: date, first: IdeaEvent | None = None, below: Below | None = None
) -> StoryEvent:
    below = below or Below(evidence=event.evidence)
    return StoryEvent(
        when=when(event.effective_on, event.precision, today),
        title=title(event, before),
        text=text(event, first, clock=clock_before(event.idea if event.idea_id else None, event.effective_on, today)),
        detail=detail(event, first_said(event, first, today)),
        kind=KINDS.get(event.state, "plain"),
        template="prototypes/includes/below_event.html" if below != Below() else "",
        below=below,
    )


def below_event(event: IdeaEvent, around: Family, tests: Mapping[int, Trial], target_opens: bool) -> Below:
    """What hangs below an event of an idea with its family; `tests` are the idea's, by their keys."""
    named = tuple(tests[pk] for pk in getattr(event, "named_tests", None) or () if pk in tests)
    package = around.packages.get(event.place)
    kin: Sequence[Kin] = ()
    if event.state == IdeaState.SPLIT:
        kin = around.parts
    elif event.state == IdeaState.MERGED and event.merged_into:
        kin = (into(event.merged_into, target_opens),)
    elif event.state == IdeaState.CAPTURED:
        kin = (*around.whole, *around.taken_from)
    href = reverse("prototypes:package", args=[package]) if package else ""
    return Below(evidence=event.evidence, tests=named, kin=kin, package=href)


def into(idea: Idea, opens: bool) -> Kin:
    return Kin(str(idea), href=idea.get_absolute_url() if opens else "")


def prototype_line(prototype: Prototype, today: date, others: Iterable[Trial] = ()) -> StoryEvent:
    cards = [trial_card(trial, today, others) for trial in prototype.trials.all()]
    said = [
        _("realism %(fidelity)s of 5") % {"fidelity": prototype.fidelity} if prototype.fidelity else "",
        _("replaces %(version)s") % {"version": prototype.supersedes.version} if prototype.supersedes else "",
        prototype.source,
    ]
    return StoryEvent(
        when=when(prototype.made_on, Precision.DAY, today),
        title=_("Prototype %(version)s") % {"version": prototype.version},
        text=prototype.title,
        detail="".join(f" · {part}" for part in said if part),
        kind="made",
        template="prototypes/includes/below_prototype.html",
        below=Made(prototype, cards, vars(prototype).get("pictures", ())),
    )


def counting(events: Iterable[IdeaEvent]) -> list[IdeaEvent]:
    """The events that count; those a correction names are left to the history."""
    events = list(events)
    corrected = {event.corrects_id for event in events}
    return [event for event in events if event.pk not in corrected]


def story(
    all_events: Sequence[IdeaEvent],
    prototypes: Sequence[Prototype],
    *,
    today: date,
    around: Family = ALONE,
    more: Iterable[Line] = (),
    target_opens: bool = False,
) -> list[StoryEvent]:
    """In order of the days they happened; what has no date comes first. Steps that prototypes show are left to them."""
    lines: list[tuple[date, int, int, StoryEvent]] = []
    before, recorded = "", {event.pk: event for event in all_events}
    trials = {trial.pk: trial for prototype in prototypes for trial in prototype.trials.all()}
    for index, event in enumerate(counting(all_events)):
        if not (prototypes and event.state in SHOWN_BY_WORK and before not in {IdeaState.PARKED, ""}):
            day, below = event.effective_on or date.min, below_event(event, around, trials, target_opens)
            lines.append((day, 0, index, event_line(event, before, today, recorded.get(event.place), below)))
        before = event.state
    for index, prototype in enumerate(prototypes):
        line = prototype_line(prototype, today, trials.values())
        lines.append((prototype.made_on or date.min, 1, index, line))
    lines += [(day, 2, index, line) for index, (day, line) in enumerate(more)]
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
        below=Below(button=next_button(idea, open_work(prototypes), letters)),
    )


def waiting(idea: Idea, to: IdeaState) -> str:
    """What an idea with work on it waits for before it moves on; empty once it is accepted."""
    if idea.state != IdeaState.CAPTURED:
        return ""
    return _("The idea moves to “%(state)s” once your pilot or coordinator accepts it.") % {"state": to.label}


def waiting_to_move(idea: Idea, prototypes: Sequence[Prototype]) -> str:
    """The same by the work there is: in test since its first locked test, prototyping since its first prototype."""
    trials = [trial for prototype in prototypes for trial in prototype.trials.all()]
    tested = any(trial.locked_on and trial.state != TrialState.CANCELLED for trial in trials)
    return waiting(idea, IdeaState.TESTING if tested else IdeaState.PROTOTYPING) if prototypes else ""


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What of an idea's work goes on, by their ids: the latest test that waits for its observation, and the latest
    prototype that can be tested."""

    test: int | None = None
    prototype: int | None = None


def next_button(idea: Idea, going_on: OpenWork, letters: Letters) -> Button:
    """The act of the table, unless work is what comes next: a first prototype, or what `work` finds."""
    step = NEXT[idea.state]
    if step.act in IDEA_ACTS:
        act = IDEA_ACTS[step.act]
        return Button(act.label, reverse("prototypes:idea_act", args=[idea.pk, step.act]), act.may(letters))
    return work(idea, going_on if step.act == "test" else OpenWork(), letters, test=step.label)


def open_work(prototypes: Iterable[Prototype]) -> OpenWork:
    """Of an idea's prototypes in their order, their tests read along."""
    trials = [trial for prototype in prototypes for trial in prototype.trials.all() if trial.state in TO_LOG]
    in_use = [prototype for prototype in prototypes if prototype.state != PrototypeState.RETIRED]
    return OpenWork(trials[-1].pk if trials else None, in_use[-1].pk if in_use else None)


def work_button(idea: Idea, prototypes: Sequence[Prototype], letters: Letters) -> Button | None:
    """The page's main action: note a test when one is locked, else the next prototype; None where nothing is added."""
    if not open_to_work(idea) or idea.state not in IDEA_WITH_COHORT:
        return None
    return work(idea, open_work(prototypes), letters, test=_("Plan test"))


def work(idea: Idea, going_on: OpenWork, letters: Letters, *, test: StrOrPromise) -> Button:
    """Note the test that waits, else test the prototype there is, else make one."""
    if going_on.test:
        label, href = _("Log a test"), reverse("prototypes:log_trial", args=[going_on.test])
    elif going_on.prototype:
        label, href = str(test), reverse("prototypes:plan_trial", args=[going_on.prototype])
    else:
        label, href = _("Add prototype"), reverse("prototypes:add_prototype", args=[idea.pk])
    return Button(label, href, may_add_work(letters))
