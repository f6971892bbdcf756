"""“Results of the work” in words: each figure with its context, whoever reads them."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from figures.outcomes.queries import implementation_rates
from figures.scope.visibility import visible_cohorts
from figures.work.lines import attendance_text, first_prototype_text, strength_text, work_context, work_lines
from figures.work.work_counts import CohortWork, WorkFigures
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory
from tests.factories.figures import share_with_edition
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory

DAY = date(2026, 11, 24)


def card(cast: Cast, role: str, as_of: date = TODAY, **chosen: object) -> dict[str, str]:
    """Return the text of the card for someone of the cast, by heading."""
    scope = visible_cohorts(cast[role]).scope(**chosen)
    context = work_context(scope, implementation_rates(scope=scope, as_of=as_of))
    return {line.label: f"{line.display} | {line.detail}" for line in context["work_lines"]}


@pytest.fixture
def worked(cast: Cast) -> Cast:
    """Add two tests, a prototype in test, and a session that one of two people attended."""
    idea = IdeaFactory(cohort=cast.cohort, state="implemented")
    prototype = PrototypeFactory(idea=idea)
    TrialFactory(prototype=prototype, state="concluded")
    TrialFactory(prototype=prototype, state="concluded", strength="", result="inconclusive")
    day = SessionFactory(cohort=cast.cohort, state="held").days.get()
    for status, half_days in (("present", 2), ("absent", 0), ("excused", 0), ("unknown", 0)):
        AttendanceFactory(day=day, member=MembershipFactory(cohort=cast.cohort), status=status, half_days=half_days)
    return cast


@pytest.mark.django_db
def test_each_figure_has_its_detail(worked: Cast):
    assert card(worked, "A") == {
        "First prototype in test": "0 of 1 on time | 1 late · target: 2 months · in test after 4 months",
        "Tests concluded": "2 | threshold not reached: 1 · inconclusive: 1",
        "Threshold fixed by the day of the test": "2 of 2 | ",
        "Strength of evidence": "seen in real use: 1 | not stated for 1",
        "Attendance": "50% | 2 of 4 half-days not excused · of all half-days, excused: 25%, not recorded: 25%",
    }


@pytest.mark.django_db
def test_work_of_others_is_counted_while_they_share(worked: Cast):
    alone = card(worked, "N", edition=worked.edition)
    assert (alone["Tests concluded"], alone["Attendance"]) == ("none yet | ", "none yet | ")
    share_with_edition(worked.cohort)
    assert (
        card(worked, "N", edition=worked.edition)["Tests concluded"] == "2 | threshold not reached: 1 · inconclusive: 1"
    )
    assert card(worked, "N", edition=worked.edition) == card(worked, "S", edition=worked.edition)


@pytest.mark.django_db
def test_there_is_no_card_without_work(cast: Cast):
    scope = visible_cohorts(cast["A"]).scope()
    context = work_context(scope, implementation_rates(scope=scope, as_of=date(2020, 1, 1)))
    assert (context["work_lines"], render_to_string("figures/work/card.html", context).strip()) == ([], "")


@pytest.mark.django_db
def test_the_card_is_written_in_the_readers_language(worked: Cast, django_assert_num_queries):
    scope = visible_cohorts(worked["A"]).scope()
    figures = implementation_rates(scope=scope, as_of=TODAY)
    with django_assert_num_queries(1), override("fr"):
        page = render_to_string("figures/work/card.html", work_context(scope, figures))
    assert "50\u202f%" in page


def started(place: int, reached: date | None = None, target: int | None = 2) -> CohortWork:
    return CohortWork(place, started_on=date(2026, 9, 1), reached_on=reached, target=target)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ("none yet", "")),
        ([started(1)], ("0 of 1 on time", "1 overdue · target: 2 months · none yet")),
        ([started(1, target=None)], ("none yet", "no target in the format")),
        (
            [started(1, date(2026, 10, 1), target=1), started(2, target=3)],
            ("1 of 2 on time", "1 not yet due · target by format: 1 to 3 months · half after 1 month"),
        ),
    ],
)
def test_first_prototype_text_in_each_case(rows: list[CohortWork], expected: tuple[str, str]):
    assert first_prototype_text(WorkFigures(DAY, tuple(rows))) == expected


def test_the_strongest_evidence_comes_first():
    rows = CohortWork(1, results={"met": 9}, strengths={"said": 2, "did_in_lab": 3, "did_for_real": 4})
    assert strength_text(WorkFigures(DAY, (rows,))) == ("seen in real use: 4 · seen in the lab: 3 · stated: 2", "")


def test_excused_half_days_are_said_even_where_nobody_was_absent_or_came():
    assert attendance_text(WorkFigures(DAY, (CohortWork(1, excused=4, unknown=4),))) == (
        "none yet",
        "of all half-days, excused: 50%, not recorded: 50%",
    )
    assert attendance_text(WorkFigures(DAY)) == ("none yet", "")


def test_half_days_of_each_kind_have_a_line_for_the_files():
    work = WorkFigures(DAY, (CohortWork(1, came=3, expected=6, excused=2, unknown=4),))
    lines = {line.slug: (line.value, line.numerator, line.denominator) for line in work_lines(work)}
    assert [lines[slug] for slug in ("attendance", "attendance_excused", "attendance_unknown")] == [
        (1 / 2, 3, 6),
        (1 / 6, 2, 12),
        (1 / 3, 4, 12),
    ]
