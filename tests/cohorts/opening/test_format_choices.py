"""Tests of format versions as choices on the page that opens an edition."""

import pytest

from cohorts.opening.format_choices import format_choices
from tests.factories.programmes import FormatFactory

pytestmark = pytest.mark.django_db


def test_a_format_choice_shows_its_numbers_and_phases():
    version = FormatFactory(phases=(("preparation", 0, 2), ("handover", 22, 24)))
    (choice,) = format_choices([version], str(version.pk))
    assert choice.facts == "24 months · 18 sessions · 15 seats · Intertransfo every 6 months"
    assert choice.phases == "preparation from month 0 to month 2, handover from month 22 to month 24"
    assert [(band.span.start, band.span.end, band.span.label) for band in choice.line.bands] == [
        (0, 2, "Preparation"),
        (22, 24, "Handover"),
    ]


def test_on_site_weeks_are_counted_apart_from_sessions():
    residency = FormatFactory(months=6, onsite_weeks=3, sessions=3, exchange_interval_months=None, phases=())
    both = FormatFactory(months=6, onsite_weeks=1, sessions=2, seats=1, exchange_interval_months=1, phases=())
    assert [choice.facts for choice in format_choices([residency, both], "")] == [
        "6 months · 3 separate on-site weeks · 15 seats",
        "6 months · 1 on-site week · 1 session · 1 seat · Intertransfo every month",
    ]


def test_only_the_version_ticked_is_chosen():
    first, second = FormatFactory(), FormatFactory()
    assert [choice.chosen for choice in format_choices([first, second], str(second.pk))] == [False, True]
    assert [choice.chosen for choice in format_choices([first, second], "")] == [False, False]
