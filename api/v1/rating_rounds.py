"""Choices of challenges: rounds in which the members of a cohort rate challenges, and what was decided."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.lists import Page, PageQuery, read_unfiltered_page
from api.v1.addresses import cohort_slug
from api.v1.references import Reference
from api.v1.schemas import WithPage, with_example
from cohorts.cohort.pages import get_cohort_or_404
from cohorts.visibility import readable_until
from prototypes.models import RatingRound
from prototypes.rating_rounds.results import people_who_rated, results_of
from prototypes.rating_rounds.views import get_round_or_404, hide_later_closing

router = Router(auth=TokenAuth(Area.IDEAS), tags=[Area.IDEAS.value])
EXAMPLE_ROUND = {
    "id": 4,
    "criteria": ["Effect on users", "Within our reach"],
    "opened_on": "2026-02-10",
    "closed_on": "2026-02-24",
    "page": "https://lab.example/rating-rounds/4/",
}


class RatingRoundOut(WithPage):
    """A round in which members rate challenges by `criteria`; it is open until its last day `closed_on`."""

    model_config = with_example(EXAMPLE_ROUND)

    id: int
    criteria: list[str]
    opened_on: date = Field(alias="created_on")
    closed_on: date | None


class CriterionOut(Schema):
    """How many people gave each score from 1 to 5; null where fewer than five rated."""

    criterion: str = Field(alias="name")
    counts: list[int] | None

    @staticmethod
    def resolve_counts(result: Any) -> list[int] | None:
        """Return the counts; None where they could tell who rated how."""
        return list(result.spread.counts) if result.spread else None


class RatedChallengeOut(Schema):
    """A challenge of a closed round: how it was rated, and what the cohort decided."""

    challenge: Reference
    decision: str = Field(alias="rated_challenge.decision")
    reason: str = Field(alias="rated_challenge.reason")
    ratings: list[CriterionOut] = Field(alias="criteria")

    @staticmethod
    def resolve_challenge(result: Any) -> dict[str, Any]:
        """Return the challenge by its title."""
        challenge = result.rated_challenge.challenge
        return {"id": challenge.pk, "name": challenge.title}


class RatingRoundResultsOut(RatingRoundOut):
    """A round with its results, which nobody reads while it is open: then `challenges` is empty."""

    model_config = with_example(
        {
            **EXAMPLE_ROUND,
            "people_who_rated": 9,
            "challenges": [
                {
                    "challenge": {"id": 7, "name": "Support for firms"},
                    "decision": "take_on",
                    "reason": "Firms ask for it, and the counter is ours.",
                    "ratings": [{"criterion": "Effect on users", "counts": [0, 1, 2, 4, 2]}],
                }
            ],
        }
    )

    people_who_rated: int
    challenges: list[RatedChallengeOut]


@router.get(
    "/cohorts/{slug:slug}/rating-rounds/",
    response=Page[RatingRoundOut],
    url_name="rating_rounds",
    summary=_("List the rating rounds of a cohort"),
)
def list_rounds(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the rounds of a cohort, without their results."""
    user, cohort = person(request), get_cohort_or_404(request, cohort_slug(request, slug))
    rows = RatingRound.objects.visible_to(user).filter(cohort=cohort)
    part = read_unfiltered_page(request, rows.annotate(readable_until=readable_until(user, "cohort")), query)
    for row in part["items"]:
        hide_later_closing(row)
    return part


@router.get(
    "/rating-rounds/{int:pk}/",
    response=RatingRoundResultsOut,
    url_name="rating_round",
    summary=_("Read a rating round of a cohort"),
)
def read_round(request: HttpRequest, pk: int) -> Any:
    """Return a round; once it is closed, how the ratings spread and what was decided."""
    user = person(request)
    row: Any = get_round_or_404(user, pk)
    row.people_who_rated = people_who_rated(row)
    row.challenges = results_of(row, user, until=row.readable_until)
    return row
