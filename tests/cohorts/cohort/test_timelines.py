"""Tests of timelines: what becomes a band, a dot, a mark or a line."""

from collections.abc import Callable
from datetime import date

import pytest

from accounts.models import User
from cohorts.calendars.proposals import Participation, calendar_periods, pattern_of, proposed_calendars
from cohorts.cohort.timelines import (
    cohort_layout,
    cohorts_layout,
    deadline_lines,
    marks_of,
    progress_text,
    proposed_layout,
    sessions_near,
    sessions_of,
    with_calendar,
)
from cohorts.hooks import CohortHooks, cohort_hooks
from cohorts.models import Cohort
from tests.factories.cohorts import CohortFactory, PhaseFactory, SessionFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory, FormatFactory
from web.pages.timeline import WIDTH, DateLine, ExchangeMark, SessionDot, TimelineBand, TimelineLayout

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
LAB = User(is_lab_staff=True)


def with_calendar_of(cohort: Cohort) -> Cohort:
    return with_calendar(Cohort.objects.select_related("edition__format"), LAB).get(pk=cohort.pk)


def bands(layout: TimelineLayout | None) -> list[list[TimelineBand]]:
    assert layout
    return [[item.band for item in placed.bands] for placed in layout.rows]


def dots(layout: TimelineLayout | None) -> list[list[SessionDot]]:
    assert layout
    return [[item.dot for item in placed.dots] for placed in layout.rows]


@pytest.fixture
def cohort() -> Cohort:
    """A cohort with two phases, and sessions held, to come, cancelled and without a day."""
    row = CohortFactory(name="Rivage")
    PhaseFactory(cohort=row)
    PhaseFactory(cohort=row, kind="priority_challenges", starts_on=date(2026, 3, 5), ends_on=date(2027, 12, 31))
    SessionFactory(cohort=row, state="reported", date=date(2026, 10, 6), title="Fabriquer", report="Done")
    SessionFactory(cohort=row, state="draft", date=date(2026, 12, 1), title="", number="4a", kind="group")
    SessionFactory(cohort=row, state="cancelled", date=date(2026, 12, 8))
    SessionFactory(cohort=row, state="draft", date=None)
    return row


def test_phases_are_bands_that_grow_darker_towards_the_priority_challenges(cohort):
    assert bands(cohort_layout(with_calendar_of(cohort), marks={}, today=TODAY)) == [
        [
            TimelineBand(date(2026, 1, 5), date(2026, 3, 4), "Preparation", 1),
            TimelineBand(date(2026, 3, 5), date(2027, 12, 31), "Priority challenges", 3),
        ]
    ]


def test_sessions_are_dots_filled_once_held_and_cancelled_ones_are_left_out(cohort):
    assert dots(cohort_layout(with_calendar_of(cohort), marks={}, today=TODAY)) == [
        [
            SessionDot(date(2026, 10, 6), "Fabriquer", filled=True),
            SessionDot(date(2026, 12, 1), "group session 4a", filled=False),
        ]
    ]


def test_today_and_the_deadline_are_lines(cohort):
    layout = cohort_layout(with_calendar_of(cohort), marks={}, today=TODAY)
    assert layout
    assert [placed.line for placed in layout.lines] == [
        DateLine(date(2026, 3, 5), "5 Mar: first prototype in test"),
        DateLine(TODAY, "today", "today"),
    ]


def test_today_is_left_out_when_the_cohort_is_over(cohort):
    layout = cohort_layout(with_calendar_of(cohort), marks={}, today=date(2029, 1, 1))
    assert layout
    assert [placed.line.label for placed in layout.lines] == ["5 Mar: first prototype in test"]


def test_the_deadline_counts_from_the_real_start(cohort):
    cohort.actual_start = date(2026, 2, 10)
    assert [line.day for line in deadline_lines(cohort)] == [date(2026, 4, 10)]


