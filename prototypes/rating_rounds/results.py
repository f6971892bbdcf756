"""Page data of a round: how many members have rated, and once it is closed, how the ratings spread."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import ngettext

from accounts.models import User
from prototypes.models import ChallengeRating, RatedChallenge, RatingRound
from prototypes.rating_rounds.spread import Spread, spread_of

BAR_WIDTH, BAR_HEIGHT = 14, 28  # of the drawing of a spread, in its units


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of one score in the drawing of a spread, in units of the drawing."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """Return the horizontal position of the label below the bar."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """How people rated a challenge by one criterion; `spread` is None if fewer than five people did.

    `own_score` is what the reader gave, None if they gave none.
    """

    name: str
    spread: Spread | None
    own_score: int | None

    @property
    def bars(self) -> list[Bar]:
        """Return the bars of the drawing, one for each score from 1 to 5; the most frequent score has full height."""
        counts = self.spread.counts if self.spread else ()
        heights = [round(BAR_HEIGHT * count / max(counts)) for count in counts]
        return [
            Bar(position * BAR_WIDTH, BAR_HEIGHT - height, BAR_WIDTH - 2, height)
            for position, height in enumerate(heights)
        ]

    @property
    def text(self) -> str:
        """Return the counts in words: “1 person gives 2, 4 people give 5”."""
        counts = self.spread.counts if self.spread else ()
        parts = [
            ngettext("%(n)d person gives %(score)d", "%(n)d people give %(score)d", count)
            % {"n": count, "score": score}
            for score, count in enumerate(counts, start=1)
            if count
        ]
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class ChallengeResult:
    """A challenge of a closed round with its results, one for each criterion, in the order of the criteria."""

    rated_challenge: RatedChallenge
    criteria: Sequence[CriterionResult]


def results_of(rating_round: RatingRound, user: User, *, until: date | None = None) -> list[ChallengeResult]:
    """Return the results of a closed round as the user reads them, in the order in which its challenges were added.

    [] while the round is open: nobody reads then what others rated. Decisions after the day `until` are left out, for
    past members. Two statements.
    """
    if rating_round.is_open:
        return []
    scores = defaultdict[tuple[int, int], dict[int, int]](dict)
    rows = ChallengeRating.objects.filter(rated_challenge__rating_round=rating_round)
    for key, criterion, rater, score in rows.values_list("rated_challenge", "criterion", "person", "score"):
        scores[key, criterion][rater] = score
    challenges = challenges_in(rating_round)
    for row in challenges:
        if until and row.decided_on and row.decided_on > until:
            row.decision = row.reason = ""
    return [
        ChallengeResult(
            row,
            [_result(name, scores[row.pk, criterion], user) for criterion, name in enumerate(rating_round.criteria)],
        )
        for row in challenges
    ]


def _result(name: str, scores: Mapping[int, int], user: User) -> CriterionResult:
    """Return the result of one criterion from the scores by person; its spread is None for fewer than five people."""
    spread = spread_of(scores.values())
    return CriterionResult(name, spread if spread.is_visible else None, scores.get(user.pk))


def challenges_in(rating_round: RatingRound) -> list[RatedChallenge]:
    """Return the challenges of a round in the order in which they were added; one statement."""
    return list(rating_round.rated_challenges.select_related("challenge").order_by("pk"))


def own_scores(rating_round: RatingRound, user: User) -> dict[tuple[int, int], int]:
    """Return the scores that a person gave in a round, by the key of the challenge in it and the position of the
    criterion; one statement.
    """
    rows = ChallengeRating.objects.filter(rated_challenge__rating_round=rating_round, person=user)
    values = rows.values_list("rated_challenge", "criterion", "score")
    return {(key, criterion): score for key, criterion, score in values}


def people_who_rated(rating_round: RatingRound) -> int:
    """Return how many people have rated at least one challenge of the round; one statement."""
    rows = ChallengeRating.objects.filter(rated_challenge__rating_round=rating_round)
    return rows.values("person").distinct().count()
