"""The rules of rounds and ratings in the database, tried with raw SQL."""

from datetime import date, timedelta

import pytest

from prototypes.models import ChallengeRating, RatingRound
from tests.factories.cast import TODAY
from tests.factories.cohorts import MembershipFactory
from tests.factories.prototypes import ChallengeFactory
from tests.factories.rating_rounds import (
    ChallengeRatingFactory,
    RatedChallengeFactory,
    RatingRoundFactory,
    closed,
    decide,
)
from tests.sql import delete, insert_like, refused_by, update

pytestmark = pytest.mark.django_db


def test_a_cohort_has_one_open_round_whose_criteria_and_cohort_never_change():
    row = RatingRoundFactory()
    other = RatingRoundFactory()
    with refused_by("rating_round_one_open"):
        RatingRoundFactory(cohort=row.cohort)
    for column, value in (("criteria_fr", ["Autre", "Portée"]), ("cohort_id", other.cohort_id)):
        with refused_by("rating_round_fixed"):
            update(row, **{column: value})
    for french, english in (([], []), (["Effet"], ["Effect", "Reach"])):
        with refused_by("rating_round_criteria"):
            RatingRoundFactory(criteria_fr=french, criteria_en=english)
    closed(row)
    RatingRoundFactory(cohort=row.cohort)


def test_past_members_read_the_rounds_that_were_opened_until_their_last_day():
    row = RatingRoundFactory(created_on=TODAY)
    past = {days: MembershipFactory(cohort=row.cohort, ends_on=TODAY - timedelta(days=days)).user for days in (0, 1)}
    found = {days: RatingRound.objects.visible_to(user).exists() for days, user in past.items()}
    assert found == {0: True, 1: False}


@pytest.mark.parametrize("day", [None, date(2026, 11, 25)])
def test_a_closed_round_stays_closed_and_so_do_its_challenges_and_ratings(day: date | None):
    rating = ChallengeRatingFactory()
    rated = rating.rated_challenge
    row = closed(rated.rating_round)
    with refused_by("rating_round_closed_for_good"):
        update(row, closed_on=day)
    with refused_by("rated_challenge_round_open"):
        RatedChallengeFactory(rating_round=row)
    with refused_by("challenge_rating_round_open"):
        ChallengeRatingFactory(rated_challenge=rated)
    with refused_by("challenge_rating_round_open"):
        update(rating, score=1)
    with refused_by("challenge_rating_round_open"):
        delete(rating)
    assert ChallengeRating.objects.get().score == 4


def test_challenges_are_of_the_cohort_once_and_are_not_exchanged():
    row = RatedChallengeFactory()
    foreign = ChallengeFactory(state="proposed")
    with refused_by("rated_challenge_of_cohort"):
        RatedChallengeFactory(rating_round=row.rating_round, challenge=foreign)
    with refused_by("rated_challenge_once"):
        insert_like(row)
    with refused_by("rated_challenge_fixed"):
        update(row, challenge_id=ChallengeFactory(cohort=row.challenge.cohort).pk)


def test_a_decision_comes_after_the_round_has_a_reason_and_is_final():
    row = RatedChallengeFactory()
    decision = {"decision": "later", "reason": "Too early", "decided_on": TODAY}
    with refused_by("rated_challenge_decided_after_rating"):
        update(row, **decision)
    closed(row.rating_round)
    with refused_by("rated_challenge_decision_known"):
        update(row, **decision | {"decision": "maybe"})
    for missing in ({"reason": ""}, {"decided_on": None}, {"decision": ""}):
        with refused_by("rated_challenge_decision_has_reason"):
            update(row, **decision | missing)
    update(row, **decision)
    with refused_by("rated_challenge_decided_once"):
        update(row, reason="Another")
    with refused_by("rated_challenge_decided_once"):
        delete(row)


@pytest.mark.parametrize("score", [0, 1, 5, 6])
def test_scores_are_from_one_to_five_once_for_each_person_and_criterion(score: int):
    rating = ChallengeRatingFactory(criterion=1)
    if 1 <= score <= 5:
        update(rating, score=score)
    else:
        with refused_by("challenge_rating_score"):
            update(rating, score=score)
    with refused_by("challenge_rating_once"):
        insert_like(rating)
    with refused_by("challenge_rating_criterion"):
        update(rating, criterion=2)


def test_a_decided_round_is_known_from_its_challenges():
    row = RatedChallengeFactory()
    decide(closed(row.rating_round), "drop", "Not ours")
    row.refresh_from_db()
    assert (str(row), row.tone, RatedChallengeFactory().tone) == (row.challenge.title, "stopped", "neutral")
