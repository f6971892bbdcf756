"""Routes of the prototypes app: members and the admin of the authority read, the roles in the table act."""

from typing import Any

from prototypes.models import Idea, Prototype, RatingRound, Trial
from tests.factories.cast import TODAY, Cast
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    IndicatorFactory,
    PrototypeFactory,
    TrialFactory,
    TrialNoteFactory,
    package,
)
from tests.factories.rating_rounds import RatedChallengeFactory, closed
from tests.matrix import RouteRow

READERS = "SCDPMRA"
WORKERS = "SCDPM"
SPEAKERS = "SCDPMR"


def cohort(cast: Cast) -> list[Any]:
    return [cast.cohort.slug]


def challenge(cast: Cast) -> list[Any]:
    return [ChallengeFactory(cohort=cast.cohort).pk]


def challenge_action_args(cast: Cast) -> list[Any]:
    return [ChallengeFactory(cohort=cast.cohort).pk, "drop"]


def an_idea(cast: Cast, state: str = "accepted") -> Idea:
    """Return an idea of the pilot, which an ambassador may not edit."""
    return IdeaFactory(cohort=cast.cohort, state=state, owner=cast["P"])


def idea(cast: Cast) -> list[Any]:
    return [an_idea(cast).pk]


def idea_action_args(cast: Cast) -> list[Any]:
    return [an_idea(cast, "captured").pk, "accept"]


def event(cast: Cast) -> list[Any]:
    row = an_idea(cast)
    return [row.pk, row.events.get(state="accepted").pk]


def a_prototype(cast: Cast) -> Prototype:
    return PrototypeFactory(idea=an_idea(cast, "prototyping"), state="draft", made_by=cast["P"])


def prototype(cast: Cast) -> list[Any]:
    return [a_prototype(cast).pk]


def prototype_action_args(cast: Cast) -> list[Any]:
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
    return [row.pk, TrialNoteFactory(trial=row).pk]


def language(_cast: Cast) -> list[Any]:
    return ["fr"]


def trial_action_args(cast: Cast) -> list[Any]:
    return [a_trial(cast).pk, "cancel"]


def comment(cast: Cast) -> list[Any]:
    """Return a comment of the coordinator: nobody else edits it, and only lab staff may also withdraw it."""
    return [CommentFactory(idea=an_idea(cast), written_by=cast["C"]).pk]


def implementation_action_args(cast: Cast) -> list[Any]:
    return [ImplementationFactory(idea=an_idea(cast, "implementing")).pk, "discontinue"]


def implementation(cast: Cast) -> list[Any]:
    return implementation_action_args(cast)[:1]


def shared_idea(cast: Cast) -> list[Any]:
    return [IdeaFactory(cohort=cast.cohort, state="accepted", shared_with_edition=True).pk]


def handed_over(cast: Cast) -> list[Any]:
    return [an_idea(cast, "handed_over").pk, 3]


def an_indicator(cast: Cast) -> list[Any]:
    row = IndicatorFactory(idea=an_idea(cast, "decided"))
    return [row.idea_id, row.pk]


def a_package(cast: Cast) -> list[Any]:
    return [package(an_idea(cast, "handed_over")).pk]


def challenges_to_choose(cast: Cast) -> list[Any]:
    ChallengeFactory.create_batch(2, cohort=cast.cohort, state="proposed")
    return [cast.cohort.slug]


def open_round(cast: Cast) -> list[Any]:
    cast.cohort.rating_rounds.filter(closed_on=None).update(closed_on=TODAY)  # there is one open round at most
    return [RatedChallengeFactory(rating_round__cohort=cast.cohort).rating_round_id]


def rated_challenge(cast: Cast) -> list[Any]:
    [pk] = open_round(cast)
    row = closed(RatingRound.objects.get(pk=pk))
    return [pk, row.rated_challenges.get().pk]


