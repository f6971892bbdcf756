"""The differences between two texts, word by word."""

from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.text.differences import MAX_WORDS, Piece, difference, shortened


def kinds_and_texts(before: str, after: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in difference(before, after)]


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
def test_removed_and_added_words_are_pieces(before: str, after: str, pieces: list[tuple[str, str]]):
    assert kinds_and_texts(before, after) == pieces


TEXTS = st.text(alphabet="ab é.\n", max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_rebuilt_from_the_pieces(before: str, after: str):
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


def test_long_rewritten_texts_are_two_pieces_quickly():
    before, after = "a b " * MAX_WORDS, "b a " * MAX_WORDS
    began = thread_time()
    assert kinds_and_texts(before, after) == [("removed", before[:-1]), ("added", after[:-1]), ("same", " ")]
    assert thread_time() - began < 0.5


def test_only_long_unchanged_pieces_are_shortened():
    long = "x" * 200
    pieces = shortened([Piece("same", long), Piece("added", long), Piece("same", "short")])
    assert [len(piece.text) for piece in pieces] == [123, 200, 5]