def test_there_is_no_deadline_without_one_in_the_format_nor_in_published_facts():
    free = FormatFactory(first_prototype_months=None)
    assert deadline_lines(CohortFactory(edition=EditionFactory(format=free))) == []
    assert deadline_lines(CohortFactory(retrospective=True)) == []


def test_a_cohort_without_phases_is_one_band_over_its_life():
    cohort = CohortFactory(retrospective=True, state="completed", actual_end=date(2027, 6, 30))
    assert bands(cohort_layout(with_calendar_of(cohort), marks={}, today=TODAY)) == [
        [TimelineBand(date(2026, 1, 5), date(2027, 6, 30), "Completed", 2)]
    ]


def test_a_cohort_without_dates_has_no_timeline():
    cohort = CohortFactory(retrospective=True, planned_start=None, planned_end=None, actual_start=None)
    assert cohort_layout(with_calendar_of(cohort), marks={}, today=TODAY) is None
    assert cohorts_layout([with_calendar_of(cohort)], marks={}, today=TODAY) is None
    assert cohorts_layout([], marks={}, today=TODAY) is None


def test_cohorts_of_an_edition_are_listed_below_one_another_with_links(cohort):
    other = CohortFactory(name="Montagne", edition=cohort.edition, slug="montagne")
    layout = cohorts_layout([with_calendar_of(cohort), with_calendar_of(other)], marks={}, today=TODAY)
    assert layout
    assert [(placed.row.label, placed.row.href) for placed in layout.rows] == [
        ("Rivage", cohort.get_absolute_url()),
        ("Montagne", "/cohorts/montagne/"),
    ]
    assert [placed.line.kind for placed in layout.lines] == ["today"]


@pytest.fixture
def add_mark(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], ExchangeMark]:
    """Return a function that adds the mark of an exchange of another app."""

    def mark(day: date) -> ExchangeMark:
        exchange_mark = ExchangeMark(day, "1", "Intertransfo 1")
        hooks = CohortHooks(timeline_marks=lambda editions: {edition: [exchange_mark] for edition in editions})
        monkeypatch.setitem(cohort_hooks.by_app, "test", hooks)
        return exchange_mark

    return mark


MARGIN = 16
DURING, BEFORE, AFTER = date(2026, 7, 1), date(2025, 11, 18), date(2028, 2, 8)


@pytest.mark.parametrize("day", [DURING, BEFORE, AFTER])
def test_marks_of_other_apps_are_shown_on_any_day(cohort, add_mark, day):
    exchange = add_mark(day)
    row = with_calendar_of(cohort)
    marks = marks_of([row])
    for layout in (cohort_layout(row, marks=marks, today=TODAY), cohorts_layout([row], marks=marks, today=TODAY)):
        assert layout
        assert [placed.mark for placed in layout.marks if placed.mark.label == exchange.label] == [exchange]
        assert all(0 <= placed.x <= WIDTH for placed in layout.marks)


def test_the_timeline_includes_marks_before_and_after_the_phases(cohort, add_mark):
    def reach(day: date) -> tuple[bool, bool]:
        """Return whether the bands leave room before and after them."""
        add_mark(day)
        layout = cohort_layout(with_calendar_of(cohort), marks=marks_of([cohort]), today=TODAY)
        assert layout
        bands, edge = layout.rows[0].bands, WIDTH - MARGIN
        return bands[0].x > MARGIN, bands[-1].x + bands[-1].width < edge

    assert {day: reach(day) for day in (DURING, BEFORE, AFTER)} == {
        DURING: (False, False),
        BEFORE: (True, False),
        AFTER: (False, True),
    }


def test_marks_alone_make_no_timeline(add_mark):
    add_mark(DURING)
    cohort = CohortFactory(retrospective=True, planned_start=None, planned_end=None, actual_start=None)
    assert cohort_layout(with_calendar_of(cohort), marks=marks_of([cohort]), today=TODAY) is None


