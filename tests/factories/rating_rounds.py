"""Choices of challenges: rounds, the challenges in them, and ratings."""

from datetime import date

import factory

from prototypes.models import ChallengeRating, RatedChallenge, RatingRound
from tests.factories.accounts import UserFactory
from tests.factories.cast import TODAY
from tests.factories.cohorts import CREATED_ON, CohortFactory
from tests.factories.prototypes import ChallengeFactory


class RatingRoundFactory(factory.django.DjangoModelFactory):
    """An open round with two criteria."""

    class Meta:
        model = RatingRound

    created_on = CREATED_ON
    cohort = factory.SubFactory(CohortFactory)
    criteria_fr = ["Effet", "Portée"]
    criteria_en = ["Effect", "Reach"]


class RatedChallengeFactory(factory.django.DjangoModelFactory):
    """A proposed challenge in an open round."""

    class Meta:
        model = RatedChallenge

    rating_round = factory.SubFactory(RatingRoundFactory)
    challenge = factory.SubFactory(
        ChallengeFactory, cohort=factory.SelfAttribute("..rating_round.cohort"), state="proposed"
    )


class ChallengeRatingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChallengeRating

    rated_challenge = factory.SubFactory(RatedChallengeFactory)
    person = factory.SubFactory(UserFactory)
    criterion = 0
    score = 4


def closed(row: RatingRound, on: date = TODAY) -> RatingRound:
    """Close a round and return it."""
    row.closed_on = on
    row.save()
    return row


def decide(row: RatingRound, decision: str, reason: str) -> None:
    """Decide about all challenges of a closed round, without any effect on them."""
    for rated in row.rated_challenges.all():
        rated.decision, rated.reason, rated.decided_on = decision, reason, TODAY
        rated.save()
