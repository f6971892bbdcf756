"""Cohorts on a line of time: what becomes a band, a dot, a mark or a line."""

from collections.abc import Callable
from datetime import date

import pytest

from accounts.models import User
from cohorts.calendars.proposals import Entry, known_periods, pattern_of, proposed
from cohorts.cohort.timelines import (
    cohort_layout,
    cohorts_layout,
    deadline,
    marks_of,
    phrase_of,
    proposed_layout,
    sessions_near,
    sessions_of,
    with_calendar,
)
from cohorts.models import Cohort
from cohorts.registries import timeline_marks
from tests.factories.cohorts import CohortFactory, PhaseFactory, SessionFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory, FormatFactory
from web.pages.timeline import WIDTH, Band, Dot, Layout, Line, Mark

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
LAB = User(is_lab_staff=True)


def read(cohort: Cohort) -> Cohort:
    return with_calendar(Cohort.objects.select_related("edition__format"), LAB).get(pk=cohort.pk)


def bands(layout: Layout | None) -> list[list[Band]]:
    assert layout
    return [[item.band for item in placed.bands] for placed in layout.rows]


def dots(layout: Layout | None) -> list[list[Dot]]:
    assert layout
    return [[item.dot for item in placed.dots] for placed in layout.rows]


@pytest.fixture
def cohort() -> Cohort:
    """Two phases, one session held, one to come, one cancelled, one without a day."""
    row = CohortFactory(name="Rivage")
    PhaseFactory(cohort=row)
    PhaseFactory(cohort=row, kind="priority_challenges", starts_on=date(2026, 3, 5), ends_on=date(2027, 12, 31))
    SessionFactory(cohort=row, state="reported", date=date(2026, 10, 6), title="Fabriquer", report="Done")
    SessionFactory(cohort=row, state="draft", date=date(2026, 12, 1), title="", number="4a", kind="group")
    SessionFactory(cohort=row, state="cancelled", date=date(2026, 12, 8))
    SessionFactory(cohort=row, state="draft", date=None)
    return row


def test_phases_are_bands_that_grow_darker_towards_the_priority_challenges(cohort):
    assert bands(cohort_layout(read(cohort), marks={}, today=TODAY)) == [
        [
            Band(date(2026, 1, 5), date(2026, 3, 4), "Preparation", 1),
            Band(date(2026, 3, 5), date(2027, 12, 31), "Priority challenges", 3),
        ]
    ]


def test_sessions_are_dots_filled_once_held_and_cancelled_ones_are_left_out(cohort):
    assert dots(cohort_layout(read(cohort), marks={}, today=TODAY)) == [
        [
            Dot(date(2026, 10, 6), "Fabriquer", filled=True),
            Dot(date(2026, 12, 1), "group session 4a", filled=False),
        ]
    ]


def test_today_and_the_deadline_are_lines(cohort):
    layout = cohort_layout(read(cohort), marks={}, today=TODAY)
    assert layout
    assert [placed.line for placed in layout.lines] == [
        Line(date(2026, 3, 5), "5 Mar: first prototype in test"),
        Line(TODAY, "today", "today"),
    ]


def test_today_is_left_out_when_the_cohort_is_over(cohort):
    layout = cohort_layout(read(cohort), marks={}, today=date(2029, 1, 1))
    assert layout
    assert [placed.line.label for placed in layout.lines] == ["5 Mar: first prototype in test"]


def test_the_deadline_counts_from_the_real_start(cohort):
    cohort.actual_start = date(2026, 2, 10)
    assert [line.day for line in deadline(cohort)] == [date(2026, 4, 10)]


def test_there_is_no_deadline_without_one_in_the_format_nor_in_published_facts():
    free = FormatFactory(first_prototype_months=None)
    assert deadline(CohortFactory(edition=EditionFactory(format=free))) == []
    assert deadline(CohortFactory(retrospective=True)) == []


