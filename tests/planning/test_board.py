"""The board of weeks and people: signs and words of its cells are escaped."""

from planning.board import BoardCell, BoardRow
from tests.factories.cast import TODAY
from tests.pages import HOSTILE, not_escaped


def test_signs_and_words_of_cells_are_escaped():
    sign, text = f"code{HOSTILE}", f"cohort{HOSTILE}"
    cells = [BoardCell(TODAY, False, "elsewhere", sign, text), BoardCell(TODAY, True, "", sign)]
    both, sign_alone = (str(BoardRow("", "", (cell,)).cells_html) for cell in cells)
    assert not_escaped(both, [sign, text]) == []
    assert not_escaped(sign_alone, [sign]) == []
