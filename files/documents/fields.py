"""Check the fields of word-processing documents: none loads a file or asks another program for data."""

import re
from collections.abc import Mapping
from typing import Final

from files.documents.markup import TEXT, stream_elements
from files.documents.packages import BadPackage, Package
from files.documents.unsafe_content import field_refused

LOADING: Final = {"DDE", "DDEAUTO", "INCLUDE", "INCLUDEPICTURE", "INCLUDETEXT", "IMPORT", "LINK", "DATABASE", "RD"}
INSTRUCTIONS: Final = frozenset({"instrText", "delInstrText"})
FIRST_WORD: Final = re.compile(r"\W*(\w+)")
LONGEST_OPENING: Final = 100  # characters of an instruction: enough for its first word
DEEPEST_FIELDS: Final = 50


class _Fields:
    """The fields that are open at a point of a part: the opening of each instruction, or None behind its end."""

    def __init__(self) -> None:
        self.open: list[str | None] = []

    def read(self, local: str, attributes: Mapping[str, str]) -> None:
        """Take in an element. Raises Unfit for a field that loads something."""
        if local == "fldSimple":
            _refuse_instruction(_attribute(attributes, "instr"))
        elif local in INSTRUCTIONS:
            self._add(attributes[TEXT])
        elif local == "fldChar":
            self._turn(_attribute(attributes, "fldCharType"))

    def _add(self, text: str) -> None:
        if not self.open or self.open[-1] is None:
            self.open.append("")
        self.open[-1] = f"{self.open[-1]}{text}".lstrip()[:LONGEST_OPENING]

    def _turn(self, kind: str) -> None:
        if kind == "begin":
            self._begin()
        elif self.open:
            _refuse_instruction(self.open.pop())
            if kind == "separate":
                self.open.append(None)

    def _begin(self) -> None:
        if self.open and self.open[-1] == "":
            raise field_refused()  # another field would work out what this one does
        if len(self.open) == DEEPEST_FIELDS:
            raise BadPackage("fields too deep")
        self.open.append("")


def check_fields(package: Package, part: str) -> None:
    """Raise Unfit when a field of a part loads something."""
    fields = _Fields()
    for name, attributes in stream_elements(package, part, texts_of=INSTRUCTIONS):
        fields.read(name.rpartition(" ")[2], attributes)
    for instruction in fields.open:
        _refuse_instruction(instruction)


def _attribute(attributes: Mapping[str, str], local: str) -> str:
    return next((value for name, value in attributes.items() if name.rpartition(" ")[2] == local), "")


def _refuse_instruction(instruction: str | None) -> None:
    word = FIRST_WORD.match(instruction or "")
    if word and word[1].upper() in LOADING:
        raise field_refused()
