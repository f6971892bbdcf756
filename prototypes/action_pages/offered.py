"""The acts people do on ideas, challenges, prototypes, tests and implementations, as tables one can read.

Each says who may (a function of the letters one has), from which states, what will happen, and which action does it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from prototypes import actions
from prototypes import permissions as may
from prototypes.action_pages import forms
from prototypes.enums import (
    BEEN_LIVE,
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
from prototypes.models import Prototype
from web.decisions import Decision

ANY: tuple[str, ...] = ("", *IdeaState.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`label` is on the button, `says` above the form; `to` is the state it leads to, where it is always the same.

    `timed` actions take the moment, `at`.
    """

    label: StrOrPromise
    says: StrOrPromise
    action: Callable[..., Any]
    may: Callable[[may.Letters], Decision]
    starts: Collection[str]
    form: type[forms.ActForm] = forms.ActForm
    to: str = ""
    danger: bool = False
    timed: bool = True


DECLARED: Mapping[type[TextChoices], Mapping[Any, Collection[Any]]] = {
    IdeaState: IDEA_TRANSITIONS,
    ChallengeState: CHALLENGE_TRANSITIONS,
    PrototypeState: PROTOTYPE_TRANSITIONS,
    TrialState: TRIAL_TRANSITIONS,
    ImplementationState: IMPLEMENTATION_TRANSITIONS,
}


def leading_to(
    state: TextChoices,
    *,
    label: StrOrPromise,
    says: StrOrPromise,
    action: Callable[..., Any],
    may: Callable[[may.Letters], Decision],
    form: type[forms.ActForm] = forms.ActForm,
    danger: bool = False,
    timed: bool = True,
) -> Act:
    """An act that starts wherever a declared transition leads from to this state."""
    starts = tuple(before for before, targets in DECLARED[type(state)].items() if state in targets)
    return Act(
        label=label, says=says, action=action, may=may, starts=starts, form=form, to=state, danger=danger, timed=timed
    )


