"""Actions on the choice of challenges: open a round, rate, close it, record what was decided.

Ratings leave no line in the history: it would show them next to the name of the person while the round is open.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from cohorts.models import Cohort
from prototypes.challenges.actions import activate_challenge, drop_challenge, frame_challenge
from prototypes.enums import ChallengeState
from prototypes.models import Challenge, ChallengeRating, RatedChallenge, RatingRound
from prototypes.rating_rounds.enums import ChallengeDecision
from prototypes.refusals import ROUND_CLOSED
from web.actions import action
from web.errors import DomainError
from web.forms.idempotency import find_earlier_submission
from web.forms.row_changes import lock_row

# States in which a cohort has not yet begun work on a challenge.
STATES_TO_CHOOSE = (ChallengeState.PROPOSED, ChallengeState.FRAMED)
ROUND_ALREADY_SENT = gettext_lazy(
    "You have already sent this form: it created “%(row)s”. To rate other challenges, close that one first."
)


@action(gettext_lazy("Choice of challenges opened"))
def open_round(
    *, cohort: Cohort, challenges: Collection[Challenge], by: User, idempotency_key: UUID | None = None
) -> RatingRound:
    """Open a round in which the members of the cohort rate these challenges by the criteria of its format; return it.

    The same form sent twice (same `idempotency_key`) returns the first round. Raises DomainError when it then names
    other challenges, for fewer than two challenges, for a format without criteria, and while another round of the
    cohort is open.
    """
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    rows, challenge_ids = RatingRound.objects.filter(cohort=cohort), {challenge.pk for challenge in challenges}
    if earlier := find_earlier_submission(
        rows, idempotency_key, message=ROUND_ALREADY_SENT, challenge_ids=challenge_ids
    ):
        return earlier
    if len(challenges) < 2:
        raise DomainError(_("Choose at least two challenges."), field="challenges")
    format_version = cohort.edition.format
    if not format_version.criteria_fr:
        raise DomainError(_("The format of this edition has no criteria for challenges. The lab can add a version."))
    row = RatingRound.objects.create(
        cohort=cohort,
        criteria_fr=format_version.criteria_fr,
        criteria_en=format_version.criteria_en,
        idempotency_key=idempotency_key or uuid4(),
    )
    for challenge in sorted(challenges, key=lambda challenge: challenge.pk):
        RatedChallenge.objects.create(rating_round=row, challenge=challenge)
    return row


@action(gettext_lazy("Challenges rated"), forbidden_while_acting=True)
def rate_challenges(*, rating_round: RatingRound, scores: Mapping[tuple[int, int], int | None], by: User) -> None:
    """Save how `by` rates the challenges of an open round; this replaces what they rated earlier.

    `scores` gives a score from 1 to 5 by the key of the `RatedChallenge` and the position of the criterion; None where
    they cannot say. Raises DomainError when the round is closed.
    """
    if not lock_row(rating_round).is_open:
        raise DomainError(ROUND_CLOSED)
    own = ChallengeRating.objects.filter(rated_challenge__rating_round=rating_round, person=by)
    own.delete()
    ChallengeRating.objects.bulk_create(
        ChallengeRating(rated_challenge_id=key, criterion=criterion, person=by, score=score)
        for (key, criterion), score in scores.items()
        if score is not None
    )


@action(gettext_lazy("Choice of challenges closed"))
def close_round(*, rating_round: RatingRound, by: User, at: datetime) -> RatingRound:
    """Close a round for good and return it: nobody rates any more, and its results are shown.

    Closing a closed round again changes nothing.
    """
    row = lock_row(rating_round)
    if row.is_open:
        row.closed_on = local_day(row.cohort, at)
        row.save(update_fields=["closed_on"])
    return row


@action(gettext_lazy("Decision about a challenge recorded"))
def decide_challenge(
    *, rated_challenge: RatedChallenge, decision: str, reason: str, by: User, at: datetime, framing: str = ""
) -> RatedChallenge:
    """Record what the cohort decided about a challenge after its round, and why; return the row.

    A challenge that is taken on becomes active (a proposed one is framed first, with `framing`); one that is dropped
    becomes dropped. “Not now” changes no state. Raises DomainError for an open round, for a second decision, and when
    the state of the challenge does not allow it.
    """
    row, challenge = lock_row(rated_challenge), lock_row(rated_challenge.challenge)
    row.decision, row.reason = decision, reason
    row.decided_on = local_day(rated_challenge.rating_round.cohort, at)
    row.save(update_fields=["decision", "reason", "decided_on"])
    if decision == ChallengeDecision.TAKE_ON:
        _take_on(challenge, framing, by)
    elif decision == ChallengeDecision.DROP and challenge.state != ChallengeState.DROPPED:
        drop_challenge(challenge=challenge, reason=reason, by=by)
    return row


def _take_on(challenge: Challenge, framing: str, by: User) -> None:
    """Make a challenge active, and framed before that if it is only proposed; an active one stays as it is.

    Raises DomainError for a proposed challenge without a framing, and for one that is handed over, closed or dropped.
    """
    if challenge.state == ChallengeState.PROPOSED:
        if not framing:
            raise DomainError(
                _("Say what is part of the challenge, and what is not: the cohort works on it from now on."),
                field="framing",
            )
        challenge = frame_challenge(challenge=challenge, framing=framing, by=by)
    if challenge.state != ChallengeState.ACTIVE:
        activate_challenge(challenge=challenge, by=by)