def test_a_cohort_without_phases_is_one_band_over_its_life():
    cohort = CohortFactory(retrospective=True, state="completed", actual_end=date(2027, 6, 30))
    assert bands(cohort_layout(read(cohort), marks={}, today=TODAY)) == [
        [Band(date(2026, 1, 5), date(2027, 6, 30), "Completed", 2)]
    ]


def test_a_cohort_without_any_date_has_no_line():
    cohort = CohortFactory(retrospective=True, planned_start=None, planned_end=None, actual_start=None)
    assert cohort_layout(read(cohort), marks={}, today=TODAY) is None
    assert cohorts_layout([read(cohort)], marks={}, today=TODAY) is None
    assert cohorts_layout([], marks={}, today=TODAY) is None


def test_cohorts_of_an_edition_stand_below_one_another_and_lead_to_their_pages(cohort):
    other = CohortFactory(name="Montagne", edition=cohort.edition, slug="montagne")
    layout = cohorts_layout([read(cohort), read(other)], marks={}, today=TODAY)
    assert layout
    assert [(placed.row.label, placed.row.href) for placed in layout.rows] == [
        ("Rivage", cohort.get_absolute_url()),
        ("Montagne", "/cohorts/montagne/"),
    ]
    assert [placed.line.kind for placed in layout.lines] == ["today"]


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], Mark]:
    """An app above marks its exchange on the line."""

    def mark(day: date) -> Mark:
        made = Mark(day, "1", "Intertransfo 1")
        every = (100, lambda editions: {edition: [made] for edition in editions})
        monkeypatch.setitem(timeline_marks._items, "test_exchange", every)
        return made

    return mark


MARGIN = 16
DURING, BEFORE, AFTER = date(2026, 7, 1), date(2025, 11, 18), date(2028, 2, 8)


@pytest.mark.parametrize("day", [DURING, BEFORE, AFTER])
def test_the_apps_above_add_their_marks_whenever_they_are(cohort, marked, day):
    exchange = marked(day)
    row = read(cohort)
    marks = marks_of([row])
    for layout in (cohort_layout(row, marks=marks, today=TODAY), cohorts_layout([row], marks=marks, today=TODAY)):
        assert layout
        assert [placed.mark for placed in layout.marks if placed.mark.label == exchange.label] == [exchange]
        assert all(0 <= placed.x <= WIDTH for placed in layout.marks)


def test_the_line_reaches_marks_before_and_after_the_phases(cohort, marked):
    def reach(day: date) -> tuple[bool, bool]:
        """Whether the bands leave room before them, and after them."""
        marked(day)
        layout = cohort_layout(read(cohort), marks=marks_of([cohort]), today=TODAY)
        assert layout
        bands, edge = layout.rows[0].bands, WIDTH - MARGIN
        return bands[0].x > MARGIN, bands[-1].x + bands[-1].width < edge

    assert {day: reach(day) for day in (DURING, BEFORE, AFTER)} == {
        DURING: (False, False),
        BEFORE: (True, False),
        AFTER: (False, True),
    }


def test_marks_alone_make_no_line(marked):
    marked(DURING)
    cohort = CohortFactory(retrospective=True, planned_start=None, planned_end=None, actual_start=None)
    assert cohort_layout(read(cohort), marks=marks_of([cohort]), today=TODAY) is None


def test_the_marks_of_an_edition_are_not_on_the_lines_of_another(cohort, marked):
    marked(DURING)
    layout = cohort_layout(read(cohort), marks=marks_of([CohortFactory()]), today=TODAY)
    assert layout
    assert layout.marks == ()


def test_without_cohorts_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert marks_of([]) == {}


