"""Page data of a format version."""

import pytest

from programmes.enums import ReminderScheduleKind
from programmes.formats import outline
from programmes.models import Format
from tests.factories.programmes import FormatFactory, ReminderStepFactory


@pytest.fixture
def version(db: None) -> Format:
    return FormatFactory(published_at=None, day_allowance=None)


def test_every_number_has_its_name(version: Format):
    assert [(str(name), value) for name, value in outline.numbers(version)] == [
        ("length in months", 24),
        ("separate on-site weeks", 0),
        ("sessions", 18),
        ("days per session", 2),
        ("seats", 15),
        ("days per member", None),
        ("first prototype in test after (months)", 2),
        ("months between Intertransfos", 6),
        ("days of an Intertransfo", 2),
    ]


def test_phases_are_drawn_on_a_line(version: Format):
    bands = outline.phase_line(version, list(version.phases.all())).bands
    assert [(str(band.span.label), band.span.start, band.span.end) for band in bands] == [
        ("Preparation", 0, 2),
        ("Test case", 2, 8),
        ("Priority challenges", 8, 22),
        ("Handover", 22, 24),
    ]


def test_a_reminder_schedule_is_shown_in_words(version: Format):
    ReminderStepFactory(
        format=version, position=2, offset="-1wd", audience="registered", email_type="exchange_programme"
    )
    ReminderStepFactory(format=version, position=1, alone=True)
    [exchange, *others] = outline.reminder_schedules(list(version.reminder_steps.order_by("kind", "position")))
    assert [(row.when, str(row.audience), str(row.email_type), row.alone) for row in exchange.rows] == [
        ("26 weeks before", "the lab", "choose host and dates", True),
        ("1 working day before", "people registered", "the programme", False),
    ]
    assert [(schedule.kind, schedule.rows) for schedule in others] == [
        (ReminderScheduleKind.STAKEHOLDER_SESSION, ()),
        (ReminderScheduleKind.GROUP_SESSION, ()),
        (ReminderScheduleKind.IDEA, ()),
        (ReminderScheduleKind.INNOVATION_TEAM, ()),
    ]


def test_unknown_slugs_are_shown_as_they_are(version: Format):
    ReminderStepFactory(format=version, audience="mayors", email_type="a_word")
    [exchange, *_] = outline.reminder_schedules(list(version.reminder_steps.all()))
    assert [(row.audience, row.email_type) for row in exchange.rows] == [("mayors", "a_word")]
