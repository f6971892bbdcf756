"""The figures as lines of a table: the page's numbers, and nothing of what the page does not show."""

from dataclasses import replace
from datetime import date

import pytest

from prototypes.figures import Figures, Group
from prototypes.rates import MonthCounts, wilson
from prototypes.rates_report import Line, definitions, header, lines
from tests.factories.rates import AS_OF, TWENTY_FOUR_IDEAS

OUTCOMES = {1: (1, 0, 0), 2: (0, 1, 0), 0: (0, 0, 1)}
EXAMPLE = Figures(
    as_of=AS_OF,
    by_month=tuple(MonthCounts(months, *OUTCOMES[outcome]) for months, outcome in TWENTY_FOUR_IDEAS),
    group=Group(24, 24),
    captured=Group(2, 2),
    merged=Group(1, 1),
    still_live=9,
    confirmed=20,
    reasons={"tested": 4, "": 2},
    imprecise=3,
    replications=1,
)


def by_slug(figures: Figures | None) -> dict[str, Line]:
    found = lines(figures)
    slugs = [line.slug for line in found]
    assert len(set(slugs)) == len(slugs)
    return {line.slug: line for line in found}


def test_the_worked_example():
    told = by_slug(EXAMPLE)
    assert told["rate"][2:] == (10 / 24, *wilson(10, 24), 10, 24, "")
    within = told["within_12"]
    assert (round(within.value, 6), round(within.low, 6), round(within.high, 6), within.note) == (  # type: ignore[arg-type]
        0.307209,
        0.135890,
        0.497631,
        "13 ideas at risk",
    )
    assert {slug: line.value for slug, line in told.items() if isinstance(line.value, int)} == {
        "accepted": 24,
        "implemented": 10,
        "abandoned": 6,
        "open": 8,
        "still_live": 9,
        "confirmed": 20,
        "replications": 1,
        "abandoned_unsaid": 2,
        "abandoned_tested": 4,
        "a_quarter_after": 11,
        "imprecise": 3,
        "captured": 2,
        "merged": 1,
        "retrospective": 0,
    }
    assert (told["half_after"].value, told["half_after"].note) == (None, "not reached")


def test_what_the_page_hides_is_hidden():
    told = by_slug(EXAMPLE)
    assert told["within_24"][2:] == (None, None, None, None, None, "fewer than five ideas were followed that long")
    months = [int(slug.split("_")[1]) for slug in told if slug.startswith("month_")]
    assert (min(months), max(months), EXAMPLE.shown_until) == (0, 20, 20)
    assert sum(told[f"month_20_{outcome}"].value for outcome in ("implemented", "open", "abandoned")) == (  # type: ignore[misc]
        pytest.approx(1)
    )


def test_imprecise_dates_are_told_with_what_they_could_change():
    early = replace(EXAMPLE, by_month=(MonthCounts(3, 12, 4, 8),))
    told = by_slug(replace(EXAMPLE, bounds=(early, EXAMPLE)))
    assert (told["rate_earliest"].value, told["rate_latest"].value) == (12 / 24, 10 / 24)


@pytest.mark.parametrize(
    ("figures", "slugs", "note"),
    [
        (None, ["accepted"], "Nothing to show yet"),
        (replace(EXAMPLE, group=Group(24, 20)), ["accepted"], "Fewer than five of these ideas are others’"),
        (
            Figures(date(2020, 1, 1)),
            ["accepted", "captured", "merged", "retrospective"],
            "Nothing yet: no idea had been",
        ),
    ],
)
def test_where_there_is_nothing_to_say_one_line_says_why(figures: Figures | None, slugs: list[str], note: str):
    found = lines(figures)
    assert [line.slug for line in found] == slugs
    assert found[0].note.startswith(note)
    assert {cell for line in found for cell in line[2:7]} <= {None, 0}


def test_few_ideas_have_counts_and_no_rate():
    told = by_slug(Figures(AS_OF, by_month=(MonthCounts(3, 1, 1, 2),), group=Group(4, 4)))
    assert (told["implemented"].value, told["rate"].value) == (1, None)
    assert told["rate"].note == "Counts only: with fewer than five ideas a rate would mean nothing."
    assert [slug for slug in told if slug.startswith(("within", "month"))] == []


def test_a_masked_group_that_is_left_out_has_no_number():
    told = by_slug(replace(EXAMPLE, captured=Group(3, 0)))
    assert (told["captured"].value, told["captured"].note) == (None, "fewer than five")


def test_every_line_has_a_cell_for_each_column_and_every_figure_its_words():
    assert {len(line) for line in lines(EXAMPLE)} == {len(header())}
    assert [line.slug for line in lines(EXAMPLE) if not line.label] == []
    assert [term for term, text in definitions() if not (term and text)] == []
