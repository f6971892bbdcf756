"""The actions that people take on ideas, challenges, prototypes, tests and implementations, as tables.

Each entry names who may take the action, the states it starts from, what it does, and the function that does it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.roles import Roles
from prototypes import actions, permissions
from prototypes.action_pages import forms
from prototypes.effects.forms import IndicatorForm
from prototypes.enums import (
    CHALLENGE_TRANSITIONS,
    EVER_LIVE,
    IDEA_DECIDED,
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

ANY_STATE: tuple[str, ...] = ("", *IdeaState.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedAction:
    """One action of a page.

    `label` is the text of the button, `description` the text above the form. `to_state` is the state after the action,
    empty where it varies. Actions with `takes_timestamp` receive the current time as `at`.
    """

    label: StrOrPromise
    description: StrOrPromise
    action: Callable[..., Any]
    permission: Callable[[Roles], Decision]
    from_states: Collection[str]
    form: type[forms.ActionForm] = forms.ActionForm
    to_state: str = ""
    danger: bool = False
    takes_timestamp: bool = True


TRANSITIONS: Mapping[type[TextChoices], Mapping[Any, Collection[Any]]] = {
    IdeaState: IDEA_TRANSITIONS,
    ChallengeState: CHALLENGE_TRANSITIONS,
    PrototypeState: PROTOTYPE_TRANSITIONS,
    TrialState: TRIAL_TRANSITIONS,
    ImplementationState: IMPLEMENTATION_TRANSITIONS,
}


def transition_to(
    state: TextChoices,
    *,
    label: StrOrPromise,
    description: StrOrPromise,
    action: Callable[..., Any],
    permission: Callable[[Roles], Decision],
    form: type[forms.ActionForm] = forms.ActionForm,
    danger: bool = False,
    takes_timestamp: bool = True,
) -> OfferedAction:
    """Return an action that leads to `state`, offered from every state with a declared transition to it.

    `permission` decides by the person's roles, `form` asks for the action's values, `danger` gives a red button. With
    `takes_timestamp`, the action receives the current time as `at`.
    """
    from_states = tuple(before for before, targets in TRANSITIONS[type(state)].items() if state in targets)
    return OfferedAction(
        label=label,
        description=description,
        action=action,
        permission=permission,
        from_states=from_states,
        form=form,
        to_state=state,
        danger=danger,
        takes_timestamp=takes_timestamp,
    )


IDEA_ACTIONS: dict[str, OfferedAction] = {
    "accept": OfferedAction(
        label=_("Accept"),
        description=_(
            "The cohort accepts the idea. The months are counted from this day on, and the idea counts in the"
            " implementation rates."
        ),
        action=actions.accept_idea,
        permission=permissions.can_steer_idea,
        from_states=(IdeaState.CAPTURED,),
        form=forms.EffectiveDateForm,
        to_state=IdeaState.ACCEPTED,
    ),
    "ask-for-acceptance": OfferedAction(
        label=_("Ask for acceptance"),
        description=_(
            "The coordinator and the pilot of the cohort get an e-mail that asks them to accept the idea. The page of"
            " the idea shows that you asked."
        ),
        action=actions.ask_for_acceptance,
        permission=permissions.can_ask_for_acceptance,
        from_states=(IdeaState.CAPTURED,),
    ),
    "decide": transition_to(
        IdeaState.DECIDED,
        label=_("Decide"),
        description=_(
            "Adopt the idea as it is, or adapt it. The decision needs a concluded test, or a written reason."
        ),
        action=actions.decide_idea,
        permission=permissions.can_steer_idea,
        form=forms.DecisionForm,
    ),
    "hand-over": transition_to(
        IdeaState.HANDED_OVER,
        label=_("Hand over"),
        description=_(
            "A department takes over the idea and receives a package: what you write here, and the work"
            " done so far. Follow-ups ask the person who owns the idea whether it is live yet, after 3 and"
            " 6 months. Once the idea is live, they ask after 3, 6, 12 and 24 months whether it still is."
        ),
        action=actions.hand_over_idea,
        permission=permissions.can_deliver_idea,
        form=forms.HandOverForm,
    ),
    "start-implementing": transition_to(
        IdeaState.IMPLEMENTING,
        label=_("Start implementing"),
        description=_("The department has begun to implement the idea."),
        action=actions.start_implementing,
        permission=permissions.can_deliver_idea,
        form=forms.StartImplementingForm,
    ),
    "implemented": transition_to(
        IdeaState.IMPLEMENTED,
        label=_("Mark as implemented"),
        description=_(
            "The idea is live, and anyone can check it. A full or adapted implementation counts as"
            " implemented. A partial implementation is recorded, and the idea stays “being implemented”."
        ),
        action=actions.mark_implemented,
        permission=permissions.can_deliver_idea,
        form=forms.ImplementedForm,
    ),
    "add-indicator": OfferedAction(
        label=_("Add indicator"),
        description=_(
            "Say what should change once the idea is live, with its value today and its target. Follow-ups then ask for"
            " the value, so that before and after can be compared. Indicators are added before the idea is"
            " implemented."
        ),
        action=actions.add_indicator,
        permission=permissions.can_steer_idea,
        from_states=IDEA_DECIDED,
        form=IndicatorForm,
    ),
    "resume": OfferedAction(
        label=_("Resume"),
        description=_("The idea returns to the state it had when it was parked."),
        action=actions.resume_idea,
        permission=permissions.can_steer_idea,
        from_states=(IdeaState.PARKED,),
        form=forms.OptionalReasonForm,
    ),
    "reopen": OfferedAction(
        label=_("Reopen"),
        description=_("The idea is accepted again. Its months still count from the day it was first accepted."),
        action=actions.reopen_idea,
        permission=permissions.can_steer_idea,
        from_states=(IdeaState.ABANDONED,),
        form=forms.DatedReasonForm,
        to_state=IdeaState.ACCEPTED,
    ),
    "replicate": OfferedAction(
        label=_("Replicate elsewhere"),
        description=_(
            "Another authority plans to implement the idea. This implementation is followed separately from"
            " the first one."
        ),
        action=actions.replicate_idea,
        permission=permissions.can_deliver_idea,
        from_states=(IdeaState.IMPLEMENTING, IdeaState.IMPLEMENTED),
        form=forms.ReplicationForm,
        takes_timestamp=False,
    ),
    "share": OfferedAction(
        label=_("Share with the edition"),
        description=_(
            "The other cohorts of the edition can read the idea and everything on its page: who recorded"
            " what, its prototypes and tests, hand-over packages, follow-ups, and all comments, including"
            " earlier ones."
        ),
        action=partial(actions.share_idea, shared=True),
        permission=permissions.can_steer_idea,
        from_states=ANY_STATE,
        takes_timestamp=False,
    ),
    "stop-sharing": OfferedAction(
        label=_("Stop sharing with the edition"),
        description=_("The other cohorts of the edition can no longer read the idea, nor anything on its page."),
        action=partial(actions.share_idea, shared=False),
        permission=permissions.can_steer_idea,
        from_states=ANY_STATE,
        takes_timestamp=False,
    ),
    "park": transition_to(
        IdeaState.PARKED,
        label=_("Park"),
        description=_("The idea is set aside but stays open. You can resume it later, in the same state."),
        action=actions.park_idea,
        permission=permissions.can_steer_idea,
        form=forms.OptionalReasonForm,
    ),
    "split": transition_to(
        IdeaState.SPLIT,
        label=_("Split"),
        description=_(
            "The idea continues as several ideas, each with its own page. Its months still count from"
            " the day it was accepted. It counts once, according to what becomes of its parts. Its"
            " prototypes and tests can still be read on its page."
        ),
        action=actions.split_idea,
        permission=permissions.can_steer_idea,
        form=forms.SplitForm,
    ),
    "merge": transition_to(
        IdeaState.MERGED,
        label=_("Merge"),
        description=_(
            "The idea is merged into another one. Together they count once, as the other idea. You can correct a"
            " mistake under “See all recorded events”."
        ),
        action=actions.merge_idea,
        permission=permissions.can_steer_idea,
        form=forms.MergeForm,
    ),
    "abandon": transition_to(
        IdeaState.ABANDONED,
        label=_("Abandon"),
        description=_(
            "Work on the idea stops, and it counts as abandoned. It can be reopened; the reason stays readable."
        ),
        action=actions.abandon_idea,
        permission=permissions.can_steer_idea,
        form=forms.AbandonForm,
    ),
}

CHALLENGE_ACTIONS: dict[str, OfferedAction] = {
    "frame": transition_to(
        ChallengeState.FRAMED,
        label=_("Frame"),
        description=_("Write down what is part of the challenge, and what is not."),
        action=actions.frame_challenge,
        permission=permissions.can_edit_challenge,
        form=forms.FramingForm,
        takes_timestamp=False,
    ),
    "activate": transition_to(
        ChallengeState.ACTIVE,
        label=_("Start work"),
        description=_("The cohort works on this challenge from now on."),
        action=actions.activate_challenge,
        permission=permissions.can_edit_challenge,
        takes_timestamp=False,
    ),
    "hand-over": transition_to(
        ChallengeState.HANDED_OVER,
        label=_("Hand over"),
        description=_("The services in charge take over the challenge."),
        action=actions.hand_over_challenge,
        permission=permissions.can_edit_challenge,
        takes_timestamp=False,
    ),
    "close": transition_to(
        ChallengeState.CLOSED,
        label=_("Close"),
        description=_("Nothing more is expected from this challenge. Its ideas continue without it."),
        action=actions.close_challenge,
        permission=permissions.can_edit_challenge,
        takes_timestamp=False,
    ),
    "drop": transition_to(
        ChallengeState.DROPPED,
        label=_("Drop"),
        description=_("The cohort gives up the challenge; its ideas stay. This cannot be undone."),
        action=actions.drop_challenge,
        permission=permissions.can_edit_challenge,
        form=forms.ReasonOnlyForm,
        danger=True,
        takes_timestamp=False,
    ),
}

PROTOTYPE_ACTIONS: dict[str, OfferedAction] = {
    "ready": transition_to(
        PrototypeState.READY,
        label=_("Mark as ready for a test"),
        description=_("The prototype can be tested."),
        action=actions.ready_prototype,
        permission=permissions.can_edit_work,
        takes_timestamp=False,
    ),
    "retire": transition_to(
        PrototypeState.RETIRED,
        label=_("Retire"),
        description=_(
            "The prototype has served its purpose: no more tests can be made with it. This cannot be undone."
        ),
        action=actions.retire_prototype,
        permission=permissions.can_edit_work,
        danger=True,
        takes_timestamp=False,
    ),
}


def prototype_actions_for(user: User, prototype: Prototype) -> dict[str, OfferedAction]:
    """Return the actions on this prototype by slug, each with a permission for this person: the lab, coordinator,
    residents and pilot.

    Ambassadors may act on prototypes they made, and on those of ideas that they own or co-author or that are shared
    with the edition.
    """
    own = partial(permissions.can_edit_prototype, user=user, prototype=prototype)
    return {slug: replace(action, permission=own) for slug, action in PROTOTYPE_ACTIONS.items()}


TRIAL_ACTIONS: dict[str, OfferedAction] = {
    "lock": transition_to(
        TrialState.LOCKED,
        label=_("Lock"),
        description=_(
            "Hypothesis, measure, criterion and threshold are frozen: nobody can change them any more."
            " This is what makes the result credible. The prototype is then in test."
        ),
        action=actions.lock_trial,
        permission=permissions.can_run_tests,
        form=forms.LockForm,
    ),
    "cancel": transition_to(
        TrialState.CANCELLED,
        label=_("Cancel the test"),
        description=_("The test will not be run. It stays readable, with the reason. This cannot be undone."),
        action=actions.cancel_trial,
        permission=permissions.can_run_tests,
        form=forms.ReasonOnlyForm,
        danger=True,
        takes_timestamp=False,
    ),
}

IMPLEMENTATION_ACTIONS: dict[str, OfferedAction] = {
    "live": transition_to(
        ImplementationState.LIVE,
        label=_("Mark as live"),
        description=_("The planned implementation is now in use."),
        action=actions.go_live,
        permission=permissions.can_deliver_idea,
        form=forms.LiveForm,
    ),
    "sustain": transition_to(
        ImplementationState.SUSTAINED,
        label=_("Mark as sustained"),
        description=_("The implementation is there to last: it has funding and staff, and is part of the service."),
        action=actions.sustain_implementation,
        permission=permissions.can_deliver_idea,
        takes_timestamp=False,
    ),
    "discontinue": transition_to(
        ImplementationState.DISCONTINUED,
        label=_("Mark as discontinued"),
        description=_("The implementation stops. The idea still counts as implemented, but no longer as live."),
        action=actions.discontinue_implementation,
        permission=permissions.can_deliver_idea,
        form=forms.EndImplementationForm,
    ),
    "correct": OfferedAction(
        label=_("Correct the implementation"),
        description=_(
            "A new entry gives the right information and the reason. The first entry can still be read on"
            " the page “All recorded events”."
        ),
        action=actions.correct_implementation,
        permission=permissions.can_deliver_idea,
        from_states=EVER_LIVE,
        form=forms.CorrectImplementationForm,
    ),
    "fail": transition_to(
        ImplementationState.FAILED,
        label=_("Mark as failed"),
        description=_("The planned implementation will not go live."),
        action=actions.fail_implementation,
        permission=permissions.can_deliver_idea,
        form=forms.EndImplementationForm,
    ),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step of an idea: a sentence, and the action that takes it (`prototype` and `test` lead to pages)."""

    description: StrOrPromise
    action: str
    label: StrOrPromise = ""


NEXT_STEPS: dict[str, NextStep] = {
    IdeaState.CAPTURED: NextStep(_("The months are counted from the day the idea is accepted."), "accept"),
    IdeaState.ACCEPTED: NextStep(
        _("A first prototype, however rough, lets people try the idea."), "prototype", _("Add prototype")
    ),
    IdeaState.PROTOTYPING: NextStep(
        _("Write down what you expect, lock the test, then try the prototype with people."), "test", _("Plan test")
    ),
    IdeaState.TESTING: NextStep(
        _("To decide (adopt or adapt), you need a concluded test or a written reason."), "decide"
    ),
    IdeaState.DECIDED: NextStep(_("A department takes over the idea."), "hand-over"),
    IdeaState.HANDED_OVER: NextStep(_("The department begins to implement the idea."), "start-implementing"),
    IdeaState.IMPLEMENTING: NextStep(
        _("An idea is implemented when it is live, with a date and evidence."), "implemented"
    ),
    IdeaState.PARKED: NextStep(_("The idea is set aside but still open."), "resume"),
    IdeaState.ABANDONED: NextStep(
        _("The idea is abandoned. If things have changed, it can be accepted again."), "reopen"
    ),
}
