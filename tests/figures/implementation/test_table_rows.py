"""The figures of the rates page and the rows of its tables: names and texts are escaped."""

from dataclasses import replace

from figures.figure_lines import ComplementLink, FigureLine
from figures.implementation.funnel import Limits, Others
from figures.implementation.table_rows import FunnelRow, figure_cards, funnel_table_rows
from figures.outcomes.outcome_counts import CohortCount
from tests.pages import HOSTILE, not_escaped


def test_name_of_a_cohort_is_escaped():
    count = CohortCount(cohort=1, accepted=9, implemented=3, followed=9, implemented_by_horizon=3)
    limits = Limits(Others(implemented=3, followed=9), lowest=0, low=0.1, high=0.9, highest=1)
    assert not_escaped(funnel_table_rows([FunnelRow(f"cohort{HOSTILE}", count, limits)]), [f"cohort{HOSTILE}"]) == []


def test_texts_of_figures_and_the_addresses_of_their_ideas_are_escaped():
    label, meaning, display, detail, rest = texts = [
        f"{name}{HOSTILE}" for name in ("label", "meaning", "display", "detail", "rest")
    ]
    line = FigureLine("rate", label, display=display, detail=detail, meaning=meaning)
    with_rest = replace(line, meaning="", outcome="implemented", complement=ComplementLink(rest, "open"))
    address = f"?q={HOSTILE}&outcome="
    assert not_escaped(figure_cards([line], ""), [label, meaning, display, detail]) == []
    html = figure_cards([with_rest], address)
    assert not_escaped(html, [label, display, rest, f"{address}implemented", f"{address}open"]) == []
    assert not_escaped(figure_cards([line, with_rest], ""), texts) == []
