"""Counts and the figures displayed of them: groups, rates, masking past five at risk, and the JSON."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.intervals.pooled import pooled_count, pooled_incidence
from figures.outcomes.outcome_counts import CohortCount, Figures, as_json, pooled_shares, shares_json
from figures.rates import CohortMonths, MonthCounts, cumulative_incidence_from_counts, wilson
from tests.factories.rates import TWENTY_FOUR_IDEAS

DAY = date(2026, 11, 24)


def figures_of(rows: list[tuple[int, int]], **fields: object) -> Figures:
    """Return figures of ideas given as (months, outcome): 1 implemented, 2 abandoned, 0 open."""
    by_month = tuple(MonthCounts(months, *(kind == outcome for kind in (1, 2, 0))) for months, outcome in rows)
    return Figures(DAY, by_month, len(rows), **fields)


EXAMPLE = figures_of(TWENTY_FOUR_IDEAS, still_live=9)
NOTHING = Figures(DAY)


def test_accepted_is_implemented_plus_abandoned_plus_open():
    assert (EXAMPLE.accepted, EXAMPLE.implemented, EXAMPLE.abandoned, EXAMPLE.open) == (24, 10, 6, 8)


def test_shares_of_one_cohort_have_wilsons_and_the_log_log_interval():
    plain, within = EXAMPLE.plain_share, EXAMPLE.share_within(12)
    assert (EXAMPLE.rate, plain.share, (plain.low, plain.high)) == (10 / 24, 10 / 24, wilson(10, 24))
    assert (round(within.share or 0, 6), round(within.low or 0, 6), round(within.high or 0, 6)) == (
        0.307209,
        0.135890,
        0.497631,
    )
    assert (plain.interval, within.interval) == ("wilson", "log-log")


COHORTS = (([3, 6], [9], [14, 25]), ([], [], []), ([12], [], [13, 26]), ([4, 5, 11], [2], []))


def test_shares_of_several_cohorts_have_intervals_by_cohort():
    pooled = pooled_shares(COHORTS)
    assert pooled == {
        "plain": pooled_count([(2, 5), (1, 3), (3, 4)]),
        "12": pooled_incidence(COHORTS, 12),
        "24": pooled_incidence(COHORTS, 24),
    }
    figures = replace(EXAMPLE, cohort_months=COHORTS)
    assert (figures.plain_share, figures.share_within(24)) == (pooled["plain"], pooled["24"])
    assert {share.interval for share in pooled.values()} == {"by cohort"}


@pytest.mark.parametrize("cohorts", [(), COHORTS[:2]])
def test_fewer_than_two_cohorts_are_not_pooled(cohorts: tuple[CohortMonths, ...]):
    assert pooled_shares(cohorts) == {}


def test_figures_without_accepted_ideas_are_none_rather_than_zero():
    assert (NOTHING.rate, NOTHING.plain_share.share, NOTHING.last_displayed_month, NOTHING.incidence_at(0)) == (
        None,
        None,
        None,
        None,
    )
    assert NOTHING.months_until_share(1 / 4) is None


def test_the_curve_is_that_of_the_counts():
    assert EXAMPLE.curve == cumulative_incidence_from_counts(EXAMPLE.by_month)


def test_nothing_is_shown_past_the_month_at_which_fewer_than_five_are_at_risk():
    assert EXAMPLE.last_displayed_month == 20
    assert EXAMPLE.incidence_at(20) == EXAMPLE.curve.at(20)
    assert [EXAMPLE.incidence_at(months) for months in (21, 24)] == [None, None]


@pytest.mark.parametrize(("share", "months"), [(1 / 100, 3), (1 / 4, 11), (0.46, None)])
def test_months_to_a_share_are_shown_as_far_as_the_curve_is(share: float, months: int | None):
    assert EXAMPLE.months_until_share(share) == months


@given(st.lists(st.tuples(st.integers(0, 24), st.sampled_from([0, 1, 2])), max_size=40), st.integers(0, 30))
def test_share_is_known_exactly_while_five_are_at_risk_or_no_open_idea_is_younger(
    rows: list[tuple[int, int]], months: int
):
    figures = figures_of(rows)
    at_risk = sum(left >= months for left, _ in rows)
    all_known = len(rows) >= 5 and all(left >= months for left, outcome in rows if outcome == 0)
    assert (figures.incidence_at(months) is not None) == (at_risk >= 5 or all_known)
    if all_known:
        implemented = sum(left <= months and outcome == 1 for left, outcome in rows)
        assert figures.share_within(months).share == pytest.approx(implemented / len(rows))


def test_accepted_ideas_that_are_not_listed_belong_to_other_authorities():
    assert [replace(EXAMPLE, listed=listed).not_listed for listed in (24, 20, 0)] == [0, 4, 24]


def test_fewer_than_five_ideas_give_counts_only():
    assert [figures_of([(3, 1)] * ideas).is_too_few_for_rates for ideas in (0, 4, 5)] == [True, True, False]


def test_published_ideas_are_only_counted():
    published = Figures(DAY, published={"implemented": 2, "": 3})
    assert (published.retrospective, published.accepted, published.only_published) == (5, 0, True)
    assert figures_of([(3, 1)], published={"implemented": 2}).only_published is False


@pytest.mark.parametrize(
    ("figures", "has_uncounted_ideas"),
    [
        (NOTHING, False),
        (EXAMPLE, False),
        (Figures(DAY, captured=1), True),
        (Figures(DAY, merged=1), True),
        (Figures(DAY, published={"": 1}), True),
    ],
)
def test_figures_know_whether_ideas_were_left_out(figures: Figures, has_uncounted_ideas: bool):
    assert figures.has_uncounted_ideas is has_uncounted_ideas


def test_months_to_any_decision_are_shown_as_far_as_five_are_followed():
    assert EXAMPLE.any_decision == [8, 14, None]
    assert as_json(EXAMPLE)["any_decision"] == {"0.25": 8, "0.5": 14, "0.75": 21}


@pytest.mark.parametrize("ideas", [[], [(12, 0)] * 9, [(3, 1), (3, 2), (4, 0)]], ids=["none", "open", "few"])
def test_without_a_decision_or_five_ideas_no_month_is_shown(ideas: list[tuple[int, int]]):
    assert figures_of(ideas).any_decision == [None, None, None]


def test_json_of_cohorts_is_null_for_too_many_and_empty_for_none():
    assert [as_json(figures)["by_cohort"] for figures in (EXAMPLE, NOTHING)] == [None, []]


def test_the_json_has_exactly_the_agreed_names():
    answer = as_json(EXAMPLE)
    assert list(answer) == [
        "as_of",
        "accepted",
        "implemented",
        "abandoned",
        "open",
        "stock",
        "incidence",
        "left_out",
        "still_live",
        "confirmed",
        "reasons",
        "imprecise",
        "quantiles",
        "any_decision",
        "by_cohort",
        "replications",
        "measured_effects",
        "known_at",
    ]
    assert list(answer["stock"]) == ["rate", "low", "high", "interval", "other_intervals"]
    names = ["months", "implemented", "low", "high", "interval", "other_intervals", "abandoned", "open", "at_risk"]
    assert [list(point) for point in answer["incidence"]] == [names, names]
    assert list(answer["left_out"]) == ["captured", "merged", "retrospective"]


def test_the_json_gives_24_months_although_pages_hide_them():
    assert [point["at_risk"] for point in as_json(EXAMPLE)["incidence"]] == [13, 2]
    assert as_json(EXAMPLE)["incidence"][1]["implemented"] == 0.492335


def test_json_without_ideas_has_null():
    answer = as_json(NOTHING)
    assert answer["stock"] == {"rate": None, "low": None, "high": None, "interval": None, "other_intervals": {}}
    assert answer["incidence"][0] == {
        "months": 12,
        "implemented": None,
        "low": None,
        "high": None,
        "interval": None,
        "abandoned": None,
        "open": None,
        "at_risk": 0,
        "other_intervals": {},
    }


def test_json_names_the_interval_and_gives_the_other_one_where_cohorts_are_pooled():
    answer = as_json(replace(EXAMPLE, cohort_months=COHORTS))
    plain, within = pooled_count([(2, 5), (1, 3), (3, 4)]), answer["incidence"][0]
    assert answer["stock"]["interval"] == within["interval"] == "by cohort"
    assert (answer["stock"]["low"], answer["stock"]["high"]) == (round(plain.low or 0, 6), round(plain.high or 0, 6))
    assert answer["stock"]["other_intervals"] == {"wilson": {"low": 0.244676, "high": 0.611653}}
    assert within["other_intervals"] == {"log-log": {"low": 0.135890, "high": 0.497631}}
    assert as_json(EXAMPLE)["incidence"][0]["other_intervals"] == {}


def test_the_json_counts_what_was_left_out():
    figures = Figures(DAY, captured=9, merged=1, published={"implemented": 7, "": 5})
    assert as_json(figures)["left_out"] == {"captured": 9, "merged": 1, "retrospective": 12}


def test_json_has_the_other_figures():
    moment = datetime(2026, 11, 24, 9, tzinfo=UTC)
    bounds = (figures_of([(1, 1), (9, 0)]), figures_of([(2, 1), (9, 0)]))
    figures = figures_of(
        TWENTY_FOUR_IDEAS,
        still_live=9,
        confirmed=21,
        reasons={"tested": 4, "": 2},
        by_cohort=(CohortCount(7, 24, 10, True, 22, 7),),
        imprecise=3,
        bounds=bounds,
        replications=2,
        known_at=moment,
    )
    answer = as_json(figures)
    assert (answer["still_live"], answer["confirmed"], answer["replications"]) == (
        9,
        {"count": 21, "of": 24, "implemented": 0},
        2,
    )
    assert (answer["reasons"], answer["known_at"]) == ({"tested": 4, "": 2}, moment.isoformat())
    assert answer["by_cohort"] == [
        {"cohort": 7, "accepted": 24, "implemented": 10, "within_12_months": {"followed": 22, "implemented": 7}}
    ]
    assert answer["quantiles"] == {"0.25": 11, "0.5": None, "0.75": None}
    for side, figures in zip(("earliest", "latest"), bounds, strict=True):
        assert answer["imprecise"][side] == {**shares_json(figures), "quantiles": as_json(figures)["quantiles"]}
    assert answer["imprecise"]["count"] == 3
