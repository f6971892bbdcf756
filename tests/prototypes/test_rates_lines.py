"""Each figure of the rates page with its name, its range, its meaning and the ideas behind it."""

from dataclasses import replace

from django.utils.translation import override

from prototypes.enums import AbandonedFor
from prototypes.figures import Figures, Group
from prototypes.outcomes import OUTCOMES, of_reason
from prototypes.rates_lines import MEANINGS, lines, reasons
from tests.factories.rates import TWENTY_FOUR_IDEAS
from tests.prototypes.test_figures import EXAMPLE, figures_of


def said(figures: Figures) -> list[str]:
    with override("en"):
        told = [
            (line.label, line.value, line.detail, line.others.words if line.others else "") for line in lines(figures)
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
        "Confirmed in the last six months · 21 of 24 · 3 not confirmed",
        "Still live on that day · 9 of 10 · 1 no longer",
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
    shown = list(lines(replace(EXAMPLE, replications=1)))
    assert {line.meaning for line in shown} == set(MEANINGS)
    linked = {line.outcome for line in shown} | {line.others.outcome for line in shown if line.others}
    assert linked - {""} == {"implemented", "abandoned", "open", "unconfirmed", "discontinued"}
    assert {of_reason(slug) for slug in [*AbandonedFor.values, ""]} | linked - {""} <= set(OUTCOMES)


def test_reasons_come_by_number_then_name_and_not_at_all_where_some_ideas_are_others():
    told = replace(EXAMPLE, reasons={"no_need": 1, "": 1, "tested": 4, "exists": 0})
    with override("en"):
        assert [(str(reason), behind, count) for reason, behind, count in reasons(told)] == [
            ("its tests spoke against it", "reason_tested", 4),
            ("no reason was chosen", "reason_unsaid", 1),
            ("nobody needs it", "reason_no_need", 1),
        ]
    assert reasons(replace(told, group=Group(24, 10))) == []
