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
    """Return the pieces of which two versions of a text are made, in order: each is in both, removed, or added.

    The `same` and `removed` pieces make up `before`, the `same` and `added` ones `after`. Compared word by word; long
    changed parts by sentence.
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
    """Return the number of words that are equal at the beginning of both lists; 0 if already the first ones differ."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))


def _changed_pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    """Yield the pieces of two lists of words: those in both, removed from `old`, or added in `new`.

    Lists of more than 800 words are compared by sentence; those of more than 800 sentences count as rewritten.
    """
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
    """Return the pieces of a difference, with an ellipsis in place of the middle of each long unchanged one."""
    return [Piece("same", _without_middle(piece.text)) if piece.kind == "same" else piece for piece in pieces]


def _without_middle(text: str) -> str:
    """Return the text or, if it is longer than 180 characters, its first 60 and last 60 with an ellipsis in between."""
    return text if len(text) <= 3 * UNCHANGED_CONTEXT else f"{text[:UNCHANGED_CONTEXT]} … {text[-UNCHANGED_CONTEXT:]}"
