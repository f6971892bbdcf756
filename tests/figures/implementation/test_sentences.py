"""Whole sentences: which ideas are counted, how far their dates are known, and what the funnel shows."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from figures.implementation.funnel import Funnel
from figures.implementation.sentences import (
    OF_KIND,
    confirmed_sentence,
    funnel_sentence,
    imprecise_sentence,
    narrowing_sentence,
)
from figures.outcomes.outcome_counts import CohortCount
from figures.scope.selection import FiguresScope
from prototypes.enums import ChallengeKind
from tests.factories.rates import TWENTY_FOUR_IDEAS
from tests.figures.outcomes.test_outcome_counts import EXAMPLE, figures_of

DAY, LATER = date(2025, 1, 1), date(2025, 12, 31)


@pytest.mark.parametrize(
    ("scope", "known_on", "sentence"),
    [
        (FiguresScope(), None, ""),
        (FiguresScope(kind="priority"), None, "Counted here: ideas of priority challenges."),
        (FiguresScope(accepted_from=DAY), None, "Counted here: ideas, accepted from 1 January 2025 on."),
        (FiguresScope(accepted_until=LATER), None, "Counted here: ideas, accepted until 31 December 2025."),
        (
            FiguresScope(kind="test_case", accepted_from=DAY, accepted_until=LATER),
            date(2026, 2, 1),
            (
                "Counted here: ideas of test cases, accepted from 1 January 2025 to 31 December "
                "2025, as known on 1 February 2026."
            ),
        ),
    ],
)
def test_narrowing_sentence_names_kind_period_and_known_at(scope: FiguresScope, known_on: date | None, sentence: str):
    with override("en"):
        assert narrowing_sentence(scope, known_on) == sentence


def test_every_kind_of_challenge_has_a_text():
    assert list(OF_KIND) == ChallengeKind.values


def test_confirmed_sentence_counts_ideas_updated_in_the_last_six_months():
    with override("en"):
        assert (
            confirmed_sentence(replace(EXAMPLE, confirmed=21))
            == "21 of 24 accepted ideas had an update after 24 May 2026."
        )


def imprecise(most: list[tuple[int, int]], least: list[tuple[int, int]]) -> str:
    figures = replace(figures_of(least), imprecise=3, bounds=(figures_of(most), figures_of(least)))
    with override("en"):
        return imprecise_sentence(figures).removeprefix("3 ideas have dates known to the month or the year only.")


SOONER = [(max(0, months - 3), kind) for months, kind in TWENTY_FOUR_IDEAS]


@pytest.mark.parametrize(
    ("most", "least", "sentence"),
    [
        (
            SOONER,
            TWENTY_FOUR_IDEAS,
            (" Depending on the exact dates, between 31% and 36% of the ideas would be implemented within 12 months."),
        ),
        (
            [(1, 1)] * 5,
            [(1, 0)] * 5,
            " Depending on the exact dates, between 0% and 100% of the ideas are implemented.",
        ),
        (TWENTY_FOUR_IDEAS, TWENTY_FOUR_IDEAS, ""),
        ([(1, 1)] * 5, [(2, 1)] * 5, ""),
        ([(1, 1)] * 4, [(1, 0)] * 4, ""),
    ],
    ids=["within a year", "too young for that", "nothing moves", "only months move", "too few for a share"],
)
def test_imprecise_sentence_gives_the_range_of_the_share(
    most: list[tuple[int, int]], least: list[tuple[int, int]], sentence: str
):
    assert imprecise(most, least) == sentence


def test_plain_share_is_used_where_one_bound_has_no_share_within_a_year():
    young = [(1, 1), *[(3, 0)] * 5]
    assert (
        imprecise(SOONER, young) == " Depending on the exact dates, between 17% and 42% of the ideas are implemented."
    )


def test_without_imprecise_days_there_is_no_sentence():
    with override("en"):
        assert imprecise_sentence(replace(EXAMPLE, bounds=(figures_of(SOONER), EXAMPLE))) == ""


def test_imprecise_sentence_is_singular_for_one_idea():
    with override("en"):
        assert imprecise_sentence(replace(EXAMPLE, imprecise=1)) == (
            "1 idea has a date known to the month or the year only."
        )


AT_AN_AGE = "At the same age, 12 months after acceptance,"


@pytest.mark.parametrize(
    ("odd", "sentence"),
    [
        ([12], f"{AT_AN_AGE} all cohorts shown are within the range that chance alone would give."),
        (
            [16],
            f"{AT_AN_AGE} 1 of 7 cohorts lies outside the inner lines: chance alone puts about one in twenty there.",
        ),
        (
            [16, 4],
            f"{AT_AN_AGE} 2 of 8 cohorts lie outside the inner lines: chance alone puts about one in twenty there.",
        ),
        (
            [20],
            f"{AT_AN_AGE} 1 of 7 cohorts lies outside the outer lines, where chance alone puts two in a thousand."
            " These figures do not say why.",
        ),
        (
            [20, 0],
            f"{AT_AN_AGE} 2 of 8 cohorts lie outside the outer lines, where chance alone puts two in a thousand."
            " These figures do not say why.",
        ),
    ],
)
def test_funnel_sentence_names_the_age_first_and_no_cause(odd: list[int], sentence: str):
    dots = [CohortCount(number, 20, 0, True, 20, within) for number, within in enumerate([10] * 6 + odd)]
    with override("en"):
        assert (
            funnel_sentence(Funnel(tuple(dots), 20 * len(dots), sum(dot.implemented_by_horizon for dot in dots)))
            == sentence
        )


def test_funnel_sentence_is_singular_for_one_cohort():
    with override("en"):
        sentence = funnel_sentence(Funnel((CohortCount(1, 9, 4, True, 9, 4),), 60, 30))
    assert sentence == f"{AT_AN_AGE} the cohort shown is within the range that chance alone would give."
