"""What the page of a format version shows."""

import pytest

from programmes.enums import LadderKind
from programmes.formats import outline
from programmes.models import Format
from tests.factories.programmes import FormatFactory, LadderStepFactory


@pytest.fixture
def version(db: None) -> Format:
    return FormatFactory(published_at=None, day_allowance=None)


def test_every_number_with_its_name(version: Format):
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


def test_its_phases_on_a_line(version: Format):
    bands = outline.line(version, list(version.phases.all())).bands
    assert [(str(band.span.label), band.span.start, band.span.end) for band in bands] == [
        ("Preparation", 0, 2),
        ("Test case", 2, 8),
        ("Priority challenges", 8, 22),
        ("Handover", 22, 24),
    ]


def test_a_ladder_reads_as_people_speak(version: Format):
    LadderStepFactory(format=version, position=2, offset="-1wd", audience="registered", letter="exchange_programme")
    LadderStepFactory(format=version, position=1, alone=True)
    [exchange, *others] = outline.ladders(list(version.ladder_steps.order_by("kind", "position")))
    assert [(row.when, str(row.audience), str(row.letter), row.alone) for row in exchange.rows] == [
        ("26 weeks before", "the lab", "choose host and dates", True),
        ("1 working day before", "people registered", "the programme", False),
    ]
    assert [(ladder.kind, ladder.rows) for ladder in others] == [
        (LadderKind.STAKEHOLDER_SESSION, ()),
        (LadderKind.GROUP_SESSION, ()),
        (LadderKind.IDEA, ()),
    ]


def test_slugs_from_elsewhere_are_shown_as_they_are(version: Format):
    LadderStepFactory(format=version, audience="mayors", letter="a_word")
    [exchange, *_] = outline.ladders(list(version.ladder_steps.all()))
    assert [(row.audience, row.letter) for row in exchange.rows] == [("mayors", "a_word")]
