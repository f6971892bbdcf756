"""A test's figures as a bar and in words."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from prototypes.models import Trial
from prototypes.trials.meters import Meter, criterion, figure, meter, observed


def trial(value: str | None, threshold: str | None = "80", **fields: object) -> Trial:
    """A test as the pure functions see it; nothing is saved."""
    given = {"comparator": ">=", "unit": "%"} | fields
    return Trial(
        observed_value=Decimal(value) if value is not None else None,
        threshold=Decimal(threshold) if threshold is not None else None,
        **given,
    )


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        ("80.00", "%", "80%"),
        ("7.50", "min", "7.5\N{NO-BREAK SPACE}min"),
        ("100", "", "100"),
        ("1200", "€", "1,200\N{NO-BREAK SPACE}€"),
        ("0.00", "%", "0%"),
    ],
)
def test_figures_have_no_needless_decimals(value: str, unit: str, written: str):
    assert figure(Decimal(value), unit) == written


def test_figures_are_written_as_the_language_of_the_page_does():
    with override("fr"):
        read = [figure(Decimal(value), unit) for value, unit in (("1.50", "%"), ("7.5", "min"), ("1200", "€"))]
    assert read == ["1,5\u202f%", "7,5\N{NO-BREAK SPACE}min", "1\u202f200\N{NO-BREAK SPACE}€"]


def test_no_figure_is_no_words():
    assert figure(None, "%") == ""


def test_people_who_succeeded_among_those_who_took_part():
    assert observed(trial("75", participants=12, successes=9)) == "9 of 12"


def test_a_value_where_nobody_was_counted():
    assert observed(trial("7.5", unit="min", participants=5)) == "7.5\N{NO-BREAK SPACE}min"


@pytest.mark.parametrize(
    ("comparator", "written"),
    [(">=", "at least"), (">", "more than"), ("<=", "at most"), ("<", "less than"), ("=", "exactly")],
)
def test_the_criterion_in_words(comparator: str, written: str):
    assert criterion(trial(None, comparator=comparator)) == f"{written} 80%"


def test_a_share_is_drawn_as_it_is():
    assert meter(trial("75")) == Meter(
        75.0,
        80.0,
        "observed: 75%; threshold: at least 80%",
        met=False,
    )


@pytest.mark.parametrize(
    ("value", "threshold", "drawn"), [("10", "8", (80.0, 64.0)), ("4", "8", (40.0, 80.0)), ("8", "8", (80.0, 80.0))]
)
def test_other_units_leave_headroom_above_the_larger(value: str, threshold: str, drawn: tuple[float, float]):
    found = meter(trial(value, threshold, unit="min"))
    assert found is not None
    assert (found.value, found.threshold) == drawn


@pytest.mark.parametrize(("value", "threshold"), [("0", "0"), ("-5", "-3"), ("-5", "0")])
def test_nothing_to_scale_stays_at_the_left_end(value: str, threshold: str):
    found = meter(trial(value, threshold, unit="°C"))
    assert found is not None
    assert (found.value, found.threshold) == (0.0, 0.0)


@pytest.mark.parametrize(("value", "met"), [("80", True), ("79.99", False)])
def test_the_bar_says_whether_it_is_met(value: str, met: bool):
    found = meter(trial(value))
    assert found is not None
    assert found.met is met


def test_no_bar_without_a_value_or_without_a_threshold():
    assert (meter(trial(None)), meter(trial("75", None))) == (None, None)


def test_a_share_above_the_whole_is_cut():
    found = meter(trial("150"))
    assert found is not None
    assert found.value == 100.0


@pytest.mark.parametrize(
    ("unit", "width"), [("% of the evenings", 80.0), ("pour cent des soirs", 80.0), ("%", 80.0), ("minutes", 64.0)]
)
def test_a_share_is_drawn_on_a_hundred_and_other_figures_with_headroom(unit: str, width: float):
    drawn = meter(trial("80", "100", unit=unit))
    assert drawn
    assert (drawn.value, drawn.threshold) == (width, width * 1.25)
