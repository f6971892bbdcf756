"""Check formulas of workbooks: none fetches anything, or asks another program for data."""

import re
from typing import Final

from files.documents.markup import TEXT, stream_elements
from files.documents.packages import Package
from files.documents.unsafe_content import data_link_refused

# Files hold functions under their English names; newer ones, such as IMAGE, only with the prefix `_xlfn.`.
FETCHING: Final = re.compile(r"\b(DDE|WEBSERVICE|RTD|_xlfn\.IMAGE)\s*\(", re.IGNORECASE)
# Elements of Office Open XML whose text is a formula: of cells, names, validations, formats and table columns.
FORMULAS: Final = frozenset(
    {"f", "definedName", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula"}
)


def refuse_fetching(formula: str) -> None:
    """Raise Unfit for a formula that fetches something."""
    if FETCHING.search(formula):
        raise data_link_refused()


def check_formulas(package: Package, part: str) -> None:
    """Raise Unfit when a formula of a part of a workbook fetches something."""
    for name, attributes in stream_elements(package, part, texts_of=FORMULAS):
        if name.rpartition(" ")[2] in FORMULAS:
            refuse_fetching(attributes[TEXT])
