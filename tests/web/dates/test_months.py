"""Months between two dates: completed ones as dateutil counts them, and the share of the running one."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from web.dates.months import completed_months, months_between, rounded_months


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-03-15", "2026-03-15", 0),
        ("2026-03-15", "2026-04-14", 0),
        ("2026-03-15", "2026-04-15", 1),
        ("2026-12-31", "2027-01-30", 0),
        ("2026-12-31", "2027-01-31", 1),
        ("2026-01-31", "2026-02-27", 0),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-04-30", 3),
        ("2026-02-28", "2026-03-28", 1),
        ("2028-01-31", "2028-02-28", 0),
        ("2028-01-31", "2028-02-29", 1),
        ("2028-02-29", "2029-02-28", 12),
        ("2028-02-29", "2032-02-28", 47),
        ("2025-09-01", "2027-09-01", 24),
    ],
)
def test_a_month_is_complete_on_its_day_or_on_the_last_day_of_a_shorter_month(start, end, months):
    assert completed_months(date.fromisoformat(start), date.fromisoformat(end)) == months


days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(days, st.integers(0, 4000))
def test_completed_months_match_dateutil(start, later):
    end = start + timedelta(days=later)
    gap = relativedelta(end, start)
    assert completed_months(start, end) == 12 * gap.years + gap.months


@given(days, st.integers(0, 4000))
def test_completed_months_are_the_most_that_fit_before_the_end(start, later):
    end = start + timedelta(days=later)
    months = completed_months(start, end)
    assert start + relativedelta(months=months) <= end < start + relativedelta(months=months + 1)


def test_an_end_before_the_start_is_refused():
    with pytest.raises(ValueError, match=r"^The end, 2026-03-14, comes before the start, 2026-03-15\.$"):
        completed_months(date(2026, 3, 15), date(2026, 3, 14))


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2025-01-31", "2025-01-31", 0),
        ("2025-01-31", "2025-02-28", 1),
        ("2025-01-31", "2025-03-01", 1.0323),
        ("2024-01-30", "2024-02-29", 1),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-02-29", "2025-03-01", 12.0345),
        ("2025-03-15", "2026-03-15", 12),
        ("2025-03-15", "2026-03-16", 12.0323),
        ("2025-03-15", "2026-03-25", 12.3226),
        ("2025-03-15", "2026-04-14", 12.9677),
        ("2025-03-15", "2026-04-15", 13),
        ("2025-12-31", "2026-01-01", 0.0323),
    ],
)
def test_months_between_adds_the_share_of_the_running_month(start: str, end: str, months: float):
    assert str(rounded_months(months_between(date.fromisoformat(start), date.fromisoformat(end)))) == str(months)
