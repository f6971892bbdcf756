"""Numbers, shares and ranges in the reader's language."""

from datetime import date

import pytest
from django.utils.translation import override

from figures import number_formats


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ("1,234", "31%", "24 November 2026")),
        ("fr", ("1\u202f234", "31\u202f%", "24 novembre 2026")),
    ],
)
def test_numbers_shares_and_days_follow_the_language(language: str, text: tuple[str, ...]):
    with override(language):
        assert (
            number_formats.number(1234),
            number_formats.share(0.307209),
            number_formats.day(date(2026, 11, 24)),
        ) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.24, 0.61, "95% confidence interval 24% to 61%"),
        (0, 1, "95% confidence interval 0% to 100%"),
        (None, 0.5, ""),
        (0.5, None, ""),
        (None, None, ""),
    ],
)
def test_range_without_an_end_is_empty(low: float | None, high: float | None, text: str):
    with override("en"):
        assert number_formats.share_range(low, high) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 months"), (1, "1 month"), (12, "12 months")])
def test_months_agree_in_number(count: int, text: str):
    with override("en"):
        assert number_formats.months(count) == text


def test_joined_parts_have_no_empty_part():
    assert number_formats.join_parts("", "one", "", "two") == "one · two"
    assert number_formats.join_parts("", "") == ""


def test_part_and_total_are_written_with_thousands_separators():
    with override("en"):
        assert number_formats.count_of_total(1200, 24000) == "1,200 of 24,000"


def test_without_a_language_it_is_french():
    with override(None):
        assert number_formats.number(1.5) == "1,5"


@pytest.mark.parametrize(("language", "by_cohort"), [("en", "by cohort"), ("fr", "par cohorte")])
def test_each_interval_has_a_name(language: str, by_cohort: str):
    with override(language):
        names = [number_formats.interval_name(interval) for interval in ("wilson", "log-log", "by cohort", None, "")]
    assert names == ["Wilson", "log-log", by_cohort, "", ""]