ROUTES: dict[str, RouteRow] = {
    "prototypes:board": RouteRow(visible_to=READERS, args=cohort),
    "prototypes:compare": RouteRow(visible_to=READERS, args=idea),
    "prototypes:follow_up": RouteRow(visible_to=READERS, usable_by="SPA", post=True, args=handed_over),
    "prototypes:link_challenge": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=challenge),
    "prototypes:package": RouteRow(visible_to=READERS, args=a_package),
    "prototypes:reuse_idea": RouteRow(visible_to="SCDPMRAN", usable_by="SN", post=True, args=shared_idea),
    "prototypes:challenge_list": RouteRow(visible_to=READERS, args=cohort),
    "prototypes:add_challenge": RouteRow(visible_to=READERS, usable_by=WORKERS, post=True, args=cohort),
    "prototypes:challenge": RouteRow(visible_to=READERS, args=challenge),
    "prototypes:edit_challenge": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=challenge),
    "prototypes:challenge_action": RouteRow(
        visible_to=READERS, usable_by="SCDP", post=True, args=challenge_action_args
    ),
    "prototypes:open_rating_round": RouteRow(
        visible_to=READERS, usable_by="SCDP", post=True, args=challenges_to_choose
    ),
    "prototypes:rating_round": RouteRow(visible_to=READERS, args=open_round),
    "prototypes:rate_challenges": RouteRow(visible_to=READERS, usable_by="CDPMR", post=True, args=open_round),
    "prototypes:close_rating_round": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=open_round),
    "prototypes:decide_challenge": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=rated_challenge),
    "prototypes:idea_list": RouteRow(),
    "prototypes:trial_list": RouteRow(),
    "prototypes:add_idea": RouteRow(usable_by="SCDPMN", post=True),
    "prototypes:idea": RouteRow(visible_to=READERS, args=idea),
    "prototypes:other_actions": RouteRow(visible_to=READERS, args=idea),
    "prototypes:idea_events": RouteRow(visible_to=READERS, args=idea),
    "prototypes:edit_idea": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=idea),
    "prototypes:idea_action": RouteRow(visible_to=READERS, usable_by="SCP", post=True, args=idea_action_args),
    "prototypes:unconfirmed": RouteRow(post=True),
    "prototypes:confirm_idea": RouteRow(visible_to=READERS, usable_by="SCPA", post=True, args=idea),
    "prototypes:correct_event": RouteRow(visible_to=READERS, usable_by="SCP", post=True, args=event),
    "prototypes:correct_indicator": RouteRow(visible_to=READERS, usable_by="SCP", post=True, args=an_indicator),
    "prototypes:add_prototype": RouteRow(visible_to=READERS, usable_by=WORKERS, post=True, args=idea),
    "prototypes:prototype": RouteRow(visible_to=READERS, args=prototype),
    "prototypes:edit_prototype": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=prototype),
    "prototypes:prototype_action": RouteRow(
        visible_to=READERS, usable_by="SCDP", post=True, args=prototype_action_args
    ),
    "prototypes:plan_trial": RouteRow(visible_to=READERS, usable_by=WORKERS, post=True, args=prototype),
    "prototypes:trial": RouteRow(visible_to=READERS, args=trial),
    "prototypes:edit_trial": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=trial),
    "prototypes:log_trial": RouteRow(visible_to=READERS, usable_by=WORKERS, post=True, args=locked_trial),
    "prototypes:trial_action": RouteRow(visible_to=READERS, usable_by=WORKERS, post=True, args=trial_action_args),
    "comments:idea_comments": RouteRow(visible_to=READERS, args=idea),
    "comments:comment_on_idea": RouteRow(visible_to=READERS, usable_by=SPEAKERS, post=True, args=idea),
    "comments:prototype_comments": RouteRow(visible_to=READERS, args=prototype),
    "comments:comment_on_prototype": RouteRow(visible_to=READERS, usable_by=SPEAKERS, post=True, args=prototype),
    "comments:comment": RouteRow(visible_to=READERS, args=comment),
    "comments:reply": RouteRow(visible_to=READERS, usable_by=SPEAKERS, post=True, args=comment),
    "comments:edit": RouteRow(visible_to=READERS, usable_by="C", post=True, args=comment),
    "comments:withdraw": RouteRow(visible_to=READERS, usable_by="SC", post=True, args=comment),
    "prototypes:implementation_action": RouteRow(
        visible_to=READERS, usable_by="SPA", post=True, args=implementation_action_args
    ),
    "prototypes:correct_trial": RouteRow(visible_to=READERS, usable_by=WORKERS, post=True, args=concluded_trial),
    "prototypes:settle_note": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=second_version),
    "prototypes:log": RouteRow(),
    "fieldwork:field": RouteRow(public=True),
    "fieldwork:shell": RouteRow(public=True, args=language),
    "fieldwork:worker": RouteRow(public=True),
    "fieldwork:manifest": RouteRow(public=True, args=language),
    "fieldwork:tests": RouteRow(),
    "fieldwork:receive_trial_note": RouteRow(
        visible_to=READERS, usable_by=WORKERS, get=False, post=True, args=locked_trial
    ),
    "fieldwork:picture": RouteRow(visible_to=READERS, usable_by=WORKERS, get=False, post=True, args=locked_trial),
}
