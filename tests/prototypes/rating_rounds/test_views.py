"""The pages of a choice of challenges: silent while members rate, then the spread without names, then decisions."""

import re

import pytest

from cohorts.models import Cohort
from prototypes.models import Challenge, ChallengeRating, RatedChallenge, RatingRound
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.prototypes import ChallengeFactory
from tests.factories.rating_rounds import ChallengeRatingFactory, RatedChallengeFactory, RatingRoundFactory, closed
from tests.prototypes.pages import errors, page, send, signed_in, statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def rated(cast: Cast) -> RatedChallenge:
    return RatedChallengeFactory(rating_round__cohort=cast.cohort, challenge__title="Hall")


def ratings(rated: RatedChallenge, *scores: int, criterion: int = 0) -> None:
    """Let so many people of the cohort, by name, give these scores."""
    for number, score in enumerate(scores):
        person = UserFactory(full_name=f"Silent Voter{number}")
        MembershipFactory(cohort=rated.challenge.cohort, user=person, role="relay")
        ChallengeRatingFactory(rated_challenge=rated, person=person, criterion=criterion, score=score)


def address(row: RatingRound, more: str = "") -> str:
    return f"/rating-rounds/{row.pk}/{more}"


def test_a_round_is_opened_for_the_challenges_that_wait(cast: Cast):
    waiting = [ChallengeFactory(cohort=cast.cohort, state=state) for state in ("proposed", "framed")]
    ChallengeFactory(cohort=cast.cohort, state="active")
    form = f"/cohorts/{cast.cohort.slug}/challenges/choose/"
    assert "Choose challenges together" in page(cast["P"], f"/cohorts/{cast.cohort.slug}/challenges/")
    assert "Choose challenges together" not in page(cast["M"], f"/cohorts/{cast.cohort.slug}/challenges/")
    offered = signed_in(cast["P"]).get(form).context["form"].fields["challenges"].queryset
    assert list(offered) == waiting
    one = send(cast["P"], form, challenges=[waiting[0].pk])
    assert errors(one) == {"challenges": ["Choose at least two challenges."]}
    answer = send(cast["P"], form, challenges=[row.pk for row in waiting])
    row = RatingRound.objects.get()
    assert (answer["Location"], [each.challenge for each in row.rated_challenges.all()]) == (address(row), waiting)
    assert "rating open" in page(cast["M"], f"/cohorts/{cast.cohort.slug}/challenges/")


def test_a_member_rates_all_challenges_in_one_form_and_changes_them_until_the_end(cast: Cast, rated: RatedChallenge):
    row, form = rated.rating_round, address(rated.rating_round, "rate/")
    home = page(cast["M"], "/")
    assert "Rivage</b> chooses challenges together. You have not rated them yet." in home
    answer = send(cast["M"], form, **{f"score-{rated.pk}-0": "5", f"score-{rated.pk}-1": "0"})
    assert answer["Location"] == address(row)
    assert list(ChallengeRating.objects.values_list("criterion", "score")) == [(0, 5)]
    assert "chooses challenges together" not in page(cast["M"], "/")
    initial = signed_in(cast["M"]).get(form).context["form"].initial
    assert initial == {f"score-{rated.pk}-0": 5, f"score-{rated.pk}-1": 0}
    bad = send(cast["M"], form, **{f"score-{rated.pk}-0": "6", f"score-{rated.pk}-1": "2"})
    assert list(errors(bad)) == [f"score-{rated.pk}-0"]
    assert re.search(rf'name="score-{rated.pk}-1" value="2"[^>]* checked', bad.content.decode())
    closed(row)
    late = send(cast["M"], form, **{f"score-{rated.pk}-0": "1"})
    assert errors(late) == {
        "__all__": ["The rating is closed: ratings and challenges can no longer be changed. Choose challenges again."]
    }
    assert signed_in(cast["M"]).get(form)["Location"] == address(row)
    assert ChallengeRating.objects.get().score == 5


