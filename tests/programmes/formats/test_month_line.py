"""The drawing of a format's phases."""

from hypothesis import given
from hypothesis import strategies as st

from programmes.formats.month_line import LANE_HEIGHT, TICKS_HEIGHT, WIDTH, Span, month_line

FOUR = [
    Span(0, 2, "preparation"),
    Span(2, 8, "test case"),
    Span(8, 22, "priority challenges"),
    Span(22, 24, "handover"),
]
SPANS = st.lists(
    st.builds(lambda start, length: Span(start, start + length, "phase"), st.integers(0, 60), st.integers(1, 24)),
    max_size=5,
).map(lambda spans: sorted(spans, key=lambda span: span.start))


def test_phases_follow_each_other_on_one_line():
    line = month_line(FOUR, 24)
    assert [(band.x, band.width, band.y) for band in line.bands] == [
        (0, 90, TICKS_HEIGHT),
        (90, 270, TICKS_HEIGHT),
        (360, 630, TICKS_HEIGHT),
        (990, 90, TICKS_HEIGHT),
    ]
    assert line.height == TICKS_HEIGHT + LANE_HEIGHT


def test_neighbouring_phases_have_different_shades():
    assert [band.shade for band in month_line(FOUR, 24).bands] == [1, 2, 3, 4]


def test_a_fifth_phase_shares_the_last_shade():
    assert month_line([Span(0, 1, "x")] * 5, 24).bands[-1].shade == 4


def test_a_label_is_written_only_where_it_fits():
    assert [band.label_fits for band in month_line(FOUR, 24).bands] == [False, True, True, True]


def test_phases_that_share_a_month_stand_below_one_another():
    line = month_line([Span(0, 3, "a"), Span(1, 5, "b"), Span(3, 6, "c")], 6)
    assert [band.y for band in line.bands] == [TICKS_HEIGHT, TICKS_HEIGHT + LANE_HEIGHT, TICKS_HEIGHT]
    assert line.height == TICKS_HEIGHT + 2 * LANE_HEIGHT


def test_a_short_format_has_every_month_and_a_long_one_every_second():
    assert [tick.month for tick in month_line([], 6).ticks] == [0, 1, 2, 3, 4, 5]
    assert [tick.month for tick in month_line([], 24).ticks] == list(range(0, 24, 2))


def test_a_format_of_many_years_counts_in_years():
    assert [tick.month for tick in month_line([], 200).ticks] == list(range(0, 200, 12))


def test_a_phase_beyond_the_months_lengthens_the_line():
    [band] = month_line([Span(0, 30, "x")], 24).bands
    assert (band.x, band.width) == (0, WIDTH)


def test_without_phases_there_is_a_line_of_months():
    line = month_line([], 0)
    assert (line.bands, [tick.month for tick in line.ticks]) == ((), [0])


@given(SPANS, st.integers(1, 60))
def test_bands_stay_in_the_drawing_and_never_overlap(spans: list[Span], months: int):
    line = month_line(spans, months)
    assert all(band.x >= 0 and band.x + band.width <= WIDTH for band in line.bands)
    assert all(TICKS_HEIGHT <= band.y < line.height for band in line.bands)
    for one in line.bands:
        for other in line.bands:
            apart = one.span.end <= other.span.start or other.span.end <= one.span.start
            assert one is other or one.y != other.y or apart


@given(st.integers(1, 240))
def test_ticks_never_crowd(months: int):
    assert 1 <= len(month_line([], months).ticks) <= 20
