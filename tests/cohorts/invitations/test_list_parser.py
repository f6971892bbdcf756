"""A pasted list, line by line: what it understands, and what it says of what it does not."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.invitations.list_parser import LONGEST, Line, read, role_names
from web.text.visible import shows

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
        ("Accueil: Ada Essai <ada@ville.example>", Line(1, "ada@ville.example", "Accueil: Ada Essai", "ambassador")),
        ("Ada Essai ada@ville.example", Line(1, "ada@ville.example", "Ada Essai", "ambassador")),
        ("Essai, Ada, ADA@ville.example", Line(1, "ada@ville.example", "Essai, Ada", "ambassador")),
        ("ada@ville.example Ada Essai", Line(1, "ada@ville.example", "Ada Essai", "ambassador")),
        ("Ada Essai (ada@ville.example)", Line(1, "ada@ville.example", "Ada Essai", "ambassador")),
        ("Ada Essai ada@ville.example;;relay", Line(1, "ada@ville.example", "Ada Essai", "relay")),
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
def test_what_it_does_not_understand_has_number_value_reason_and_suggestion(written, reason, suggestion):
    assert bad(f"Bob <bob@ville.example>\n{written}") == [(2, written, reason, suggestion)]


@pytest.mark.parametrize(
    ("written", "language"),
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
def test_a_line_may_name_its_language(written, language):
    [line] = good(f"ada@ville.example;Ada Essai;relay;;;{written}")
    assert line.language == language


def test_an_address_named_twice_counts_once():
    text = "Ada <ada@ville.example>\nBob <bob@ville.example>\nAda E. <ADA@ville.example>"
    assert bad(text) == [(3, "Ada E. <ADA@ville.example>", "Line 1 invites this address already.", "Remove this line.")]
    assert bad("Ada <ada@ville.example>\nada@ville.example;Ada;relay") == []


@pytest.mark.parametrize("written", ["(" * 1_900, ":" * 1_900, "(" * 900 + ")" * 900 + " Ada <ada@ville.example>"])
def test_marks_within_one_another_are_no_address_however_many_there_are(written):
    """Python's own reader of addresses goes a step deeper for each, until it falls over."""
    assert [reason for _number, _value, reason, _suggestion in bad(written)] == ["This line has no e-mail address."]


def test_a_line_longer_than_any_person_is_not_read_but_shown_in_part():
    written = "a@" * 20_000
    assert bad(written) == [
        (1, written[:2_000], "This line, or a part of it, is too long.", "Check that each line has one person.")
    ]


A_WORD = st.text(string.ascii_letters + "éèïÉ’-.", min_size=1, max_size=12)
A_NAME = st.lists(A_WORD, min_size=1, max_size=3).map(" ".join)
AN_ADDRESS = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?@[a-z]{1,8}\.example", fullmatch=True)
WAYS = ("{name} <{email}>", "{name} {email}", "{email} {name}", "{name}, {email}", "{email};{name}", "{email}\t{name}")
# What people and mischief write, with the signs that mean something here, and some that nobody sees.
ANYTHING = st.text(st.sampled_from("ab@.,;:<>()\"' \t\n\r\u200b\u202e\x00éA1") | st.characters(), max_size=80)


@given(name=A_NAME.filter(lambda name: name.strip(".’-") != ""), email=AN_ADDRESS, way=st.sampled_from(WAYS))
def test_name_and_address_are_understood_in_every_way_of_writing_them(name, email, way):
    assert good(way.format(name=name, email=email)) == [Line(1, email, name, "ambassador")]


@given(text=ANYTHING)
def test_whatever_is_pasted_each_line_is_somebody_or_refused_with_a_reason_and_what_to_write(text):
    lines, refused = read(text, role="ambassador", names=NAMES)
    numbers = [row.number for row in (*lines, *refused)]
    assert len(numbers) == len(set(numbers))
    assert [row for row in refused if not (shows(row.value) and row.reason and row.suggestion)] == []
    for line in lines:
        assert shows(line.full_name) is True
        assert (line.email.count("@"), line.email, line.role) == (1, line.email.strip().lower(), "ambassador")
        assert [name for name, most in LONGEST.items() if len(getattr(line, name)) > most] == []


@given(hidden=st.text("\u200b\u200c\u200d\u2060\ufeff\u00ad", min_size=1), email=AN_ADDRESS, way=st.sampled_from(WAYS))
def test_a_name_of_which_nothing_can_be_seen_is_none(hidden, email, way):
    [(_number, _value, reason, _suggestion)] = bad(way.format(name=hidden, email=email))
    assert reason in {"The name has no visible characters.", "This line has no name."}
