"""The actions of a choice of challenges: open, rate, close, decide."""

from typing import Any
from uuid import uuid4

import pytest

from prototypes.actions import close_round, decide_challenge, open_round, rate_challenges
from prototypes.models import ChallengeRating, RatedChallenge, RatingRound
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.prototypes import ChallengeFactory
from tests.factories.rating_rounds import RatedChallengeFactory, closed
from web.actions import ACTIONS
from web.errors import DomainError

pytestmark = pytest.mark.django_db


def test_a_round_copies_the_criteria_of_the_format_and_opens_once(cast: Cast):
    challenges = ChallengeFactory.create_batch(2, cohort=cast.cohort, state="proposed")
    arguments: dict[str, Any] = {"cohort": cast.cohort, "challenges": challenges, "by": cast["P"]}
    key = uuid4()
    row = open_round(**arguments, idempotency_key=key)
    version = cast.edition.format
    assert (row.criteria_fr, row.criteria_en) == (version.criteria_fr, version.criteria_en)
    assert row.criteria_en == ["Effect on users", "Within our reach", "Little effort"]
    assert [rated.challenge for rated in row.rated_challenges.all()] == challenges
    assert open_round(**arguments, idempotency_key=key) == row
    other = ChallengeFactory(cohort=cast.cohort, state="proposed")
    with pytest.raises(DomainError, match="You have already sent this form"):
        open_round(**arguments | {"challenges": [challenges[0], other]}, idempotency_key=key)
    with pytest.raises(DomainError, match="The cohort already rates challenges"):
        open_round(**arguments, idempotency_key=uuid4())
    closed(row)
    with pytest.raises(DomainError, match="at least two"):
        open_round(**arguments | {"challenges": challenges[:1]})
    assert RatingRound.objects.count() == 1


def test_a_format_without_criteria_has_no_rounds(cast: Cast):
    cast.cohort.edition.format.criteria_fr = []
    with pytest.raises(DomainError, match="no criteria"):
        open_round(cohort=cast.cohort, challenges=[ChallengeFactory(), ChallengeFactory()], by=cast["P"])


def test_ratings_replace_what_the_person_rated_before_and_nobody_else_s(cast: Cast):
    rated = RatedChallengeFactory(rating_round__cohort=cast.cohort)
    row = rated.rating_round
    rate_challenges(rating_round=row, scores={(rated.pk, 0): 2, (rated.pk, 1): 5}, by=cast["M"])
    rate_challenges(rating_round=row, scores={(rated.pk, 0): 1, (rated.pk, 1): None}, by=cast["R"])
    rate_challenges(rating_round=row, scores={(rated.pk, 0): 4, (rated.pk, 1): None}, by=cast["M"])
    scores = ChallengeRating.objects.order_by("person", "criterion").values_list("person", "criterion", "score")
    assert sorted(scores) == sorted([(cast["M"].pk, 0, 4), (cast["R"].pk, 0, 1)])
    assert close_round(rating_round=row, by=cast["P"], at=NOW).closed_on == TODAY
    assert close_round(rating_round=row, by=cast["P"], at=NOW.replace(year=2027)).closed_on == TODAY
    with pytest.raises(DomainError, match="The rating is closed"):
        rate_challenges(rating_round=row, scores={(rated.pk, 0): 5}, by=cast["M"])


def decided(cast: Cast, state: str, decision: str, framing: str = "") -> RatedChallenge:
    row = RatedChallengeFactory(
        rating_round__cohort=cast.cohort, challenge=ChallengeFactory(cohort=cast.cohort, state=state)
    )
    closed(row.rating_round)
    return decide_challenge(
        rated_challenge=row, decision=decision, reason="We said so", framing=framing, by=cast["P"], at=NOW
    )


@pytest.mark.parametrize(
    ("state", "decision", "framing", "after", "reason"),
    [
        ("proposed", "take_on", "The hall", "active", ""),
        ("framed", "take_on", "", "active", ""),
        ("active", "take_on", "", "active", ""),
        ("proposed", "later", "", "proposed", ""),
        ("framed", "drop", "", "dropped", "We said so"),
        ("dropped", "drop", "", "dropped", "Dropped by the tests"),
    ],
)
def test_a_decision_moves_the_challenge(  # noqa: PLR0917 - one column of the table each
    state: str, decision: str, framing: str, after: str, reason: str, cast: Cast
):
    row = decided(cast, state, decision, framing)
    row.challenge.refresh_from_db()
    assert (row.decision, row.reason, row.decided_on) == (decision, "We said so", TODAY)
    assert (row.challenge.state, row.challenge.reason, row.challenge.framing) == (after, reason, framing)


@pytest.mark.parametrize(
    ("state", "decision", "refusal"),
    [
        ("proposed", "take_on", "Say what is part"),
        ("dropped", "take_on", "The state of this challenge"),
        ("handed_over", "drop", "The state of this challenge"),
    ],
)
def test_a_decision_that_the_challenge_cannot_follow_is_not_recorded(
    state: str, decision: str, refusal: str, cast: Cast
):
    with pytest.raises(DomainError, match=refusal):
        decided(cast, state, decision)
    assert RatedChallenge.objects.exclude(decision="").count() == 0


def test_a_decision_is_recorded_once_and_only_after_the_round(cast: Cast):
    row = RatedChallengeFactory(rating_round__cohort=cast.cohort)
    arguments: dict[str, Any] = {"rated_challenge": row, "by": cast["P"], "at": NOW}
    with pytest.raises(DomainError, match="Members still rate"):
        decide_challenge(**arguments, decision="later", reason="Early")
    closed(row.rating_round)
    decide_challenge(**arguments, decision="later", reason="Early")
    with pytest.raises(DomainError, match="recorded already"):
        decide_challenge(**arguments, decision="drop", reason="No")


def test_lab_staff_do_not_rate_while_they_act_for_someone():
    assert ACTIONS["rate_challenges"].forbidden_while_acting
