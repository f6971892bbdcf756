"""What changed between two texts, word by word."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.text.differences import MOST_WORDS, Piece, difference, shortened


def told(before: str, after: str) -> list[tuple[str, str]]:
    return [(piece.change, piece.text) for piece in difference(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("", "Elle entre", [("added", "Elle entre")]),
        ("Elle entre", "", [("removed", "Elle entre")]),
        ("Elle entre", "Elle entre", [("same", "Elle entre")]),
        ("Elle entre.", "Elle sort.", [("same", "Elle "), ("removed", "entre"), ("added", "sort"), ("same", ".")]),
        ("a b c", "a c", [("same", "a "), ("removed", "b "), ("same", "c")]),
    ],
)
def test_words_that_went_and_words_that_came(before: str, after: str, pieces: list[tuple[str, str]]):
    assert told(before, after) == pieces


TEXTS = st.text(alphabet="ab é.\n", max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it(before: str, after: str):
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.change != "added") == before
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == after


def test_long_rewritten_texts_are_two_pieces_in_no_time():
    before, after = "a b " * MOST_WORDS, "b a " * MOST_WORDS
    began = perf_counter()
    assert told(before, after) == [("removed", before[:-1]), ("added", after[:-1]), ("same", " ")]
    assert perf_counter() - began < 0.5


def test_long_stretches_that_stayed_are_cut_and_changes_never():
    long = "x" * 200
    pieces = shortened([Piece("same", long), Piece("added", long), Piece("same", "short")])
    assert [len(piece.text) for piece in pieces] == [123, 200, 5]
