"""Actions that change challenges, ideas, prototypes, tests and implementations: keyword-only, with `by=` the actor.

Where an action takes `at`, the day it is recorded on is that moment's local date in the cohort's authority.
"""

from prototypes.acceptance.actions import ask_for_acceptance
from prototypes.challenges.actions import (
    activate_challenge,
    add_challenge,
    change_challenge,
    close_challenge,
    drop_challenge,
    frame_challenge,
    hand_over_challenge,
    link_challenge,
)
from prototypes.confirmations.actions import ConfirmationRequest, IdeaChanged, confirm_idea, confirm_ideas
from prototypes.effects.actions import add_indicator, correct_indicator
from prototypes.handover.actions import record_follow_up
from prototypes.ideas.actions.corrections import correct_event
from prototypes.ideas.actions.ideas import (
    abandon_idea,
    accept_idea,
    capture_idea,
    change_idea,
    decide_idea,
    hand_over_idea,
    merge_idea,
    park_idea,
    record_published_idea,
    reopen_idea,
    resume_idea,
    share_idea,
    start_implementing,
)
from prototypes.implementations.actions import (
    correct_implementation,
    discontinue_implementation,
    fail_implementation,
    go_live,
    mark_implemented,
    replicate_idea,
    sustain_implementation,
)
from prototypes.lineage.actions import reuse_idea, split_idea
from prototypes.notes.actions import (
    ALREADY_SETTLED,
    DraftChanged,
    EarlierNoteMissing,
    log_second_note,
    receive_trial_note,
    save_second_version,
    settle_note,
)
from prototypes.prototypes.actions import add_prototype, change_prototype, ready_prototype, retire_prototype
from prototypes.rating_rounds.actions import close_round, decide_challenge, open_round, rate_challenges
from prototypes.trial_corrections.actions import correct_trial
from prototypes.trials.actions import (
    cancel_trial,
    change_trial,
    complete_trial,
    conclude_trial,
    hold_trial,
    lock_trial,
    log_trial,
    plan_trial,
)
