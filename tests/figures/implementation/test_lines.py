"""Each figure of the rates page with its name, its interval, its meaning and the ideas behind it."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from figures.figure_lines import FigureLine
from figures.implementation.definitions import MEANINGS
from figures.implementation.lines import lines, reasons
from figures.outcomes.categories import OUTCOMES, outcome_for_reason
from figures.outcomes.outcome_counts import Figures
from prototypes.enums import AbandonReason
from tests.factories.rates import TWENTY_FOUR_IDEAS
from tests.figures.outcomes.test_outcome_counts import EXAMPLE, figures_of


def line_texts(figures: Figures) -> list[str]:
    with override("en"):
        parts = [
            (line.label, line.display, line.detail, line.complement.text if line.complement else "")
            for line in lines(figures)
            if line.display
        ]
    return [" · ".join(filter(None, map(str, words))) for words in parts]


def test_the_worked_example_figure_by_figure():
    assert line_texts(replace(EXAMPLE, confirmed=21, confirmed_implemented=8, doubts={"unconfirmed": {15: 1}})) == [
        "Implemented within 12 months · 31% · 95% confidence interval 14% to 50%",
        "Implemented within 24 months · not known yet · too few ideas have been followed that long",
        "Implemented so far · 10 of 24 accepted · 42%",
        "Estimated age by which a quarter are implemented · about 11 months",
        "Estimated age by which half are implemented · not reached by month 20",
        "Estimated age by which three quarters are implemented · not reached by month 20",
        "Estimated age by which half are implemented or abandoned · about 14 months",
        "Updated in the last six months · 21 of 24 accepted · not updated: 1 open, 2 closed",
        "No end of use recorded · 9 of 10 implemented · updated in the last six months: 8 of 10 · 1 no longer in use",
        "Abandoned · 6",
        "Open · 8",
    ]


def test_few_ideas_have_counts_only():
    assert line_texts(figures_of(TWENTY_FOUR_IDEAS[:2], confirmed=2, confirmed_implemented=1, still_live=1)) == [
        "Implemented so far · 1 of 2 accepted",
        "Updated in the last six months · 2 of 2 accepted",
        "No end of use recorded · 1 of 1 implemented · updated in the last six months: 1 of 1",
        "Abandoned · 1",
        "Open · 0",
    ]


def test_replications_are_shown_where_there_are_some():
    elsewhere = replace(EXAMPLE, replications=2)
    assert line_texts(elsewhere)[-1] == "Live in another authority too · 2"
    assert line_texts(elsewhere)[:-1] == line_texts(EXAMPLE)


def test_every_figure_has_a_meaning_and_every_link_a_list():
    displayed = [line for line in lines(replace(EXAMPLE, replications=1)) if line.display]
    assert {line.meaning for line in displayed} == set(MEANINGS.values())
    linked = {line.outcome for line in displayed} | {line.complement.outcome for line in displayed if line.complement}
    assert linked - {""} == {"implemented", "abandoned", "open", "unconfirmed", "discontinued"}
    assert {outcome_for_reason(slug) for slug in [*AbandonReason.values, ""]} | linked - {""} <= set(OUTCOMES)


def test_reasons_are_sorted_by_number_then_name():
    figures = replace(EXAMPLE, reasons={"no_need": 1, "": 1, "tested": 4, "exists": 0})
    with override("en"):
        assert [(str(reason), behind, count) for reason, behind, count in reasons(figures)] == [
            ("tests did not support it", "reason_tested", 4),
            ("no reason was chosen", "reason_unsaid", 1),
            ("nobody needs it", "reason_no_need", 1),
        ]


# What stands in the files only


def in_files(figures: Figures) -> dict[str, FigureLine]:
    with override("en"):
        return {line.slug: line for line in lines(figures)}


@pytest.mark.parametrize("listed", [24, 19, 0])
def test_files_have_reasons_and_replications_however_few_ideas_the_reader_may_list(listed: int):
    expected = {"replications": 2, "abandoned_tested": 4, "abandoned_unsaid": 2}
    found = in_files(replace(EXAMPLE, listed=listed, replications=2, reasons={"tested": 4, "": 2}))
    assert {
        slug: line.value for slug, line in found.items() if slug in expected or slug.startswith("abandoned_")
    } == expected


def test_few_ideas_have_counts_and_no_rate():
    found = in_files(figures_of(TWENTY_FOUR_IDEAS[:4], confirmed=2, still_live=1, imprecise=1))
    assert {slug: line.value for slug, line in found.items()} == {
        "accepted": 4,
        "implemented": 3,
        "rate": None,
        "confirmed": 2,
        "still_live": 1,
        "confirmed_implemented": 0,
        "abandoned": 1,
        "open": 0,
        "imprecise": 1,
    }
    rate = found["rate"]
    assert (rate.low, rate.high, rate.numerator, rate.denominator, rate.display) == (
        None,
        None,
        3,
        4,
        "3 of 4 accepted",
    )
    assert rate.note == "Counts only: with fewer than five ideas a rate would mean nothing."


def test_without_implemented_ideas_still_live_says_none_yet():
    found = in_files(figures_of([(3, 0)] * 6))
    assert (found["still_live"].display, found["still_live"].value, found["still_live"].denominator) == (
        "none yet",
        0,
        0,
    )
    assert (found["within_12"].display, found["rate"].display) == ("not known yet", "0 of 6 accepted")


def test_imprecise_days_give_upper_and_lower_figures():
    most, least = figures_of([(3, 1)] * 8 + [(14, 0)] * 8), figures_of([(3, 1)] * 4 + [(14, 0)] * 12)
    found = in_files(replace(least, imprecise=4, bounds=(most, least)))
    bounds = {slug: (str(line.label), line.value) for slug, line in found.items() if slug.endswith("est")}
    assert bounds == {
        "rate_earliest": ("Implemented so far, at most, given the imprecise dates", 1 / 2),
        "within_12_earliest": (
            "Implemented within 12 months, at most, given the imprecise dates",
            pytest.approx(1 / 2),
        ),
        "rate_latest": ("Implemented so far, at least, given the imprecise dates", 1 / 4),
        "within_12_latest": ("Implemented within 12 months, at least, given the imprecise dates", pytest.approx(1 / 4)),
    }
    assert (found["rate_earliest"].numerator, found["rate_latest"].numerator) == (8, 4)
    assert [slug for slug in in_files(least) if slug.endswith("est")] == []


def test_with_fewer_than_five_ideas_imprecise_days_bound_no_rate():
    few = figures_of([(3, 1)] * 4)
    assert [slug for slug in in_files(replace(few, imprecise=4, bounds=(few, few))) if slug.endswith("est")] == []


def test_curve_is_listed_month_by_month_as_far_as_it_is_drawn():
    found = in_files(EXAMPLE)
    months = sorted({int(slug.split("_")[1]) for slug in found if slug.startswith("month_")})
    assert (months[0], months[-1]) == (0, EXAMPLE.last_displayed_month)
    for month in months:
        curve_lines = [found[f"month_{month}_{outcome}"] for outcome in ("implemented", "open", "abandoned")]
        assert sum(line.value or 0 for line in curve_lines) == pytest.approx(1)
        assert {line.note for line in curve_lines} == {curve_lines[0].note}
        assert [line.low is None for line in curve_lines[1:]] == [True, True]


def test_without_a_curve_on_the_page_files_have_none():
    """Nobody was followed for a month."""
    found = in_files(figures_of([(0, 0)] * 6))
    assert [slug for slug in found if slug.startswith("month_")] == []
    assert found["half_after"].display == "not known yet"


def test_months_to_any_decision_count_both_outcomes():
    found = in_files(EXAMPLE)
    decided = {slug: (line.value, line.note) for slug, line in found.items() if "decided" in slug}
    assert list(decided.values()) == [(8, "months"), (14, "months"), (None, "not reached by month 20")]
    undecided = in_files(figures_of([(14, 0)] * 6))
    assert {undecided[slug].note for slug in decided} == {"not reached by month 14"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_codes_are_unique_and_the_same_in_every_language(language: str):
    with override(language):
        slugs = [line.slug for line in lines(EXAMPLE)]
    assert slugs == list(in_files(EXAMPLE))
    assert len(set(slugs)) == len(slugs)