@pytest.mark.parametrize("role", "SCPMRA")
def test_while_members_rate_nobody_reads_what_others_rated(role: str, cast: Cast, rated: RatedChallenge):
    """The same page, whatever others rated, but for how many have."""
    pages = []
    for scores in ([1, 1, 1, 1, 1], [5, 4, 5, 4, 5]):
        ChallengeRating.objects.all().delete()
        ratings(rated, *scores)
        texts = [page(cast[role], address(rated.rating_round))]
        texts += [page(cast[role], f"/challenges/{rated.challenge_id}/")]
        if role != "S":
            texts += [page(cast[role], address(rated.rating_round, "rate/"))] if role in "CPMR" else []
        pages.append([re.sub(r"<[^>]*>", "", text.partition("<main")[2]) for text in texts])
    assert pages[0] == pages[1]
    assert "5 people have rated" in pages[0][0]
    assert "Silent Voter" not in "".join(pages[0])


def test_a_closed_round_shows_the_spread_of_five_people_without_names(cast: Cast, rated: RatedChallenge):
    ratings(rated, 5, 4, 5, 2)
    ratings(rated, 5, 5, 1, 1, criterion=1)
    ChallengeRatingFactory(rated_challenge=rated, person=cast["M"], criterion=0, score=4)
    closed(rated.rating_round)
    text = page(cast["M"], address(rated.rating_round))
    assert 'aria-label="1 person gives 2, 2 people give 4, 2 people give 5"' in text
    assert text.count(">agree</span>") == 1
    assert text.count("Fewer than five people rated this: not shown.") == 1
    assert "Silent Voter" not in text
    assert '<td class="n" data-label="You">4</td>' in text
    assert '<td class="n" data-label="You">4</td>' not in page(cast["P"], address(rated.rating_round))


def test_the_decision_with_its_reason_is_on_the_pages_of_the_round_and_the_challenge(cast: Cast, rated: RatedChallenge):
    row, form = rated.rating_round, address(rated.rating_round, f"{rated.pk}/")
    assert "Members still rate. Close the rating first" in page(cast["P"], form)
    assert send(cast["P"], address(row, "close/"))["Location"] == address(row)
    assert f'href="{form}"' in page(cast["P"], address(row))
    assert f'href="{form}"' not in page(cast["M"], address(row))
    empty = send(cast["P"], form, decision="take_on", reason="Three departments want it")
    assert list(errors(empty)) == ["framing"]
    sent = {"decision": "take_on", "reason": "Three departments want it", "framing": "The way from the door"}
    assert send(cast["P"], form, **sent)["Location"] == address(row)
    assert Challenge.objects.get(pk=rated.challenge_id).state == "active"
    for path in (address(row), f"/challenges/{rated.challenge_id}/"):
        assert "Three departments want it" in page(cast["R"], path)


@pytest.mark.parametrize("challenges", [1, 3])
def test_pages_of_a_round_take_the_same_statements_for_one_challenge_and_three(challenges: int, cast: Cast):
    row = RatingRoundFactory(cohort=cast.cohort)
    for rated in RatedChallengeFactory.create_batch(challenges, rating_round=row):
        ratings(rated, 1, 2, 3, 4, 5)
    assert statements(cast["M"], address(row)) == 7
    assert statements(cast["M"], address(row, "rate/")) == 6
    closed(row)
    assert statements(cast["M"], address(row)) == 7


def test_criteria_are_named_in_the_language_of_the_reader(cast: Cast, rated: RatedChallenge):
    answer = signed_in(cast["M"]).get(address(rated.rating_round, "rate/"), headers={"accept-language": "fr"})
    assert "Portée" in answer.content.decode()
    assert "Reach" in page(cast["M"], address(rated.rating_round, "rate/"))
    assert Cohort.objects.get(pk=cast.cohort.pk).rating_rounds.open().count() == 1
