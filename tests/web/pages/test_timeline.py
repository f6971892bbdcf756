"""The timeline: coordinates of dates, labels that fit, nothing outside the drawing."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.pages.timeline import (
    LABEL_ROW_HEIGHT,
    LABEL_WIDTH,
    MAX_TICKS,
    ROW_HEIGHT,
    WIDTH,
    DateLine,
    ExchangeMark,
    SessionDot,
    Timeline,
    TimelineBand,
    TimelineRow,
    TimeScale,
    month_firsts,
    place_band,
    place_lines,
    place_ticks,
)

START, END = date(2026, 9, 1), date(2028, 2, 28)
SCALE = TimeScale(START, END, left=0)
DAYS = st.dates(START, END)
ANY_DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def cohort(label: str = "") -> TimelineRow:
    return TimelineRow(
        label,
        bands=[
            TimelineBand(START, date(2026, 11, 30), "Preparation", 1),
            TimelineBand(date(2026, 12, 1), date(2027, 5, 31), "Test case", 2),
        ],
        dots=[SessionDot(date(2026, 10, 6), "Session 1", filled=True), SessionDot(date(2026, 11, 24), "Session 2")],
    )


def test_a_timeline_runs_from_its_first_to_its_last_day():
    assert (SCALE.x(START), SCALE.x(END)) == (16, WIDTH - 16)


def test_a_single_day_can_be_drawn():
    assert TimeScale(START, START, left=0).x(START) == 16


@given(DAYS, DAYS)
def test_later_dates_are_never_further_left(one: date, other: date):
    earlier, later = sorted([one, other])
    assert SCALE.x(earlier) <= SCALE.x(later)


@given(ANY_DAYS)
def test_a_date_on_the_timeline_is_within_the_drawing(day: date):
    assert 0 <= SCALE.x(SCALE.clamp(day)) <= WIDTH


def test_without_limits_the_timeline_shows_everything():
    layout = Timeline([cohort()], marks=[ExchangeMark(date(2027, 6, 8), "2", "Intertransfo 2")]).layout()
    assert layout.rows[0].bands[0].x == 16
    assert layout.marks[0].x == WIDTH - 16


def test_dates_outside_the_limits_are_left_out():
    layout = Timeline(
        [cohort()],
        marks=[ExchangeMark(date(2028, 6, 8), "4", "Intertransfo 4")],
        lines=[DateLine(date(2020, 1, 1), "long ago")],
        first=date(2026, 11, 1),
        last=date(2027, 2, 1),
    ).layout()
    assert [item.dot.label for item in layout.rows[0].dots] == ["Session 2"]
    assert (layout.marks, layout.lines) == ((), ())


def test_bands_are_cut_at_the_limits():
    layout = Timeline([cohort()], first=date(2026, 11, 1), last=date(2027, 2, 1)).layout()
    preparation, test_case = layout.rows[0].bands
    assert (preparation.x, test_case.x + test_case.width) == (16, WIDTH - 16)


def test_a_band_outside_the_limits_is_left_out():
    layout = Timeline([cohort()], first=date(2027, 1, 1), last=date(2027, 2, 1)).layout()
    assert [item.band.label for item in layout.rows[0].bands] == ["Test case"]


def test_a_timeline_without_dates_raises_an_error():
    with pytest.raises(ValueError, match="needs at least one date"):
        Timeline([TimelineRow("Dunkerque")]).layout()


def test_rows_with_names_leave_room_for_them():
    assert Timeline([cohort("Dunkerque")]).layout().rows[0].bands[0].x == LABEL_WIDTH + 16


def test_has_names_is_true_when_rows_have_names():
    assert Timeline([cohort("Dunkerque")]).layout().has_names is True
    assert Timeline([cohort()]).layout().has_names is False


def test_rows_are_below_one_another():
    layout = Timeline([cohort("A"), cohort("B"), cohort("C")]).layout()
    tops = [row.bands[0].y for row in layout.rows]
    assert tops == [layout.top, layout.top + ROW_HEIGHT, layout.top + 2 * ROW_HEIGHT]
    assert layout.bottom == layout.top + 3 * ROW_HEIGHT


def test_exchanges_have_a_row_above_the_cohorts():
    plain = Timeline([cohort()]).layout()
    marked = Timeline([cohort()], marks=[ExchangeMark(date(2027, 3, 9), "1", "Intertransfo 1")]).layout()
    assert marked.rows[0].bands[0].y - plain.rows[0].bands[0].y == 22


def test_a_label_is_drawn_only_if_it_fits():
    wide = place_band(TimelineBand(START, END, "Priority challenges"), SCALE, 0)
    narrow = place_band(TimelineBand(START, START + timedelta(days=20), "Priority challenges"), SCALE, 0)
    assert (wide.label_fits, narrow.label_fits) == (True, False)


def test_the_shortest_band_is_visible():
    assert place_band(TimelineBand(START, START, "Kick-off"), SCALE, 0).width == 2


def test_the_firsts_of_the_months_within_two_days():
    assert month_firsts(date(2026, 11, 24), date(2027, 2, 1)) == [
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]


def test_no_first_of_a_month_within_a_few_days():
    assert month_firsts(date(2026, 11, 3), date(2026, 11, 20)) == []


def test_ticks_of_eighteen_months_fall_on_every_third():
    assert [tick.day for tick in place_ticks(SCALE)] == [
        date(2026, 10, 1),
        date(2027, 1, 1),
        date(2027, 4, 1),
        date(2027, 7, 1),
        date(2027, 10, 1),
        date(2028, 1, 1),
    ]


def test_a_year_is_written_first_and_in_january():
    assert [tick.with_year for tick in place_ticks(SCALE)] == [True, True, False, False, False, True]


def test_no_tick_crosses_the_right_edge():
    scale = TimeScale(date(2026, 1, 1), date(2026, 6, 2), left=0)
    assert [tick.day.month for tick in place_ticks(scale)] == [1, 2, 3, 4, 5]


@given(ANY_DAYS, ANY_DAYS)
def test_the_number_of_ticks_is_limited(one: date, other: date):
    first, last = sorted([one, other])
    assert len(place_ticks(TimeScale(first, last, left=0))) <= MAX_TICKS


def test_a_label_is_right_of_its_line():
    (line,) = place_lines([DateLine(date(2026, 11, 24), "today", "today")], SCALE, bottom=100)
    assert (line.anchor, line.text_x - line.x, line.text_y) == ("start", 6, 112)


def test_a_label_near_the_right_edge_is_left_of_its_line():
    (line,) = place_lines([DateLine(END, "end of the edition")], SCALE, bottom=100)
    assert (line.anchor, line.x - line.text_x) == ("end", 6)


def test_a_label_that_the_next_line_would_cross_is_left_of_its_line():
    today, first = place_lines(
        [DateLine(date(2027, 12, 3), "first prototype"), DateLine(date(2027, 11, 24), "today", "today")],
        SCALE,
        bottom=100,
    )
    assert [(item.line.label, item.anchor, item.text_y) for item in (today, first)] == [
        ("today", "end", 112),
        ("first prototype", "start", 112),
    ]


def test_labels_that_would_touch_are_in_different_label_rows():
    lines = [DateLine(START, "first of all deadlines"), DateLine(START + timedelta(days=9), "second of all deadlines")]
    assert [item.text_y for item in place_lines(lines, SCALE, bottom=100)] == [112, 112 + LABEL_ROW_HEIGHT]


def test_the_drawing_ends_below_its_lowest_label():
    layout = Timeline([cohort()], lines=[DateLine(date(2026, 11, 24), "today", "today")]).layout()
    assert layout.height == layout.lines[0].text_y + 8


@given(st.lists(st.tuples(DAYS, st.sampled_from(["today", "first prototype in test", "end"])), max_size=6))
def test_labels_of_one_label_row_never_overlap(given_lines: list[tuple[date, str]]):
    placed = place_lines([DateLine(day, label) for day, label in given_lines], SCALE, bottom=0)
    spans = sorted(
        (item.text_y, item.text_x - width if item.anchor == "end" else item.text_x, width)
        for item in placed
        for width in [len(str(item.line.label)) * 7]
    )
    for (lane, begins, width), (next_lane, next_begins, _) in pairwise(spans):
        assert lane != next_lane or begins + width <= next_begins


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Metz", "Metz"),
        ("Département Val-d'Oise", "Département Val-d'Oise"),
        ("Caisse nationale d'assurance", "Caisse nationale d'as…"),
        ("Communauté d'agglome ration", "Communauté d'agglome…"),
        ("Pays de la Loire (démo)", "Pays de la Loire"),
        ("(démo)", "(démo)"),
    ],
)
def test_a_long_name_is_truncated_in_the_drawing_but_full_in_the_table(name, drawn):
    (placed,) = Timeline([cohort(name)]).layout().rows
    assert (placed.label, placed.row.label) == (drawn, name)


def test_text_in_brackets_is_kept_when_names_would_become_equal():
    layout = Timeline([cohort("Metz (nord)"), cohort("Metz (sud)")]).layout()
    assert [placed.label for placed in layout.rows] == ["Metz (nord)", "Metz (sud)"]


def test_the_names_and_the_drawing_share_the_width():
    named, unnamed = Timeline([cohort("Metz")]).layout(), Timeline([cohort()]).layout()
    assert (named.left, named.left + named.drawn_width) == (LABEL_WIDTH, WIDTH)
    assert (unnamed.left, unnamed.drawn_width) == (0, WIDTH)
