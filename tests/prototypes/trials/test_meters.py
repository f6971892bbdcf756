"""The figures of a test as a bar and in words."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from prototypes.models import Trial
from prototypes.trials.meters import Meter, criterion, figure, meter, observed_text


def trial(value: str | None, threshold: str | None = "80", **fields: object) -> Trial:
    """Return an unsaved test for the pure functions."""
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


def test_missing_figure_is_empty():
    assert figure(None, "%") == ""


def test_observed_counts_are_shown_as_successes_of_participants():
    assert observed_text(trial("75", participants=12, successes=9)) == "9 of 12"


def test_observed_value_is_shown_with_its_unit():
    assert observed_text(trial("7.5", unit="min", participants=5)) == "7.5\N{NO-BREAK SPACE}min"


@pytest.mark.parametrize(
    ("comparator", "written"),
    [(">=", "at least"), (">", "more than"), ("<=", "at most"), ("<", "less than"), ("=", "exactly")],
)
def test_criterion_is_shown_in_words(comparator: str, written: str):
    assert criterion(trial(None, comparator=comparator)) == f"{written} 80%"


def test_share_is_drawn_to_scale():
    assert meter(trial("75")) == Meter(
        75.0,
        80.0,
        "observed: 75%; threshold: at least 80%",
        met=False,
    )


@pytest.mark.parametrize(
    ("value", "threshold", "drawn"), [("10", "8", (80.0, 64.0)), ("4", "8", (40.0, 80.0)), ("8", "8", (80.0, 80.0))]
)
def test_other_units_leave_space_above_the_larger_figure(value: str, threshold: str, drawn: tuple[float, float]):
    drawn_meter = meter(trial(value, threshold, unit="min"))
    assert drawn_meter is not None
    assert (drawn_meter.value, drawn_meter.threshold) == drawn


@pytest.mark.parametrize(("value", "threshold"), [("0", "0"), ("-5", "-3"), ("-5", "0")])
def test_negative_or_zero_figures_stay_at_the_left_end(value: str, threshold: str):
    drawn_meter = meter(trial(value, threshold, unit="°C"))
    assert drawn_meter is not None
    assert (drawn_meter.value, drawn_meter.threshold) == (0.0, 0.0)


@pytest.mark.parametrize(("value", "met"), [("80", True), ("79.99", False)])
def test_meter_shows_whether_the_criterion_is_met(value: str, met: bool):
    drawn_meter = meter(trial(value))
    assert drawn_meter is not None
    assert drawn_meter.met is met


def test_no_meter_without_value_or_threshold():
    assert (meter(trial(None)), meter(trial("75", None))) == (None, None)


def test_share_above_100_percent_is_cut():
    drawn_meter = meter(trial("150"))
    assert drawn_meter is not None
    assert drawn_meter.value == 100.0


@pytest.mark.parametrize(
    ("unit", "width"), [("% of the evenings", 80.0), ("pour cent des soirs", 80.0), ("%", 80.0), ("minutes", 64.0)]
)
def test_a_share_is_drawn_on_a_hundred_and_other_figures_with_headroom(unit: str, width: float):
    drawn = meter(trial("80", "100", unit=unit))
    assert drawn
    assert (drawn.value, drawn.threshold) == (width, width * 1.25)
