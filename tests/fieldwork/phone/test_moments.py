"""When a draft was written, on a phone whose clock is wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldwork.phone.moments import MAX_AGE, TOLERANCE, moment_written

MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)  # the last contact
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # the draft is written
EVENING = datetime(2026, 11, 24, 17, tzinfo=UTC)  # the draft is sent
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("written", "age"),
    [
        pytest.param(NOON, EVENING - NOON, id="right clock"),
        pytest.param(NOON, EVENING - NOON - DAY, id="a day fast, set right before sending"),
        pytest.param(NOON, EVENING - NOON + DAY, id="a day slow, set right before sending"),
        pytest.param(NOON + DAY, EVENING - NOON, id="set a day fast after the last contact"),
        pytest.param(NOON - DAY, EVENING - NOON, id="set a day slow after the last contact"),
        pytest.param(NOON, None, id="no age"),
        pytest.param(None, EVENING - NOON, id="no clock"),
    ],
)
def test_a_clock_that_is_wrong_by_a_day_does_not_move_the_note(written: datetime | None, age: timedelta | None):
    assert moment_written(EVENING, written_at=written, age=age, contact_at=MORNING) == NOON


@pytest.mark.parametrize(
    ("written", "expected"), [(NOON + 3 * DAY, EVENING), (NOON - 3 * DAY, MORNING), (None, EVENING)]
)
def test_an_impossible_moment_becomes_the_nearest_possible_one(written: datetime | None, expected: datetime):
    assert moment_written(EVENING, written_at=written, age=9 * DAY, contact_at=MORNING) == expected


@pytest.mark.parametrize(("beyond", "expected"), [(TOLERANCE, EVENING), (-TOLERANCE, MORNING - TOLERANCE)])
def test_a_few_minutes_between_the_clocks_are_allowed(beyond: timedelta, expected: datetime):
    written = EVENING + beyond if beyond > timedelta() else MORNING + beyond
    assert moment_written(EVENING, written_at=written, age=None, contact_at=MORNING) == expected


@given(
    written=st.none() | st.datetimes(timezones=st.just(UTC)),
    age=st.none() | st.timedeltas(-3000 * DAY, 3000 * DAY),
    contact=st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_a_note_is_never_later_than_now_nor_older_than_the_limit(
    written: datetime | None, age: timedelta | None, contact: datetime | None
):
    moment = moment_written(EVENING, written_at=written, age=age, contact_at=contact)
    assert EVENING - MAX_AGE - TOLERANCE <= moment <= EVENING
