"""The simulations: what they draw has the shares they say, and the printed figures follow from it.

With few repetitions: `python -m tools.simulations` measures. The same seed draws the same ideas.
"""

from datetime import date, timedelta
from math import exp
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.intervals.pooled import pooled_count
from tools.simulations import coverage
from tools.simulations.__main__ import LARGEST_BIAS, SIMULATIONS, main, must_cover, print_coverage
from tools.simulations.bias import biases
from tools.simulations.coverage import Coverage, weighted_by_size
from tools.simulations.draws import (
    AS_OF,
    DatedIdea,
    Future,
    cohort_counts,
    cohort_months,
    cohort_share,
    dated_ideas,
    observed,
    successes,
)
from web.dates.months import months_between


@pytest.fixture
def chance() -> Random:
    return Random(15)


# What is drawn


def test_share_within_months_is_that_of_the_ideas_drawn(chance: Random):
    for future in (Future(0.5, 10), Future(0.5, 10, likeness=0.2, frailty=0.5)):
        ideas = [future.of_one_cohort(chance).idea(chance) for _ in range(4000)]
        drawn = fmean(implemented and months <= 12 for months, implemented in ideas)
        assert drawn == pytest.approx(future.share_within(12), abs=0.025)


def test_share_within_months_has_a_closed_form():
    assert Future(0.5, 10).share_within(12) == 0.5 * (1 - exp(-1.2))
    assert Future(0.5, 10, frailty=0.5).share_within(12) == 0.5 * (1 - 1 / 1.6**2)


def test_two_ideas_of_one_cohort_have_the_likeness_asked_for(chance: Random):
    shares = [cohort_share(chance, 0.3, 0.2) for _ in range(4000)]
    assert fmean(shares) == pytest.approx(0.3, abs=0.01)
    assert fmean((share - 0.3) ** 2 for share in shares) == pytest.approx(0.2 * 0.3 * 0.7, rel=0.06)
    assert {cohort_share(chance, 0.3, 0) for _ in range(5)} == {0.3}


def test_counts_of_cohorts_have_their_sizes_and_the_share(chance: Random):
    counts = [cohort_counts(chance, (5, 20), 0.3, 0.1) for _ in range(2000)]
    assert {tuple(size for _, size in cohorts) for cohorts in counts} == {(5, 20)}
    assert fmean(sum(ours for ours, _ in cohorts) / 25 for cohorts in counts) == pytest.approx(0.3, abs=0.01)
    assert [successes(chance, 7, share) for share in (0, 1)] == [0, 7]


def test_ideas_are_open_when_their_outcome_comes_after_the_follow_up(chance: Random):
    ideas = observed(chance, 300, Future(0.5, 10), (6, 12))
    followed = [months for months, outcome in ideas if outcome == "open"]
    assert 6 <= min(followed) <= max(followed) <= 12
    assert {outcome for _, outcome in ideas} == {"implemented", "abandoned", "open"}
    assert cohort_months([(3, "abandoned"), (4.5, "open")]) == [[], [3], [4.5]]


@given(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.floats(0, 40))
def test_outcome_comes_on_the_first_day_at_least_so_many_months_after_acceptance(accepted: date, months: float):
    ended = DatedIdea(accepted, months, implemented=True).ended
    assert months_between(accepted, ended) >= months - 1e-9
    assert ended == accepted or months_between(accepted, ended - timedelta(days=1)) < months + 1e-9


def test_dated_idea_is_observed_as_the_platform_does():
    idea = DatedIdea(date(2025, 3, 15), 12.3, implemented=True)
    assert idea.ended == date(2026, 3, 25)
    assert idea.observation(date(2026, 3, 24)) == (pytest.approx(12 + 9 / 31), "open")
    assert idea.observation(date(2026, 3, 25)) == (pytest.approx(12 + 10 / 31), "implemented")
    assert idea.observation(date(2026, 3, 25), exact=False) == (12, "implemented")
    assert DatedIdea(date(2025, 3, 15), 1, implemented=False).observation(AS_OF) == (1, "abandoned")


def test_dated_ideas_are_accepted_in_the_months_before_the_as_of_date(chance: Random):
    accepted = [idea.accepted for idea in dated_ideas(chance, 400, Future(), 12)]
    assert AS_OF - timedelta(days=365) <= min(accepted) <= max(accepted) <= AS_OF


# What is printed


