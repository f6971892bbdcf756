"""A pasted list, line by line: what it understands, and what it says of what it does not."""

import pytest

from cohorts.pasted import Line, read, role_names

NAMES = role_names()


def good(text: str) -> list[Line]:
    lines, refused = read(text, role="ambassador", names=NAMES)
    assert refused == []
    return lines


def bad(text: str) -> list[tuple[int, str, str, str]]:
    return [
        (line.number, line.value, line.reason, line.suggestion)
        for line in read(text, role="ambassador", names=NAMES)[1]
    ]


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("Ada Essai <ada@ville.example>", Line(1, "ada@ville.example", "Ada Essai", "ambassador")),
        ('"Essai, Ada" <ADA@Ville.example>', Line(1, "ada@ville.example", "Essai, Ada", "ambassador")),
        ("ada@ville.example; Ada Essai", Line(1, "ada@ville.example", "Ada Essai", "ambassador")),
        ("ada@ville.example;Ada Essai;relay;Accueil", Line(1, "ada@ville.example", "Ada Essai", "relay", "Accueil")),
        ("ada@ville.example\tAda Essai\tElected Official", Line(1, "ada@ville.example", "Ada Essai", "elected")),
        ("ada@ville.example;Ada Essai;Ambassadeur", Line(1, "ada@ville.example", "Ada Essai", "ambassador")),
        ("ada@ville.example;Ada \u202eEssai", Line(1, "ada@ville.example", "Ada Essai", "ambassador")),
        (
            "ada@ville.example; Ada; resident; ; design",
            Line(1, "ada@ville.example", "Ada", "resident", "", "design"),
        ),
    ],
)
def test_a_line_says_who_and_perhaps_as_what(written, line):
    assert good(written) == [line]


def test_empty_lines_and_a_heading_say_nothing_and_numbers_are_those_of_the_list():
    lines = good("address;name;role\n\n  \nAda <ada@ville.example>\n")
    assert [line.number for line in lines] == [4]


@pytest.mark.parametrize(
    ("written", "reason", "suggestion"),
    [
        (
            "Ada Essai",
            "There is no e-mail address in it.",
            "Write it like this: Ada Essai <ada@ville.example>",
        ),
        (
            "ada@ville.example",
            "There is no name in it.",
            "Write it like this: First name and name <ada@ville.example>",
        ),
        (
            "Ada <ada@ville>",
            "There is no e-mail address in it.",
            "Write it like this: Ada Essai <ada@ville.example>",
        ),
        (
            "a@ville.example;Ada;king",
            "“king” is no role.",
            "ambassador, coordinator, direction, elected official, pilot, relay, resident",
        ),
        (f"a@ville.example;{'A' * 151}", "It is too long.", "Check that each line has one person."),
    ],
)
def test_what_it_does_not_understand_has_number_value_reason_and_suggestion(written, reason, suggestion):
    assert bad(f"Bob <bob@ville.example>\n{written}") == [(2, written, reason, suggestion)]


def test_an_address_named_twice_counts_once():
    text = "Ada <ada@ville.example>\nBob <bob@ville.example>\nAda E. <ADA@ville.example>"
    assert bad(text) == [
        (3, "Ada E. <ADA@ville.example>", "Line 1 invites this address already.", "Leave this line out.")
    ]
    assert bad("Ada <ada@ville.example>\nada@ville.example;Ada;relay") == []


@pytest.mark.parametrize("written", ["(" * 1_900, ":" * 1_900, "(" * 900 + ")" * 900 + " Ada <ada@ville.example>"])
def test_marks_within_one_another_are_no_address_however_many_there_are(written):
    """Python's own reader of addresses goes a step deeper for each, until it falls over."""
    assert [reason for _number, _value, reason, _suggestion in bad(written)] == ["There is no e-mail address in it."]


def test_a_line_longer_than_any_person_is_not_read_but_shown_in_part():
    written = "a@" * 20_000
    assert bad(written) == [(1, written[:2_000], "It is too long.", "Check that each line has one person.")]
