"""Tests of the parser of pasted lists: accepted lines, and rejected ones with their reasons."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.invitations.list_parser import MAX_LENGTHS, PastedLine, parse_list, role_names
from web.text.visible import has_visible_text

NAMES = role_names()


def accepted_lines(text: str) -> list[PastedLine]:
    lines, refused = parse_list(text, role="ambassador", names=NAMES)
    assert refused == []
    return lines


def rejected_lines(text: str) -> list[tuple[int, str, str, str]]:
    return [
        (line.number, line.value, line.reason, line.suggestion)
        for line in parse_list(text, role="ambassador", names=NAMES)[1]
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Ada Essai <ada@ville.example>", PastedLine(1, "ada@ville.example", "Ada Essai", "ambassador")),
        ('"Essai, Ada" <ADA@Ville.example>', PastedLine(1, "ada@ville.example", "Essai, Ada", "ambassador")),
        (
            "Accueil: Ada Essai <ada@ville.example>",
            PastedLine(1, "ada@ville.example", "Accueil: Ada Essai", "ambassador"),
        ),
        ("Ada Essai ada@ville.example", PastedLine(1, "ada@ville.example", "Ada Essai", "ambassador")),
        ("Essai, Ada, ADA@ville.example", PastedLine(1, "ada@ville.example", "Essai, Ada", "ambassador")),
        ("ada@ville.example Ada Essai", PastedLine(1, "ada@ville.example", "Ada Essai", "ambassador")),
        ("Ada Essai (ada@ville.example)", PastedLine(1, "ada@ville.example", "Ada Essai", "ambassador")),
        ("Ada Essai ada@ville.example;;relay", PastedLine(1, "ada@ville.example", "Ada Essai", "relay")),
        ("ada@ville.example; Ada Essai", PastedLine(1, "ada@ville.example", "Ada Essai", "ambassador")),
        (
            "ada@ville.example;Ada Essai;relay;Accueil",
            PastedLine(1, "ada@ville.example", "Ada Essai", "relay", "Accueil"),
        ),
        ("ada@ville.example\tAda Essai\tElected Official", PastedLine(1, "ada@ville.example", "Ada Essai", "elected")),
        ("ada@ville.example;Ada Essai;Ambassadeur", PastedLine(1, "ada@ville.example", "Ada Essai", "ambassador")),
        ("ada@ville.example;Ada \u202eEssai", PastedLine(1, "ada@ville.example", "Ada Essai", "ambassador")),
        (
            "ada@ville.example; Ada; resident; ; design",
            PastedLine(1, "ada@ville.example", "Ada", "resident", "", "design"),
        ),
    ],
)
def test_a_line_gives_a_person_and_optionally_a_role(text, line):
    assert accepted_lines(text) == [line]


def test_empty_lines_and_headings_are_skipped_but_counted():
    lines = accepted_lines("address;name;role\n\n  \nAda <ada@ville.example>\n")
    assert [line.number for line in lines] == [4]


@pytest.mark.parametrize(
    ("text", "reason", "suggestion"),
    [
        (
            "Ada Essai",
            "This line has no e-mail address.",
            "Write the line like this: Ada Essai <ada@ville.example>",
        ),
        (
            "ada@ville.example",
            "This line has no name.",
            "Write the line like this: First name and surname <ada@ville.example>",
        ),
        (
            "Ada <ada@ville>",
            "“ada@ville” is not a complete e-mail address: check how it is written.",
            "Write the line like this: Ada Essai <ada@ville.example>",
        ),
        (
            "\u200b\u2060 <ada@ville.example>",
            "The name has no visible characters.",
            "Write the line like this: First name and surname <ada@ville.example>",
        ),
        (
            "ada@ville.example;\u200b",
            "This line has no name.",
            "Write the line like this: First name and surname <ada@ville.example>",
        ),
        (
            "ada@ville.example <ada@ville.example>",
            "This line has no name.",
            "Write the line like this: First name and surname <ada@ville.example>",
        ),
        (
            "Ada <ada@ville.example>, Bob <bob@ville.example>",
            "This line has more than one address.",
            "Check that each line has one person.",
        ),
        (
            "Ada Essai ada@ville",
            "“ada@ville” is not a complete e-mail address: check how it is written.",
            "Write the line like this: Ada Essai <ada@ville.example>",
        ),
        (
            "Zoé Essai <zoé@ville.example>",
            "This address has accents or other characters that e-mail does not accept: check how it is written.",
            "Write the line like this: Ada Essai <ada@ville.example>",
        ),
        (
            "ada@ville.example,bob@ville.example",
            "This line has more than one address.",
            "Check that each line has one person.",
        ),
        (
            "a@ville.example;Ada;king",
            "“king” is not a role.",
            "ambassador, coordinator, direction, elected official, pilot, relay, resident",
        ),
        (
            "http://evil.example <ada@ville.example>",
            "A name cannot contain a web address. Remove the address.",
            "Write the line like this: Ada Essai <ada@ville.example>",
        ),
        (
            "ada@ville.example;www.evil.example click",
            "A name cannot contain a web address. Remove the address.",
            "Write the line like this: Ada Essai <ada@ville.example>",
        ),
        (
            "a@ville.example;Ada;relay;Accueil;design;fr;more",
            "This line has more columns than expected.",
            "Keep at most six columns, in this order: address, name, role, department, discipline, language.",
        ),
        (
            "a@ville.example;Ada;relay;Accueil;design;German",
            "“German” is not a language of this platform.",
            "Write fr or en, or leave the column empty.",
        ),
        (
            f"a@ville.example;{'A' * 151}",
            "This line, or a part of it, is too long.",
            "Check that each line has one person.",
        ),
    ],
)
def test_a_rejected_line_has_number_value_reason_and_suggestion(text, reason, suggestion):
    assert rejected_lines(f"Bob <bob@ville.example>\n{text}") == [(2, text, reason, suggestion)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", ""),
        ("fr", "fr"),
        ("EN", "en"),
        ("Français", "fr"),
        ("francais", "fr"),
        ("English", "en"),
        ("anglais", "en"),
    ],
)
def test_a_line_can_give_its_language(text, language):
    [line] = accepted_lines(f"ada@ville.example;Ada Essai;relay;;;{text}")
    assert line.language == language


def test_an_address_given_twice_counts_once():
    text = "Ada <ada@ville.example>\nBob <bob@ville.example>\nAda E. <ADA@ville.example>"
    assert rejected_lines(text) == [
        (3, "Ada E. <ADA@ville.example>", "Line 1 invites this address already.", "Remove this line.")
    ]
    assert rejected_lines("Ada <ada@ville.example>\nada@ville.example;Ada;relay") == []


@pytest.mark.parametrize("text", ["(" * 1_900, ":" * 1_900, "(" * 900 + ")" * 900 + " Ada <ada@ville.example>"])
def test_deeply_nested_marks_are_not_an_address(text):
    """Python's parser of addresses recurses for each mark, until it fails."""
    assert [reason for _number, _value, reason, _suggestion in rejected_lines(text)] == [
        "This line has no e-mail address."
    ]


