"""Each figure of the rates page with its name, its range, its meaning and the ideas behind it."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from figures.groups import Group
from figures.implementation.definitions import MEANINGS
from figures.implementation.lines import lines, reasons
from figures.lines import Line
from figures.outcomes.categories import OUTCOMES, of_reason
from figures.outcomes.figures import Figures
from prototypes.enums import AbandonedFor
from tests.factories.rates import TWENTY_FOUR_IDEAS
from tests.figures.outcomes.test_figures import EXAMPLE, figures_of


def said(figures: Figures) -> list[str]:
    with override("en"):
        told = [
            (line.label, line.shown, line.detail, line.others.words if line.others else "")
            for line in lines(figures)
            if line.shown
        ]
    return [" · ".join(filter(None, map(str, words))) for words in told]


def test_the_worked_example_figure_by_figure():
    assert said(replace(EXAMPLE, confirmed=21)) == [
        "Implemented within 12 months · 31% · between 14% and 50%",
        "Implemented within 24 months · not yet · fewer than five ideas were followed that long",
        "Plain count · 10 of 24 · between 24% and 61%",
        "A quarter implemented after · 11 months",
        "Half implemented after · not reached",
        "Three quarters implemented after · not reached",
        "Half closed (implemented or abandoned) after · 14 months",
        "Confirmed in the last six months · 21 of 24 · 3 not confirmed",
        "Still live on that day · 9 of 10 · 1 no longer live",
        "Abandoned · 6",
        "Open · 8",
    ]


def test_few_ideas_have_counts_only():
    assert said(figures_of(TWENTY_FOUR_IDEAS[:2], confirmed=2, still_live=1)) == [
        "Plain count · 1 of 2",
        "Confirmed in the last six months · 2 of 2",
        "Still live on that day · 1 of 1",
        "Abandoned · 1",
        "Open · 0",
    ]


def test_replications_are_told_to_those_who_see_every_idea():
    elsewhere = replace(EXAMPLE, replications=2)
    assert said(elsewhere)[-1] == "Live in another authority too · 2"
    assert said(replace(elsewhere, group=Group(24, 4))) == said(EXAMPLE)


def test_every_figure_has_its_meaning_and_every_link_its_list():
    shown = [line for line in lines(replace(EXAMPLE, replications=1)) if line.shown]
    assert {line.meaning for line in shown} == set(MEANINGS.values())
    linked = {line.outcome for line in shown} | {line.others.outcome for line in shown if line.others}
    assert linked - {""} == {"implemented", "abandoned", "open", "unconfirmed", "discontinued"}
    assert {of_reason(slug) for slug in [*AbandonedFor.values, ""]} | linked - {""} <= set(OUTCOMES)


def test_reasons_come_by_number_then_name_and_not_at_all_where_some_ideas_are_others():
    told = replace(EXAMPLE, reasons={"no_need": 1, "": 1, "tested": 4, "exists": 0})
    with override("en"):
        assert [(str(reason), behind, count) for reason, behind, count in reasons(told)] == [
            ("tests did not support it", "reason_tested", 4),
            ("no reason was chosen", "reason_unsaid", 1),
            ("nobody needs it", "reason_no_need", 1),
        ]
    assert reasons(replace(told, group=Group(24, 10))) == []


# What stands in the files only


def in_files(figures: Figures) -> dict[str, Line]:
    with override("en"):
        return {line.slug: line for line in lines(figures)}


@pytest.mark.parametrize(
    ("group", "told"),
    [
        (Group(24, 24), {"replications": 2, "abandoned_tested": 4, "abandoned_unsaid": 2}),
        (Group(24, 19), {}),
        (Group(24, 0), {}),
    ],
)
def test_reasons_and_replications_are_told_in_files_to_those_alone_who_see_every_idea(
    group: Group, told: dict[str, int]
):
    """Whoever has some of the ideas could subtract them and be left with one of another authority."""
    found = in_files(replace(EXAMPLE, group=group, replications=2, reasons={"tested": 4, "": 2}))
    assert {slug: line.value for slug, line in found.items() if slug in told or slug.startswith("abandoned_")} == told
    assert ("replications" in found) is bool(told)


def test_few_ideas_have_counts_and_no_rate():
    found = in_files(figures_of(TWENTY_FOUR_IDEAS[:4], confirmed=2, still_live=1, imprecise=1))
    assert {slug: line.value for slug, line in found.items()} == {
        "accepted": 4,
        "implemented": 3,
        "rate": None,
        "confirmed": 2,
        "still_live": 1,
        "abandoned": 1,
        "open": 0,
        "imprecise": 1,
    }
    rate = found["rate"]
    assert (rate.low, rate.high, rate.numerator, rate.denominator, rate.shown) == (None, None, 3, 4, "3 of 4")
    assert rate.note == "Counts only: with fewer than five ideas a rate would mean nothing."


def test_no_idea_implemented_is_none_yet_rather_than_zero_of_zero():
    found = in_files(figures_of([(3, 0)] * 6))
    assert (found["still_live"].shown, found["still_live"].value, found["still_live"].denominator) == ("none yet", 0, 0)
    assert (found["within_12"].shown, found["rate"].shown) == ("not yet", "0 of 6")


def test_imprecise_days_give_the_most_and_the_least_of_what_the_page_says():
    most, least = figures_of([(3, 1)] * 8 + [(14, 0)] * 8), figures_of([(3, 1)] * 4 + [(14, 0)] * 12)
    found = in_files(replace(least, imprecise=4, bounds=(most, least)))
    bounds = {slug: (str(line.label), line.value) for slug, line in found.items() if slug.endswith("est")}
    assert bounds == {
        "rate_earliest": ("Plain count, at most, given the imprecise dates", 1 / 2),
        "within_12_earliest": (
            "Implemented within 12 months, at most, given the imprecise dates",
            pytest.approx(1 / 2),
        ),
        "rate_latest": ("Plain count, at least, given the imprecise dates", 1 / 4),
        "within_12_latest": ("Implemented within 12 months, at least, given the imprecise dates", pytest.approx(1 / 4)),
    }
    assert (found["rate_earliest"].numerator, found["rate_latest"].numerator) == (8, 4)
    assert [slug for slug in in_files(least) if slug.endswith("est")] == []


def test_with_fewer_than_five_ideas_imprecise_days_bound_no_rate():
    few = figures_of([(3, 1)] * 4)
    assert [slug for slug in in_files(replace(few, imprecise=4, bounds=(few, few))) if slug.endswith("est")] == []


def test_the_curve_is_told_month_by_month_as_far_as_it_is_drawn():
    found = in_files(EXAMPLE)
    months = sorted({int(slug.split("_")[1]) for slug in found if slug.startswith("month_")})
    assert (months[0], months[-1]) == (0, EXAMPLE.shown_until)
    for month in months:
        told = [found[f"month_{month}_{outcome}"] for outcome in ("implemented", "open", "abandoned")]
        assert sum(line.value or 0 for line in told) == pytest.approx(1)
        assert {line.note for line in told} == {told[0].note}
        assert [line.low is None for line in told[1:]] == [True, True]


def test_without_a_curve_on_the_page_there_is_none_in_the_files():
    """Nobody was followed for a month."""
    assert [slug for slug in in_files(figures_of([(0, 0)] * 6)) if slug.startswith("month_")] == []


def test_months_to_any_decision_are_those_of_either_end():
    found = in_files(EXAMPLE)
    told = {slug: (line.value, line.note) for slug, line in found.items() if "decided" in slug}
    assert list(told.values()) == [(8, "months"), (14, "months"), (None, "not reached")]
    undecided = in_files(figures_of([(14, 0)] * 6))
    assert {undecided[slug].note for slug in told} == {"not reached"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_codes_are_each_there_once_and_the_same_in_every_language(language: str):
    with override(language):
        slugs = [line.slug for line in lines(EXAMPLE)]
    assert slugs == list(in_files(EXAMPLE))
    assert len(set(slugs)) == len(slugs)
