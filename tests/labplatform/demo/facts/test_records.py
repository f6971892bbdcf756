"""Access to the file of published facts."""

from datetime import UTC, date, datetime

import pytest

from labplatform.demo.facts.records import (
    PublishedDate,
    compiled_at,
    french_word,
    paragraphs,
    published_date,
    section,
    source_text,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2012", PublishedDate(date(2012, 1, 1), "year")),
        ("2012-06", PublishedDate(date(2012, 6, 1), "month")),
        ("2012-06-26", PublishedDate(date(2012, 6, 26), "day")),
        (None, PublishedDate(None, "day")),
    ],
)
def test_date_is_its_first_possible_day_with_precision(text: str | None, found: PublishedDate):
    assert published_date(text) == found


@pytest.mark.parametrize(
    "text", ["", "12", "2012-6", "26/06/2012", "2012-06-2", "spring 2012", "2012-13", "2012-02-30"]
)
def test_invalid_date_is_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011 - ours, or the one of `date.fromisoformat`
        published_date(text)


def test_only_unknown_kinds_have_a_french_word():
    assert french_word("sessions", "work_week") == "semaine de travail"
    assert french_word("sessions", "immersion") == ""


def test_compilation_date_is_read_from_the_file():
    assert compiled_at() == datetime(2026, 11, 23, 23, tzinfo=UTC)


def test_paragraphs_leave_out_what_is_missing():
    assert paragraphs("Un.", None, "", "Deux.") == "Un.\n\nDeux."


def test_source_text_has_extra_facts_note_and_citations():
    record = {"notes_fr": "Jour déduit.", "source_fr": "« Titre », 2012"}
    assert source_text(record, "Équipe de 5 personnes.") == "Équipe de 5 personnes.\n\nJour déduit.\n\n« Titre », 2012"


def test_source_text_without_note_is_the_citations():
    assert source_text({"notes_fr": None, "source_fr": "« Titre », 2012"}) == "« Titre », 2012"


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("authorities", 22),
        ("programmes", 2),
        ("formats", 4),
        ("editions", 3),
        ("cohorts", 20),
        ("exchanges", 16),
        ("sessions", 60),
        ("challenges", 40),
        ("ideas", 91),
        ("innovation_teams", 11),
        ("network", 25),
    ],
)
def test_every_section_is_complete(name: str, count: int):
    assert len(section(name)) == count


@pytest.mark.parametrize(
    "name", ["authorities", "programmes", "formats", "editions", "cohorts", "sessions", "challenges", "ideas"]
)
def test_record_keys_are_unique(name: str):
    keys = [record["key"] for record in section(name)]
    assert sorted(set(keys)) == sorted(keys)
