"""The file of published facts as it is read."""

from datetime import UTC, date, datetime

import pytest

from labplatform.demo.facts.records import Known, compiled_at, known, paragraphs, section, sourced, word


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2012", Known(date(2012, 1, 1), "year")),
        ("2012-06", Known(date(2012, 6, 1), "month")),
        ("2012-06-26", Known(date(2012, 6, 26), "day")),
        (None, Known(None, "day")),
    ],
)
def test_a_date_is_the_first_day_it_may_stand_for_with_its_precision(text: str | None, found: Known):
    assert known(text) == found


@pytest.mark.parametrize(
    "text", ["", "12", "2012-6", "26/06/2012", "2012-06-2", "spring 2012", "2012-13", "2012-02-30"]
)
def test_what_is_no_date_is_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011 - ours, or the one of `date.fromisoformat`
        known(text)


def test_kinds_outside_our_lists_have_their_word_and_ours_have_none():
    assert word("sessions", "work_week") == "semaine de travail"
    assert word("sessions", "immersion") == ""


def test_the_facts_bear_the_day_they_were_compiled():
    assert compiled_at() == datetime(2026, 11, 23, 23, tzinfo=UTC)


def test_paragraphs_leave_out_what_is_missing():
    assert paragraphs("Un.", None, "", "Deux.") == "Un.\n\nDeux."


def test_a_source_begins_with_what_has_no_column_then_the_note_then_the_citations():
    record = {"notes_fr": "Jour déduit.", "source_fr": "« Titre », 2012"}
    assert sourced(record, "Équipe de 5 personnes.") == "Équipe de 5 personnes.\n\nJour déduit.\n\n« Titre », 2012"


def test_a_source_without_note_is_its_citations():
    assert sourced({"notes_fr": None, "source_fr": "« Titre », 2012"}) == "« Titre », 2012"


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
def test_every_section_is_whole(name: str, count: int):
    assert len(section(name)) == count


@pytest.mark.parametrize(
    "name", ["authorities", "programmes", "formats", "editions", "cohorts", "sessions", "challenges", "ideas"]
)
def test_keys_tell_records_apart(name: str):
    keys = [record["key"] for record in section(name)]
    assert sorted(set(keys)) == sorted(keys)
