"""What changed between two versions of a text, word by word. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

SAME_SHOWN = 60  # letters kept at each end of a long stretch that did not change
MOST_WORDS = 800  # beyond it, sentences are compared instead; beyond as many of these, all counts as rewritten
WORDS = re.compile(r"\s+|\w+|[^\w\s]")
SENTENCES = re.compile(r"[^.!?\n]*(?:[.!?\n]+\s*|\Z)")

Change = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and what became of it."""

    change: Change
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order: `same` and `removed` ones make up the first, `same` and `added` the second."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle = (old[head : len(old) - tail], new[head : len(new) - tail])
    pieces = [Piece("same", "".join(old[:head])), *_changes(*middle), Piece("same", "".join(old[len(old) - tail :]))]
    return [piece for piece in pieces if piece.text]


def _common(old: list[str], new: list[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))


def _changes(old: list[str], new: list[str]) -> Iterator[Piece]:
    if max(len(old), len(new)) > MOST_WORDS:
        old, new = ([part for part in SENTENCES.findall("".join(words)) if part] for words in (old, new))
    if max(len(old), len(new)) > MOST_WORDS:
        yield from (Piece("removed", "".join(old)), Piece("added", "".join(new)))
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i1:i2]))
        else:
            yield from (Piece("removed", "".join(old[i1:i2])), Piece("added", "".join(new[j1:j2])))


def shortened(pieces: list[Piece]) -> list[Piece]:
    """The same with the long stretches that did not change cut in their middle."""
    return [Piece("same", _cut(piece.text)) if piece.change == "same" else piece for piece in pieces]


def _cut(text: str) -> str:
    return text if len(text) <= 3 * SAME_SHOWN else f"{text[:SAME_SHOWN]} … {text[-SAME_SHOWN:]}"
