"""Compare two versions of a text word by word, without side effects."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

UNCHANGED_CONTEXT = 60  # characters kept at each end of a long stretch that did not change
MAX_WORDS = 800  # longer texts are compared by sentence; texts of more sentences count as rewritten
WORDS = re.compile(r"\s+|\w+|[^\w\s]")
SENTENCES = re.compile(r"[^.!?\n]*(?:[.!?\n]+\s*|\Z)")

PieceKind = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is in both versions, or was added or removed."""

    kind: PieceKind
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Return the pieces of two versions of a text, `before` and `after`, in order.

    The `same` and `removed` pieces make up the first version, the `same` and `added` ones the second.
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    head = _common_prefix_length(old, new)
    tail = _common_prefix_length(old[head:][::-1], new[head:][::-1])
    middle = (old[head : len(old) - tail], new[head : len(new) - tail])
    pieces = [
        Piece("same", "".join(old[:head])),
        *_changed_pieces(*middle),
        Piece("same", "".join(old[len(old) - tail :])),
    ]
    return [piece for piece in pieces if piece.text]


def _common_prefix_length(old: list[str], new: list[str]) -> int:
    """Return the number of words with which both lists begin."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))


def _changed_pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    """Yield the pieces of two lists of words; long ones are compared by sentence, very long ones count as rewritten."""
    if max(len(old), len(new)) > MAX_WORDS:
        old, new = ([part for part in SENTENCES.findall("".join(words)) if part] for words in (old, new))
    if max(len(old), len(new)) > MAX_WORDS:
        yield from (Piece("removed", "".join(old)), Piece("added", "".join(new)))
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i1:i2]))
        else:
            yield from (Piece("removed", "".join(old[i1:i2])), Piece("added", "".join(new[j1:j2])))


def shortened(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces of a difference, with the middle of long unchanged ones replaced by an ellipsis."""
    return [Piece("same", _without_middle(piece.text)) if piece.kind == "same" else piece for piece in pieces]


def _without_middle(text: str) -> str:
    """Return the text, with an ellipsis between its beginning and its end when it is long."""
    return text if len(text) <= 3 * UNCHANGED_CONTEXT else f"{text[:UNCHANGED_CONTEXT]} … {text[-UNCHANGED_CONTEXT:]}"