def test_a_very_long_line_is_rejected_and_shown_in_part():
    text = "a@" * 20_000
    assert rejected_lines(text) == [
        (1, text[:2_000], "This line, or a part of it, is too long.", "Check that each line has one person.")
    ]


A_WORD = st.text(string.ascii_letters + "éèïÉ’-.", min_size=1, max_size=12)
A_NAME = st.lists(A_WORD, min_size=1, max_size=3).map(" ".join)
AN_ADDRESS = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?@[a-z]{1,8}\.example", fullmatch=True)
WAYS = ("{name} <{email}>", "{name} {email}", "{email} {name}", "{name}, {email}", "{email};{name}", "{email}\t{name}")
# Any text, with the characters that separate columns and addresses, and invisible ones.
ANYTHING = st.text(st.sampled_from("ab@.,;:<>()\"' \t\n\r\u200b\u202e\x00éA1") | st.characters(), max_size=80)


@given(name=A_NAME.filter(lambda name: name.strip(".’-") != ""), email=AN_ADDRESS, way=st.sampled_from(WAYS))
def test_name_and_address_are_read_in_every_notation(name, email, way):
    assert accepted_lines(way.format(name=name, email=email)) == [PastedLine(1, email, name, "ambassador")]


@given(text=ANYTHING)
def test_any_pasted_line_is_a_person_or_rejected_with_reason_and_suggestion(text):
    lines, refused = parse_list(text, role="ambassador", names=NAMES)
    numbers = [row.number for row in (*lines, *refused)]
    assert len(numbers) == len(set(numbers))
    assert [row for row in refused if not (has_visible_text(row.value) and row.reason and row.suggestion)] == []
    for line in lines:
        assert has_visible_text(line.full_name) is True
        assert (line.email.count("@"), line.email, line.role) == (1, line.email.strip().lower(), "ambassador")
        assert [name for name, most in MAX_LENGTHS.items() if len(getattr(line, name)) > most] == []


@given(hidden=st.text("\u200b\u200c\u200d\u2060\ufeff\u00ad", min_size=1), email=AN_ADDRESS, way=st.sampled_from(WAYS))
def test_a_name_without_visible_characters_is_rejected(hidden, email, way):
    [(_number, _value, reason, _suggestion)] = rejected_lines(way.format(name=hidden, email=email))
    assert reason in {"The name has no visible characters.", "This line has no name."}
