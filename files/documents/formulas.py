"""Check formulas of workbooks: none fetches anything, or asks another program for data."""

import re
from typing import Final

from files.documents.markup import TEXT, stream_elements
from files.documents.packages import ZipPackage
from files.documents.unsafe_content import data_link_refused

# Files hold functions under their English names; newer ones, such as IMAGE, only with the prefix `_xlfn.`.
FETCHING_FUNCTIONS: Final = re.compile(r"\b(DDE|WEBSERVICE|RTD|_xlfn\.IMAGE)\s*\(", re.IGNORECASE)
# Elements of Office Open XML whose text is a formula: of cells, names, validations, formats and table columns.
FORMULA_ELEMENTS: Final = frozenset(
    {"f", "definedName", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula"}
)


def refuse_fetching(formula: str) -> None:
    """Raise FileRejected when a formula calls a function that fetches data from elsewhere: DDE, WEBSERVICE, RTD or
    IMAGE.
    """
    if FETCHING_FUNCTIONS.search(formula):
        raise data_link_refused()


def check_formulas(package: ZipPackage, part: str) -> None:
    """Raise FileRejected when a formula in a part of a workbook fetches data from elsewhere.

    `part` is the part's name in the package.
    """
    for name, attributes in stream_elements(package, part, texts_of=FORMULA_ELEMENTS):
        if name.rpartition(" ")[2] in FORMULA_ELEMENTS:
            refuse_fetching(attributes[TEXT])