def test_interval_with_residuals_weighted_by_size_is_ours_for_cohorts_of_one_size():
    for counts in ([(2, 10), (4, 10)], [(2, 20), (6, 20), (7, 20), (9, 20)], [(0, 10), (0, 10)], [(9, 9), (9, 9)]):
        pooled = pooled_count(counts)
        assert weighted_by_size(counts) == pytest.approx((pooled.low, pooled.high))


@pytest.mark.parametrize(("covered", "below"), [(0.93, False), (0.910, False), (0.908, True), (0.5, True)])
def test_coverage_is_below_where_chance_does_not_explain_it(covered: float, below: bool):
    assert Coverage("by cohort", "", covered, 0.5, 1000).is_below(0.93) == below


def test_intervals_that_must_cover():
    names = ["by cohort, 2 cohorts", "by cohort at 12 months, 3 cohorts", "prediction", "difference at 12 months"]
    others = ["by cohort, CR3 residuals, 2 cohorts", "Wilson", "log-log at 12 months", "Wilson, likeness ignored"]
    assert [name for name in names + others if must_cover(name)] == names


def test_worst_scenario_is_printed_and_judged(capsys: pytest.CaptureFixture[str]):
    fine, wrong = Coverage("by cohort", "fine", 0.97, 0.5, 100), Coverage("by cohort", "wrong", 0.8, 0.3, 100)
    assert [print_coverage([fine]), print_coverage([wrong, fine])] == [False, True]
    first, second = capsys.readouterr().out.splitlines()
    assert " ".join(first.split()) == "by cohort 1 scenarios mean 97.0% worst 97.0% width 0.50 (fine)"
    assert " ".join(second.split()) == "by cohort 2 scenarios mean 88.5% worst 80.0% width 0.40 (wrong) RED"
    assert not print_coverage([Coverage("Wilson", "", 0.5, 0.3, 100)])


def test_draws_without_an_interval_are_left_out():
    answers = iter([None, (True, 0.5), (False, 0.25), None])
    measured = coverage._measured("by cohort", "few", lambda chance: next(answers), 4, 15)
    assert measured == Coverage("by cohort", "few", 0.5, 0.375, 2)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("count", 0.91),
        ("incidence", 0.91),
        ("pooled-incidence", 0.95),
        ("prediction", 0.95),
        ("difference", 0.91),
    ],
)
def test_intervals_cover_on_average(name: str, least: float):
    results = list(SIMULATIONS[name](6, 15))
    assert fmean(one.covered for one in results) >= least
    assert max(one.repetitions for one in results) == 6


def test_pooled_count_covers_where_intervals_that_ignore_cohorts_do_not():
    results = list(coverage.pooled_counts(4, 15))
    covered = {
        start: fmean(one.covered for one in results if one.interval.startswith(start))
        for start in ("by cohort, CR3", "Wilson")
    }
    ours = fmean(one.covered for one in results if must_cover(one.interval))
    assert ours >= 0.97
    assert covered["Wilson"] < 0.85 < covered["by cohort, CR3"] < ours


def test_same_seed_draws_the_same_and_another_does_not():
    one, same, other = (list(coverage.plain_count(5, seed)) for seed in (1, 1, 2))
    assert one == same != other


def test_bias_of_exact_months_is_small_and_of_completed_months_is_not():
    results = biases(60, 15)
    assert [one.months for one in results] == [6, 12, 18, 24]
    assert [abs(one.exact) < LARGEST_BIAS + 3 * one.standard_error for one in results] == [True] * 4
    assert [one.completed > LARGEST_BIAS for one in results[:2]] == [True] * 2
    assert [abs(one.estimate - one.truth) < 0.02 for one in results] == [True] * 4


def test_command_prints_each_chosen_simulation(capsys: pytest.CaptureFixture[str]):
    assert main(["--repetitions", "60", "--only", "bias"]) == 0
    assert main(["--repetitions", "5", "--only", "difference"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0].strip() for line in lines] == ["6 months", "12 months", "18 months", "24 months"]
    assert last.startswith("difference at 12 months ")


def test_command_fails_where_the_bias_reaches_the_limit():
    """With 25 sets chance alone makes the mean differ by more than a point at 18 months."""
    assert main(["--repetitions", "5", "--sets", "25", "--only", "bias", "difference"]) == 1


def test_command_refuses_fewer_than_five_repetitions(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--repetitions", "4"])
    assert "With fewer than 5 repetitions a scenario may have no interval to judge." in capsys.readouterr().err