def test_marks_of_one_edition_are_not_on_timelines_of_another(cohort, add_mark):
    add_mark(DURING)
    layout = cohort_layout(with_calendar_of(cohort), marks=marks_of([CohortFactory()]), today=TODAY)
    assert layout
    assert layout.marks == ()


def test_without_cohorts_no_statement_is_executed(django_assert_num_queries):
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


def test_sessions_near_today_are_the_next_two_and_the_last_two_the_latest_first():
    cohort = CohortFactory()
    for month in range(6, 13):
        SessionFactory(cohort=cohort, number=str(month), date=date(2026, month, 1), state="draft")
    SessionFactory(cohort=cohort, number="13", date=date(2027, 1, 5), state="draft")
    SessionFactory(cohort=cohort, number="14", date=date(2027, 2, 2), state="draft")
    near = sessions_near(with_calendar_of(cohort), TODAY)
    assert [session.number for session in near] == ["13", "12", "11", "10"]
    assert [session.number for session in sessions_near(with_calendar_of(cohort), date(2026, 5, 1))] == ["7", "6"]
    assert [session.number for session in sessions_near(with_calendar_of(cohort), date(2028, 1, 1))] == ["14", "13"]


def test_a_session_of_today_is_still_ahead():
    cohort = CohortFactory()
    SessionFactory(cohort=cohort, number="1", date=date(2026, 11, 23))
    SessionFactory(cohort=cohort, number="2", date=TODAY)
    SessionFactory(cohort=cohort, number="3", date=date(2026, 12, 8))
    SessionFactory(cohort=cohort, number="4", date=date(2026, 12, 9))
    assert [session.number for session in sessions_near(with_calendar_of(cohort), TODAY)] == ["3", "2", "1"]


def test_proposed_calendars_are_drawn_before_anything_is_saved():
    pattern = FormatFactory(months=6, sessions=1, days_per_session=1, phases=(("preparation", 0, 6),))
    participation = Participation(AuthorityFactory(name="Metz"), date(2027, 3, 1))
    calendars = proposed_calendars(
        pattern_of(pattern), date(2027, 1, 4), [participation], periods=calendar_periods(), today=TODAY
    )
    layout = proposed_layout(calendars, today=TODAY)
    assert bands(layout) == [[TimelineBand(date(2027, 3, 1), date(2027, 8, 31), "Preparation", 1)]]
    assert dots(layout) == [[SessionDot(calendars[0].plan.sessions[0].days[0], "session 1")]]
    assert layout
    assert [placed.row.label for placed in layout.rows] == ["Metz"]


def test_a_format_without_phases_is_proposed_as_one_band():
    participation = Participation(AuthorityFactory())
    pattern = pattern_of(FormatFactory(months=6, sessions=0, phases=()))
    layout = proposed_layout(
        proposed_calendars(pattern, date(2027, 1, 4), [participation], periods=calendar_periods(), today=TODAY),
        today=TODAY,
    )
    assert bands(layout) == [[TimelineBand(date(2027, 1, 4), date(2027, 7, 3), "", 2)]]


@pytest.mark.parametrize(
    ("planned", "started", "text"),
    [
        (10, 1, "1 of 10 authorities started · format version 3, 24 months"),
        (None, 2, "2 of 2 authorities started · format version 3, 24 months"),
        (1, 2, "2 of 2 authorities started · format version 3, 24 months"),
    ],
)
def test_the_progress_text_counts_started_authorities(planned, started, text):
    edition = EditionFactory(format=FormatFactory(version=3), planned_authorities=planned)
    cohorts = [CohortFactory(edition=edition), CohortFactory(edition=edition)]
    if started == 1:
        cohorts[1].actual_start = None
    assert progress_text(edition, cohorts) == text


def test_one_authority_and_one_month_are_in_the_singular():
    edition = EditionFactory(format=FormatFactory(version=1, months=1, first_prototype_months=1, phases=()))
    assert (
        progress_text(edition, [CohortFactory(edition=edition)])
        == "1 of 1 authority started · format version 1, 1 month"
    )
