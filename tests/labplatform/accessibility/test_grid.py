"""docs/rgaa.md has each criterion of the RGAA once, the tests it names exist, and the statement gives its counts.

Two tests here show criteria themselves, on pages for everyone and inside.
"""

import re
from collections import Counter
from dataclasses import astuple
from pathlib import Path
from typing import Final

import pytest
from django.test import Client

from labplatform.accessibility.compliance import SELF_ASSESSMENT
from tests.factories.accounts import signed_in
from tests.factories.cast import Cast
from tests.pages import texts

ROOT: Final = Path(__file__).parents[3]
CRITERIA: Final = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)  # of the themes 1 to 13
VERDICTS: Final = ("met", "not applicable", "open")
GRID: Final = re.findall(r"^\| (\d+\.\d+) \| (.+) \| (.+) \| (.+) \|$", (ROOT / "docs" / "rgaa.md").read_text(), re.M)


def test_each_of_the_106_criteria_is_in_the_grid_once():
    expected = [f"{theme}.{number}" for theme, last in enumerate(CRITERIA, 1) for number in range(1, last + 1)]
    assert (len(expected), [number for number, *_ in GRID]) == (106, expected)


def test_what_is_met_names_tests_that_exist_and_the_statement_counts_right():
    tests = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^ *def (test_\w+)", path.read_text(), re.M)
    }
    named = {number: re.findall(r"`(test_\w+)`", reason) for number, _subject, _verdict, reason in GRID}
    assert [number for number, _subject, verdict, _reason in GRID if verdict == "met" and not named[number]] == []
    assert {name for names in named.values() for name in names} - tests == set()
    counts = Counter(verdict for _number, _subject, verdict, _reason in GRID)
    assert (set(counts), astuple(SELF_ASSESSMENT)) == (set(VERDICTS), tuple(counts[each] for each in VERDICTS))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.django_db
def test_every_page_declares_its_type_language_and_title(language: str, client: Client, cast: Cast):
    cast["S"].language = language
    cast["S"].save()
    staff = signed_in(cast["S"])
    pages = [(client, path) for path in ("/accounts/login/", "/accessibility/", "/privacy/", "/nothing/")]
    for visitor, path in (*pages, (staff, "/"), (staff, "/ideas/"), (staff, "/nothing/")):
        answer = visitor.get(path, headers={"accept-language": language})
        start = answer.content.decode().lstrip().lower()
        assert start.startswith("<!doctype html>"), path
        assert (f'<html lang="{language}">' in start, len(texts(answer, "title"))) == (True, 1), path
        assert texts(answer, "title")[0].removesuffix("· labplatform").strip(), path


def test_every_frame_has_a_title():
    templates = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    frames = [frame for template in templates for frame in re.findall(r"<iframe.*?>", template, re.S)]
    assert frames
    assert [frame for frame in frames if not re.search(r'\stitle="[^"]', frame)] == []