IDEA_ACTS: dict[str, Act] = {
    "accept": Act(
        label=_("Accept"),
        says=_(
            "The cohort accepts the idea. The months are counted from this day on, and the idea counts in the"
            " implementation rates."
        ),
        action=actions.accept_idea,
        may=may.may_steer,
        starts=(IdeaState.CAPTURED,),
        form=forms.DayForm,
        to=IdeaState.ACCEPTED,
    ),
    "decide": leading_to(
        IdeaState.DECIDED,
        label=_("Decide"),
        says=_("Adopt the idea as it is, or adapt it. The decision needs a concluded test, or a written reason."),
        action=actions.decide_idea,
        may=may.may_steer,
        form=forms.DecisionForm,
    ),
    "hand-over": leading_to(
        IdeaState.HANDED_OVER,
        label=_("Hand over"),
        says=_(
            "A department takes over the idea and receives a package: what you write here, and the work"
            " done so far. Follow-ups ask the person who owns the idea whether it is live yet, after 3 and"
            " 6 months. Once the idea is live, they ask after 3, 6, 12 and 24 months whether it still is."
        ),
        action=actions.hand_over_idea,
        may=may.may_deliver,
        form=forms.HandOverForm,
    ),
    "start-implementing": leading_to(
        IdeaState.IMPLEMENTING,
        label=_("Start implementing"),
        says=_("The department has begun to implement the idea."),
        action=actions.start_implementing,
        may=may.may_deliver,
        form=forms.StartForm,
    ),
    "implemented": leading_to(
        IdeaState.IMPLEMENTED,
        label=_("Mark as implemented"),
        says=_(
            "The idea is live, and anyone can check it. A full or adapted implementation counts as"
            " implemented. A partial implementation is recorded, and the idea stays “being implemented”."
        ),
        action=actions.mark_implemented,
        may=may.may_deliver,
        form=forms.ImplementedForm,
    ),
    "resume": Act(
        label=_("Take up again"),
        says=_("The idea returns to the state it had when it was parked."),
        action=actions.resume_idea,
        may=may.may_steer,
        starts=(IdeaState.PARKED,),
        form=forms.NoteForm,
    ),
    "reopen": Act(
        label=_("Reopen"),
        says=_("The idea is accepted again. Its months still count from the day it was first accepted."),
        action=actions.reopen_idea,
        may=may.may_steer,
        starts=(IdeaState.ABANDONED,),
        form=forms.ReasonForm,
        to=IdeaState.ACCEPTED,
    ),
    "replicate": Act(
        label=_("Replicate elsewhere"),
        says=_(
            "Another authority plans to implement the idea. This implementation is followed separately from"
            " the first one."
        ),
        action=actions.replicate_idea,
        may=may.may_deliver,
        starts=(IdeaState.IMPLEMENTING, IdeaState.IMPLEMENTED),
        form=forms.ReplicationForm,
        timed=False,
    ),
    "share": Act(
        label=_("Share with the edition"),
        says=_(
            "The other cohorts of the edition can read the idea and everything on its page: who recorded"
            " what, its prototypes and tests, hand-over packages, follow-ups, and all comments, including"
            " earlier ones."
        ),
        action=partial(actions.share_idea, shared=True),
        may=may.may_steer,
        starts=ANY,
        timed=False,
    ),
    "stop-sharing": Act(
        label=_("Stop sharing with the edition"),
        says=_("The other cohorts of the edition can no longer read the idea, nor anything on its page."),
        action=partial(actions.share_idea, shared=False),
        may=may.may_steer,
        starts=ANY,
        timed=False,
    ),
    "park": leading_to(
        IdeaState.PARKED,
        label=_("Park"),
        says=_("The idea is set aside but stays open. You can take it up again later, in the same state."),
        action=actions.park_idea,
        may=may.may_steer,
        form=forms.NoteForm,
    ),
    "split": leading_to(
        IdeaState.SPLIT,
        label=_("Split"),
        says=_(
            "The idea continues as several ideas, each with its own page. Its months still count from"
            " the day it was accepted. It counts once, according to what becomes of its parts. Its"
            " prototypes and tests can still be read on its page."
        ),
        action=actions.split_idea,
        may=may.may_steer,
        form=forms.SplitForm,
        danger=True,
    ),
    "merge": leading_to(
        IdeaState.MERGED,
        label=_("Merge"),
        says=_("The idea is merged into another one. Together they count once, as the other idea."),
        action=actions.merge_idea,
        may=may.may_steer,
        form=forms.MergeForm,
        danger=True,
    ),
    "abandon": leading_to(
        IdeaState.ABANDONED,
        label=_("Abandon"),
        says=_("Work on the idea stops, and it counts as abandoned. It can be reopened; the reason stays readable."),
        action=actions.abandon_idea,
        may=may.may_steer,
        form=forms.AbandonForm,
        danger=True,
    ),
}

CHALLENGE_ACTS: dict[str, Act] = {
    "frame": leading_to(
        ChallengeState.FRAMED,
        label=_("Frame"),
        says=_("Write down what is part of the challenge, and what is not."),
        action=actions.frame_challenge,
        may=may.may_edit_challenge,
        form=forms.FramingForm,
        timed=False,
    ),
    "activate": leading_to(
        ChallengeState.ACTIVE,
        label=_("Start work"),
        says=_("The cohort works on this challenge from now on."),
        action=actions.activate_challenge,
        may=may.may_edit_challenge,
        timed=False,
    ),
    "hand-over": leading_to(
        ChallengeState.HANDED_OVER,
        label=_("Hand over"),
        says=_("The services in charge take over the challenge."),
        action=actions.hand_over_challenge,
        may=may.may_edit_challenge,
        timed=False,
    ),
    "close": leading_to(
        ChallengeState.CLOSED,
        label=_("Close"),
        says=_("Nothing more is expected from this challenge. Its ideas continue without it."),
        action=actions.close_challenge,
        may=may.may_edit_challenge,
        timed=False,
    ),
    "drop": leading_to(
        ChallengeState.DROPPED,
        label=_("Drop"),
        says=_("The cohort gives up the challenge; its ideas stay. This cannot be undone."),
        action=actions.drop_challenge,
        may=may.may_edit_challenge,
        form=forms.OnlyReasonForm,
        danger=True,
        timed=False,
    ),
}

