"""The figures as rows of a table: the page's numbers."""

from datetime import date

import pytest

from figures.implementation.definitions import MEANINGS, definitions
from figures.implementation.report import cells, header, report_lines
from figures.outcomes.outcome_counts import Figures
from figures.rates import MonthCounts
from figures.work.definitions import work_definitions
from figures.work.work_counts import CohortWork, WorkFigures
from tests.factories.rates import AS_OF, TWENTY_FOUR_IDEAS

OUTCOMES = {1: (1, 0, 0), 2: (0, 1, 0), 0: (0, 0, 1)}
EXAMPLE = Figures(
    as_of=AS_OF,
    by_month=tuple(MonthCounts(months, *OUTCOMES[outcome]) for months, outcome in TWENTY_FOUR_IDEAS),
    listed=24,
    captured=2,
    merged=1,
    still_live=9,
    confirmed=20,
    reasons={"tested": 4, "": 2},
    imprecise=3,
    replications=1,
    doubts={"unconfirmed": {7: 1, 10: 1}, "merged": {3: 1}},
    days_to_acceptance=30,
)


def test_the_worked_example():
    found = {row[0]: row[2:] for row in cells(EXAMPLE)}
    assert found["rate"] == (10 / 24, None, None, 10, 24, "", "")
    value, low, high, *_counts, note, interval = found["within_12"]
    assert (round(value, 6), round(low, 6), round(high, 6), note, interval) == (
        0.307209,
        0.135890,
        0.497631,
        "13 ideas were followed up to that age",
        "log-log",
    )
    assert {slug: row[0] for slug, row in found.items() if isinstance(row[0], int)} == {
        "accepted": 24,
        "implemented": 10,
        "abandoned": 6,
        "open": 8,
        "still_live": 9,
        "confirmed": 20,
        "confirmed_implemented": 0,
        "replications": 1,
        "abandoned_unsaid": 2,
        "abandoned_tested": 4,
        "a_quarter_after": 11,
        "a_quarter_decided_after": 8,
        "half_decided_after": 14,
        "imprecise": 3,
        "if_unconfirmed_abandoned": 2,
        "if_merged_not_implemented": 1,
        "if_in_part_abandoned": 0,
        "if_at_once_left_out": 0,
        "if_half_accepted_within": 30,
        "captured": 2,
        "merged": 1,
        "retrospective": 0,
    }
    assert found["a_quarter_after"][-2:] == ("months", "")
    assert (found["half_after"][0], found["half_after"][-2]) == (None, "not reached by month 20")
    why = "too few ideas have been followed that long"
    assert found["within_24"] == (None, None, None, None, None, why, "")
    assert (found["month_12_implemented"][-1], found["month_12_open"][-1]) == ("log-log", "")


@pytest.mark.parametrize(
    ("figures", "slugs", "note"),
    [
        (None, ["accepted"], "Nothing to show yet"),
        (
            Figures(date(2020, 1, 1)),
            ["accepted", "captured", "merged", "retrospective"],
            "Nothing yet: no idea had been",
        ),
    ],
)
def test_empty_report_has_one_line_with_the_reason(figures: Figures | None, slugs: list[str], note: str):
    found = report_lines(figures)
    assert [line.slug for line in found] == slugs
    assert found[0].note.startswith(note)
    assert {cell for row in cells(figures) for cell in row[2:7]} <= {None, 0}


def test_every_line_has_a_cell_for_each_column_and_every_figure_a_label():
    assert {len(row) for row in cells(EXAMPLE)} == {len(header())}
    assert [row[0] for row in cells(EXAMPLE) if not row[1]] == []


def test_terms_are_defined_once_with_the_anchors_that_the_page_links_to():
    terms = [*definitions(), work_definitions()]
    assert len({term.heading for term in terms}) == len(terms)
    assert [term.heading for term in terms if not term.text] == []
    assert [term.anchor for term in terms if term.anchor] == ["intervals", "left-out"]
    assert "%%" not in "".join(term.text for term in terms)


def test_definition_of_an_interval_is_correct():
    """Not the range of chance, but the long-run coverage of the method."""
    text = " ".join(map(str, [*MEANINGS.values(), *(term.text for term in definitions())]))
    assert text.count("about 95 in 100 such intervals would contain the true share") == 1
    assert "hance alone" not in text


def worked() -> WorkFigures:
    row = CohortWork(
        1,
        started_on=date(2026, 3, 1),
        target=3,
        reached_on=date(2026, 5, 4),
        results={"met": 3, "not_met": 1, "inconclusive": 0},
        strengths={"said": 1, "did_for_real": 2},
        locked=3,
        came=18,
        expected=24,
        unknown=6,
        people=6,
    )
    return WorkFigures(AS_OF, (row,))


def test_results_of_work_follow_the_rates():
    work_rows = cells(EXAMPLE, worked())[len(cells(EXAMPLE)) :]
    assert {row[0]: row[2:7] for row in work_rows} == {
        "first_prototype_on_time": (1, None, None, None, 1),
        "first_prototype_late": (0, None, None, None, None),
        "first_prototype_overdue": (0, None, None, None, None),
        "first_prototype_not_yet": (0, None, None, None, None),
        "first_prototype_half_after": (3, None, None, None, None),
        "tests_concluded": (4, None, None, None, None),
        "tests_met": (3, None, None, None, 4),
        "tests_not_met": (1, None, None, None, 4),
        "tests_inconclusive": (0, None, None, None, 4),
        "tests_locked": (3 / 4, None, None, 3, 4),
        "strength": (3, None, None, None, 4),
        "strength_said": (1, None, None, None, 4),
        "strength_did_in_lab": (0, None, None, None, 4),
        "strength_did_for_real": (2, None, None, None, 4),
        "attendance": (18 / 24, None, None, 18, 24),
        "attendance_excused": (0, None, None, 0, 30),
        "attendance_unknown": (6 / 30, None, None, 6, 30),
    }


def test_reader_without_ideas_gets_one_line_and_no_work():
    assert [row[0] for row in cells(None, worked())] == ["accepted"]


def test_without_work_nothing_follows_the_rates():
    assert cells(EXAMPLE, WorkFigures(AS_OF)) == cells(EXAMPLE)
