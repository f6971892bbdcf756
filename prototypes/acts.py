"""The acts people do on ideas, challenges, prototypes, tests and implementations, as tables one can read.

Each says who may (a function of the letters one has), from which states, what will happen, and which verb does it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from prototypes import act_forms as forms
from prototypes import actions
from prototypes import permissions as may
from prototypes.enums import (
    CHALLENGE_TRANSITIONS,
    IDEA_TRANSITIONS,
    IMPLEMENTATION_TRANSITIONS,
    PROTOTYPE_TRANSITIONS,
    TRIAL_TRANSITIONS,
    ChallengeState,
    IdeaState,
    ImplementationState,
    PrototypeState,
    TrialState,
)
from web.decisions import Decision

ANY: tuple[str, ...] = ("", *IdeaState.values)


@dataclass(frozen=True, slots=True)
class Act:
    """`label` is on the button, `says` above the form; `to` is the state it leads to, where it is always the same.

    `timed` verbs take the moment, `at`.
    """

    label: StrOrPromise
    says: StrOrPromise
    verb: Callable[..., Any]
    may: Callable[[may.Letters], Decision]
    starts: Collection[str]
    form: type[forms.ActForm] = forms.ActForm
    to: str = ""
    danger: bool = False
    timed: bool = True


def into(state: str, table: Any) -> tuple[str, ...]:
    """The states a declared transition leads from to this one."""
    return tuple(before for before, targets in table.items() if state in targets)


IDEA_ACTS: dict[str, Act] = {
    "accept": Act(
        _("Accept"),
        _("The cohort takes the idea on, and its clock starts: from that day it counts in the rates."),
        actions.accept_idea,
        may.may_steer,
        (IdeaState.CAPTURED,),
        forms.DayForm,
        IdeaState.ACCEPTED,
    ),
    "decide": Act(
        _("Decide"),
        _("Adopt the idea as it is, or adapt it. This stands on a concluded test, or on a reason written here."),
        actions.decide_idea,
        may.may_steer,
        into(IdeaState.DECIDED, IDEA_TRANSITIONS),
        forms.DecisionForm,
        IdeaState.DECIDED,
    ),
    "hand-over": Act(
        _("Hand over"),
        _("A department takes the idea on. Its owner is asked for news after 3, 6, 12 and 24 months."),
        actions.hand_over_idea,
        may.may_deliver,
        into(IdeaState.HANDED_OVER, IDEA_TRANSITIONS),
        forms.HandOverForm,
        IdeaState.HANDED_OVER,
    ),
    "start-implementing": Act(
        _("Start implementing"),
        _("The department has begun to put the idea to work."),
        actions.start_implementing,
        may.may_deliver,
        into(IdeaState.IMPLEMENTING, IDEA_TRANSITIONS),
        forms.HandOverForm,
        IdeaState.IMPLEMENTING,
    ),
    "implemented": Act(
        _("Mark as implemented"),
        _(
            "The idea is live, and anyone can check it. In full or adapted, it counts as implemented; "
            "a partial one is recorded and the idea stays “being implemented”."
        ),
        actions.mark_implemented,
        may.may_deliver,
        into(IdeaState.IMPLEMENTED, IDEA_TRANSITIONS),
        forms.ImplementedForm,
        IdeaState.IMPLEMENTED,
    ),
    "resume": Act(
        _("Take up again"),
        _("The idea goes on from where it was parked."),
        actions.resume_idea,
        may.may_steer,
        (IdeaState.PARKED,),
        forms.NoteForm,
    ),
    "reopen": Act(
        _("Reopen"),
        _("The idea is accepted again. Its clock keeps its first start."),
        actions.reopen_idea,
        may.may_steer,
        (IdeaState.ABANDONED,),
        forms.ReasonForm,
        IdeaState.ACCEPTED,
    ),
    "replicate": Act(
        _("Replicate elsewhere"),
        _("Another authority plans to put the idea to work. It is followed beside the first implementation."),
        actions.replicate_idea,
        may.may_deliver,
        (IdeaState.IMPLEMENTING, IdeaState.IMPLEMENTED),
        forms.ReplicationForm,
        timed=False,
    ),
    "share": Act(
        _("Share with the edition"),
        _("The other cohorts of the edition can read the idea, its prototypes and its tests."),
        partial(actions.share_idea, shared=True),
        may.may_steer,
        ANY,
        timed=False,
    ),
    "stop-sharing": Act(
        _("Stop sharing"),
        _("The other cohorts of the edition can no longer read the idea, its prototypes and its tests."),
        partial(actions.share_idea, shared=False),
        may.may_steer,
        ANY,
        timed=False,
    ),
    "park": Act(
        _("Park"),
        _("The idea is set aside, and stays open. It can be taken up again where it was."),
        actions.park_idea,
        may.may_steer,
        into(IdeaState.PARKED, IDEA_TRANSITIONS),
        forms.NoteForm,
        IdeaState.PARKED,
    ),
    "merge": Act(
        _("Merge"),
        _("The idea lives on in another one. The two count once, as that one."),
        actions.merge_idea,
        may.may_steer,
        into(IdeaState.MERGED, IDEA_TRANSITIONS),
        forms.MergeForm,
        IdeaState.MERGED,
        danger=True,
    ),
    "abandon": Act(
        _("Abandon"),
        _("Work on the idea stops, and it counts as abandoned. It can be reopened; the reason stays readable."),
        actions.abandon_idea,
        may.may_steer,
        into(IdeaState.ABANDONED, IDEA_TRANSITIONS),
        forms.ReasonForm,
        IdeaState.ABANDONED,
        danger=True,
    ),
}

CHALLENGE_ACTS: dict[str, Act] = {
    "frame": Act(
        _("Frame"),
        _("Write down what is part of the challenge, and what is not."),
        actions.frame_challenge,
        may.may_edit_challenge,
        into(ChallengeState.FRAMED, CHALLENGE_TRANSITIONS),
        forms.FramingForm,
        ChallengeState.FRAMED,
        timed=False,
    ),
    "activate": Act(
        _("Start work"),
        _("The cohort works on this challenge from now on."),
        actions.activate_challenge,
        may.may_edit_challenge,
        into(ChallengeState.ACTIVE, CHALLENGE_TRANSITIONS),
        to=ChallengeState.ACTIVE,
        timed=False,
    ),
    "hand-over": Act(
        _("Hand over"),
        _("The services in charge take the challenge on."),
        actions.hand_over_challenge,
        may.may_edit_challenge,
        into(ChallengeState.HANDED_OVER, CHALLENGE_TRANSITIONS),
        to=ChallengeState.HANDED_OVER,
        timed=False,
    ),
    "close": Act(
        _("Close"),
        _("Nothing more is expected from it; its ideas go on by themselves."),
        actions.close_challenge,
        may.may_edit_challenge,
        into(ChallengeState.CLOSED, CHALLENGE_TRANSITIONS),
        to=ChallengeState.CLOSED,
        timed=False,
    ),
    "drop": Act(
        _("Drop"),
        _("The cohort gives the challenge up; its ideas stay. This cannot be undone."),
        actions.drop_challenge,
        may.may_edit_challenge,
        into(ChallengeState.DROPPED, CHALLENGE_TRANSITIONS),
        forms.OnlyReasonForm,
        ChallengeState.DROPPED,
        danger=True,
        timed=False,
    ),
}

PROTOTYPE_ACTS: dict[str, Act] = {
    "ready": Act(
        _("Ready for a test"),
        _("The prototype can be tested."),
        actions.ready_prototype,
        may.may_add_work,
        into(PrototypeState.READY, PROTOTYPE_TRANSITIONS),
        to=PrototypeState.READY,
        timed=False,
    ),
    "retire": Act(
        _("Retire"),
        _("The prototype has served: no further test of it. This cannot be undone."),
        actions.retire_prototype,
        may.may_add_work,
        into(PrototypeState.RETIRED, PROTOTYPE_TRANSITIONS),
        to=PrototypeState.RETIRED,
        danger=True,
        timed=False,
    ),
}

TRIAL_ACTS: dict[str, Act] = {
    "lock": Act(
        _("Lock"),
        _(
            "Hypothesis, measure, criterion and threshold freeze: nobody can change them any more. "
            "That is what makes the result worth something. The prototype is then in test."
        ),
        actions.lock_trial,
        may.may_run_tests,
        into(TrialState.LOCKED, TRIAL_TRANSITIONS),
        to=TrialState.LOCKED,
    ),
    "cancel": Act(
        _("Cancel the test"),
        _("The test will not be run. It stays readable, with the reason. This cannot be undone."),
        actions.cancel_trial,
        may.may_run_tests,
        into(TrialState.CANCELLED, TRIAL_TRANSITIONS),
        forms.OnlyReasonForm,
        TrialState.CANCELLED,
        danger=True,
        timed=False,
    ),
}

IMPLEMENTATION_ACTS: dict[str, Act] = {
    "live": Act(
        _("It is live"),
        _("The planned implementation has begun to serve people."),
        actions.go_live,
        may.may_deliver,
        into(ImplementationState.LIVE, IMPLEMENTATION_TRANSITIONS),
        forms.LiveForm,
        ImplementationState.LIVE,
    ),
    "sustain": Act(
        _("Sustained"),
        _("It is there to stay: funded, staffed, part of the service."),
        actions.sustain_implementation,
        may.may_deliver,
        into(ImplementationState.SUSTAINED, IMPLEMENTATION_TRANSITIONS),
        to=ImplementationState.SUSTAINED,
        timed=False,
    ),
    "discontinue": Act(
        _("Discontinued"),
        _("What was live stops. The idea stays implemented, for it was; it is no longer counted as still live."),
        actions.discontinue_implementation,
        may.may_deliver,
        into(ImplementationState.DISCONTINUED, IMPLEMENTATION_TRANSITIONS),
        forms.EndForm,
        ImplementationState.DISCONTINUED,
        danger=True,
    ),
    "fail": Act(
        _("It failed"),
        _("What was planned will not go live."),
        actions.fail_implementation,
        may.may_deliver,
        into(ImplementationState.FAILED, IMPLEMENTATION_TRANSITIONS),
        forms.EndForm,
        ImplementationState.FAILED,
        danger=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next for an idea: a sentence and the act that does it (`prototype`, `test` and `log` are pages)."""

    says: StrOrPromise
    act: str
    label: StrOrPromise = ""


NEXT: dict[str, Step] = {
    IdeaState.CAPTURED: Step(_("Accepting it starts the clock."), "accept"),
    IdeaState.ACCEPTED: Step(_("A first prototype, however rough, lets people try it."), "prototype", _("A prototype")),
    IdeaState.PROTOTYPING: Step(_("Write down what you expect, lock it, and test."), "test", _("Plan a test")),
    IdeaState.TESTING: Step(_("Deciding (adopt or adapt) asks for a concluded test, or a written reason."), "decide"),
    IdeaState.DECIDED: Step(_("A department takes it on."), "hand-over"),
    IdeaState.HANDED_OVER: Step(_("The department begins to put it to work."), "start-implementing"),
    IdeaState.IMPLEMENTING: Step(_("Implemented means live, with a date and evidence."), "implemented"),
    IdeaState.PARKED: Step(_("Set aside, still open."), "resume"),
    IdeaState.ABANDONED: Step(_("Stopped. If things have changed, it can be accepted again."), "reopen"),
}