PROTOTYPE_ACTS: dict[str, Act] = {
    "ready": leading_to(
        PrototypeState.READY,
        label=_("Mark as ready for a test"),
        says=_("The prototype can be tested."),
        action=actions.ready_prototype,
        may=may.may_edit_work,
        timed=False,
    ),
    "retire": leading_to(
        PrototypeState.RETIRED,
        label=_("Retire"),
        says=_("The prototype has served its purpose: no more tests can be made with it. This cannot be undone."),
        action=actions.retire_prototype,
        may=may.may_edit_work,
        danger=True,
        timed=False,
    ),
}


def prototype_acts(user: User, prototype: Prototype) -> dict[str, Act]:
    """The same for one person: an ambassador also on what is their own, or shared."""
    own = partial(may.may_edit_prototype, user=user, prototype=prototype)
    return {slug: replace(act, may=own) for slug, act in PROTOTYPE_ACTS.items()}


TRIAL_ACTS: dict[str, Act] = {
    "lock": leading_to(
        TrialState.LOCKED,
        label=_("Lock"),
        says=_(
            "Hypothesis, measure, criterion and threshold are frozen: nobody can change them any more."
            " This is what makes the result credible. The prototype is then in test."
        ),
        action=actions.lock_trial,
        may=may.may_run_tests,
        form=forms.LockForm,
    ),
    "cancel": leading_to(
        TrialState.CANCELLED,
        label=_("Cancel the test"),
        says=_("The test will not be run. It stays readable, with the reason. This cannot be undone."),
        action=actions.cancel_trial,
        may=may.may_run_tests,
        form=forms.OnlyReasonForm,
        danger=True,
        timed=False,
    ),
}

IMPLEMENTATION_ACTS: dict[str, Act] = {
    "live": leading_to(
        ImplementationState.LIVE,
        label=_("Mark as live"),
        says=_("The planned implementation is now in use."),
        action=actions.go_live,
        may=may.may_deliver,
        form=forms.LiveForm,
    ),
    "sustain": leading_to(
        ImplementationState.SUSTAINED,
        label=_("Mark as sustained"),
        says=_("The implementation is there to last: it has funding and staff, and is part of the service."),
        action=actions.sustain_implementation,
        may=may.may_deliver,
        timed=False,
    ),
    "discontinue": leading_to(
        ImplementationState.DISCONTINUED,
        label=_("Mark as discontinued"),
        says=_("The implementation stops. The idea still counts as implemented, but no longer as live."),
        action=actions.discontinue_implementation,
        may=may.may_deliver,
        form=forms.EndForm,
        danger=True,
    ),
    "correct": Act(
        label=_("Correct"),
        says=_(
            "A new entry gives the right information and the reason. The first entry can still be read on"
            " the page “All that was recorded”."
        ),
        action=actions.correct_implementation,
        may=may.may_deliver,
        starts=BEEN_LIVE,
        form=forms.CorrectImplementationForm,
    ),
    "fail": leading_to(
        ImplementationState.FAILED,
        label=_("Mark as failed"),
        says=_("The planned implementation will not go live."),
        action=actions.fail_implementation,
        may=may.may_deliver,
        form=forms.EndForm,
        danger=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next for an idea: a sentence and the act that does it (`prototype` and `test` are pages)."""

    says: StrOrPromise
    act: str
    label: StrOrPromise = ""


NEXT: dict[str, Step] = {
    IdeaState.CAPTURED: Step(_("The months are counted from the day the idea is accepted."), "accept"),
    IdeaState.ACCEPTED: Step(
        _("A first prototype, however rough, lets people try the idea."), "prototype", _("Add prototype")
    ),
    IdeaState.PROTOTYPING: Step(
        _("Write down what you expect, lock the test, then try the prototype with people."), "test", _("Plan test")
    ),
    IdeaState.TESTING: Step(_("To decide (adopt or adapt), you need a concluded test or a written reason."), "decide"),
    IdeaState.DECIDED: Step(_("A department takes over the idea."), "hand-over"),
    IdeaState.HANDED_OVER: Step(_("The department begins to implement the idea."), "start-implementing"),
    IdeaState.IMPLEMENTING: Step(_("An idea is implemented when it is live, with a date and evidence."), "implemented"),
    IdeaState.PARKED: Step(_("The idea is set aside but still open."), "resume"),
    IdeaState.ABANDONED: Step(_("The idea is abandoned. If things have changed, it can be accepted again."), "reopen"),
}