@pytest.mark.parametrize("many", [1, 3])
def test_reading_calendars_takes_one_statement_and_their_marks_another(many, django_assert_num_queries):
    for _ in range(many):
        row = CohortFactory()
        PhaseFactory(cohort=row)
        SessionFactory.create_batch(2, cohort=row)
    with django_assert_num_queries(2):
        rows = list(with_calendar(Cohort.objects.select_related("edition__format"), LAB))
        assert [len(sessions_of(row)) for row in rows] == [2] * many
        assert cohorts_layout(rows, marks=marks_of(rows), today=TODAY)


def test_sessions_near_today_are_the_next_two_and_the_last_three_the_latest_first():
    cohort = CohortFactory()
    for month in range(6, 13):
        SessionFactory(cohort=cohort, number=str(month), date=date(2026, month, 1), state="draft")
    SessionFactory(cohort=cohort, number="13", date=date(2027, 1, 5), state="draft")
    SessionFactory(cohort=cohort, number="14", date=date(2027, 2, 2), state="draft")
    near = sessions_near(read(cohort), TODAY)
    assert [session.number for session in near] == ["13", "12", "11", "10", "9"]
    assert [session.number for session in sessions_near(read(cohort), date(2026, 5, 1))] == ["7", "6"]
    assert [session.number for session in sessions_near(read(cohort), date(2028, 1, 1))] == ["14", "13", "12"]


def test_a_session_of_today_is_still_ahead():
    cohort = CohortFactory()
    SessionFactory(cohort=cohort, number="1", date=date(2026, 11, 23))
    SessionFactory(cohort=cohort, number="2", date=TODAY)
    SessionFactory(cohort=cohort, number="3", date=date(2026, 12, 8))
    SessionFactory(cohort=cohort, number="4", date=date(2026, 12, 9))
    assert [session.number for session in sessions_near(read(cohort), TODAY)] == ["3", "2", "1"]


def test_proposed_calendars_are_drawn_before_anything_is_saved():
    pattern = FormatFactory(months=6, sessions=1, days_per_session=1, phases=(("preparation", 0, 6),))
    entry = Entry(AuthorityFactory(name="Metz"), date(2027, 3, 1))
    calendars = proposed(pattern_of(pattern), date(2027, 1, 4), [entry], periods=known_periods(), today=TODAY)
    layout = proposed_layout(calendars, today=TODAY)
    assert bands(layout) == [[Band(date(2027, 3, 1), date(2027, 8, 31), "Preparation", 1)]]
    assert dots(layout) == [[Dot(calendars[0].plan.sessions[0].days[0], "session 1")]]
    assert layout
    assert [placed.row.label for placed in layout.rows] == ["Metz"]


def test_a_format_without_phases_is_proposed_as_one_band():
    entry = Entry(AuthorityFactory())
    pattern = pattern_of(FormatFactory(months=6, sessions=0, phases=()))
    layout = proposed_layout(
        proposed(pattern, date(2027, 1, 4), [entry], periods=known_periods(), today=TODAY), today=TODAY
    )
    assert bands(layout) == [[Band(date(2027, 1, 4), date(2027, 7, 3), "", 2)]]


@pytest.mark.parametrize(
    ("planned", "begun", "said"),
    [
        (10, 1, "1 of 10 authorities started · format version 3, 24 months"),
        (None, 2, "2 of 2 authorities started · format version 3, 24 months"),
        (1, 2, "2 of 2 authorities started · format version 3, 24 months"),
    ],
)
def test_how_far_an_edition_is_in_one_line(planned, begun, said):
    edition = EditionFactory(format=FormatFactory(version=3), planned_authorities=planned)
    cohorts = [CohortFactory(edition=edition), CohortFactory(edition=edition)]
    if begun == 1:
        cohorts[1].actual_start = None
    assert phrase_of(edition, cohorts) == said


def test_one_authority_and_one_month_are_said_in_the_singular():
    edition = EditionFactory(format=FormatFactory(version=1, months=1, first_prototype_months=1, phases=()))
    assert (
        phrase_of(edition, [CohortFactory(edition=edition)]) == "1 of 1 authority started · format version 1, 1 month"
    )
