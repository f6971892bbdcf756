"""Check the fields of word-processing documents: none loads a file or asks another program for data."""

import re
from collections.abc import Mapping
from typing import Final

from files.documents.markup import TEXT, stream_elements
from files.documents.packages import BadPackage, ZipPackage
from files.documents.unsafe_content import field_refused

LOADING_FIELDS: Final = {
    "DDE",
    "DDEAUTO",
    "INCLUDE",
    "INCLUDEPICTURE",
    "INCLUDETEXT",
    "IMPORT",
    "LINK",
    "DATABASE",
    "RD",
}
INSTRUCTIONS: Final = frozenset({"instrText", "delInstrText"})
FIRST_WORD: Final = re.compile(r"\W*(\w+)")
MAX_INSTRUCTION_CHARACTERS: Final = 100  # characters of an instruction: enough for its first word
MAX_FIELD_DEPTH: Final = 50


class _Fields:
    """The fields that are open at a point of a part: the opening of each instruction, or None behind its end."""

    def __init__(self) -> None:
        """Start at the beginning of a part, where no field is open."""
        self.open: list[str | None] = []

    def read(self, local: str, attributes: Mapping[str, str]) -> None:
        """Follow the fields through one element of the document; raises FileRejected for a field that loads something.

        `local` is the element's name without its namespace; `attributes` also hold its text, under “#text”.
        """
        if local == "fldSimple":
            _refuse_instruction(_attribute(attributes, "instr"))
        elif local in INSTRUCTIONS:
            self._add(attributes[TEXT])
        elif local == "fldChar":
            self._turn(_attribute(attributes, "fldCharType"))

    def _add(self, text: str) -> None:
        """Add text to the instruction of the innermost open field, at most the first 100 characters, which decide about
        it.
        """
        if not self.open or self.open[-1] is None:
            self.open.append("")
        self.open[-1] = f"{self.open[-1]}{text}".lstrip()[:MAX_INSTRUCTION_CHARACTERS]

    def _turn(self, kind: str) -> None:
        """Follow a field's boundary: `kind` is “begin” (a field opens), “separate” (its instruction ends) or “end”.

        Raises FileRejected when the instruction that ends loads something.
        """
        if kind == "begin":
            self._begin()
        elif self.open:
            _refuse_instruction(self.open.pop())
            if kind == "separate":
                self.open.append(None)

    def _begin(self) -> None:
        """Open a field inside those that are open.

        Raises FileRejected if it would compute another field's instruction, BadPackage if fifty are open.
        """
        if self.open and self.open[-1] == "":
            raise field_refused()  # another field would work out what this one does
        if len(self.open) == MAX_FIELD_DEPTH:
            raise BadPackage("fields too deep")
        self.open.append("")


def check_fields(package: ZipPackage, part: str) -> None:
    """Raise FileRejected when a field in a part of a word-processing document loads a file or asks a program for data.

    `part` is the part's name in the package.
    """
    fields = _Fields()
    for name, attributes in stream_elements(package, part, texts_of=INSTRUCTIONS):
        fields.read(name.rpartition(" ")[2], attributes)
    for instruction in fields.open:
        _refuse_instruction(instruction)


def _attribute(attributes: Mapping[str, str], local: str) -> str:
    """Return the value of the attribute whose name without namespace is `local`; "" where there is none."""
    return next((value for name, value in attributes.items() if name.rpartition(" ")[2] == local), "")


def _refuse_instruction(instruction: str | None) -> None:
    """Raise FileRejected when a field's instruction begins with a word that loads something, such as INCLUDETEXT or
    DDE.

    None, for a field whose instruction was checked before, passes.
    """
    word = FIRST_WORD.match(instruction or "")
    if word and word[1].upper() in LOADING_FIELDS:
        raise field_refused()
