"""Routes of the prototypes app: the cohort's people and its authority's admin read, those of the table act."""

from typing import Any

from prototypes.models import Idea, Prototype, Trial
from tests.factories.cast import Cast
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    FieldNoteFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
    package,
)
from tests.matrix import Row

READERS = "SCDPMRA"
WORKERS = "SCDPM"
SPEAKERS = "SCDPMR"


def cohort(cast: Cast) -> list[Any]:
    return [cast.cohort.slug]


def challenge(cast: Cast) -> list[Any]:
    return [ChallengeFactory(cohort=cast.cohort).pk]


def act_on_challenge(cast: Cast) -> list[Any]:
    return [ChallengeFactory(cohort=cast.cohort).pk, "drop"]


def an_idea(cast: Cast, state: str = "accepted") -> Idea:
    """Owned by the pilot: an ambassador may not edit it."""
    return IdeaFactory(cohort=cast.cohort, state=state, owner=cast["P"])


def idea(cast: Cast) -> list[Any]:
    return [an_idea(cast).pk]


def act_on_idea(cast: Cast) -> list[Any]:
    return [an_idea(cast, "captured").pk, "accept"]


def event(cast: Cast) -> list[Any]:
    row = an_idea(cast)
    return [row.pk, row.events.get(state="accepted").pk]


def a_prototype(cast: Cast) -> Prototype:
    return PrototypeFactory(idea=an_idea(cast, "prototyping"), state="draft", made_by=cast["P"])


def prototype(cast: Cast) -> list[Any]:
    return [a_prototype(cast).pk]


def act_on_prototype(cast: Cast) -> list[Any]:
    return [a_prototype(cast).pk, "ready"]


def a_trial(cast: Cast, state: str = "planned") -> Trial:
    return TrialFactory(prototype=a_prototype(cast), state=state, planned_by=cast["P"])


def trial(cast: Cast) -> list[Any]:
    return [a_trial(cast).pk]


def locked_trial(cast: Cast) -> list[Any]:
    return [a_trial(cast, "locked").pk]


def concluded_trial(cast: Cast) -> list[Any]:
    return [a_trial(cast, "concluded").pk]


def second_version(cast: Cast) -> list[Any]:
    row = a_trial(cast, "concluded")
    return [row.pk, FieldNoteFactory(trial=row).pk]


def language(_cast: Cast) -> list[Any]:
    return ["fr"]


def act_on_trial(cast: Cast) -> list[Any]:
    return [a_trial(cast).pk, "cancel"]


def comment(cast: Cast) -> list[Any]:
    """The coordinator's: nobody else changes it, and only the lab takes it back too."""
    return [CommentFactory(idea=an_idea(cast), written_by=cast["C"]).pk]


def act_on_implementation(cast: Cast) -> list[Any]:
    return [ImplementationFactory(idea=an_idea(cast, "implementing")).pk, "discontinue"]


def shared_idea(cast: Cast) -> list[Any]:
    return [IdeaFactory(cohort=cast.cohort, state="accepted", shared_with_edition=True).pk]


def handed_over(cast: Cast) -> list[Any]:
    return [an_idea(cast, "handed_over").pk, 3]


def a_package(cast: Cast) -> list[Any]:
    return [package(an_idea(cast, "handed_over")).pk]


ROUTES: dict[str, Row] = {
    "prototypes:board": Row(see=READERS, args=cohort),
    "prototypes:compare": Row(see=READERS, args=idea),
    "prototypes:follow_up": Row(see=READERS, act="SPA", post=True, args=handed_over),
    "prototypes:link_challenge": Row(see=READERS, act="SCDP", post=True, args=challenge),
    "prototypes:package": Row(see=READERS, args=a_package),
    "prototypes:reuse_idea": Row(see="SCDPMRAN", act="SN", post=True, args=shared_idea),
    "prototypes:challenge_list": Row(see=READERS, args=cohort),
    "prototypes:add_challenge": Row(see=READERS, act=WORKERS, post=True, args=cohort),
    "prototypes:challenge": Row(see=READERS, args=challenge),
    "prototypes:edit_challenge": Row(see=READERS, act="SCDP", post=True, args=challenge),
    "prototypes:challenge_act": Row(see=READERS, act="SCDP", post=True, args=act_on_challenge),
    "prototypes:idea_list": Row(),
    "prototypes:add_idea": Row(act="SCDPMN", post=True),
    "prototypes:idea": Row(see=READERS, args=idea),
    "prototypes:idea_events": Row(see=READERS, args=idea),
    "prototypes:edit_idea": Row(see=READERS, act="SCDP", post=True, args=idea),
    "prototypes:idea_act": Row(see=READERS, act="SCP", post=True, args=act_on_idea),
    "prototypes:unconfirmed": Row(post=True),
    "prototypes:confirm_idea": Row(see=READERS, act="SCPA", post=True, args=idea),
    "prototypes:correct_event": Row(see=READERS, act="SCP", post=True, args=event),
    "prototypes:add_prototype": Row(see=READERS, act=WORKERS, post=True, args=idea),
    "prototypes:prototype": Row(see=READERS, args=prototype),
    "prototypes:edit_prototype": Row(see=READERS, act="SCDP", post=True, args=prototype),
    "prototypes:prototype_act": Row(see=READERS, act="SCDP", post=True, args=act_on_prototype),
    "prototypes:plan_trial": Row(see=READERS, act=WORKERS, post=True, args=prototype),
    "prototypes:trial": Row(see=READERS, args=trial),
    "prototypes:edit_trial": Row(see=READERS, act="SCDP", post=True, args=trial),
    "prototypes:log_trial": Row(see=READERS, act=WORKERS, post=True, args=locked_trial),
    "prototypes:trial_act": Row(see=READERS, act=WORKERS, post=True, args=act_on_trial),
    "comments:idea_comments": Row(see=READERS, args=idea),
    "comments:comment_on_idea": Row(see=READERS, act=SPEAKERS, post=True, args=idea),
    "comments:prototype_comments": Row(see=READERS, args=prototype),
    "comments:comment_on_prototype": Row(see=READERS, act=SPEAKERS, post=True, args=prototype),
    "comments:comment": Row(see=READERS, args=comment),
    "comments:answer": Row(see=READERS, act=SPEAKERS, post=True, args=comment),
    "comments:edit": Row(see=READERS, act="C", post=True, args=comment),
    "comments:take_back": Row(see=READERS, act="SC", post=True, args=comment),
    "prototypes:implementation_act": Row(see=READERS, act="SPA", post=True, args=act_on_implementation),
    "prototypes:correct_trial": Row(see=READERS, act=WORKERS, post=True, args=concluded_trial),
    "prototypes:settle_note": Row(see=READERS, act="SCDP", post=True, args=second_version),
    "prototypes:log": Row(),
    "fieldwork:field": Row(public=True),
    "fieldwork:shell": Row(public=True, args=language),
    "fieldwork:worker": Row(public=True),
    "fieldwork:manifest": Row(public=True, args=language),
    "fieldwork:tests": Row(),
    "fieldwork:note": Row(see=READERS, act=WORKERS, get=False, post=True, args=locked_trial),
    "fieldwork:picture": Row(see=READERS, act=WORKERS, get=False, post=True, args=locked_trial),
}
